"""The instants at which a missing echo becomes evidence, a lease ends, an echo is news, and a notice may overtake."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from petitions.domain.notices.enclosures import Enclosure
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import LEASE, UNKNOWN_FOR, Attempt, Notice, NoticeState
from petitions.domain.notices.sending import (
    ECHO_SKEW,
    ECHO_WITHIN,
    ECHOES_FLOW_FOR,
    EVIDENCE_WITHIN,
    HOLDS_UP_FOR,
    RESTORED,
    EchoesSeen,
    held_up_until,
    outdated_by,
    without_echo,
)
from petitions.domain.shared.records import replace
from petitions.usecases.notices.echo_flow import ECHOES_PATH, LATE, NOTED_EVERY, EchoFlow
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


def test_an_echo_that_changes_nothing_is_not_written_and_the_first_is_written_once() -> None:
    store, clock = FakeStore(), FakeClock()
    for late, commits in ((timedelta(0), 1), (timedelta(0), 1), (LATE, 1), (-TICK, 2)):
        EchoFlow(store, clock).note(clock.now() - late)
        assert store.version(ECHOES_PATH) == commits


TRIED = Attempt(id="a", number=1, started_at=BEGAN, lease_until=BEGAN + LEASE)
FILE = Enclosure(name="a.pdf", media_type="application/pdf", object="o", otherwise="")
AGAIN = BEGAN + timedelta(minutes=1)
WAITS: dict[str, Any] = {"state": NoticeState.WAITING, "route": "cs_free", "attempt": TRIED, "next_attempt_at": AGAIN}
UNKNOWN: dict[str, Any] = WAITS | {"state": NoticeState.UNKNOWN, "error": "timeout"}
REFUSED: dict[str, Any] = WAITS | {"error": "-200"}
LIMITED: dict[str, Any] = WAITS | {"error": "-32"}


@pytest.mark.parametrize(
    ("fields", "age", "holds"),
    [
        ({"state": NoticeState.PLANNED}, HOLDS_UP_FOR - TICK, True),
        ({"state": NoticeState.PLANNED}, HOLDS_UP_FOR, False),
        ({"state": NoticeState.SENDING, "attempt": TRIED, "route": "cs_free"}, LEASE - TICK, True),
        ({"state": NoticeState.SENDING, "attempt": TRIED, "route": "cs_free"}, LEASE, True),
        ({"state": NoticeState.SENDING, "attempt": TRIED, "route": "cs_free"}, EVIDENCE_WITHIN - TICK, True),
        ({"state": NoticeState.SENDING, "attempt": TRIED, "route": "cs_free"}, EVIDENCE_WITHIN, False),
        ({"state": NoticeState.SENDING, "attempt": TRIED, "route": "template_user"}, LEASE, False),
        (UNKNOWN, EVIDENCE_WITHIN - TICK, True),
        (UNKNOWN, EVIDENCE_WITHIN, False),
        (UNKNOWN | {"route": "template_user"}, LEASE, False),
        (UNKNOWN | {"error": RESTORED}, LEASE, False),
        (UNKNOWN | {"next_attempt_at": None}, LEASE, False),
        (UNKNOWN | {"files": [FILE], "message_ids": ["m"]}, LEASE, False),
        (UNKNOWN | {"files": [FILE]}, LEASE, True),
        (REFUSED, LEASE, True),
        (REFUSED, EVIDENCE_WITHIN - TICK, True),
        (REFUSED, EVIDENCE_WITHIN, False),
        (REFUSED | {"next_attempt_at": BEGAN + EVIDENCE_WITHIN - TICK}, LEASE, True),
        (REFUSED | {"next_attempt_at": BEGAN + EVIDENCE_WITHIN}, LEASE, False),
        (REFUSED | {"route": "template_user"}, LEASE, False),
        (REFUSED | {"files": [FILE], "message_ids": ["m"]}, LEASE, False),
        (REFUSED | {"attempt": None}, LEASE, False),
        (REFUSED | {"next_attempt_at": None}, LEASE, False),
        (WAITS, LEASE, False),
        (LIMITED, EVIDENCE_WITHIN, True),
        (LIMITED | {"attempt": None, "route": None}, EVIDENCE_WITHIN, True),
        (LIMITED | {"next_attempt_at": None}, LEASE, False),
        (UNKNOWN | {"state": NoticeState.SENT}, LEASE, False),
        (LIMITED | {"state": NoticeState.CANCELLED}, LEASE, False),
        (LIMITED | {"state": NoticeState.UNDELIVERABLE}, LEASE, False),
    ],
)
def test_which_earlier_notices_hold_up_a_later_one(fields: dict[str, Any], age: timedelta, *, holds: bool) -> None:
    later = replace(notice(), id="z", state=NoticeState.PLANNED, attempt=None)
    earlier = Notice.model_validate(dict(notice(state=NoticeState.PLANNED)) | {"attempt": None} | fields)
    assert (held_up_until(later, [earlier], BEGAN + age) is not None) == holds


def test_of_two_notices_one_goes_first_and_none_is_ahead_of_itself() -> None:
    """Notices of one instant go in the order of their ids, so that two senders do not wait for each other."""
    now = BEGAN + HOLDS_UP_FOR - TICK
    first = replace(notice(state=NoticeState.PLANNED), id="a", attempt=None)
    notices = [first, replace(first, id="b"), replace(first, id="0", created_at=BEGAN + TICK)]
    for place, one in enumerate(notices):
        ahead = [other for other in notices if held_up_until(one, [other], now)]
        outdated = [other for other in notices if outdated_by(one, other, now) != other]
        assert ahead == outdated == notices[:place]
