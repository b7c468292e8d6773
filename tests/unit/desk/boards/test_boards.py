from __future__ import annotations

import html
import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from infra import manifest
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import About, Notice
from petitions.usecases.dead_letters.replay_at_the_desk import TOPICS
from tests.unit.desk.office import Office

LETTER = "petition-events-routing:77"


def with_a_letter() -> Office:
    office = Office()
    payload = json.dumps({"code": "HN-1", "text": "Bà Lan ở số 12"}).encode()
    fields: dict[str, Any] = {
        "consumer": "petition-events-routing", "message_id": "77", "reason": "unexpected", "attempts": 5,
        "payload": payload, "key": "HN-1", "attributes": {}, "kept_at": office.clock.now(),
    }  # fmt: skip
    office.store.create(f"dead_letters/{LETTER}", fields)
    return office


def test_late_units_and_the_heads_plans() -> None:
    office = Office()
    late, other = office.filed_in("SXD"), office.filed_in("SYT")
    office.clock.advance(days=5)
    plan = {"text": "Xong trong tuần này, giao anh Thịnh", "until": "2026-12-04"}
    head = office.at_desk("sxd-head")
    assert head.submit(f"/petitions/{late.code}/recovery", version=late.version, **plan).status_code == 303
    coordinator = office.at_desk("coordinator")
    found = coordinator.shown("/boards/lateness")["found"]
    assert {unit.unit: unit.planned for unit in found.units} == {"SXD": 1, "SYT": 0}
    assert found.units[0].late[0].by > timedelta(0)
    page = coordinator.see("/boards/lateness").text
    assert plan["text"] in page
    assert "chưa có kế hoạch khắc phục" in page
    assert other.code in page


def test_a_petition_that_is_paused_late_is_equally_late_in_the_list_and_on_the_board() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    head = office.at_desk("sxd-head")
    assert head.does(petition, "accept").status_code == 303
    office.clock.advance(days=40)
    head = office.at_desk("sxd-head")
    assert head.does(office.petition(petition.code), "ask_supplement", text="Xin gửi ảnh giấy hẹn").status_code == 303
    office.clock.advance(days=14)
    coordinator = office.at_desk("coordinator")
    pages = [coordinator.see(path).text for path in ("/?view=overdue", "/boards/lateness")]
    listed, board = (re.findall(r"Quá \d+ ngày làm việc", page) for page in pages)
    assert listed == board
    assert len(board) == 1


def test_no_time_is_left_nor_lost_before_the_office_opens_after_a_deadline() -> None:
    office = Office()
    office.clock.advance(hours=10)  # after closing, so that it is due at a closing time
    office.clock.at = office.filed_in("SXD").clocks["reception"].due_at + timedelta(hours=14)
    coordinator = office.at_desk("coordinator")
    for path in ("/?view=overdue", "/boards/lateness"):
        page = coordinator.see(path).text
        assert "Vừa quá hạn" in page, path
        assert "dưới 1 phút" not in page, path


def test_undelivered_notices_are_listed_without_their_text() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    path = next(path for path in office.store.paths("notices"))
    office.store.update(
        path, {"state": "undeliverable", "error": "zalo-230", "about": {"code": petition.code, "seq": 1}}
    )
    coordinator = office.at_desk("coordinator")
    page = coordinator.see("/boards/undelivered").text
    assert petition.code in page
    assert "Không gửi được" in page
    assert office.store.documents[path]["text"] not in page
    assert len(coordinator.shown("/boards/undelivered")["found"].notices) == 1


def test_a_letter_is_shown_by_its_shape_and_replayed_once() -> None:
    office = with_a_letter()
    coordinator = office.at_desk("coordinator")
    page = coordinator.see("/boards/letters").text
    assert "unexpected" in page
    assert "Bà Lan" not in page
    assert coordinator.submit(f"/boards/letters/{LETTER}/replay").status_code == 303
    assert office.publisher.of("petition-events")[-1].data["code"] == "HN-1"
    sent = len(office.publisher.of("petition-events"))
    assert office.store.documents[office.store.paths("audit")[-1]]["action"] == "letter_replayed"
    assert coordinator.submit(f"/boards/letters/{LETTER}/replay").status_code == 409
    assert len(office.publisher.of("petition-events")) == sent
    assert "Đã gửi lại" in coordinator.see("/boards/letters").text


@pytest.mark.parametrize("crash", ["before", "after"])
def test_a_replay_that_is_cut_short_is_in_the_audit_once_it_is_marked(crash: str) -> None:
    office = with_a_letter()
    office.store.crash = crash
    coordinator = office.at_desk("coordinator")
    assert coordinator.submit(f"/boards/letters/{LETTER}/replay").status_code == 503
    again = coordinator.submit(f"/boards/letters/{LETTER}/replay").status_code
    assert again == (303 if crash == "before" else 409)
    audit = [office.store.documents[path] for path in office.store.paths("audit")]
    replayed = [entry["subject"] for entry in audit if entry["action"] == "letter_replayed"]
    assert replayed == [LETTER]


def test_the_desk_knows_the_topics_that_it_may_publish_to() -> None:
    declared = manifest.load()
    own = set(declared.functions["desk"].publishes)
    assert {
        name: subscription.topic for name, subscription in declared.subscriptions.items() if subscription.topic in own
    } == TOPICS


def test_reminders_are_listed_by_petition_with_older_ones_on_the_next_page() -> None:
    office = Office()
    often, once = office.filed_in("SXD"), office.filed_in("SXD")
    now = office.clock.now()
    for number in range(150):
        about = once if number == 20 else often
        notice = Notice(
            id=f"reminder-{number:03}", kind=NoticeKind.REMINDER, channel="email", officer="sxd-officer", text="x",
            about=About(code=about.code, seq=1, clock="reception"), created_at=now + timedelta(minutes=number // 2),
        )  # fmt: skip
        office.store.create(f"notices/{notice.id}", notice.stored())
    coordinator = office.at_desk("coordinator")
    page = coordinator.see("/boards/reminders").text
    assert page.count("<tr>") == 2  # the heads, and one petition that was reminded of a hundred times
    assert "100 lần" in page
    assert once.code not in page
    older = re.findall(r'href="(/boards/reminders\?after=[^"]+)"', page)[0]
    page = coordinator.see(html.unescape(older)).text
    assert "49 lần" in page
    assert f'href="/petitions/{once.code}"' in page
    found, after = [], ""
    while after is not None:
        shown = coordinator.shown(f"/boards/reminders?after={quote(after)}")["found"]
        found += [item.created_at for item in shown.notices]
        after = shown.next
    assert len(found) == 150
    assert found == sorted(found, reverse=True)
    assert coordinator.see("/boards/reminders?after=x").status_code == 400
