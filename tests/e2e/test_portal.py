"""The national portal fails and recovers, as an operator and a coordinator at the desk see it."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

from tests.e2e.operator_commands import operate
from tests.e2e.stack import LocalStack, Officer, wait_for

STATUS = "CapNhatTrangThaiPAKN"


def replay(stack: LocalStack, *arguments: str) -> str:
    done = operate(stack.name, "replay", *arguments)
    return done.stdout + done.stderr


def differences(coordinator: Officer, code: str) -> list[str]:
    page = coordinator.http.get("/portal").text
    return [item for item in page.split("<section")[1:] if code in item]


def routed(petition: dict[str, Any] | None) -> dict[str, Any] | None:
    return petition if petition and petition["routed"] else None


def is_reported(stack: LocalStack, code: str, state: str) -> bool:
    record = stack.portal_record(code)
    return bool(record and record["state"] == state)


def test_a_call_that_the_portal_refuses_is_seen_at_the_desk_and_repaired(stack: LocalStack, user: str) -> None:
    code, faults = stack.files(user), f"{stack.url('portal_url')}/sim/faults"
    coordinator = stack.officer("coordinator")
    petition: dict[str, Any] = wait_for(lambda: routed(coordinator.petition(code)), "the routing")
    officer = stack.officer("officer", petition["unit"])
    officer.does(code, "accept")
    wait_for(lambda: is_reported(stack, code, "DA_TIEP_NHAN"), "the record at the portal")
    stack.http.post(faults, json={"target": STATUS, "error": 400, "count": 100})
    try:
        officer.does(code, "assign", handler=officer.id)
        stack.move_clock("+25m")
        coordinator.sign_in()
        [difference] = wait_for(lambda: differences(coordinator, code), "the difference")
    finally:
        stack.http.delete(faults)
    for words in ("Cổng từ chối nhận", "Gửi lại trạng thái, câu trả lời và đánh giá lên Cổng"):
        assert words in difference
    found = re.search(r'action="(/portal/([^"/]+)/repair)"', difference)
    assert found, difference
    assert f"{found[2]}  refused" in replay(stack, "list")
    done = coordinator.submit(found[1])
    assert done.status_code == 303, done.text
    for schedule in ("portal-pull", "portal-push-sweep"):
        stack.command("fire", schedule)
    wait_for(lambda: is_reported(stack, code, "DA_PHAN_CONG"), "the state at the portal")
    assert differences(coordinator, code) == []


def test_a_dead_letter_is_listed_shown_and_replayed(stack: LocalStack) -> None:
    nudge = {"schema": 1, "code": "HN-260101-0000-0001", "note": "của bà Lan"}
    data = base64.b64encode(json.dumps(nudge).encode()).decode()
    topic = f"http://{stack.info['pubsub_host']}/v1/projects/{stack.info['project']}/topics/petition-events"
    sent = stack.http.post(f"{topic}:publish", json={"messages": [{"data": data, "orderingKey": "test"}]})
    letter = f"petition-events-portal-sync:{sent.json()['messageIds'][0]}"
    wait_for(lambda: letter in replay(stack, "list"), "the dead letter")
    shown = replay(stack, "show", letter)
    assert '"reason": "not_found"' in shown
    assert '"topic": "petition-events"' in shown
    assert "Lan" not in shown
    assert "is published to petition-events again" in replay(stack, "letter", letter)
    assert letter not in replay(stack, "list")
    assert "replayed already" in replay(stack, "letter", letter)


def attached(stack: LocalStack, code: str) -> dict[str, Any] | None:
    record = stack.portal_record(code)
    return record if record and record["files"] else None


def test_an_answer_goes_to_the_portal_with_its_file(stack: LocalStack, user: str) -> None:
    code, coordinator = stack.files(user), stack.officer("coordinator")
    petition: dict[str, Any] = wait_for(lambda: routed(coordinator.petition(code)), "the routing")
    officer, head = (stack.officer(role, petition["unit"]) for role in ("officer", "head"))
    officer.does(code, "accept")
    head.does(code, "assign", handler=officer.id)
    officer.does(code, "start")
    content = b"%PDF-1.7\n%%EOF\n"
    file_id = officer.attaches(code, "Biên bản.pdf", content)
    officer.does(code, "submit_answer", text=f"Phường đã làm việc với công dân về hồ sơ {user}.")
    head.does(code, "approve", text="Đã xem")
    record: dict[str, Any] = wait_for(lambda: attached(stack, code), "the file at the portal")
    [file] = record["files"]
    assert (file["id"], file["belongs"], file["size"]) == (file_id, "TRA_LOI", len(content))
    shown = stack.http.get(f"{stack.url('portal_url')}/records/{record['code']}/files/{file_id}")
    assert shown.content == content
