"""Citizens ask for an officer or contest an answer. Officers get a mail, see the request and answer it."""

from __future__ import annotations

import re

import httpx

from tests.e2e.stack import LocalStack, Officer, wait_for
from tests.e2e.test_flow import ANSWER, answered

REQUEST = re.compile(r'id="request-([^"]+)"')
SAID = "Chào anh/chị, tôi là cán bộ trực. Anh/chị cần giúp việc gì?"


def page(officer: Officer, path: str = "/contacts") -> str:
    shown = officer.http.get(path)
    assert shown.status_code == 200, shown.text
    return shown.text


def submit(officer: Officer, path: str, **fields: str) -> httpx.Response:
    return officer.http.post(path, data={"csrf": officer.csrf, **fields}, follow_redirects=True)


def section(shown: str, words: str) -> str:
    found = [part for part in shown.split("<section")[1:] if words in part]
    assert len(found) == 1, shown
    entry = REQUEST.search(found[0])
    assert entry
    return entry[1]


def test_citizen_asking_for_an_officer_gets_one(stack: LocalStack, user: str) -> None:
    coordinator = stack.officer("coordinator")
    wish = "cho tôi gặp cán bộ"
    known = REQUEST.findall(page(coordinator))
    before = [mail for mail in stack.mails() if "Muốn gặp cán bộ" in str(mail)]
    stack.says(user, wish, "đã báo cán bộ trực")
    mails = wait_for(
        lambda: [mail for mail in stack.mails() if "Muốn gặp cán bộ" in str(mail)][len(before) :], "the e-mail"
    )
    assert wish not in str(mails)
    (entry,) = set(REQUEST.findall(page(coordinator))) - {*known}
    assert entry == section(page(coordinator), entry)
    assert wish in page(coordinator)
    assert "Đã ghi nhận người xem" in submit(coordinator, f"/contacts/{entry}/see").text
    assert "gửi cho công dân qua Zalo" in submit(coordinator, f"/contacts/{entry}/answer", text=SAID).text
    wait_for(
        lambda: [message for message in stack.messages(user) if SAID in message["text"]], "the answer on the phone"
    )
    assert "Đã đóng yêu cầu" in submit(coordinator, f"/contacts/{entry}/close", outcome="helped").text
    assert entry not in page(coordinator)
    assert entry in page(coordinator, "/contacts?closed=1")


def test_citizen_in_possible_danger_can_be_called(stack: LocalStack, user: str) -> None:
    coordinator = stack.officer("coordinator")
    words = f"Cháy nhà ở {user[-3:]} Trung Kính, cứu với"
    stack.says(user, words, "114")
    entry = wait_for(lambda: section(page(coordinator), words) if words in page(coordinator) else None, "the request")
    shown = submit(coordinator, f"/contacts/{entry}/reveal", reason="gọi cứu nạn")
    assert (shown.status_code, "chưa cho biết họ tên, số điện thoại" in shown.text) == (200, True)


def test_low_rating_reaches_officers_with_its_reason(stack: LocalStack, user: str) -> None:
    code = answered(stack, user)
    wait_for(
        lambda: [message for message in stack.messages(user) if ANSWER in message["text"]], "the answer on the phone"
    )
    reason = f"Trả lời chung chung, việc {user[-5:]} vẫn như cũ"
    stack.says(user, "3", "chưa hài lòng ở điểm nào")
    stack.says(user, reason, "chuyển tới đơn vị")
    coordinator = stack.officer("coordinator")
    petition = coordinator.petition(code)
    assert petition is not None
    handler = stack.officer("officer", petition["unit"])
    for officer in (coordinator, handler):
        section(page(officer), reason)
        listed = page(officer, "/contacts/dissatisfied")
        assert reason in listed
        assert code in listed
        assert reason in page(officer, f"/petitions/{code}")
    mails = wait_for(
        lambda: [mail for mail in stack.mails() if code in str(mail) and "Chưa hài lòng" in str(mail)][1:],
        "two e-mails",
    )
    assert reason not in str(mails)
    elsewhere = stack.officer("officer", "SYT" if petition["unit"] != "SYT" else "SXD")
    assert code not in page(elsewhere) + page(elsewhere, "/contacts/dissatisfied")
