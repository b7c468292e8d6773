"""Petitions about an officer's conduct go to the superior unit and are hidden from the accused office."""

from __future__ import annotations

import pytest

from petitions.adapters import reference
from petitions.domain.lifecycle.lifecycle import Action, Role, State
from petitions.domain.lifecycle.refusal_reasons import RefusalReason
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission, may
from petitions.domain.petition.classification import GivenClassification
from petitions.domain.petition.petition import Petition
from petitions.errors import Forbidden, NotFound, Rejected
from petitions.ports.store import DELETE
from petitions.usecases.desk.work_list_query import WorkListFilters
from petitions.usecases.petition.note_petition import NoteKind
from petitions.usecases.portal.portal_births import routed_there
from petitions.usecases.shared.outbox import inbox_path
from tests.unit.petition.handling import act, officer
from tests.unit.petition.secret_matters import (
    COMPLAINT,
    COORDINATOR,
    DELAY,
    DENUNCIATION,
    HEAD,
    PEOPLE,
    STAFF,
    WARD,
    SecretWorld,
    marks,
    of,
)

SECOND = officer("VPUB", Role.COORDINATOR, "dieu-phoi-hai")
WHY = "Xác minh người gửi theo yêu cầu giải quyết"


@pytest.fixture
def world() -> SecretWorld:
    return SecretWorld()


def sees(world: SecretWorld, who: Officer, petition: Petition) -> bool:
    try:
        world.pages(who, petition.code)
    except NotFound:
        listed = world.lists(who, filters=WorkListFilters(text=petition.code)).lines
        assert listed == []
        return False
    return True


@pytest.mark.parametrize(("story", "superior"), [(HEAD, "VPUB"), (STAFF, "STP")])
def test_conduct_of_a_ward_goes_to_its_superior_and_the_ward_sees_nothing(
    world: SecretWorld, story: str, superior: str
) -> None:
    petition = world.secret(story)
    assert (petition.unit, petition.accused, petition.coordinating) == (superior, WARD, [])
    for role in (Role.OFFICER, Role.HEAD):
        assert not sees(world, of(WARD, role), petition)
        with pytest.raises(NotFound):
            world.reveal(of(WARD, role), petition.code, WHY)


def test_nobody_can_give_it_to_the_accused_unit_or_ask_it_for_help(world: SecretWorld) -> None:
    petition = act(world, COORDINATOR, world.secret(HEAD), Action.ACCEPT)
    with pytest.raises(Forbidden, match="hành vi của chính đơn vị"):
        act(world, COORDINATOR, petition, Action.ASSIGN, unit=WARD)
    with pytest.raises(Forbidden, match="hành vi của chính đơn vị"):
        world.note(COORDINATOR, petition.code, NoteKind.COORDINATE, "Xin ý kiến", WARD)
    for other in ("PX-00166", "TTPVHCC"):
        with pytest.raises(Forbidden, match="không phải là cấp trên"):
            act(world, COORDINATOR, petition, Action.ASSIGN, unit=other)
        with pytest.raises(Forbidden, match="không phải là cấp trên"):
            world.note(COORDINATOR, petition.code, NoteKind.COORDINATE, "Xin ý kiến", other)
    assert not {WARD, "PX-00166", "TTPVHCC"} & {helper.id for helper in world.pages(COORDINATOR, petition.code).helpers}
    assert act(world, COORDINATOR, petition, Action.ASSIGN, unit="TTTP").unit == "TTTP"


def test_superior_handles_it_and_the_citizen_is_informed_of_the_confidentiality(world: SecretWorld) -> None:
    petition = world.secret(STAFF)
    handler, head = of("STP", Role.OFFICER), of("STP", Role.HEAD)
    petition = act(world, handler, petition, Action.ACCEPT)
    [notice] = [item for item in (world.store.documents[path] for path in world.store.paths("notices"))
              if item["kind"] == "accepted"]  # fmt: skip
    assert "Đơn vị bị phản ánh không xem được họ tên, điện thoại" in notice["text"]
    holder = reference.directory().name_of(world.again(petition).unit)
    assert f"được giao {holder} xem xét, không phải đơn vị bị phản ánh" in notice["text"]
    petition = act(world, head, petition, Action.ASSIGN, unit="STP", handler=handler.id)
    petition = act(world, handler, petition, Action.START)
    answer = {"text": "Sở đã kiểm điểm cán bộ, xin lỗi công dân và trả kết quả sáng 26/11 tại phường.",
              "no_evidence": "Việc đã xong tại chỗ, không có tài liệu"}  # fmt: skip
    petition = act(world, handler, petition, Action.SUBMIT_ANSWER, **answer)
    with pytest.raises(Forbidden):
        act(world, of(WARD, Role.HEAD), petition, Action.APPROVE, text="đã xem")
    assert act(world, head, petition, Action.APPROVE, text="đã xem").state is State.ANSWERED


def test_a_unit_that_finds_itself_accused_loses_the_petition_by_saying_so(world: SecretWorld) -> None:
    petition = world.secret(DELAY)
    assert (petition.unit, petition.accused) == (WARD, None)
    given = GivenClassification(accused=WARD)
    after = act(world, of(WARD, Role.OFFICER), petition, Action.ACCEPT, classified=given)
    assert (after.unit, after.accused, after.handler) == ("VPUB", WARD, None)
    assert not sees(world, of(WARD, Role.OFFICER), after)


@pytest.mark.parametrize(
    ("field", "superior"), [("ho_tich_tu_phap", "STP"), ("xay_dung", "SXD"), ("thue", "VPUB"), ("khac", "VPUB")]
)
@pytest.mark.parametrize("holder", [WARD, "PX-00166", "TTPVHCC"])
def test_a_wards_conduct_goes_to_the_office_of_the_field_whoever_holds_it(
    world: SecretWorld, holder: str, field: str, superior: str
) -> None:
    """Other wards and the service centre do not supervise wards."""
    petition = act(world, of(WARD, Role.OFFICER), world.secret(DELAY), Action.ACCEPT)
    world.store.update(f"petitions/{petition.code}", {"unit": holder})
    given = GivenClassification(accused=WARD, field=field)
    after = act(world, COORDINATOR, world.again(petition), Action.CLASSIFY, text=WHY, classified=given)
    assert (after.unit, after.accused) == (superior, WARD)


def test_a_coordinator_who_finds_a_unit_accused_takes_it_from_that_unit(world: SecretWorld) -> None:
    petition = act(world, of(WARD, Role.OFFICER), world.secret(DELAY), Action.ACCEPT)
    after = act(world, COORDINATOR, petition, Action.CLASSIFY, text=WHY, classified=GivenClassification(accused=WARD))
    assert (after.unit, after.accused) == ("VPUB", WARD)
    assert not sees(world, of(WARD, Role.HEAD), after)
    assert "Đơn vị bị phản ánh không xem được" in world.last_reply(str(10**18))


def test_a_ward_nobody_knows_closes_it_to_all_wards(world: SecretWorld) -> None:
    petition = world.secret(HEAD)
    world.store.update(f"petitions/{petition.code}", {"accused": "PX-?", "unit": WARD})
    assert not sees(world, of(WARD, Role.HEAD), petition)


def test_a_denunciation_is_open_to_coordinators_alone_and_its_filer_only_for_a_reason(world: SecretWorld) -> None:
    petition = world.secret(DENUNCIATION)
    assert (petition.unit, petition.petition_class) == ("VPUB", "denunciation")
    assert [who.id for who in PEOPLE if sees(world, who, petition)] == [COORDINATOR.id]
    with pytest.raises(Rejected, match="lý do"):
        world.reveal(COORDINATOR, petition.code, " ")
    assert world.store.paths("audit") == []
    with pytest.raises(NotFound):  # the accused has not been decided yet
        world.reveal(COORDINATOR, petition.code, WHY)
    act(world, SECOND, petition, Action.ACCEPT, classified=GivenClassification(accused=WARD))
    assert world.reveal(COORDINATOR, petition.code, WHY).contact.name == marks(0)[0]
    [entry] = [
        line for path in world.store.paths("audit") if (line := world.store.documents[path])["what"] == "contact"
    ]
    assert (entry["officer"], entry["code"], entry["reason"]) == (COORDINATOR.id, petition.code, WHY)
    for who in PEOPLE:
        if who is not COORDINATOR:
            with pytest.raises(NotFound):
                world.reveal(who, petition.code, WHY)


def test_a_denunciation_goes_to_no_unit_and_is_not_merged(world: SecretWorld) -> None:
    other = act(world, of(WARD, Role.OFFICER), world.secret(DELAY, 1), Action.ACCEPT)
    petition = act(world, COORDINATOR, world.secret(DENUNCIATION), Action.ACCEPT)
    with pytest.raises(Forbidden, match="Tố cáo chỉ do cán bộ điều phối"):
        act(world, COORDINATOR, petition, Action.ASSIGN, unit="TTTP")
    with pytest.raises(Forbidden, match="Tố cáo chỉ do cán bộ điều phối"):
        world.note(COORDINATOR, petition.code, NoteKind.COORDINATE, "Xin ý kiến", "TTTP")
    for one, main in ((petition, other), (other, petition)):
        with pytest.raises(Rejected, match="không gộp"):
            act(world, COORDINATOR, world.again(one), Action.MERGE, text=main.code)


@pytest.mark.parametrize(
    ("story", "words"), [(DENUNCIATION, "giải quyết theo Luật Tố cáo"), (COMPLAINT, "giải quyết theo Luật Khiếu nại")]
)
def test_refused_filer_is_referred_to_the_right_office(world: SecretWorld, story: str, words: str) -> None:
    petition = world.secret(story)
    guidance = "Xin gửi đơn theo hướng dẫn dưới đây."
    act(world, COORDINATOR, petition, Action.REFUSE, text=guidance, why=RefusalReason.COMPLAINT)
    reply = world.last_reply(str(10**18))
    assert words in reply
    assert "Trụ sở tiếp công dân thành phố" in reply


def test_what_turns_out_to_be_a_denunciation_leaves_its_unit_at_once(world: SecretWorld) -> None:
    petition = act(world, of(WARD, Role.OFFICER), world.secret(DELAY), Action.ACCEPT)
    given = GivenClassification(petition_class="denunciation")
    after = act(world, COORDINATOR, petition, Action.CLASSIFY, text=WHY, classified=given)
    assert (after.unit, after.handler) == ("VPUB", None)
    assert [who.id for who in PEOPLE if sees(world, who, after)] == [COORDINATOR.id]
    assert "giải quyết theo Luật Tố cáo" in world.last_reply(str(10**18))


def test_helping_alone_opens_nothing_before_a_person_asks(world: SecretWorld) -> None:
    petition = act(world, of(WARD, Role.OFFICER), world.secret(DELAY), Action.ACCEPT)
    assert petition.routed is not None
    assert petition.routed.coordinating == ["STP"]
    assert petition.coordinating == []
    assert not sees(world, of("STP", Role.OFFICER), petition)
    world.note(of(WARD, Role.OFFICER), petition.code, NoteKind.COORDINATE, "Xin ý kiến về thời hạn", "STP")
    assert sees(world, of("STP", Role.OFFICER), petition)


@pytest.mark.parametrize(("story", "unit"), [(HEAD, "VPUB"), (DENUNCIATION, "VPUB"), (STAFF, "STP"), (DELAY, WARD)])
def test_the_portals_choice_of_a_unit_holds_unless_that_unit_is_accused(
    world: SecretWorld, story: str, unit: str
) -> None:
    """A petition filed on the portal with the ward that it accuses is moved from the ward."""
    petition = world.secret(DELAY)
    there = routed_there(WARD, reference.directory(), world.clock.now())
    fields = {"source": "portal", "content": story, "unit": WARD, "routed": there.stored(), "kind": None}
    world.store.update(f"petitions/{petition.code}", fields)
    del world.store.documents[inbox_path("routing", petition.code)]
    world.routing(petition.code)
    after = world.again(petition)
    assert after.unit == unit
    assert sees(world, of(WARD, Role.HEAD), after) == (unit == WARD)


def test_who_keyed_in_what_is_about_their_own_ward_reads_no_answer_to_it(world: SecretWorld) -> None:
    petition, clerk = world.secret(STAFF), of(WARD, Role.OFFICER)
    taken = {"by": clerk.id, "at": world.clock.now(), "consent": "1", "key": "k"}
    world.store.update(f"petitions/{petition.code}", {"taken": taken, "source": "paper"})
    assert not may(clerk, Permission.RECEIPT, world.again(petition))
    world.store.update(f"petitions/{petition.code}", {"accused": DELETE})
    assert may(clerk, Permission.RECEIPT, world.again(petition))
