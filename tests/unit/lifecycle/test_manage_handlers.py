"""Handlers of petitions are changed, reminded and replaced, tested on the use case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

import pytest

from petitions.domain.lifecycle.states import Role, State
from petitions.domain.officers.audit import AuditEntry
from petitions.domain.officers.entries import LONGEST_NAME
from petitions.domain.officers.officer import Officer, StandsIn, officer_path
from petitions.domain.petition.history_actions import RecordedAction
from petitions.domain.petition.history_entry import history_path
from petitions.domain.shared.records import replace
from petitions.errors import Forbidden, NotFound, PetitionError, Rejected, Retryable
from petitions.ports.store import DELETE
from petitions.usecases.lifecycle.manage_handlers import LONGEST_MANDATE, ManageHandlers, each_of
from tests.unit.desk.office import Office

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)


@pytest.fixture
def office() -> Office:
    made = Office()
    for who, unit, role in (("lan", "SXD", Role.OFFICER), ("inspected", "SXD", Role.INSPECTOR)):
        officer = Officer(id=who, name=who, email=f"{who}@example.vn", unit=unit, role=role)
        made.store.create(officer_path(who), officer.stored())
    return made


def handlers(office: Office) -> ManageHandlers:
    return office.parts.staffing


def refused(office: Office, code: str, to: str, *, by: str = "sxd-head") -> str:
    with pytest.raises(PetitionError) as error:
        handlers(office).hand_to(office.officer(by), code, to)
    return error.value.reason


def test_a_petition_is_handed_to_who_works_in_its_unit(office: Office) -> None:
    code = office.filed_in("SXD").code
    assert handlers(office).hand_to(office.officer("sxd-head"), code, "lan").handler == "lan"
    assert refused(office, code, "lan") == "handler_same"
    assert handlers(office).hand_to(office.officer("sxd-head"), code, "sxd-officer").handler == "sxd-officer"
    for nobody in ("syt-officer", "inspected", "of-nobody"):
        assert refused(office, code, nobody) == "handler_unknown", nobody
    office.store.update(officer_path("lan"), {"left_at": office.clock.now()})
    assert refused(office, code, "lan") == "handler_unknown"
    assert office.petition(code).handler == "sxd-officer"


VERBS: Mapping[str, Callable[[ManageHandlers, Officer, str], object]] = {
    RecordedAction.HANDLER_CHANGED: lambda made, who, code: made.hand_to(who, code, "lan"),
    RecordedAction.HANDLER_REMINDED: lambda made, who, code: made.remind(who, code),
}


@pytest.mark.parametrize("action", [*VERBS])
def test_who_leads_a_unit_or_coordinates_does_it_and_leaves_a_line_of_history_and_audit(
    office: Office, action: str
) -> None:
    do, code = VERBS[action], office.filed_in("SXD").code
    for nobody, error in (("sxd-officer", Forbidden), ("inspector", Forbidden), ("syt-head", NotFound)):
        before = dict(office.store.documents)
        with pytest.raises(error):
            do(handlers(office), office.officer(nobody), code)
        assert office.store.documents == before
    with pytest.raises(NotFound):
        do(handlers(office), office.officer("sxd-head"), code.lower())
    for who in ("sxd-head", "coordinator"):
        officer, audited = office.officer(who), {*office.store.paths("audit")}
        office.clock.advance(days=1)
        office.changed(code, handler=None)
        do(handlers(office), officer, code)
        petition = office.petition(code)
        line = office.store.documents[history_path(code, petition.version)]
        assert (line["action"], line["actor"], line["role"]) == (action, officer.id, officer.role)
        (entry,) = {*office.store.paths("audit")} - audited
        assert AuditEntry.model_validate(office.store.documents[entry]) == AuditEntry.by(
            officer, what="change", action=action, code=code, seq=petition.version, at=office.clock.now()
        )


def test_what_is_over_has_no_new_handler(office: Office) -> None:
    code = office.filed_in("SXD").code
    office.changed(code, state=State.CLOSED)
    assert refused(office, code, "lan") == "not_open"


def test_only_who_leads_a_unit_hands_over_and_in_their_own_unit(office: Office) -> None:
    first, second = office.filed_in("SXD").code, office.filed_in("SXD").code
    for code in (first, second):
        handlers(office).hand_to(office.officer("sxd-head"), code, "lan")
    assert handlers(office).of(office.officer("sxd-head"), "SXD", "lan") == [first, second]
    assert handlers(office).of(office.officer("coordinator"), "SXD", "lan") == [first, second]
    for who in ("sxd-officer", "syt-head", "inspector", "admin"):
        with pytest.raises(Forbidden):
            handlers(office).of(office.officer(who), "SXD", "lan")
    for to in ("", "lan"):
        with pytest.raises(Rejected):
            handlers(office).hand_over(office.officer("sxd-head"), "SXD", "lan", to)
    done = handlers(office).hand_over(office.officer("sxd-head"), "SXD", "lan", "sxd-officer")
    assert [(result.code, result.done) for result in done] == [(first, True), (second, True)]
    assert handlers(office).loads(office.officer("sxd-head"), "SXD") == {"sxd-officer": 2}


def test_only_what_the_leaving_handler_has_in_the_unit_is_handed_over(office: Office) -> None:
    head, code, others = office.officer("sxd-head"), office.filed_in("SXD").code, office.filed_in("SXD").code
    elsewhere, closed = office.filed_in("SYT").code, office.filed_in("SXD").code
    for one, handler in ((code, "lan"), (others, "sxd-officer"), (elsewhere, "lan"), (closed, "lan")):
        office.changed(one, handler=handler)
    office.changed(closed, accused="SXD", closed_with=["SXD"])
    assert set(handlers(office).of(office.officer("coordinator"), "SXD", "lan")) == {code, closed}
    assert handlers(office).of(head, "SXD", "lan") == [code]
    office.changed(office.filed_in("SXD").code, handler=None)
    assert handlers(office).loads(head, "SXD") == {"lan": 1, "sxd-officer": 1}


def test_what_is_to_be_assigned_next_is_assigned_and_the_rest_has_another_handler(office: Office) -> None:
    head, code = office.officer("sxd-head"), office.filed_in("SXD").code
    for state, after in ((State.ACCEPTED, State.ASSIGNED), (State.IN_PROGRESS, State.IN_PROGRESS)):
        office.changed(code, state=state, handler="sxd-officer")
        found = handlers(office).assign(head, code, "lan")
        assert (found.state, found.handler) == (after, "lan")
    with pytest.raises(NotFound):
        handlers(office).assign(office.officer("syt-head"), code, "lan")


def test_a_handler_is_reminded_once_a_day(office: Office) -> None:
    code = office.filed_in("SXD").code
    with pytest.raises(NotFound):
        handlers(office).remind(office.officer("syt-head"), code)
    handlers(office).hand_to(office.officer("sxd-head"), code, "lan")
    reminded = handlers(office).remind(office.officer("sxd-head"), code)
    (notice,) = [path for path in office.store.paths("notices") if path.startswith("notices/asked-")]
    assert office.store.documents[notice]["officer"] == "lan"
    assert office.store.documents[notice]["about"] == {"code": code, "seq": reminded.version}
    with pytest.raises(Rejected, match="Hôm nay đã nhắc"):
        handlers(office).remind(office.officer("sxd-head"), code)
    office.clock.advance(days=1)
    handlers(office).remind(office.officer("sxd-head"), code)


def test_one_of_several_who_was_reminded_today_is_enough_to_refuse(office: Office) -> None:
    """Without a handler, the whole unit is reminded. An officer who joined later has no mail of today yet."""
    code = office.filed_in("SXD").code
    handlers(office).remind(office.officer("sxd-head"), code)
    asked = [path for path in office.store.paths("notices") if path.startswith("notices/asked-")]
    assert len(asked) > 1
    del office.store.documents[asked[0]]
    with pytest.raises(Rejected, match="Hôm nay đã nhắc"):
        handlers(office).remind(office.officer("sxd-head"), code)


@pytest.mark.parametrize(("length", "taken"), [(0, False), (1, True), (LONGEST_NAME, True), (LONGEST_NAME + 1, False)])
def test_the_head_enters_the_position_of_a_colleague(office: Office, length: int, *, taken: bool) -> None:
    position = "x" * length
    if not taken:
        with pytest.raises(Rejected) as raised:
            handlers(office).enter_position(office.officer("sxd-head"), "lan", position)
        assert raised.value.reason == "position_missing"
        return
    for _ in range(2):  # the second time nothing is new, and nothing is noted
        handlers(office).enter_position(office.officer("sxd-head"), "lan", f" {position}  ")
    assert office.officer("lan").position == position
    (noted,) = (office.store.documents[path] for path in office.store.paths("audit"))
    assert (noted["action"], noted["subject"], noted["officer"]) == ("officer_changed", "lan", "sxd-head")
    assert position in noted["reason"]


def test_nobody_else_enters_a_position_and_nobody_their_own(office: Office) -> None:
    head = office.officer("sxd-head")
    deputy = replace(office.officer("sxd-officer"), role=Role.HEAD, stands_in=StandsIn(officer=head.id))
    for who in (office.officer("syt-head"), office.officer("sxd-officer"), office.officer("coordinator"), deputy):
        with pytest.raises(Forbidden):
            handlers(office).enter_position(who, "lan", "Chuyên viên")
    with pytest.raises(Forbidden):
        handlers(office).enter_position(head, head.id, "Giám đốc")
    office.store.update(officer_path("lan"), {"left_at": office.clock.now()})
    with pytest.raises(Forbidden):
        handlers(office).enter_position(head, "lan", "Chuyên viên")
    assert not office.officer("lan").position


def test_a_failure_stops_none_of_the_rest_and_is_not_called_done(office: Office) -> None:
    petition = office.filed_in("SXD")
    tried: list[str] = []

    def do(code: str) -> object:
        tried.append(code)
        if code == "refused":
            raise Rejected("không được")
        if code == "busy":
            raise Retryable("x")
        return petition

    found = each_of(["refused", "first", "busy", "first", "last"], do)  # type: ignore[arg-type]
    assert tried == ["refused", "first", "busy", "last"]
    assert [(result.code, result.done) for result in found] == [
        ("refused", False),
        ("first", True),
        ("busy", False),
        ("last", True),
    ]
    assert found[0].words == "không được"


@pytest.mark.parametrize(
    ("since", "until", "taken"),
    [
        (TODAY, TODAY, True),
        (TODAY - DAY, TODAY, True),
        (TODAY - DAY, TODAY - DAY, False),
        (TODAY + DAY, TODAY, False),
        (TODAY, TODAY + 90 * DAY, True),
        (TODAY, TODAY + 91 * DAY, False),
        (None, TODAY, False),
        (TODAY, None, False),
    ],
)
def test_the_days_of_a_deputy(office: Office, since: date | None, until: date | None, *, taken: bool) -> None:
    def appoint() -> None:
        handlers(office).stand_in(office.officer("sxd-head"), "sxd-officer", "lan", since, until)

    if taken:
        appoint()
        assert office.store.documents[officer_path("sxd-officer")]["deputy"]["officer"] == "lan"
        assert [office.store.documents[path]["action"] for path in office.store.paths("audit")] == ["deputy"]
    else:
        with pytest.raises(Rejected, match="ngày bắt đầu và kết thúc"):
            appoint()


@pytest.mark.parametrize(("length", "taken"), [(LONGEST_MANDATE, True), (LONGEST_MANDATE + 1, False)])
def test_the_length_of_a_mandate(office: Office, length: int, *, taken: bool) -> None:
    def appoint() -> None:
        handlers(office).stand_in(office.officer("sxd-head"), "sxd-officer", "lan", TODAY, TODAY, "x" * length)

    if taken:
        appoint()
        assert office.store.documents[officer_path("sxd-officer")]["deputy"]["mandate"] == "x" * length
    else:
        with pytest.raises(Rejected, match="dài quá 100 ký tự"):
            appoint()


def test_an_appointment_ends_without_a_deputy_and_nothing_is_noted_twice(office: Office) -> None:
    head = office.officer("sxd-head")
    handlers(office).stand_in(head, "sxd-officer", "lan", TODAY, TODAY)
    for _ in range(2):
        handlers(office).stand_in(head, "sxd-officer", "", None, None)
        assert "deputy" not in office.store.documents[officer_path("sxd-officer")]
    entries = [AuditEntry.model_validate(office.store.documents[path]) for path in office.store.paths("audit")]
    noted = AuditEntry.by(head, what="change", action="deputy", at=office.clock.now())
    assert entries == [noted, noted]


def reminds_nobody(office: Office) -> None:
    code, coordinator = office.filed_in("STP").code, office.officer("coordinator")
    for path in office.store.paths("officers"):
        office.store.update(path, {"left_at": office.clock.now()})
    office.clock.advance(minutes=2)
    handlers(office).remind(coordinator, code)


DEPUTY = StandsIn(officer="sxd-head")
REFUSED: tuple[tuple[str, type[PetitionError], Callable[[Office], object]], ...] = (
    ("handler_missing", Rejected, lambda office: handlers(office).hand_over(
        office.officer("sxd-head"), "SXD", "lan", "lan")),
    ("mandate_too_long", Rejected, lambda office: handlers(office).stand_in(
        office.officer("sxd-head"), "sxd-officer", "lan", TODAY, TODAY, "x" * 101)),
    ("officer_unknown", NotFound, lambda office: handlers(office).stand_in(
        office.officer("sxd-head"), "", "lan", TODAY, TODAY)),
    ("officer_unknown", NotFound, lambda office: handlers(office).stand_in(
        office.officer("sxd-head"), "sxd-officer", "nobody", TODAY, TODAY)),
    ("own_mandate", Forbidden, lambda office: handlers(office).stand_in(
        office.officer("sxd-head"), "sxd-officer", "sxd-head", TODAY, TODAY, "15/GUQ")),
    ("own_mandate", Forbidden, lambda office: handlers(office).stand_in(
        replace(office.officer("lan"), role=Role.HEAD, stands_in=DEPUTY), "sxd-officer", "lan", TODAY, TODAY)),
    ("deputy_missing", Rejected, lambda office: handlers(office).stand_in(
        office.officer("sxd-head"), "sxd-officer", "", TODAY, None)),
    ("deputy_missing", Rejected, lambda office: handlers(office).stand_in(
        office.officer("sxd-head"), "sxd-officer", "", None, TODAY)),
    ("deputy_missing", Rejected, lambda office: handlers(office).stand_in(
        office.officer("sxd-head"), "sxd-officer", "", None, None, "15/GUQ")),
    ("deputy_unknown", Rejected, lambda office: handlers(office).stand_in(
        office.officer("sxd-head"), "sxd-officer", "sxd-officer", TODAY, TODAY)),
    ("dates", Rejected, lambda office: handlers(office).stand_in(
        office.officer("sxd-head"), "sxd-officer", "lan", TODAY, None)),
    ("position_missing", Rejected, lambda office: handlers(office).enter_position(
        office.officer("sxd-head"), "lan", " ")),
    ("nobody", Rejected, reminds_nobody),
)  # fmt: skip


@pytest.mark.parametrize(("reason", "error", "do"), REFUSED, ids=[reason for reason, *_ in REFUSED])
def test_what_is_refused_has_its_reason(
    office: Office, reason: str, error: type[PetitionError], do: Callable[[Office], object]
) -> None:
    with pytest.raises(error) as refused:
        do(office)
    assert (type(refused.value), refused.value.reason) == (error, reason)
    assert not office.store.paths("audit")


def test_coordinators_and_administrators_appoint_deputies_in_every_unit(office: Office) -> None:
    for who in ("coordinator", "admin"):
        office.store.update(officer_path("sxd-officer"), {"deputy": DELETE})
        handlers(office).stand_in(office.officer(who), "sxd-officer", "lan", TODAY, TODAY)
        assert office.officer("sxd-officer").deputy


def test_a_deputy_is_another_present_officer_of_the_same_unit(office: Office) -> None:
    office.store.update(officer_path("inspected"), {"left_at": office.clock.now()})
    for deputy in ("sxd-officer", "syt-officer", "inspected"):
        with pytest.raises(Rejected, match="người khác trong cùng đơn vị"):
            handlers(office).stand_in(office.officer("sxd-head"), "sxd-officer", deputy, TODAY, TODAY)
    for who in ("syt-head", "sxd-officer"):
        with pytest.raises(Forbidden):
            handlers(office).stand_in(office.officer(who), "sxd-officer", "lan", TODAY, TODAY)
    with pytest.raises(NotFound):
        handlers(office).stand_in(office.officer("sxd-head"), "of-nobody", "lan", TODAY, TODAY)
