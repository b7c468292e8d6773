"""Confidential petitions from outside: data sent to the portal, and the access of accused and other officers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.e2e.stack import ASKS_CONSENT, ASKS_TO_CONFIRM, ASKS_WHO, HANOI, NAME, PHONE, LocalStack, wait_for

HEAD = "Chủ tịch phường Yên Hòa có thái độ hách dịch, quát mắng, đuổi dân khi tôi đến hỏi giấy khai sinh cho con"
DENUNCIATION = "Tôi tố cáo cán bộ địa chính phường Yên Hòa nhận hối lộ 50 triệu đồng của người dân khi cấp sổ"
COMPLAINT = "Tôi khiếu nại quyết định xử phạt số 15 của Chủ tịch UBND phường Yên Hòa, yêu cầu hủy quyết định"
WARD = "PX-00175"
REASON = "Xác minh người gửi"


def routed(petition: dict[str, Any] | None) -> dict[str, Any] | None:
    return petition if petition and petition["routed"] else None


def files_matter(stack: LocalStack, user: str, content: str) -> dict[str, Any]:
    stack.says(user, content, ASKS_CONSENT)
    stack.says(user, "đồng ý", ASKS_WHO)  # the text names the place
    assert content in stack.says(user, f"{NAME}, 12 phố Trung Kính, {PHONE}", ASKS_TO_CONFIRM)
    code, coordinator = stack.confirms(user), stack.officer("coordinator")
    found: dict[str, Any] = wait_for(lambda: routed(coordinator.petition(code)), "the routing")
    return found


def settled_push(stack: LocalStack) -> None:
    stack.command("fire", "portal-push-sweep")


def test_portal_gets_a_petition_after_its_classification(stack: LocalStack, user: str) -> None:
    code = stack.files(user)
    coordinator = stack.officer("coordinator")
    petition: dict[str, Any] = wait_for(lambda: routed(coordinator.petition(code)), "the routing")
    settled_push(stack)
    assert stack.portal_record(code) is None
    officer = stack.officer("officer", petition["unit"])
    assert petition["classified"] is None
    decided = {"nature": "both", "field": "ho_tich_tu_phap"}
    officer.does(code, "accept", **decided)
    record: dict[str, Any] = wait_for(lambda: stack.portal_record(code), "the record at the portal")
    assert record["our_code"] == code
    after = officer.petition(code) or {}
    known = after["classified"]
    assert (known["nature"], known["field"], known["by"]) == ("both", "ho_tich_tu_phap", officer.id)
    coordinator.does(code, "classify", text="Đọc kỹ lại", nature="conduct")
    history = (coordinator.petition(code) or {})["history"]
    assert [line["action"] for line in history][-2:] == ["accept", "classify"]
    assert "Cả hành vi và nội dung quy định" in history[-2]["reason"]


@pytest.mark.parametrize(("content", "law"), [(DENUNCIATION, "Luật Tố cáo"), (COMPLAINT, "Luật Khiếu nại")])
def test_complaints_and_denunciations_never_reach_the_portal(
    stack: LocalStack, user: str, content: str, law: str
) -> None:
    petition = files_matter(stack, user, content)
    code, coordinator = petition["code"], stack.officer("coordinator")
    coordinator.does(code, "accept")
    coordinator.does(code, "refuse", why="complaint", text="Xin gửi đơn theo hướng dẫn.")
    messages = wait_for(
        lambda: [m for m in stack.messages(user) if "Xin gửi đơn theo hướng dẫn." in m["text"]], "the refusal"
    )
    assert law in messages[-1]["text"]
    for _ in range(2):
        settled_push(stack)
    assert stack.portal_record(code) is None
    assert code not in str(stack.http.get(f"{stack.url('portal_url')}/sim/calls").json())


def test_a_denunciation_is_seen_by_coordinators_alone(stack: LocalStack, user: str) -> None:
    code, coordinator = files_matter(stack, user, DENUNCIATION)["code"], stack.officer("coordinator")
    for role, unit in (("officer", WARD), ("head", WARD), ("officer", "SXD"), ("inspector", None)):
        assert stack.officer(role, unit).petition(code) is None
    reveal = f"/petitions/{code}/reveal"
    assert coordinator.submit(reveal, reason="").status_code == 400
    assert coordinator.submit(reveal, reason=REASON).status_code == 404, "nobody has classified it yet"


def test_a_petition_about_a_wards_head_does_not_go_to_that_ward(stack: LocalStack, user: str) -> None:
    petition = files_matter(stack, user, HEAD)
    code, coordinator = petition["code"], stack.officer("coordinator")
    assert (petition["unit"], petition["accused"]) == ("VPUB", WARD)
    people = [stack.officer("officer", WARD), stack.officer("head", WARD)]
    assert [person.petition(code) for person in people] == [None, None]
    coordinator.does(code, "accept")
    notices = wait_for(lambda: [m for m in stack.messages(user) if "Đơn vị bị phản ánh" in m["text"]], "the notice")
    assert "không xem được họ tên" in notices[-1]["text"]
    now = coordinator.petition(code) or {}
    refused = coordinator.try_to(code, "assign", version=now["version"], unit=WARD)
    assert (refused.status_code, "hành vi của chính đơn vị này" in refused.text) == (403, True), refused.text
    for person in people:
        assert person.submit(f"/petitions/{code}/reveal", reason=REASON).status_code == 404


def test_citizen_is_notified_of_every_new_date(stack: LocalStack, user: str) -> None:
    code, coordinator = stack.files(user), stack.officer("coordinator")
    unit = wait_for(lambda: routed(coordinator.petition(code)), "the routing")["unit"]
    officer, head = stack.officer("officer", unit), stack.officer("head", unit)
    officer.does(code, "accept")
    head.does(code, "assign", handler=officer.id)
    officer.does(code, "start")
    officer.does(code, "ask_supplement", text="Xin gửi ảnh giấy hẹn")
    officer.does(code, "supplement", text="Đã gọi điện hỏi rõ")
    due = next(clock for clock in (officer.petition(code) or {})["clocks"] if clock["name"] == "answer")["due_at"]
    day = datetime.fromisoformat(due).astimezone(HANOI)
    words = f"{day:%d/%m/%Y}"
    wait_for(lambda: [m for m in stack.messages(user) if code in m["text"] and words in m["text"]], f"the date {words}")
