"""A petition's history is sent to the portal: order, idempotency keys, pauses, and leases."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta

import pytest

from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.petition.petition import petition_path
from petitions.domain.portal.portal_items import PortalAnswer, PortalRating, PortalReply, PortalStatus, PortalSubmission
from petitions.domain.shared.outcome import Outcome
from petitions.domain.shared.records import replace
from petitions.errors import NotFound, Retryable
from petitions.usecases.portal.push_petition import BUDGET, LEASE, delay
from tests.portal_parts import approved
from tests.unit.portal.model import CODE, CODE_2, NATIONAL, Crash, PortalWorld


@pytest.fixture
def world() -> PortalWorld:
    return PortalWorld()


def silent(_: str) -> PortalReply:
    return PortalReply(Outcome.UNKNOWN, "no_answer")


def refusing(_: str) -> PortalReply:
    return PortalReply(Outcome.REFUSED, "400")


def test_whole_history_is_pushed_in_order_and_once(world: PortalWorld) -> None:
    keys = world.whole_life()
    world.push(CODE)
    assert world.portal.effect_keys() == keys
    assert world.portal.asked == keys, "nothing was in doubt, so nothing was looked up"
    sync = world.petition().sync
    assert (sync.handled_seq, sync.national_code) == (9, NATIONAL)
    assert (sync.next_at, sync.lease_until, sync.attempt) == (None, None, 0)


def test_content_of_a_push(world: PortalWorld) -> None:
    world.whole_life()
    world.push(CODE)
    submission, routed, *_, answered, answer, rating = [item for _, item in world.portal.effects]
    assert isinstance(submission, PortalSubmission)
    assert (submission.phone, submission.kind, submission.ward) == ("0912345678", "pakn", "")
    assert isinstance(routed, PortalStatus)
    assert (routed.state, routed.unit, routed.unit_name) == ("new", "000.00.07.H26", "Sở Xây dựng")
    assert isinstance(answered, PortalStatus)
    assert answered.state == "answered"
    assert isinstance(answer, PortalAnswer)
    assert (answer.text, answer.unit_name) == ("Đã thay bóng đèn ngày 24/11.", "Sở Xây dựng")
    assert (answer.author, answer.position) == ("Trần Văn Minh", "Phó Giám đốc")
    assert isinstance(rating, PortalRating)
    assert rating.level == 2


def test_an_answer_goes_with_its_basis_in_law(world: PortalWorld) -> None:
    world.file()
    seq = world.approve("Đã thay bóng đèn.")
    world.store.documents[f"petitions/{CODE}"]["reply"]["basis"] = "Nghị định 20/2008/NĐ-CP, điều 14"
    world.push(CODE)
    answers = {key: item.text for key, item in world.portal.effects if isinstance(item, PortalAnswer)}
    assert answers == {f"{CODE}:{seq}:answer": "Đã thay bóng đèn.\n\nCăn cứ: Nghị định 20/2008/NĐ-CP, điều 14"}


def test_each_nudge_alone_and_all_again(world: PortalWorld) -> None:
    world.file()
    world.push(CODE)
    world.line("accept", State.ACCEPTED)
    world.push(CODE)
    world.push(CODE)
    assert world.portal.effect_keys() == [f"{CODE}:1", f"{CODE}:2"]


def test_nothing_is_written_when_everything_is_pushed(world: PortalWorld) -> None:
    world.file()
    world.push(CODE)
    commits = world.store.commits
    world.push(CODE)
    assert world.store.commits == commits


def test_lines_that_do_not_concern_the_portal_are_passed_over(world: PortalWorld) -> None:
    world.file()
    world.line("added", role="citizen")
    world.line("added", role="citizen")
    world.push(CODE)
    assert world.portal.effect_keys() == [f"{CODE}:1"]
    assert world.petition().sync.handled_seq == 3


def test_only_the_present_state_is_pushed_after_a_change_by_the_portal(world: PortalWorld) -> None:
    world.file(source="portal", sync={"national_code": NATIONAL})
    world.line("accept", State.ACCEPTED)
    world.line("portal_return", State.REDO, role="portal")
    world.line("rated", role="portal")
    world.push(CODE)
    assert world.portal.effect_keys() == [f"{CODE}:1", f"{CODE}:2", f"{CODE}:3"]
    assert not any(isinstance(item, PortalSubmission) for _, item in world.portal.effects)


def test_portals_rating_is_pushed_back_after_an_earlier_one_was_pushed(world: PortalWorld) -> None:
    world.file()
    world.approve()
    world.line("rated", updates={"rating": {"level": 2, "at": world.clock.now()}})
    there = world.clock.now() + timedelta(seconds=30)
    world.clock.at += timedelta(minutes=1)
    world.push(CODE)
    world.line("rated", role="portal", updates={"rating": {"level": 1, "at": there}})
    world.push(CODE)
    ratings = [item.level for _, item in world.portal.effects if isinstance(item, PortalRating)]
    assert ratings == [2, 1]


@pytest.mark.parametrize("dies", [False, True])
def test_portals_rating_is_pushed_back_after_an_earlier_one_may_have_been_pushed(
    world: PortalWorld, *, dies: bool
) -> None:
    """Regression test: in seeds 22697 and 51691 of the simulation, the call's response or its worker was lost."""

    def lost(_: str) -> PortalReply:
        if dies:
            raise Crash
        return PortalReply(Outcome.UNKNOWN, "no_answer")

    world.file()
    world.approve()
    world.push(CODE)
    world.line("rated", updates={"rating": {"level": 2, "at": world.clock.now()}})
    world.clock.at += timedelta(minutes=1)
    there, world.portal.after = world.clock.now(), lost
    with pytest.raises(Crash) if dies else nullcontext():
        world.push(CODE)
    world.portal.after = lambda _: None
    world.line("rated", role="portal", updates={"rating": {"level": 1, "at": there}})
    world.clock.at += LEASE
    world.push(CODE)
    ratings = [item.level for _, item in world.portal.effects if isinstance(item, PortalRating)]
    assert ratings == [2, 1]


@pytest.mark.parametrize("minutes", [-1, 1])
def test_other_authoritys_answer_is_pushed_back_after_ours_was_pushed(world: PortalWorld, minutes: int) -> None:
    """Regression test for seed 2033 of the simulation."""
    world.file()
    world.approve()
    told_at = world.clock.now()
    world.push(CODE)
    elsewhere = approved("Cơ quan khác trả lời", told_at + timedelta(minutes=minutes))
    world.clock.at += timedelta(minutes=2)
    world.line("close", State.CLOSED, role="portal", updates={"reply": elsewhere.stored()})
    world.push(CODE)
    answers = [item.text for _, item in world.portal.effects if isinstance(item, PortalAnswer)]
    assert answers[1:] == (["Cơ quan khác trả lời"] if minutes < 0 else [])


@pytest.mark.parametrize(
    ("role", "action", "state", "again"),
    [
        ("portal", "close", State.CLOSED, True),
        ("officer", "close", State.CLOSED, False),
        ("system", "close", State.CLOSED, False),
        ("portal", "portal_return", State.REDO, False),
        ("officer", "reopen", State.REOPENED, False),
    ],
)
def test_an_answer_that_was_pushed_is_repeated_only_after_the_portal_closed_the_petition(
    world: PortalWorld, role: str, action: str, state: State, *, again: bool
) -> None:
    world.file()
    world.approve()
    world.clock.advance(minutes=1)
    world.push(CODE)
    seq = world.line(action, state, role=role)
    world.push(CODE)
    expected = [f"{CODE}:{seq}", f"{CODE}:{seq}:answer"] if again else [f"{CODE}:{seq}"]
    assert [key for key in world.portal.effect_keys() if key.startswith(f"{CODE}:{seq}")] == expected


def test_portals_rating_is_not_pushed_back_if_nothing_was_pushed(world: PortalWorld) -> None:
    world.file()
    world.approve()
    world.push(CODE)
    world.clock.at += timedelta(minutes=1)
    world.line("rated", role="portal", updates={"rating": {"level": 1, "at": world.clock.now()}})
    world.push(CODE)
    assert not any(isinstance(item, PortalRating) for _, item in world.portal.effects)


def test_answer_replaced_meanwhile_is_pushed_once_in_its_present_form(world: PortalWorld) -> None:
    world.file()
    first = world.approve("Câu trả lời thứ nhất, còn thiếu.")
    world.line("reopen", State.REOPENED)
    second = world.approve("Câu trả lời thứ hai, đầy đủ.")
    world.push(CODE)
    answers = {key: item.text for key, item in world.portal.effects if isinstance(item, PortalAnswer)}
    assert answers == {f"{CODE}:{second}:answer": "Câu trả lời thứ hai, đầy đủ."}
    assert f"{CODE}:{first}" in world.portal.effect_keys()


def test_unapproved_answer_is_never_pushed(world: PortalWorld) -> None:
    world.file()
    world.approve()
    world.line("reopen", State.REOPENED)
    draft = {"text": "Bản nháp chưa duyệt.", "author": "lan", "unit": "SXD", "written_at": world.clock.now()}
    world.line("submit_answer", State.AWAITING_APPROVAL, updates={"reply": draft})
    world.push(CODE)
    assert not any(isinstance(item, PortalAnswer) for _, item in world.portal.effects)


@pytest.mark.parametrize("fault", [silent, refusing])
def test_a_failure_waits_as_state_with_growing_delay(world: PortalWorld, fault: object) -> None:
    world.file()
    world.portal.before = fault  # type: ignore[assignment]
    waits = []
    for attempt in range(1, 10):
        world.push(CODE)
        sync = world.petition().sync
        assert (sync.attempt, sync.lease_until) == (attempt, None)
        assert sync.next_at is not None
        waits.append((sync.next_at - world.clock.now()) // timedelta(minutes=1))
        world.clock.at = sync.next_at
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_delay_is_bounded() -> None:
    assert delay(10_000) == timedelta(hours=1)


def test_a_nudge_does_not_shorten_the_wait(world: PortalWorld) -> None:
    world.file()
    world.portal.before = silent
    world.push(CODE)
    asked = len(world.portal.asked)
    world.line("accept", State.ACCEPTED)
    world.push(CODE)
    assert len(world.portal.asked) == asked


def test_an_unknown_end_is_looked_up_and_not_repeated(world: PortalWorld) -> None:
    world.file()
    world.portal.after = silent
    world.push(CODE)
    world.portal.after = lambda _: None
    world.clock.advance(minutes=1)
    assert world.sweep() == 1
    assert world.portal.asked == [f"{CODE}:1", f"look up {CODE}:1"]
    assert world.portal.effect_keys() == [f"{CODE}:1"]
    assert world.petition().sync.national_code == NATIONAL


def test_an_unknown_end_without_effect_is_repeated_after_the_look_up(world: PortalWorld) -> None:
    world.file()
    world.portal.before = silent
    world.push(CODE)
    world.portal.before = lambda _: None
    world.clock.advance(minutes=1)
    world.sweep()
    assert world.portal.asked == [f"{CODE}:1", f"look up {CODE}:1", f"{CODE}:1"]
    sync = world.petition().sync
    assert (sync.attempt, sync.failing_since, sync.next_at) == (0, None, None)


def test_a_look_up_that_fails_postpones_the_call(world: PortalWorld) -> None:
    world.file()
    world.portal.before = silent
    world.push(CODE)
    world.clock.advance(minutes=1)
    world.sweep()
    assert world.portal.asked == [f"{CODE}:1", f"look up {CODE}:1"]
    assert world.petition().sync.attempt == 2


def test_after_a_loss_every_line_that_the_portal_has_is_looked_up_and_none_repeated(world: PortalWorld) -> None:
    keys = world.whole_life()
    world.push(CODE)
    calls, petition = world.portal.effects.copy(), world.petition()
    before = replace(petition.sync, handled_seq=0, verify_seq=petition.version, next_at=world.clock.now())
    world.store.update(petition_path(CODE), {"sync": before.stored()})
    world.portal.asked.clear()
    world.sweep()
    assert world.portal.asked == [f"look up {key}" for key in keys]
    assert world.portal.effects == calls
    assert world.petition().sync.verify_seq == 0


def test_pushed_half_of_a_line_is_not_pushed_again(world: PortalWorld) -> None:
    world.file()
    world.push(CODE)
    seq = world.approve()
    world.portal.before = lambda what: silent(what) if what.endswith(":answer") else None
    world.push(CODE)
    world.portal.before = lambda _: None
    world.clock.advance(minutes=1)
    world.sweep()
    assert world.portal.effect_keys() == [f"{CODE}:1", f"{CODE}:{seq}", f"{CODE}:{seq}:answer"]


def test_a_crash_in_the_call_is_found_by_the_sweep_and_looked_up(world: PortalWorld) -> None:
    world.file()

    def dies(_: str) -> PortalReply | None:
        raise Crash

    world.portal.after = dies
    with pytest.raises(Crash):
        world.push(CODE)
    world.portal.after = lambda _: None
    world.push(CODE)
    assert len(world.portal.asked) == 1, "the lease keeps others away"
    world.clock.at += LEASE
    assert world.sweep() == 1
    assert world.portal.effect_keys() == [f"{CODE}:1"]


@pytest.mark.parametrize("where", ["before", "after"])
def test_a_crash_at_the_first_commit(world: PortalWorld, where: str) -> None:
    world.file()
    world.store.crash = where
    with pytest.raises(Retryable):
        world.push(CODE)
    world.push(CODE)
    world.clock.at += LEASE
    world.sweep()
    assert world.portal.effect_keys() == [f"{CODE}:1"]


def test_instance_without_the_lease_writes_nothing(world: PortalWorld) -> None:
    world.file()

    def slow(_: str) -> PortalReply | None:
        world.portal.after = lambda _: None
        world.clock.at += LEASE
        world.push(CODE)
        return PortalReply(Outcome.UNKNOWN, "no_answer")

    world.portal.after = slow
    world.push(CODE)
    sync = world.petition().sync
    assert (sync.handled_seq, sync.attempt, sync.next_at) == (1, 0, None)
    assert world.portal.effect_keys() == [f"{CODE}:1"]


def test_line_added_during_a_push_is_pushed_too(world: PortalWorld) -> None:
    world.file()

    def meanwhile(_: str) -> PortalReply | None:
        world.portal.after = lambda _: None
        world.line("accept", State.ACCEPTED)
        world.push(CODE)  # its message has no effect because of the lease
        return None

    world.portal.after = meanwhile
    world.push(CODE)
    assert world.portal.effect_keys() == [f"{CODE}:1", f"{CODE}:2"]


def test_time_that_is_up_leaves_the_rest_to_the_sweep(world: PortalWorld) -> None:
    keys = world.whole_life()

    def slow(_: str) -> PortalReply | None:
        world.clock.at += BUDGET + timedelta(seconds=1)
        return None

    world.portal.after = slow
    world.push(CODE)
    assert world.portal.effect_keys() == keys[:1]
    for _ in keys:
        world.sweep()
    assert world.portal.effect_keys() == keys
    assert not any(what.startswith("look up") for what in world.portal.asked)


def test_an_outage_of_days_loses_nothing_and_alarms(world: PortalWorld, capsys: pytest.CaptureFixture[str]) -> None:
    keys = world.whole_life()
    world.portal.before = silent
    world.push(CODE)
    for _ in range(60):
        world.clock.advance(hours=1)
        world.sweep()
    out = capsys.readouterr().out
    alarms = [line for line in out.splitlines() if "portal_push_stuck" in line]
    assert alarms
    assert all('"severity": "CRITICAL"' in line for line in alarms)
    assert "0912345678" not in out
    assert "Lan" not in out
    world.portal.before = lambda _: None
    world.clock.advance(hours=1)
    world.sweep()
    assert world.portal.effect_keys() == keys


def test_one_petition_that_fails_stops_no_other(world: PortalWorld) -> None:
    for code in (CODE, CODE_2):
        world.file(code)
        world.portal.before = silent
        world.push(code)
    world.store.documents[petition_path(CODE)]["state"] = "nonsense"
    world.portal.before = lambda _: None
    world.clock.advance(minutes=1)
    assert world.sweep() == 2
    assert world.portal.effect_keys() == [f"{CODE_2}:1"]


def test_a_petition_that_does_not_exist(world: PortalWorld) -> None:
    with pytest.raises(NotFound):
        world.push(CODE_2)
