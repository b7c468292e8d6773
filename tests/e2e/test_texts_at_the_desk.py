"""A text is worded otherwise at the desk: the citizen's phone shows it a minute later, until it is taken back."""

from __future__ import annotations

from typing import Any

from tests.e2e.stack import LocalStack, Officer

KEY = "code_wrong"
NEW = "Mã này có ký tự chưa đúng. Xin xem lại biên nhận rồi gửi lại mã."
WRONG_CODE = "HN-250101-ABCD-EFGJ"


def published(admin: Officer, words: dict[str, str]) -> None:
    """Looked at, previewed, published."""
    path, headers = f"/api/texts/{KEY}", {"X-CSRF-Token": admin.csrf}
    body: dict[str, Any] = {**words, "seen": admin.http.get(path).json()["seen"]}
    tried = admin.http.post(path, json=body, headers=headers).json()
    assert tried["messages"]["texts"] == [words["texts"]]
    done = admin.http.post(path, json={**body, "previewed": tried["previewed"]}, headers=headers).json()
    assert done["published"]


def test_a_text_published_at_the_desk_reaches_the_phone_within_a_minute_and_is_taken_back(
    stack: LocalStack, user: str
) -> None:
    admin = stack.officer("admin")
    shipped = admin.http.get(f"/api/texts/{KEY}").json()["words"]
    stack.says(user, WRONG_CODE, shipped["texts"])
    published(admin, {**shipped, "texts": NEW})
    try:
        stack.move_clock("+1m")
        stack.says(user, WRONG_CODE, NEW)
        assert admin.http.get(f"/api/texts/{KEY}").json()["history"][0]["words"] == NEW
    finally:
        published(admin, shipped)
    stack.move_clock("+1m")
    stack.says(user, WRONG_CODE, shipped["texts"])
