"""The instants at which a missing echo becomes evidence, a lease ends, and an echo is news."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import UNKNOWN_FOR, Attempt, Notice, NoticeState
from petitions.domain.notices.sending import (
    ECHO_SKEW,
    ECHO_WITHIN,
    ECHOES_FLOW_FOR,
    EchoesSeen,
    without_echo,
)
from petitions.usecases.notices.echo_flow import LATE, NOTED_EVERY, EchoFlow
from tests.fakes import FakeClock, FakeStore

BEGAN = FakeClock().now()
TICK = timedelta(microseconds=1)
SOON = BEGAN + UNKNOWN_FOR - TICK
MUCH_LATER = BEGAN + UNKNOWN_FOR


def notice(lease: datetime = BEGAN, state: NoticeState = NoticeState.SENDING) -> Notice:
    attempt = Attempt(id="a", number=1, started_at=BEGAN, lease_until=lease)
    return Notice(
        id="n", kind=NoticeKind.REPLY, channel="zalo", citizen="c", text="t", created_at=BEGAN, state=state,
        attempt=attempt,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("last", "late", "now", "proves"),
    [
        (BEGAN + ECHO_WITHIN, None, SOON, True),
        (BEGAN + ECHO_WITHIN - TICK, None, SOON, False),
        (None, None, SOON, False),
        (BEGAN + ECHO_WITHIN, BEGAN - ECHO_SKEW - TICK, SOON, True),
        (BEGAN + ECHO_WITHIN, BEGAN - ECHO_SKEW, SOON, False),
        (BEGAN + ECHO_WITHIN, BEGAN, SOON, False),
        (BEGAN - ECHOES_FLOW_FOR, BEGAN, MUCH_LATER, True),
        (BEGAN - ECHOES_FLOW_FOR - TICK, None, MUCH_LATER, False),
        (None, None, MUCH_LATER, False),
    ],
)
def test_when_a_missing_echo_proves_that_nothing_was_sent(
    last: datetime | None, late: datetime | None, now: datetime, *, proves: bool
) -> None:
    assert without_echo(notice(), EchoesSeen(last, late), now) == proves


@pytest.mark.parametrize(("lease", "runs"), [(BEGAN - TICK, False), (BEGAN, False), (BEGAN + TICK, True)])
def test_a_call_runs_until_its_lease_is_over(lease: datetime, *, runs: bool) -> None:
    assert notice(lease).is_being_sent(BEGAN) == runs
    assert not notice(lease, NoticeState.UNKNOWN).is_being_sent(BEGAN)


def test_an_echo_is_written_when_it_is_news_and_a_late_one_is_marked() -> None:
    store, clock = FakeStore(), FakeClock()
    flow, start = EchoFlow(store, clock), clock.now()
    flow.note(start)
    assert flow.seen() == EchoesSeen(start)
    flow.note(start + NOTED_EVERY - TICK)
    assert flow.seen() == EchoesSeen(start), "not written for each echo"
    flow.note(start + NOTED_EVERY)
    assert flow.seen() == EchoesSeen(start + NOTED_EVERY)
    clock.advance(seconds=100)
    flow.note(clock.now() - LATE)
    assert flow.seen() == EchoesSeen(clock.now() - LATE), "just in time"
    late = clock.now()
    flow.note(late - LATE - TICK)
    assert flow.seen() == EchoesSeen(late - LATE, late)
    EchoFlow(store, clock).note(start)
    assert flow.seen() == EchoesSeen(late - LATE, late), "an older one takes nothing back"
