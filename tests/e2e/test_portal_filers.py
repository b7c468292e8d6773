"""Citizens that file on the national portal get questions, answers and replies there, like others on Zalo."""

from __future__ import annotations

import re
from typing import Any

from tests.e2e.stack import LocalStack, Officer, wait_for
from tests.e2e.test_contact import page, section, submit

WARD, NATIONAL_WARD = "PX-00175", "00175"
INNER = re.compile(r'"(PX-\d{5}|[A-Z]{3,7}|px-[0-9]+-[a-z]+)"')
ASKED, SENT = "Xin gửi số biên nhận và ngày hẹn trả", "Số biên nhận 0175-25, hẹn ngày 20/11"
ANSWER = "Phường đã kiểm tra và hẹn trả giấy khai sinh trong ngày mai, trước 11 giờ, tại bộ phận một cửa."
UNHAPPY, CALLED = "Trả lời chung chung, chưa nói ai chịu trách nhiệm", "Tôi sẽ gọi anh/chị trước 17 giờ hôm nay."


def file_there(stack: LocalStack, what: str) -> tuple[str, str]:
    filed = {"title": what, "content": f"{what}: cán bộ một cửa trả chậm", "name": "Trần Minh", "phone": "0987654321"}
    made = stack.http.post(f"{stack.url('portal_url')}/sim/records", json=filed | {"unit": NATIONAL_WARD})
    national = str(made.json()["MAPAKN"])
    stack.command("fire", "portal-pull")
    known: dict[str, Any] = wait_for(lambda: shown(stack, national, "CHO_TIEP_NHAN"), "our code at the portal")
    return national, str(known["our_code"])


def shown(stack: LocalStack, national: str, state: str) -> dict[str, Any] | None:
    """Return the portal's record, or None until the city has reported the given state."""
    records = stack.http.get(f"{stack.url('portal_url')}/sim/records").json()
    record = next(item for item in records if item["code"] == national)
    return record if record["our_code"] and record["state"] == state else None


def does_there(stack: LocalStack, national: str, act: str, reason: str, **more: str) -> None:
    done = stack.http.post(f"{stack.url('portal_url')}/sim/records/{national}/{act}", json={"reason": reason, **more})
    assert done.status_code == 200, done.text
    stack.command("fire", "portal-pull")


def state_of(officer: Officer, code: str) -> str:
    return str((officer.petition(code) or {})["state"])


def no_inner_code(record: dict[str, Any]) -> None:
    """Fail if a call to the portal contains a unit or officer by our own id."""
    calls = [f'"{value}"' for call in record["calls"] for name, value in call["data"].items() if name != "LOAI"]
    assert not [value for value in calls if INNER.fullmatch(value)]


def test_filer_on_the_portal_reads_the_request_and_the_reason_of_a_refusal(stack: LocalStack) -> None:
    national, code = file_there(stack, "Chưa trả giấy khai sinh")
    officer = stack.officer("officer", WARD)
    officer.does(code, "ask_supplement", text=ASKED)
    asked: dict[str, Any] = wait_for(lambda: shown(stack, national, "CHO_BO_SUNG"), "the request at the portal")
    assert asked["status"]["LYDO"] == ASKED
    assert re.fullmatch(r"\d{14}", asked["status"]["HANBOSUNG"])
    does_there(stack, national, "supplement", SENT)
    wait_for(lambda: state_of(officer, code) == "new", "the supplement at the desk")
    assert SENT in page(officer, f"/petitions/{code}")
    back: dict[str, Any] = wait_for(lambda: shown(stack, national, "CHO_TIEP_NHAN"), "the state at the portal")
    assert re.fullmatch(r"\d{14}", back["status"]["HANTIEPNHAN"])
    reason = "Việc này đã được phường trả lời ngày 20/11; xin đem biên nhận tới bộ phận một cửa."
    officer.does(code, "refuse", why="other", text=reason)
    refused: dict[str, Any] = wait_for(lambda: shown(stack, national, "TU_CHOI"), "the refusal at the portal")
    assert reason in refused["status"]["LYDO"]
    assert reason in stack.http.get(f"{stack.url('portal_url')}/records/{national}").text
    no_inner_code(refused)


def test_a_filer_on_the_portal_may_withdraw(stack: LocalStack) -> None:
    national, code = file_there(stack, "Chưa trả sổ hộ nghèo")
    officer = stack.officer("officer", WARD)
    does_there(stack, national, "withdraw", "Phường đã trả")
    wait_for(lambda: state_of(officer, code) == "withdrawn", "the withdrawal at the desk")
    wait_for(lambda: [mail for mail in stack.mails() if code in str(mail) and "đã rút" in str(mail)], "the e-mail")


def test_the_answer_is_signed_by_name_and_a_low_rating_on_the_portal_finds_a_person(stack: LocalStack) -> None:
    national, code = file_there(stack, "Chưa trả giấy xác nhận")
    officer, head = stack.officer("officer", WARD), stack.officer("head", WARD)
    officer.does(code, "accept")
    accepted: dict[str, Any] = wait_for(lambda: shown(stack, national, "DA_TIEP_NHAN"), "the state at the portal")
    due = accepted["status"]["HANTRALOI"]
    head.does(code, "extend", amount=2, text="Cần xác minh tại chỗ")
    extended = wait_for(lambda: later(stack, national, due), "the later date at the portal")
    assert extended["status"]["LYDO"] == "Cần xác minh tại chỗ"
    officer.does(code, "assign", handler=officer.id)
    officer.does(code, "start")
    officer.does(code, "submit_answer", text=f"{ANSWER} Hồ sơ {national}.", no_evidence="Việc đã xong tại chỗ")
    head.does(code, "approve", text="Đã xem")
    answered: dict[str, Any] = wait_for(lambda: answered_there(stack, national), "the answer at the portal")
    me = head.http.get("/api/me").json()["officer"]
    signed = answered["answer"]
    assert (signed["NGUOITRALOI"], signed["CHUCVUNGUOITRALOI"]) == (me["name"], "Chủ tịch")
    assert answered["unit_code"] == NATIONAL_WARD
    no_inner_code(answered)
    does_there(stack, national, "rate", "3", why=UNHAPPY)
    coordinator = stack.officer("coordinator")
    wait_for(lambda: UNHAPPY in page(coordinator), "the request at the desk")
    assert UNHAPPY in page(officer, "/contacts/dissatisfied")
    wait_for(lambda: [mail for mail in stack.mails() if code in str(mail) and "Chưa hài lòng" in str(mail)], "a mail")
    entry = section(page(officer), UNHAPPY)
    assert "lên Cổng quốc gia" in submit(officer, f"/contacts/{entry}/answer", text=CALLED).text
    wait_for(lambda: told_there(stack, national, CALLED), "the answer to the filer at the portal")


def answered_there(stack: LocalStack, national: str) -> dict[str, Any] | None:
    record = shown(stack, national, "DA_TRA_LOI")
    return record if record and record["answer"] else None


def later(stack: LocalStack, national: str, due: str) -> dict[str, Any] | None:
    record = shown(stack, national, "DA_TIEP_NHAN")
    return record if record and record["status"]["HANTRALOI"] > due else None


def told_there(stack: LocalStack, national: str, words: str) -> bool:
    record = shown(stack, national, "DA_TRA_LOI")
    return bool(record and record["status"]["LYDO"] == words)
