"""A changed calendar updates the deadlines of all open petitions once, with one notice per unit."""

from __future__ import annotations

import copy
import json
import random
from datetime import timedelta
from typing import Any

import pytest

from petitions.adapters import reference
from petitions.adapters.reference import parsed
from petitions.domain.clock.calendar import WorkingCalendar
from petitions.domain.clock.clocks import DeadlineRules, due, given_anew
from petitions.domain.language.redaction import masked
from petitions.domain.lifecycle.lifecycle import Action, Role
from petitions.domain.lifecycle.states import Level
from petitions.domain.petition.petition import Petition
from petitions.domain.reminders.deadline_moves import JOB_PATH
from petitions.domain.shared.records import replace
from petitions.errors import Conflict, PetitionError, Rejected, Retryable
from petitions.usecases.lifecycle.act_on_petition import ActOnPetition
from petitions.usecases.lifecycle.commands import command
from petitions.usecases.lifecycle.submit_answer import SubmitAnswer
from petitions.usecases.petition.tell_citizen import TellCitizen
from petitions.usecases.reference import recompute_deadlines
from petitions.usecases.reference.recompute_deadlines import INSTANCES_BEHIND_FOR, kept_terms, preview
from petitions.usecases.shared.petition_changes import changed_fields
from petitions.usecases.shared.relay import RelayUnpublished
from petitions.usecases.shared.timekeeping import Timekeeping
from tests.classification import classifying
from tests.unit.petition.clockwork import Clockwork, calendar_with, clocked
from tests.unit.petition.handling import COORDINATOR, act, history, officer


@pytest.fixture
def world() -> Clockwork:
    world = Clockwork()
    world.minutes(4)
    assert world.state() == "done"
    return world


def test_late_holiday_moves_open_deadlines_with_one_notice_per_unit(world: Clockwork) -> None:
    petitions = world.accepted(5)
    world.in_force(calendar_with("2026-12-01", "2026-12-08"))
    world.minutes(2)
    assert world.dues() == {"08/12"}  # old calendars may still be cached somewhere
    world.minutes(1)
    assert world.dues() == {"09/12"}
    assert world.state() == "done"
    for petition in world.petitions():
        assert petition.derived_from == world.timekeeping.basis
        assert petition.due_at == min(clock.due_at for clock in petition.clocks.values() if clock.stopped_at is None)
        assert history(world, petition.code)[-1] == "recomputed"
        entry = world.store.documents[f"petitions/{petition.code}/history/{petition.version}"]
        assert "Trả lời: 17:30 thứ Ba 08/12/2026 → 17:30 thứ Tư 09/12/2026" in entry["reason"]
        assert "move answer 2026-12-08T10:30:00+00:00 2026-12-09T10:30:00+00:00" in entry["clock_effects"]
        assert (entry["role"], entry.get("actor")) == ("system", None)
    [notice] = world.move_notices()
    assert notice["officer"] == f"{petitions[0].unit.lower()}-truong"
    assert notice["subject"] == "Thời hạn của 5 hồ sơ đã được tính lại"
    assert all(petition.code in notice["text"] for petition in petitions)
    nudges = [dict(message.data) for message in world.publisher.of("petition-events")]
    assert all({"code": item.code, "seq": item.version, "schema": 1} in nudges for item in world.petitions())


def test_running_again_changes_nothing(world: Clockwork) -> None:
    world.accepted(3)
    world.in_force(calendar_with("2026-12-01", "2026-12-08"))
    world.minutes(4)
    before = copy.deepcopy(world.store.documents)
    world.minutes(3)
    assert world.store.documents == before
    world.job().repair()
    assert {path: fields for path, fields in world.store.documents.items() if path != JOB_PATH} == {
        path: fields for path, fields in before.items() if path != JOB_PATH
    }


def test_unchanged_deadline_is_recorded_without_a_history_line(world: Clockwork) -> None:
    world.accepted(1)
    [before] = world.petitions()
    world.in_force(calendar_with("2026-12-01", "2026-12-25"))
    world.minutes(4)
    [after] = world.petitions()
    assert (after.version, after.due_at) == (before.version, before.due_at)
    assert after.derived_from == world.timekeeping.basis != before.derived_from
    assert world.move_notices() == []


def test_new_rules_move_nothing_that_runs(world: Clockwork) -> None:
    world.accepted(1)
    [before] = world.petitions()
    raw = copy.deepcopy(parsed("deadline_rules.json"))
    raw["version"] = "2026-12-01"
    raw["rules"][2]["amount"] = 10
    world.in_force(reference.calendar(), DeadlineRules.load(raw))
    world.minutes(4)
    [after] = world.petitions()
    assert after.derived_from == world.timekeeping.basis
    assert after.clocks == before.clocks
    assert after.clocks["answer"].rule.amount == 15


def rules_with(amount: int, version: str, *withdrawn: str) -> DeadlineRules:
    """Return the test rules with another number of days for answers. `withdrawn` lists withdrawn versions."""
    raw = copy.deepcopy(parsed("deadline_rules.json"))
    raw["rules"][2]["amount"] = amount
    return DeadlineRules.load({**raw, "version": version, "withdrawn": list(withdrawn)})


def given_by(world: Clockwork, petition: Petition, rules: DeadlineRules) -> None:
    """Set the petition's deadlines as if it had been handled under the given rules."""
    clocks = {}
    for name, clock in petition.clocks.items():
        term = rules.find(clock.name, petition.rules_class, Level(petition.level), clock.started_at)
        clocks[name] = given_anew(clock, term, rules.version, reference.calendar())
    after = clocked(reference.calendar(), rules).scheduled(replace(petition, clocks=clocks), world.clock.now())
    world.store.update(f"petitions/{petition.code}", changed_fields(petition, after))


def test_mistaken_rules_are_corrected_for_petitions_filed_meanwhile(
    world: Clockwork,
) -> None:
    wrong = rules_with(3, "wrong")
    world.in_force(reference.calendar(), wrong)
    world.minutes(4)
    for petition in world.accepted(2):
        given_by(world, petition, wrong)
    assert world.dues() == {"26/11"}
    back = clocked(reference.calendar())
    assert kept_terms(world.store, back, world.clock.now()) == {wrong.version: 2}
    assert list(preview(world.store, back, world.clock.now())) == []
    world.in_force(reference.calendar())
    world.minutes(4)
    assert world.dues() == {"26/11"}, "a petition keeps the rule that it was given"
    right = rules_with(15, "right", wrong.version)
    again = clocked(reference.calendar(), right)
    assert len(list(preview(world.store, again, world.clock.now()))) == 2
    assert kept_terms(world.store, again, world.clock.now()) == {}
    world.in_force(reference.calendar(), right)
    world.minutes(4)
    assert world.dues() == {"08/12"}
    assert {petition.clocks["answer"].rule_version for petition in world.petitions()} == {right.version}
    assert {history(world, petition.code)[-1] for petition in world.petitions()} == {"recomputed"}
    assert [notice["subject"] for notice in world.move_notices()] == ["Thời hạn của 2 hồ sơ đã được tính lại"]


def test_a_version_that_gave_the_same_terms_is_not_named(world: Clockwork) -> None:
    world.accepted(1)
    then = clocked(reference.calendar(), rules_with(15, "other name"))
    assert kept_terms(world.store, then, world.clock.now()) == {}


def test_log_has_the_start_of_a_job_and_the_number_of_moves(
    world: Clockwork, capsys: pytest.CaptureFixture[str]
) -> None:
    world.accepted(3)
    world.in_force(calendar_with("2026-12-01", "2026-12-08"))
    capsys.readouterr()
    world.minutes(4)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"recompute_' in line]
    assert [(line["metric"], line.get("moved")) for line in lines] == [("recompute_began", None), ("recompute_done", 3)]
    assert lines[-1]["version"] == masked(world.timekeeping.basis)


def test_verdict_stays_after_later_changes_of_the_calendar(world: Clockwork) -> None:
    petition = world.accepted(1)[0]
    reception = petition.clocks["reception"]
    world.in_force(calendar_with("2026-12-01", "2026-11-23", "2026-12-08"))
    world.minutes(4)
    assert world.petitions()[0].clocks["reception"] == reception


def test_page_by_page_and_bounded(world: Clockwork, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recompute_deadlines, "PAGE", 2)
    monkeypatch.setattr(recompute_deadlines, "BUDGET", timedelta(seconds=-1))
    world.accepted(5)
    world.in_force(calendar_with("2026-12-01", "2026-12-08"))
    moved = []
    for _ in range(5):
        world.minutes(1)
        moved.append(sum(petition.derived_from == world.timekeeping.basis for petition in world.petitions()))
    assert moved == [0, 0, 2, 4, 5]
    assert world.state() == "done"
    assert len(world.move_notices()) == 1


@pytest.mark.parametrize("crash", ["before", "after"])
def test_a_crash_anywhere_is_made_good(world: Clockwork, crash: str, monkeypatch: pytest.MonkeyPatch) -> None:
    world.accepted(4)
    world.in_force(calendar_with("2026-12-01", "2026-12-08"))
    world.minutes(2)
    transact = world.store.transact
    for place in range(1, 14):
        calls = iter(range(100))

        def dying(action: Any, place: int = place, calls: Any = calls) -> Any:
            if next(calls) == place:
                world.store.crash = crash
            return transact(action)

        with monkeypatch.context() as patch:
            patch.setattr(world.store, "transact", dying)
            world.clock.advance(minutes=1)
            try:
                world.job()()
            except Retryable:
                continue
    world.store.crash = None
    world.minutes(2)
    world.job().repair()
    world.minutes(2)
    RelayUnpublished(world.store, world.publisher, world.clock)()
    assert world.dues() == {"09/12"}
    for petition in world.petitions():
        assert history(world, petition.code).count("recomputed") == 1
    assert sum(notice["text"].count("→") for notice in world.move_notices()) == 4


def test_a_petition_that_cannot_be_derived_stops_no_other(world: Clockwork) -> None:
    petitions = world.accepted(3)
    world.store.update(f"petitions/{petitions[1].code}", {"state": "from the future"})
    world.in_force(calendar_with("2026-12-01", "2026-12-08"))
    world.minutes(4)
    assert world.state() == "done"
    world.store.update(f"petitions/{petitions[1].code}", {"state": "accepted"})
    assert world.dues() == {"08/12", "09/12"}
    world.job().repair()
    assert world.dues() == {"09/12"}
    assert sorted(len(notice["text"].split("•")) - 1 for notice in world.move_notices()) == [1, 2]


def test_a_petition_that_the_store_fails_for_does_not_wait_for_the_night(
    world: Clockwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.accepted(3)
    world.in_force(calendar_with("2026-12-01", "2026-12-08"))
    world.minutes(2)
    transact, calls = world.store.transact, iter(range(100))

    def failing(action: Any) -> Any:
        if next(calls) == 3:
            raise Retryable("the database is down for a moment", reason="firestore")
        return transact(action)

    with monkeypatch.context() as patch:
        patch.setattr(world.store, "transact", failing)
        with pytest.raises(Retryable):
            world.minutes(1)
    assert world.state() == "moving"
    world.minutes(1)
    assert world.state() == "done"
    assert world.dues() == {"09/12"}


def test_deadlines_by_an_outdated_instance_are_repaired_at_night(world: Clockwork) -> None:
    petition = world.accepted(1)[0]
    old, texts = world.timekeeping, reference.texts()
    world.in_force(calendar_with("2026-12-01", "2026-12-08"))
    world.minutes(4)
    directory = reference.directory()
    slow = ActOnPetition(
        world.store,
        world.publisher,
        world.clock,
        world.ids,
        directory,
        old,
        TellCitizen(texts, directory, "https://phieu.example.vn"),
        SubmitAnswer(reference.answers()),
        classifying(),
    )
    petition = world.petitions()[0]
    slow(COORDINATOR, command(petition.code, Action.EXTEND, petition.version, "Cần lấy ý kiến", amount=1))
    for _ in range(3):
        assert world.petitions()[0].derived_from != world.timekeeping.basis
        world.minutes(1)
    world.job().repair()
    assert world.petitions()[0].derived_from == world.timekeeping.basis
    assert world.petitions()[0].clocks["answer"].calendar_version == world.timekeeping.calendar.version


def test_a_clock_left_on_an_old_calendar_by_a_transition_is_found(world: Clockwork) -> None:
    petition = world.accepted(1)[0]
    world.in_force(calendar_with("2026-12-01", "2026-12-08"))
    texts, directory = reference.texts(), reference.directory()
    desk = ActOnPetition(
        world.store,
        world.publisher,
        world.clock,
        world.ids,
        directory,
        world.timekeeping,
        TellCitizen(texts, directory, "https://phieu.example.vn"),
        SubmitAnswer(reference.answers()),
        classifying(),
    )
    desk(
        COORDINATOR, command(petition.code, Action.ASSIGN, petition.version, unit=petition.unit)
    )  # starts transfer only
    assert world.petitions()[0].derived_from != world.timekeeping.basis
    world.minutes(4)
    assert world.dues() == {"09/12"}


def test_simultaneous_transition_wins_and_the_other_officer_is_notified(world: Clockwork) -> None:
    petition = world.accepted(1)[0]
    world.in_force(calendar_with("2026-12-01", "2026-12-08"))
    world.minutes(4)
    with pytest.raises(Conflict):
        act(world, COORDINATOR, petition, Action.ASSIGN, unit="SXD")


def test_a_change_during_the_job_ends_it_and_begins_another(world: Clockwork, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recompute_deadlines, "PAGE", 2)
    monkeypatch.setattr(recompute_deadlines, "BUDGET", timedelta(seconds=-1))
    world.accepted(3)
    world.in_force(calendar_with("2026-12-01", "2026-12-08"))
    world.minutes(3)
    assert world.dues() == {"08/12", "09/12"}
    world.in_force(calendar_with("2026-12-02", "2026-12-08", "2026-12-09"))
    world.minutes(6)
    assert world.dues() == {"10/12"}
    assert world.state() == "done"
    assert len(world.move_notices()) == 2


def test_instance_with_a_minute_old_calendar_undoes_nothing(world: Clockwork) -> None:
    world.accepted(2)
    old = world.timekeeping
    world.in_force(calendar_with("2026-12-01", "2026-12-08"))
    new = world.timekeeping
    world.minutes(1)
    world.timekeeping = old
    world.minutes(1)
    world.timekeeping = new
    world.minutes(1)
    assert world.dues() == {"09/12"}


def test_an_instance_that_cannot_read_the_new_calendar_ends_no_job(world: Clockwork) -> None:
    world.accepted(2)
    old = world.timekeeping
    world.in_force(calendar_with("2026-12-01", "2026-12-08"))
    new = world.timekeeping
    world.minutes(2)
    world.timekeeping = old
    world.minutes(1)
    world.timekeeping = new
    world.minutes(6)
    assert world.dues() == {"09/12"}
    assert world.state() == "done"


def test_a_run_that_was_overtaken_leaves_the_job_of_the_other_alone(
    world: Clockwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.accepted(2)
    world.in_force(calendar_with("2026-12-01", "2026-12-08"))
    world.minutes(2)
    world.clock.advance(minutes=1)
    slow, find = world.job(), world.store.find
    waited: list[bool] = []

    def overtaken(query: Any) -> Any:
        if not waited:  # while it reads its first page, another run ends the job and a new change begins the next
            waited.append(True)
            world.job()()
            world.in_force(calendar_with("2026-12-02", "2026-12-08", "2026-12-09"))
            world.minutes(1)
        return find(query)

    monkeypatch.setattr(world.store, "find", overtaken)
    slow()
    job = world.store.documents[JOB_PATH]
    assert (job["basis"], job["state"]) == (world.timekeeping.basis, "moving")
    world.minutes(3)
    assert world.dues() == {"10/12"}


def test_preview_is_the_same_and_writes_nothing(world: Clockwork) -> None:
    petitions = world.accepted(3)
    world.in_force(calendar_with("2026-12-01", "2026-12-08"))
    before = copy.deepcopy(world.store.documents)
    found = list(preview(world.store, world.timekeeping, world.clock.now()))
    assert world.store.documents == before
    assert sorted(moved_deadlines.code for moved_deadlines in found) == sorted(item.code for item in petitions)
    world.minutes(3)
    for moved_deadlines in found:
        petition = next(petition for petition in world.petitions() if petition.code == moved_deadlines.code)
        assert {move.clock: move.new for move in moved_deadlines.moves} == {
            move.clock: petition.clocks[move.clock].due_at for move in moved_deadlines.moves
        }


def test_a_calendar_that_does_not_reach_an_open_petition_is_refused_with_its_code(world: Clockwork) -> None:
    world.accepted(1)
    raw: dict[str, Any] = copy.deepcopy(parsed("calendars.json"))
    raw["years"] = [year for year in raw["years"] if year["year"] >= 2027]
    short = clocked(WorkingCalendar.load(raw))
    with pytest.raises(Rejected, match=f"{world.petitions()[0].code}.*2026-11-2. is outside the working calendar"):
        list(preview(world.store, short, world.clock.now()))


def test_coordinators_are_notified_for_a_unit_without_officers(world: Clockwork) -> None:
    petition = world.accepted(1)[0]
    for path in world.store.paths("officers"):
        if world.store.documents[path]["unit"] == petition.unit:
            world.store.transact(lambda tx, path=path: tx.delete(path))  # type: ignore[misc]
    world.in_force(calendar_with("2026-12-01", "2026-12-08"))
    world.minutes(4)
    assert [notice["officer"] for notice in world.move_notices()] == [COORDINATOR.id]


@pytest.mark.parametrize("seed", range(6))
def test_any_mix_of_edits_transitions_and_crashes_ends_with_every_deadline_derived_from_what_is_in_force(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)
    monkeypatch.setattr(recompute_deadlines, "PAGE", 3)
    world = Clockwork()
    world.accepted(6)
    texts, directory = reference.texts(), reference.directory()
    calendars = [reference.calendar()]
    for step in range(60):
        match chance.randrange(6):
            case 0:
                days = chance.sample([f"2026-12-{day:02}" for day in (1, 2, 3, 7, 8, 9, 10, 14)], chance.randint(0, 3))
                calendars.append(calendar_with(f"{step:03}", *days))
                world.in_force(calendars[-1])
            case 1 | 2:
                petition = chance.choice(world.petitions())
                used = Timekeeping(
                    reference.rules(), chance.choice(calendars[-2:]), reference.ladder(), reference.chores()
                )
                desk = ActOnPetition(
                    world.store,
                    world.publisher,
                    world.clock,
                    world.ids,
                    directory,
                    used,
                    TellCitizen(texts, directory, "https://phieu.example.vn"),
                    SubmitAnswer(reference.answers()),
                    classifying(),
                )
                action = chance.choice([Action.ASSIGN, Action.ASK_SUPPLEMENT, Action.SUPPLEMENT, Action.EXTEND])
                deed = command(
                    petition.code, action, petition.version, "vì lý do khách quan", unit=petition.unit, amount=1
                )
                try:
                    desk(COORDINATOR, deed)
                except PetitionError:
                    continue
            case 3:
                world.store.crash = chance.choice(["before", "after"])
            case _:
                world.clock.advance(minutes=chance.randint(1, 90))
                try:
                    world.job()()
                except Retryable:
                    continue
    world.store.crash = None
    world.minutes(6)
    world.job().repair()
    world.minutes(3)
    recorded: list[Any] = []
    for petition in world.petitions():
        assert petition.derived_from == world.timekeeping.basis
        for clock in petition.clocks.values():
            if clock.stopped_at is None:
                assert clock.due_at == due(clock.rule, world.timekeeping.calendar, clock.ledger).at
        recorded += [
            entry["clock_effects"]
            for path in world.store.paths(f"petitions/{petition.code}/history")
            if (entry := world.store.documents[path])["action"] == "recomputed"
        ]
    assert recorded
    assert all(recorded)


def test_the_wait_is_twice_the_age_of_a_cached_calendar() -> None:
    assert 2 * reference.KEEP == INSTANCES_BEHIND_FOR


def test_only_coordinators_are_notified_of_petitions_that_they_hold(world: Clockwork) -> None:
    """Other people of the coordinators' office may not see all petitions there."""
    [petition] = world.accepted(1)
    world.store.update(f"petitions/{petition.code}", {"unit": "VPUB", "petition_class": "denunciation"})
    for role in (Role.OFFICER, Role.HEAD):
        person = officer("VPUB", role, role.value)
        world.store.create(f"officers/{person.id}", person.stored())
    world.in_force(calendar_with("2026-12-01", "2026-12-08"))
    world.minutes(4)
    assert {notice["officer"] for notice in world.move_notices()} == {COORDINATOR.id}
