"""Citizens who filed on the portal: their actions there, the data shown there, and the resulting notices."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from petitions.adapters import reference
from petitions.domain.citizen.citizen import Citizen, citizen_path
from petitions.domain.contact.contact_request import ContactReason, ContactRequest
from petitions.domain.lifecycle.lifecycle import Role, State
from petitions.domain.officers.officer import officer_path
from petitions.domain.petition.history_entry import HistoryEntry, history_path
from petitions.domain.petition.petition import PORTAL_FILER
from petitions.domain.portal.national_units import NationalUnits, UnitCodes
from petitions.domain.portal.portal_items import PortalAnswer, PortalChange, PortalStatus
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import Directory
from petitions.domain.units.mergers import Merger, merged
from petitions.usecases.contact.handle_contact import HandleContact
from petitions.usecases.petition.file_petition import MAX_ADDED
from tests.fakes import FakeIds
from tests.portal_parts import APPROVER, approved
from tests.unit.portal.model import CODE, NATIONAL, PortalWorld, unit_code
from tests.unit.portal.test_conflicts import change
from tests.unit.portal.two_sides import TwoSides

REASON = "Trả lời chung chung, số 0912345678 chưa ai gọi"


@pytest.fixture
def world() -> PortalWorld:
    return PortalWorld()


def filed_there(world: PortalWorld, **more: Any) -> None:
    world.file(
        **({"source": "portal", "citizen": PORTAL_FILER, "unit": "SXD", "sync": {"national_code": NATIONAL}} | more)
    )


def comes(world: PortalWorld, *changes: PortalChange) -> None:
    world.portal.feed = [*changes]
    world.clock.advance(minutes=1)
    world.pull()


def last(world: PortalWorld) -> HistoryEntry:
    return HistoryEntry.model_validate(world.store.documents[history_path(CODE, world.petition().version)])


def statuses(world: PortalWorld) -> list[PortalStatus]:
    return [item for _, item in world.portal.effects if isinstance(item, PortalStatus)]


def test_a_supplement_goes_to_the_unit_and_the_new_date_back_to_the_filer(world: PortalWorld) -> None:
    filed_there(world)
    world.line("ask_supplement", State.AWAITING_CITIZEN, updates={"came_from": State.NEW})
    comes(world, change("supplemented", world.clock.now(), text="Biên nhận số 0912345678", level=None))
    petition = world.petition()
    assert (petition.state, petition.news and petition.news.kinds) == (State.NEW, ["supplement"])
    assert [addition.text for addition in petition.additions] == ["Biên nhận số 0912345678"]
    assert "0912345678" not in str(last(world)), "the history holds no words of citizens"
    world.push(CODE)
    assert [(statuse.state, statuse.step) for statuse in statuses(world)][-1] == ("new", "Bổ sung")


def test_a_supplement_that_comes_twice_or_late_is_there_once(world: PortalWorld) -> None:
    filed_there(world)
    at = world.clock.now()
    comes(world, change("moved", at + timedelta(seconds=30), id="T0", unit=unit_code("SNV")))
    comes(world, *(change("supplemented", at, id=item, text="Thêm một việc") for item in ("T1", "T2")))
    assert [addition.text for addition in world.petition().additions] == ["Thêm một việc"]


def test_a_supplement_without_room_is_for_a_person(world: PortalWorld) -> None:
    filed_there(world)
    comes(world, change("supplemented", world.clock.now(), text="x" * (MAX_ADDED + 1)))
    [path] = world.store.paths("portal_differences")
    assert world.store.documents[path]["reason"] == "additions_full"
    assert world.petition().version == 1


def test_withdrawal_ends_it_and_notifies_its_unit(world: PortalWorld) -> None:
    filed_there(world)
    world.store.create(officer_path("lan"), {**APPROVER.stored(), "id": "lan", "role": Role.OFFICER})
    comes(world, change("withdrawn", world.clock.now(), text=REASON))
    assert world.petition().state is State.WITHDRAWN
    assert [(addition.type, addition.text) for addition in world.petition().additions] == [("withdrawal", REASON)]
    assert REASON not in str(last(world))
    mails = [world.store.documents[path] for path in world.store.paths("notices")]
    assert [(mail["kind"], mail["officer"]) for mail in mails] == [("withdrawn", "lan")]


def test_withdrawal_of_an_answered_petition_changes_nothing_and_is_explained(world: PortalWorld) -> None:
    filed_there(world)
    world.approve()
    comes(world, change("withdrawn", world.clock.now()))
    world.push(CODE)
    assert world.petition().state is State.ANSWERED
    assert "không rút được nữa" in statuses(world)[-1].words


def test_a_low_rating_calls_for_a_person_who_answers_on_the_portal(world: PortalWorld) -> None:
    filed_there(world)
    world.approve()
    officer = replace(APPROVER, id="lan", role=Role.OFFICER)
    world.store.create(officer_path("lan"), officer.stored())
    comes(world, change("rated", world.clock.now(), text=REASON))
    [path] = world.store.paths("contact_requests")
    request = ContactRequest.model_validate(world.store.documents[path])
    assert (request.why, request.code, request.unit, request.text) == (ContactReason.LOW_RATING, CODE, "SXD", REASON)
    mails = [world.store.documents[item] for item in world.store.paths("notices")]
    assert [(mail["kind"], mail["officer"], REASON in str(mail)) for mail in mails] == [("contact", "lan", False)]
    assert world.petition().rating is not None
    assert REASON not in str(last(world))
    parts = world.parts
    handle = HandleContact(
        world.store, world.publisher, world.clock, FakeIds(), parts.apply.texts, parts.apply.directory
    )
    handle.answer(officer, request.id, "Tôi sẽ gọi anh/chị chiều nay.")
    world.push(CODE)
    assert statuses(world)[-1].words == "Tôi sẽ gọi anh/chị chiều nay."


def test_each_low_rating_tells_the_unit_also_while_nobody_has_seen_the_one_before(world: PortalWorld) -> None:
    filed_there(world)
    world.approve()
    world.store.create(officer_path("lan"), replace(APPROVER, id="lan", role=Role.OFFICER).stored())
    for number in (1, 2):
        world.clock.advance(minutes=1)
        comes(world, change("rated", world.clock.now(), text=f"{REASON} {number}", id=f"TD{number}"))
        [path] = world.store.paths("contact_requests")
        assert f"{REASON} {number}" in world.store.documents[path]["text"]
        mails = [world.store.documents[item]["kind"] for item in world.store.paths("notices")]
        assert mails == ["contact"] * number


@pytest.mark.parametrize(("level", "erased"), [(1, ""), (2, ""), (3, "restricted"), (3, "asked for")])
def test_a_good_rating_and_that_of_the_erased_call_for_nobody(world: PortalWorld, level: int, erased: str) -> None:
    at, who = world.clock.now(), "0" * 32
    filed_there(world, citizen=who, **({"restricted_at": at} if erased == "restricted" else {}))
    gone = at if erased == "asked for" else None
    world.store.create(citizen_path(who), Citizen(zalo_id="1", last_interaction_at=at, erased_at=gone).stored())
    world.approve()
    comes(world, change("rated", world.clock.now(), level=level))
    assert world.store.paths("contact_requests") == []


def test_unit_without_a_code_is_sent_by_name_and_is_a_difference_until_it_has_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    two = TwoSides(1)
    two.parts.file(CODE, unit="CATP")
    two.parts.line(CODE, "accept", State.ACCEPTED)
    two.parts.push(CODE)
    [record] = two.portal.records()
    assert (record["unit_code"], record["unit"]) == ("", "Công an thành phố Hà Nội")
    [path] = two.store.paths("portal_differences")
    difference = two.store.documents[path]
    assert (difference["kind"], difference["here"], difference["repair"]) == ("unit_code", "CATP", "person")
    assert two.parts.reconcile()["differences"] == {}
    assert difference["state"] == "open"
    coded = NationalUnits(UnitCodes(version="x", source="x", units={"CATP": "000.12.26.G01"}), reference.directory())
    monkeypatch.setattr(reference, "national_units", lambda: coded)
    two.start()
    assert two.parts.reconcile()["differences"] == {"unit": 1}
    assert two.store.documents[path]["state"] == "repaired"
    two.parts.push(CODE)
    [call] = [call for call in two.portal.calls() if call["error_code"] == "400"]
    assert "MADONVI 000.12.26.G01" in call["message"], "the portal has to learn of it as well"


@pytest.mark.parametrize("ended", ["SXD", "PX-00175"])
def test_a_unit_may_stand_at_the_portal_under_the_code_of_one_that_became_part_of_it(
    monkeypatch: pytest.MonkeyPatch, ended: str
) -> None:
    """Regression test: in seed 545 of the simulation, the nightly run sent the portal the successor's code."""
    two = TwoSides(1)
    two.parts.file(CODE, unit=ended)
    two.parts.line(CODE, "approve", State.ANSWERED)
    two.parts.push(CODE)
    code = reference.national_units().code_of(ended)
    wards: dict[str, Any] = {"into": "PX-99001", "parts": [ended, "PX-00166"], "name": "Phường Cầu Giấy - Yên Hòa"}
    units = {"into": "SNV", "parts": [ended]}
    merger = Merger(day="2026-11-23", source="Nghị quyết", **(wards if ended.startswith("PX") else units))
    after = NationalUnits(
        reference.national_units().codes, Directory.load(merged(reference.parsed("directory.json"), merger))
    )
    assert after.unit_of(code or "") == merger.into
    monkeypatch.setattr(reference, "national_units", lambda: after)
    two.start()
    assert two.parts.reconcile()["differences"] == {}
    [record] = two.portal.records()
    assert record["unit_code"] == code


def test_signer_of_the_document_is_under_the_answer(world: PortalWorld) -> None:
    document = {"number": "15/QĐ", "date": "2026-11-23", "signer": "Lê Hồng", "position": "Chủ tịch"}
    world.file()
    reply = approved("Đã thay.", world.clock.now()).stored() | {"document": document}
    world.line("approve", State.ANSWERED, updates={"reply": reply})
    world.push(CODE)
    [answer] = [item for _, item in world.portal.effects if isinstance(item, PortalAnswer)]
    assert (answer.author, answer.position) == ("Lê Hồng", "Chủ tịch")


def test_unknown_officer_is_not_named_by_an_id(world: PortalWorld) -> None:
    world.file()
    world.approve()
    world.store.documents[f"petitions/{CODE}"]["reply"]["approved_by"] = "px-00175-officer"
    world.push(CODE)
    [answer] = [item for _, item in world.portal.effects if isinstance(item, PortalAnswer)]
    assert (answer.author, answer.position) == ("", "")
    assert "px-00175" not in str(world.portal.effects)
