"""A petition from beginning to end, seen from outside: signed events in, messages and pages out."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.stack import LocalStack, wait_for

ANSWER = "Đơn vị đã kiểm tra hồ sơ, xin lỗi công dân và đã yêu cầu cán bộ một cửa không đòi thêm giấy tờ."


def answered(stack: LocalStack, user: str) -> str:
    code = stack.files(user)
    coordinator = stack.officer("coordinator")
    petition: dict[str, Any] = wait_for(lambda: _routed(coordinator.petition(code)), "the routing")
    unit = petition["unit"]
    officer, head = stack.officer("officer", unit), stack.officer("head", unit)
    officer.does(code, "accept")
    head.does(code, "assign", handler=officer.id)
    officer.does(code, "start")
    officer.does(code, "submit_answer", text=ANSWER, no_evidence="Việc đã xong tại chỗ")
    head.does(code, "approve", text="Đã xem")
    return code


def _routed(petition: dict[str, Any] | None) -> dict[str, Any] | None:
    return petition if petition and petition["routed"] else None


def test_the_straight_path_to_an_answer_and_a_rating(stack: LocalStack, user: str) -> None:
    code = answered(stack, user)
    wait_for(lambda: [m for m in stack.messages(user) if ANSWER in m["text"]], "the answer on the phone")
    stack.says(user, "1", "Cảm ơn anh/chị đã đánh giá")

    def complete() -> dict[str, Any] | None:
        record = stack.portal_record(code)
        return record if record and record["rating"] else None

    record = wait_for(complete, "the rating at the portal")
    assert record["code"].startswith("PAKN.")
    assert ANSWER in str(record["answer"])
    services = [call["service"] for call in record["calls"]]
    assert services[0] == "DongBoPAKN"
    assert services.count("DongBoPAKN") == 1
    assert services.index("TraLoiPAKN") < services.index("DanhGiaPAKN")
    texts = [message["text"] for message in stack.messages(user)]
    assert len([text for text in texts if ANSWER in text]) == 1
    status = wait_for(lambda: _in_state(stack.public_status(code), "answered"), "the public status")
    assert "Lan" not in str(status)
    assert "Trung Kính" not in str(status)


def test_coordinator_decides_uncertain_routing(stack: LocalStack, user: str) -> None:
    code = stack.files(user, "Cán bộ làm việc tắc trách, bắt dân chờ cả buổi, gây phiền hà cho dân")
    coordinator = stack.officer("coordinator")
    petition: dict[str, Any] = wait_for(lambda: _routed(coordinator.petition(code)), "the routing")
    assert petition["unit"] == "VPUB"
    assert len(petition["routed"]["proposals"]) == 3
    handler = stack.officer("officer", "SXD")
    assert handler.petition(code) is None
    coordinator.does(code, "accept")
    coordinator.does(code, "assign", unit="SXD", handler=handler.id)
    assert handler.petition(code)
    notices = wait_for(
        lambda: [m for m in stack.messages(user) if "tiếp nhận" in m["text"].split(code)[-1]], "a notice"
    )
    assert code in notices[-1]["text"]


def _in_state(status: dict[str, Any] | None, state: str) -> dict[str, Any] | None:
    return status if status and status["state"] == state else None


def test_the_same_event_five_times_is_one_petition(stack: LocalStack, user: str) -> None:
    stack.begins(user, "Thu phí sai quy định")
    stack.completes(user, "phường Yên Hòa", "Trần Văn An", "0987654321")
    before = len(stack.messages(user))
    confirm = stack.event(user, "1")
    assert [stack.post_event(confirm).status_code for _ in range(5)] == [200] * 5
    replies = wait_for(lambda: stack.messages(user)[before:], "the code")
    stack.says(user, "cảm ơn", "Cảm ơn anh/chị.")
    codes = [message for message in stack.messages(user)[before:] if "Mã: HN-" in message["text"]]
    assert len(replies) == 1
    assert len(codes) == 1


def test_the_operators_command_sends_a_signed_event_that_the_phone_shows_too(stack: LocalStack, user: str) -> None:
    done = stack.command("event", "text", "--user", user, "xin chào từ dòng lệnh")
    assert done.returncode == 0, done.stdout + done.stderr
    wait_for(lambda: stack.messages(user), "the answer")
    url = f"{stack.url('zalo_url')}/sim/messages"
    shown = stack.http.get(url, params={"user_id": user}).json()
    assert [message["direction"] for message in shown] == ["in", "out"]


def test_a_forged_event_leaves_no_trace(stack: LocalStack, user: str) -> None:
    body = stack.event(user, "Tôi giả mạo")
    assert stack.post_event(body, "mac=" + "0" * 64).status_code == 200
    assert stack.post_event(body, "").status_code == 200
    honest = stack.says(user, "xin chào")
    assert len(stack.messages(user)) == 1
    assert "Hà Nội" in honest


def test_a_process_killed_between_commit_and_publish_loses_and_doubles_nothing(stack: LocalStack, user: str) -> None:
    admin = stack.url("pubsub_admin_url")
    if stack.info["pubsub_admin_url"] is None:
        pytest.skip("only the built-in Pub/Sub holds a publish back")
    stack.says(user, "xin chào")
    fault = {"rpc": "Publish", "topic": "notices", "hold": True}
    stack.http.post(f"{admin}/faults", json=fault).raise_for_status()
    try:
        assert stack.post_event(stack.event(user, "Sổ đỏ chậm sáu tháng")).status_code == 200
        wait_for(lambda: stack.http.get(f"{admin}/faults").json()["held"], "a publish that hangs")
        stack.kill("intake")
    finally:
        stack.http.delete(f"{admin}/faults").raise_for_status()
    wait_for(lambda: stack.messages(user)[1:], "the reply after the restart")
    stack.says(user, "xong", "có đồng ý")
    replies = [message["text"] for message in stack.messages(user)]
    assert len(replies) == 3, replies
