"""The promise about time: once all faults are over, citizens get their replies within minutes."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from petitions.domain.citizen.citizen import input_path
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import Notice
from petitions.domain.notices.sending import parts
from tests.simulation.faults import ANYWHERE
from tests.simulation.promises.read_world import AtRest
from tests.simulation.scheduler import Trouble

REPLY = "reply-"
WAITED = 15.0
"""Seconds after which somebody counts as waiting. Most answers come at once."""
MEDIAN, P99 = 60.0, 120.0
"""The most seconds from the end of all faults to the answer, where the account may read its conversations.

The first holds for half of those who wait, the second for 99 of 100.
"""
LONGEST, LONGEST_UNREAD = 180.0, 720.0
"""The same in any single case, and where conversations cannot be read and nobody else writes (PLATFORM 1.8)."""
ENOUGH = 100
"""The number of waits of which a hundredth is worth judging."""


@dataclass(frozen=True)
class Wait:
    notice: str
    is_readable: bool
    """Whether the account may read its conversations, which show whether a message was sent."""
    whole: float
    """From the webhook's 200 to the whole text of the answer on the phone."""
    since_zalo: float
    """The part of it after the last failure of Zalo."""
    since_all: float
    """The part of it after the last failure of anything."""


def waits(rest: AtRest) -> Iterator[Wait]:
    """Yield the waiting time of every answered message.

    If a later reply replaced the answer, the later one ends the wait. Waits are measured until the schedules stop being
    called on time, so a wait that goes on after that is longer than reported.
    """
    world = rest.world
    at = {
        message_id: _seconds(rest, when)
        for (_, _, message_id), when in zip(rest.zalo.sent, rest.zalo.times, strict=True)
    }
    replies: dict[str, list[Notice]] = {}
    for notice in rest.zalo_notices:
        if notice.kind is NoticeKind.REPLY and notice.id.startswith(REPLY) and notice.citizen:
            replies.setdefault(notice.citizen, []).append(notice)
    for citizen, own in replies.items():
        answered: float | None = None
        for notice in reversed(own):
            last = notice.message_ids[_words(notice) - 1 : _words(notice)]
            if last and last[0] in at:
                answered = min(at[last[0]], world.on_time_until)
            fields = rest.documents.get(input_path(citizen, notice.id.removeprefix(REPLY)), {})
            asked = rest.zalo.accepted_at.get(str(fields.get("msg_id")))
            if answered is None or asked is None or answered < asked:
                continue
            yield Wait(
                notice.id,
                rest.zalo.package,
                answered - asked,
                _since(world.scheduler.troubles, asked, answered, of_zalo=True),
                _since(world.scheduler.troubles, asked, answered),
            )


def _words(notice: Notice) -> int:
    return sum(isinstance(part, str) for part in parts(notice))


def _since(troubles: Sequence[Trouble], asked: float, answered: float, *, of_zalo: bool = False) -> float:
    ends = [item.over for item in troubles if item.began <= answered and (not of_zalo or _is_zalos(item))]
    return answered - min(answered, max([asked, *ends]))


def _is_zalos(trouble: Trouble) -> bool:
    return trouble.place.startswith("zalo") and trouble.kind not in ANYWHERE


def _seconds(rest: AtRest, when: object) -> float:
    return rest.world.scheduler.seconds_at(when)  # type: ignore[arg-type]


def who_waits_is_answered_in_time(rest: AtRest) -> Iterator[str]:
    """Yield answers that arrived later than LONGEST seconds after the last fault."""
    for wait in waits(rest):
        if wait.since_all > (LONGEST if wait.is_readable else LONGEST_UNREAD):
            yield f"{wait.notice} came {wait.since_all:.0f} s after the last fault"


def quantiles(seconds: Sequence[float]) -> tuple[float, float]:
    """Return the median and the 99th percentile of at least two waiting times."""
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return cuts[49], cuts[98]


def distribution(found: Sequence[Wait]) -> list[str]:
    lines = [f"{len(found)} answers, {sum(wait.whole > WAITED for wait in found)} of them after {WAITED:.0f} s or more"]
    for readable, name in ((True, "conversations readable"), (False, "conversations unreadable")):
        waited = [wait for wait in found if wait.whole > WAITED and wait.is_readable == readable]
        if len(waited) < 2:
            continue
        for what, times in (
            ("since Zalo was well", [wait.since_zalo for wait in waited]),
            ("since all was well", [wait.since_all for wait in waited]),
        ):
            median, p99 = quantiles(times)
            figures = f"median {median:.0f} s, p99 {p99:.0f} s, longest {max(times):.0f} s"
            lines.append(f"  {name}, {what}: {figures} ({len(times)})")
    return lines


def is_in_time(found: Sequence[Wait]) -> bool:
    """Return whether median and 99th percentile are within MEDIAN and P99. With too few waits, return True."""
    waited = [wait.since_all for wait in found if wait.whole > WAITED and wait.is_readable]
    if len(waited) < ENOUGH:
        return True
    median, p99 = quantiles(waited)
    return median <= MEDIAN and p99 <= P99


OF_WAITING = (who_waits_is_answered_in_time,)
