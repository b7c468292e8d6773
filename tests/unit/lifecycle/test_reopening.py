"""Reopening an answered petition: until when, how often, and by which unit."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from petitions.adapters import reference
from petitions.domain.contact.contact_request import ContactReason, ContactRequest
from petitions.domain.language.texts import hanoi_time
from petitions.domain.lifecycle.lifecycle import Action, Role, State
from petitions.domain.lifecycle.reopening_reasons import REOPENING_REASONS, ReopeningReason
from petitions.domain.petition.history_entry import HistoryEntry
from petitions.domain.petition.petition import Contact, Petition
from petitions.domain.shared.records import replace
from petitions.usecases.lifecycle import reopen_petition
from petitions.usecases.lifecycle.reopen_petition import why_not_reopened
from petitions.usecases.shared.timekeeping import Timekeeping
from tests.fakes import FakeClock

UNTIL = FakeClock().now()
TICK = timedelta(microseconds=1)
IN_FORCE = reference.shipped()
KEEPING = Timekeeping(IN_FORCE.rules, IN_FORCE.calendar, IN_FORCE.ladder, replace(IN_FORCE.chores, reopen_times=2))


def reopened(came_from: State) -> HistoryEntry:
    return HistoryEntry(
        seq=1, at=UNTIL, action=Action.REOPEN, role=Role.COORDINATOR, from_state=came_from, to_state=State.REOPENED
    )


def contest(at: datetime, why: ContactReason) -> ContactRequest:
    return ContactRequest(id="c", why=why, citizen="p", code="HN-1", unit="SXD", at=at, act_by=at, expires_at=at)


def why_not(
    state: State = State.ANSWERED,
    before: list[HistoryEntry] | None = None,
    waiting: list[ContactRequest] | None = None,
    now: datetime = UNTIL,
    keeping: Timekeeping = KEEPING,
) -> str | None:
    petition = Petition(
        code="HN-1", citizen="c", title="t", content="t", address="a", contact=Contact(name="n", phone="p"),
        unit="SXD", state=state, filed_at=UNTIL,
    )  # fmt: skip
    return why_not_reopened(petition, before or [], waiting or [], keeping, now)


def may(*given: Any, **named: Any) -> bool:
    return why_not(*given, **named) is None


@pytest.fixture(autouse=True)
def _until(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reopen_petition, "reopen_until", lambda *_: UNTIL)


def test_it_may_be_reopened_up_to_the_last_instant_and_no_longer() -> None:
    assert may(now=UNTIL)
    assert not may(now=UNTIL + TICK)


def test_a_contest_from_in_time_may_be_decided_later_and_another_request_may_not() -> None:
    late = UNTIL + timedelta(days=3)
    assert may(waiting=[contest(UNTIL, ContactReason.CONTESTED)], now=late)
    assert not may(waiting=[contest(UNTIL + TICK, ContactReason.CONTESTED)], now=late)
    assert not may(waiting=[contest(UNTIL, ContactReason.PERSON)], now=late)


def test_it_is_reopened_after_an_answer_as_often_as_the_rules_say() -> None:
    one, other = reopened(State.ANSWERED), reopened(State.REFUSED)
    assert may(before=[])
    assert may(before=[one])
    assert not may(before=[one, one])
    assert not may(before=[one, one, one])
    assert may(before=[one, other, other]), "what was reopened after a refusal does not count"


def test_a_refusal_says_how_often_it_was_reopened_how_often_it_may_be_and_until_when() -> None:
    never = replace(KEEPING, chores=replace(KEEPING.chores, reopen_times=0))
    assert str(why_not(keeping=never)).startswith("Hồ sơ đã trả lời thì không mở lại (tối đa 0 lần).")
    assert str(why_not(before=[reopened(State.ANSWERED)] * 2)).startswith(
        "Hồ sơ đã được mở lại 2 lần sau khi trả lời (tối đa 2 lần)."
    )
    days = KEEPING.chores.reopen_within_days
    assert f"trong {days} ngày kể từ khi trả lời, tức là đến {hanoi_time(UNTIL)}." in str(why_not(now=UNTIL + TICK))


def test_what_was_not_answered_is_reopened_without_these_limits() -> None:
    assert may(State.REFUSED, [reopened(State.ANSWERED)] * 9, now=UNTIL + timedelta(days=999))


def test_what_the_unit_itself_must_not_decide_goes_to_the_coordinators() -> None:
    assert {reason for reason, row in REOPENING_REASONS.items() if row.to_coordinators} == {
        ReopeningReason.WRONG_UNIT,
        ReopeningReason.CONDUCT,
        ReopeningReason.REFUSED_WRONGLY,
    }
    assert set(REOPENING_REASONS) == set(ReopeningReason)
