"""A coordinator connects the Official Account: from the desk to Zalo's page of permissions, and back."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qsl, urlsplit

from tests.e2e.stack import LocalStack, wait_for


def test_the_account_is_connected_anew(stack: LocalStack, user: str) -> None:
    coordinator = stack.officer("coordinator")
    begun = coordinator.http.post("/zalo/begin", data={"csrf": coordinator.csrf})
    assert begun.status_code == 200, begun.text
    found = re.search(r'class="button" href="([^"]+)"', begun.text)
    assert found
    page = unescape(found[1])
    assert stack.http.get(page).status_code == 200
    allowed = stack.http.post(page, data=dict(parse_qsl(urlsplit(page).query)))
    assert allowed.status_code == 302
    assert coordinator.http.get(allowed.headers["location"]).status_code == 303
    wait_for(lambda: "Đã kết nối" in coordinator.http.get("/zalo").text, "the permission")
    assert stack.says(user, "xin chào", "Hà Nội")
