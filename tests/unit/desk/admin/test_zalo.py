from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from petitions.domain.shared.instants import hanoi
from petitions.usecases.notices.sending_limits import set_switch
from tests.unit.desk.office import Office


@pytest.fixture
def office() -> Office:
    return Office()


def test_a_coordinator_connects_the_account(office: Office) -> None:
    browser = office.at_desk("coordinator")
    assert 'href="/zalo"' in browser.client.get("/").text
    began = browser.client.post("/zalo/begin", data={"csrf": browser.csrf})
    (link,) = re.findall(r'href="(https://oauth[^"]+)"', began.text)
    asked = parse_qs(urlsplit(unescape(link)).query)
    assert asked["redirect_uri"] == ["https://desk.test/zalo/callback"]
    back = browser.client.get(f"/zalo/callback?code=the-code&oa_id=oa-1&state={asked['state'][0]}")
    assert (back.status_code, back.headers["Location"]) == (303, "/zalo")
    (message,) = office.publisher.of("zalo-consents")
    assert (message.data["code"], message.data["oa_id"]) == ("the-code", "oa-1")
    page = browser.client.get("/zalo").text
    assert "Đang nhận quyền" in page
    assert "the-code" not in page + str(office.store.documents)
    again = browser.client.get(f"/zalo/callback?code=the-code&oa_id=oa-1&state={asked['state'][0]}")
    assert again.status_code == 400
    assert "the-code" not in again.text


def test_page_shows_whether_messages_are_sent(office: Office) -> None:
    browser = office.at_desk("coordinator")
    assert "Chưa có tin nào tới Zalo" in browser.see("/zalo").text
    office.filed_in("SXD")
    office.deliver()
    page = browser.see("/zalo").text
    assert "Đang gửi được tin" in page
    assert "23/11/2026" in page


@pytest.mark.parametrize("path", ["/zalo", "/boards/undelivered"])
def test_a_pause_or_refused_tokens_are_not_shown_as_good(office: Office, path: str) -> None:
    browser = office.at_desk("coordinator")
    office.filed_in("SXD")
    office.deliver()
    assert 'class="note bad"' not in browser.see(path).text
    set_switch(office.store, office.clock, paused=True)
    page = browser.see(path).text
    assert "Đang tạm ngừng gửi mọi tin" in page
    assert "Đang gửi được tin" not in page
    set_switch(office.store, office.clock, paused=False)
    notice = next(path for path in office.store.paths("notices"))
    later = office.clock.now() + timedelta(minutes=9)
    office.store.update(notice, {"state": "waiting", "error": "token_needs_human", "next_attempt_at": later})
    page = browser.see(path).text
    assert "1 tin bị từ chối vì lỗi phải có người sửa" in page
    assert "chưa có quyền gửi tin thay Official Account: 1" in page
    assert f"{hanoi(later):%H:%M}" in page
    assert "Đang gửi được tin" not in page
    assert "Mọi tin đều đã tới nơi" not in page


@pytest.mark.parametrize("who", ["sxd-officer", "sxd-head", "inspector"])
def test_others_do_not(office: Office, who: str) -> None:
    browser = office.at_desk(who)
    assert 'href="/zalo"' not in browser.client.get("/").text
    assert browser.client.get("/zalo").status_code == 403
    assert browser.client.post("/zalo/begin", data={"csrf": browser.csrf}).status_code == 403
    assert browser.client.get("/zalo/callback?code=c&oa_id=oa-1&state=s").status_code == 403
    assert office.store.paths("zalo_consents") == []


def test_a_consent_needs_the_sessions_token(office: Office) -> None:
    assert office.at_desk("coordinator").client.post("/zalo/begin").status_code == 403


def test_nobody_signed_in_is_sent_to_sign_in(office: Office) -> None:
    answer = office.app.test_client().get("/zalo/callback?code=the-code&state=s")
    assert (answer.status_code, "the-code" in answer.headers["Location"]) == (303, False)
