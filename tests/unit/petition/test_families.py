"""A petition hidden from a unit hides all petitions merged with it, even after later changes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from petitions.adapters.reference import parsed
from petitions.domain.clock.ladder import Recipient
from petitions.domain.lifecycle.lifecycle import Action, Role, State
from petitions.domain.officers.officer import Deputy, officer_path
from petitions.domain.officers.policy import may_see
from petitions.domain.petition.classification import GivenClassification
from petitions.domain.petition.confidentiality import grounds
from petitions.domain.petition.history_actions import RecordedAction
from petitions.domain.petition.petition import Petition
from petitions.domain.publishing.public import public_status
from petitions.domain.publishing.published import ResultNames, published_result
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import Directory
from petitions.domain.units.mergers import Merger, merged
from petitions.errors import Forbidden, NotFound, Rejected
from petitions.usecases.desk.preview_merge import PreviewMerge
from petitions.usecases.desk.work_list_query import views
from petitions.usecases.lifecycle.publish_result import published
from petitions.usecases.officers.on_hand import concerned_officers
from petitions.usecases.officers.staff import Staff
from petitions.usecases.petition.note_petition import NoteKind
from petitions.usecases.reference.hand_over_unit import HandOverUnit
from petitions.usecases.shared.outbox import inbox_path
from petitions.usecases.shared.petition_changes import Actor, Change, change_petition
from tests.unit.petition.handling import act, history
from tests.unit.petition.secret_matters import (
    COMPLAINT,
    COORDINATOR,
    DELAY,
    STAFF,
    WARD,
    SecretWorld,
    of,
)
from tests.unit.world import ID_KEY

WHY = "Hai hồ sơ kể cùng một việc"
OF_WARD = of(WARD, Role.OFFICER)


@pytest.fixture
def world() -> SecretWorld:
    return SecretWorld()


def put(world: SecretWorld, petition: Petition, **fields: Any) -> Petition:
    world.store.update(f"petitions/{petition.code}", fields)
    return world.again(petition)


def ordinary(world: SecretWorld, unit: str = "VPUB", number: int = 1) -> Petition:
    petition = act(world, OF_WARD, world.secret(DELAY, number), Action.ACCEPT)
    return put(world, petition, unit=unit, held_by=[])


def joined(world: SecretWorld, petition: Petition, main: Petition) -> tuple[Petition, Petition]:
    act(world, COORDINATOR, petition, Action.MERGE, text=main.code)
    return world.again(petition), world.again(main)


def test_the_main_petition_is_closed_to_whom_a_merged_one_accuses(world: SecretWorld) -> None:
    _, main = joined(world, world.secret(STAFF), ordinary(world))
    assert (main.accused, main.closed_with) == (None, [WARD])
    for unit in (WARD, "PX-00166", "TTPVHCC"):
        with pytest.raises(Forbidden):
            act(world, COORDINATOR, main, Action.ASSIGN, unit=unit)
        with pytest.raises(Forbidden):
            world.note(COORDINATOR, main.code, NoteKind.COORDINATE, "Xin ý kiến", unit)
    page = world.pages(COORDINATOR, main.code)
    choices = [*page.helpers, *page.assignment.units, *page.assignment.wards, *page.assignment.proposed]
    assert not {WARD, "PX-00166", "TTPVHCC"} & {choice.id for choice in choices}
    assert act(world, COORDINATOR, main, Action.ASSIGN, unit="TTTP").unit == "TTTP"


def test_the_merged_petition_is_closed_to_whom_the_main_one_accuses(world: SecretWorld) -> None:
    petition, main = joined(world, ordinary(world, WARD), world.secret(STAFF))
    assert (petition.unit, petition.handler, petition.closed_with) == ("VPUB", None, [WARD])
    assert not may_see(OF_WARD, petition)
    assert main.unit == "STP"


def test_the_accused_unit_gives_up_the_main_petition_first(world: SecretWorld) -> None:
    secret, main = world.secret(STAFF), ordinary(world, WARD)
    with pytest.raises(Rejected, match="Xin lấy hồ sơ chính về điều phối"):
        joined(world, secret, main)
    preview = PreviewMerge(world.store, world.pages, world.search, world.desk.services.merging)
    with pytest.raises(Rejected, match="Xin lấy hồ sơ chính về điều phối"):
        preview(COORDINATOR, secret.code, main.code)
    main = act(world, COORDINATOR, main, Action.TAKE_BACK, text=WHY)
    assert joined(world, secret, main)[1].closed_with == [WARD]


def test_who_helps_with_the_main_petition_and_is_accused_helps_no_more(world: SecretWorld) -> None:
    main = put(world, ordinary(world, "SXD"), coordinating=[WARD, "STP"])
    _, main = joined(world, world.secret(STAFF), main)
    assert main.coordinating == ["STP"]


def test_others_merged_before_are_closed_too(world: SecretWorld) -> None:
    first, main = joined(world, ordinary(world, WARD, 2), ordinary(world))
    assert may_see(OF_WARD, first)
    joined(world, world.secret(STAFF), main)
    first = world.again(first)
    assert (first.unit, first.closed_with) == ("VPUB", [WARD])
    assert history(world, first.code)[-1] == "kept_closed"
    codes = {message.data["code"] for message in world.publisher.of("petition-events")[-4:]}
    assert first.code in codes


def test_a_complaint_keeps_the_main_petition_with_the_coordinators(world: SecretWorld) -> None:
    complaint = world.secret(COMPLAINT)
    with pytest.raises(Rejected, match="Xin lấy hồ sơ chính về điều phối"):
        joined(world, complaint, ordinary(world, "SXD"))
    _, main = joined(world, complaint, ordinary(world, "VPUB", 2))
    assert "complaint" in main.closed_with
    with pytest.raises(Forbidden, match="Khiếu nại chỉ do cán bộ điều phối"):
        act(world, COORDINATOR, main, Action.ASSIGN, unit="TTTP")
    with pytest.raises(Forbidden, match="Khiếu nại chỉ do cán bộ điều phối"):
        world.note(COORDINATOR, main.code, NoteKind.COORDINATE, "Xin ý kiến", "TTTP")
    with pytest.raises(Forbidden, match="không được công khai"):
        published(COORDINATOR, main, "Tóm tắt", "Trả lời", (), world.clock.now())


def test_a_complaint_joins_nothing_that_is_public(world: SecretWorld) -> None:
    public = {"summary": "Tóm tắt", "answer": "Trả lời", "by": "o", "at": world.clock.now()}
    main = put(world, ordinary(world), publication=public)
    with pytest.raises(Rejected, match="gỡ công khai"):
        joined(world, world.secret(COMPLAINT), main)


def test_what_is_unmerged_stays_closed_until_it_is_classified_alone(world: SecretWorld) -> None:
    petition, main = joined(world, world.secret(STAFF), ordinary(world))
    act(world, COORDINATOR, petition, Action.UNMERGE, text="Không cùng một việc")
    main = world.again(main)
    assert main.absorbed == []
    with pytest.raises(Forbidden, match="hành vi của chính đơn vị"):
        act(world, COORDINATOR, main, Action.ASSIGN, unit=WARD)
    main = act(world, COORDINATOR, main, Action.CLASSIFY, text=WHY, classified=GivenClassification())
    assert main.closed_with == []
    with pytest.raises(Rejected, match="Người nhận có phải nơi, người bị nói tới không"):
        act(world, COORDINATOR, main, Action.ASSIGN, unit=WARD)
    assert act(world, COORDINATOR, main, Action.ASSIGN, unit=WARD, apart=True).unit == WARD


def test_while_merged_no_classification_opens_the_main_petition(world: SecretWorld) -> None:
    _, main = joined(world, world.secret(STAFF), ordinary(world))
    main = act(world, COORDINATOR, main, Action.CLASSIFY, text=WHY, classified=GivenClassification(accused=""))
    assert main.closed_with == [WARD]


def test_while_merged_no_correction_opens_one_of_the_family(world: SecretWorld) -> None:
    petition, main = joined(world, ordinary(world, "VPUB", 2), ordinary(world))
    for accused in ("SXD", "STP", ""):
        given = GivenClassification(accused=accused)
        main = act(world, COORDINATOR, main, Action.CLASSIFY, text=WHY, classified=given)
    assert grounds(main) == grounds(world.again(petition)) == {"SXD", "STP"}
    act(world, COORDINATOR, world.again(petition), Action.UNMERGE, text="Không cùng một việc")
    given = GivenClassification(accused="STP")
    main = act(world, COORDINATOR, world.again(main), Action.CLASSIFY, text=WHY, classified=given)
    assert grounds(main) == {"STP"}


def test_the_family_follows_what_the_main_petition_is_classified_as(world: SecretWorld) -> None:
    petition, main = joined(world, ordinary(world, WARD), ordinary(world, "VPUB", 2))
    given = GivenClassification(accused=WARD)
    act(world, COORDINATOR, main, Action.CLASSIFY, text=WHY, classified=given)
    petition = world.again(petition)
    assert (petition.unit, petition.closed_with) == ("VPUB", [WARD])
    given = GivenClassification(petition_class="denunciation")
    main = act(world, COORDINATOR, world.again(main), Action.CLASSIFY, text=WHY, classified=given)
    assert {"denunciation", WARD} == grounds(world.again(petition))
    assert not may_see(of("SNV", Role.INSPECTOR), world.again(petition))


def test_filer_on_the_portal_is_notified_of_a_reopening_that_closes_the_family(world: SecretWorld) -> None:
    """The reopening also hides the petition, and its history line follows the one about hiding."""
    petition, main = joined(world, ordinary(world, WARD), ordinary(world, "VPUB", 2))
    put(world, petition, source="portal")
    main = put(world, main, state="refused", classified=None)
    given = GivenClassification(accused=WARD)
    act(world, COORDINATOR, main, Action.REOPEN, text=WHY, classified=given)
    assert history(world, petition.code)[-2:] == ["kept_closed", "main_reopened"]
    assert world.again(petition).closed_with == [WARD]


def test_what_was_merged_before_the_machine_looked_closes_the_main_petition(world: SecretWorld) -> None:
    secret, main = world.secret(STAFF), ordinary(world, WARD)
    bare: dict[str, Any] = {"routed": None, "accused": None, "unit": "VPUB", "held_by": [], "kind": None}
    secret = Petition.model_validate(world.again(secret).stored() | bare)
    world.store.documents[f"petitions/{secret.code}"] = secret.stored()
    del world.store.documents[inbox_path("routing", secret.code)]
    secret, main = joined(world, secret, main)
    assert main.unit == WARD
    world.routing(secret.code)
    assert (world.again(secret).accused, world.again(secret).state) == (WARD, State.MERGED)
    assert (world.again(main).unit, world.again(main).closed_with) == ("VPUB", [WARD])
    assert world.again(main).news.kinds == ["returned"]  # type: ignore[union-attr]


def test_what_is_filed_again_is_closed_as_it_was(world: SecretWorld) -> None:
    first = world.secret(DELAY, 5)
    accused = GivenClassification(accused=WARD)
    act(world, OF_WARD, first, Action.ACCEPT, classified=accused)
    again, other = world.secret(DELAY, 5), world.secret(DELAY, 6)
    assert (again.unit, again.accused, again.closed_with) == ("VPUB", None, [WARD])
    assert (other.unit, other.closed_with) == (WARD, [])


def test_the_portals_unit_stays_and_what_it_accuses_is_remembered(world: SecretWorld) -> None:
    petition = world.secret(STAFF)
    there = replace(petition.routed, nature=None) if petition.routed else None
    assert there
    petition = put(world, petition, source="portal", unit="SXD", accused=None, routed=there.stored())
    del world.store.documents[inbox_path("routing", petition.code)]
    world.routing(petition.code)
    petition = world.again(petition)
    assert (petition.unit, petition.accused) == ("SXD", WARD)
    assert history(world, petition.code)[-1] == "kept_closed"


MERGER = Merger(day="2026-11-23", parts=[WARD], into="PX-00166", source="a decision")


def test_what_accuses_a_unit_is_closed_to_its_heir_wherever_it_lies(world: SecretWorld) -> None:
    heir = replace(of(WARD, Role.HEAD), unit="PX-00166")
    own, main = joined(world, world.secret(STAFF), ordinary(world, "SXD"))
    held = put(world, world.secret(STAFF, 3), unit="PX-00166", state="answered")
    helped = put(world, world.secret(STAFF, 4), coordinating=["PX-00166", "SXD"])
    after = Directory.load(merged(parsed("directory.json"), MERGER))
    handing = HandOverUnit(world.store, world.publisher, world.clock, after)
    handing()
    for petition in (own, main, held, helped):
        now = world.again(petition)
        assert "PX-00166" in grounds(now)
        assert not may_see(heir, now)
    assert (world.again(held).unit, world.again(held).accused) == ("VPUB", "PX-00166")
    assert world.again(helped).coordinating == ["SXD"]
    documents = {path: dict(fields) for path, fields in world.store.documents.items()}
    assert handing() == 0
    assert world.store.documents == documents


def test_an_heir_gets_nothing_that_accuses_itself(world: SecretWorld) -> None:
    petition = put(world, ordinary(world, WARD), accused="PX-00166")
    after = Directory.load(merged(parsed("directory.json"), MERGER))
    HandOverUnit(world.store, world.publisher, world.clock, after)()
    assert world.again(petition).unit == "VPUB"


def test_the_counts_of_the_lists_leave_out_what_the_family_closes(world: SecretWorld) -> None:
    inspector, of_office = of("SNV", Role.INSPECTOR), of("VPUB", Role.OFFICER)
    for number, routed in enumerate(({"may_accuse": True}, {"auto": False})):
        unread = world.secret(DELAY, 10 + number)
        kept = world.store.documents[f"petitions/{unread.code}"]["routed"]
        put(world, unread, unit="VPUB", routed={**kept, **routed})
    for number, closed in enumerate((["SNV"], ["VPUB"], ["denunciation"], ["VPUB", "denunciation"], [WARD])):
        put(world, ordinary(world, "VPUB", number), closed_with=closed)
    for who in (inspector, of_office, COORDINATOR):
        for view in views(who):
            page = world.lists(who, view)
            if view in page.counts:
                assert page.counts[view] == len(page.lines), (who.id, view)


def test_common_filer_of_a_protected_petition_is_never_revealed(world: SecretWorld) -> None:
    first, second = world.secret(DELAY, 7), world.secret(DELAY, 7)
    [twin] = world.pages(COORDINATOR, second.code).twins
    assert (twin.code, twin.same_filer) == (first.code, True)
    preview = PreviewMerge(world.store, world.pages, world.search, world.desk.services.merging)
    assert preview(COORDINATOR, second.code, first.code).same_filer
    for fields in ({"accused": "SXD"}, {"petition_class": "complaint"}, {"closed_with": ["SXD"]}):
        for closed in (first, second):
            put(world, closed, unit="VPUB", **fields)
            [twin] = world.pages(COORDINATOR, second.code).twins
            assert not twin.same_filer
            assert not preview(COORDINATOR, second.code, put(world, first, unit="VPUB").code).same_filer
            put(world, closed, accused=None, petition_class="pakn", closed_with=[])
    [twin] = world.pages(of("SNV", Role.INSPECTOR), second.code).twins
    assert not twin.same_filer


@pytest.mark.parametrize(("fields", "ward"), [({}, WARD), ({"accused": WARD}, None), ({"closed_with": [WARD]}, None)])
def test_what_is_protected_is_published_without_its_ward(
    world: SecretWorld, fields: dict[str, Any], ward: str | None
) -> None:
    at = world.clock.now()
    petition = replace(ordinary(world, "STP"), ward=WARD, state=State.PUBLISHED, **fields)
    answer = {"text": "t", "author": "a", "unit": "STP", "written_at": at, "approved_at": at}
    public = {"summary": "Tóm tắt", "answer": "Trả lời", "by": "o", "at": at}
    petition = Petition.model_validate(petition.stored() | {"reply": answer, "publication": public})
    names = ResultNames(unit="Sở Tư pháp", field="khac", field_name="Khác", ward_name="Phường Yên Hòa")
    result = published_result(petition, public_status(petition, "Sở Tư pháp", ID_KEY), names)
    assert result
    assert (result.ward, result.ward_name) == (ward, ward and "Phường Yên Hòa")
    assert any(key.startswith("ward_") for key in result.keys) == bool(ward)


def test_a_handler_may_know_of_what_they_get(world: SecretWorld) -> None:
    petition = put(world, ordinary(world), petition_class="denunciation")
    updates, actor = {"handler": of("VPUB", Role.OFFICER).id}, Actor.of(COORDINATOR)
    with pytest.raises(Forbidden, match="Người này không được xem hồ sơ"):
        world.store.transact(
            lambda tx: change_petition(
                tx, petition, updates, Change(RecordedAction.HANDLER_CHANGED, actor, world.clock.now())
            )
        )


@pytest.mark.parametrize("updates", [{"unit": "SXD"}, {"coordinating": ["SXD"]}, {"accused": "SXD"},
                                     {"petition_class": "complaint"}, {"closed_with": ["SXD"]}])  # fmt: skip
def test_who_may_know_changes_through_one_door(world: SecretWorld, updates: dict[str, Any]) -> None:
    petition = ordinary(world)
    with pytest.raises(ValueError, match="who may know"):
        world.store.transact(
            lambda tx: change_petition(
                tx, petition, updates, Change(Action.EXTEND, Actor(Role.SYSTEM), world.clock.now())
            )
        )


def test_a_denunciation_in_the_family_is_for_coordinators_alone(world: SecretWorld) -> None:
    petition = put(world, ordinary(world, "SXD"), closed_with=["denunciation"])
    for who in (of("SXD", Role.OFFICER), of("SNV", Role.INSPECTOR), of("VPUB", Role.HEAD)):
        with pytest.raises(NotFound):
            world.pages(who, petition.code)
    assert world.pages(COORDINATOR, petition.code).kept


def test_only_coordinators_of_their_office_are_notified_of_a_denunciation(world: SecretWorld) -> None:
    petition = put(world, ordinary(world), petition_class="denunciation")
    assert {officer.id for officer in concerned_officers(world.store, petition, world.clock.at.date())} == {
        COORDINATOR.id
    }
    staff = Staff(world.store, world.clock)
    for recipient in Recipient:
        assert {officer.id for officer in staff.meant(petition, [recipient])} == {COORDINATOR.id}


def test_deputy_of_a_coordinator_gets_the_coordinators_notices(world: SecretWorld) -> None:
    petition, today = put(world, ordinary(world), petition_class="denunciation"), hanoi(world.clock.now()).date()
    stands = Deputy(officer=of("VPUB", Role.OFFICER).id, since=today, until=today)
    world.store.update(officer_path(COORDINATOR.id), {"deputy": stands.stored()})
    recipients = Staff(world.store, world.clock).meant(petition, [Recipient.COORDINATORS])
    assert {officer.id for officer in recipients} == {COORDINATOR.id, stands.officer}


@pytest.mark.parametrize(
    ("published", "months"),
    [
        (datetime(2026, 10, 31, 16, 59, 59, tzinfo=UTC), {"period_2026", "period_2026_10"}),
        (datetime(2026, 10, 31, 17, 0, tzinfo=UTC), {"period_2026", "period_2026_11"}),
        (datetime(2026, 12, 31, 17, 0, tzinfo=UTC), {"period_2027", "period_2027_01"}),
    ],
)
def test_a_result_is_found_under_the_month_of_hanoi(world: SecretWorld, published: datetime, months: set[str]) -> None:
    answer = {"text": "t", "author": "a", "unit": "STP", "written_at": published, "approved_at": published}
    public = {"summary": "Tóm tắt", "answer": "Trả lời", "by": "o", "at": published}
    petition = Petition.model_validate(
        ordinary(world, "STP").stored() | {"state": "published", "reply": answer, "publication": public}
    )
    names = ResultNames(unit="Sở Tư pháp", field="khac", field_name="Khác")
    result = published_result(petition, public_status(petition, "Sở Tư pháp", ID_KEY), names)
    assert result
    assert {key for key in result.keys if key.startswith("period_")} == months
