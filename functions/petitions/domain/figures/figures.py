"""The change that a step of a petition makes to the statistics. It is stored in the history line and summed later.

Units are scored on these figures once a year (LAW 6.1).

For every unit and period: open before + received + moved in + reopened + unmerged = handled + refused + transferred out
+ withdrawn + merged + moved out + open after (LAW 7.4). An open petition that changes its unit leaves the old one and
enters the new one. A handled petition stays with the unit that handled it. Field, ward and kind describe the matter, so
all events of a petition are counted under its present ones.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from datetime import datetime

from petitions.domain.clock.punctuality import STEPS, late_steps
from petitions.domain.lifecycle.states import Action, ClockName, State
from petitions.domain.lifecycle.transitions import OPEN_STATES
from petitions.domain.petition.history_counts import FigureDeltas, OpenCount
from petitions.domain.petition.petition import WAYS_IN, Petition
from petitions.domain.shared.channel import Channel

OUTCOME_COUNTERS = {
    State.ANSWERED: "handled",
    State.REFUSED: "refused",
    State.TRANSFERRED_OUT: "transferred_out",
    State.WITHDRAWN: "withdrawn",
    State.MERGED: "merged",
}
ACTION_COUNTERS: Mapping[str, str] = {Action.EXTEND: "extended", Action.ASK_SUPPLEMENT: "asked"}
LATE_STEP_COUNTERS = {step: f"late_{step}" for step in STEPS}
"""Counters of petitions that were answered, refused or transferred out, by the step that was late."""
WAY_COUNTERS = {way: f"via_{way}" for way in WAYS_IN}
"""Counters of received petitions, by origin."""
_WITHOUT_CHANNEL: Mapping[str, str] = {"paper": Channel.LETTER, "phone": Channel.TELEPHONE}
"""The channel under which a petition without a channel is shown, by its source."""
WAY_SUMS = {
    way: tuple(counter for other, counter in WAY_COUNTERS.items() if _WITHOUT_CHANNEL.get(other, other) == way)
    for way in WAYS_IN
    if way not in _WITHOUT_CHANNEL
}
"""The counters that add up to the number shown for an origin."""
_DECIDED = frozenset({State.ANSWERED, State.REFUSED, State.TRANSFERRED_OUT})
DURATION_EDGES: tuple[int, ...] = (1, 2, 4, 8, 16, *range(24, 31 * 24, 24), 45 * 24, 60 * 24, 90 * 24, 180 * 24)
"""Hours from filing to the answer. A petition is counted under the first value that it did not exceed."""
OVER_LONGEST_EDGE = "took_more"


def open_count(petition: Petition | None) -> OpenCount | None:
    """Return the petition as statistics of open petitions count it, or None if it is not open."""
    if petition is None or petition.state not in OPEN_STATES:
        return None
    return OpenCount(place=petition.figures_place, due_at=petition.due_at)


def deltas(before: Petition | None, after: Petition, action: str, now: datetime) -> FigureDeltas | None:
    """Return the change that the step makes to the statistics, or None for no change.

    `before` is None for a new petition.
    """
    was, is_now, place = open_count(before), open_count(after), after.figures_place
    events = dict(_events(before, after, action, now))
    recounts = before is not None and place.about(before.figures_place) != place
    if was == is_now and not events and not recounts:
        return None
    return FigureDeltas(before=was, after=is_now, place=place, events=events, recounts=recounts)


def median_hours(counts: Mapping[str, int]) -> float | None:
    """Return the median time from filing to the answer in hours, or None without answers.

    It is interpolated between two values of DURATION_EDGES.
    """
    return quantile_hours(counts, 0.5)


def quantile_hours(counts: Mapping[str, int], share: float) -> float | None:
    """Return the number of hours from filing within which this share (0 to 1) of the answers came.

    `counts` are the counters of answers by duration. The result is None without answers, and never more than the last
    value of DURATION_EDGES.
    """
    steps = [(edge, counts.get(f"took_{edge}", 0)) for edge in DURATION_EDGES]
    total = sum(number for _, number in steps) + counts.get(OVER_LONGEST_EDGE, 0)
    if not total:
        return None
    seen, low = 0, 0
    for edge, number in steps:
        if number and seen + number >= total * share:
            return low + (edge - low) * (total * share - seen) / float(number)
        seen, low = seen + number, edge
    return float(DURATION_EDGES[-1])


def _events(before: Petition | None, after: Petition, action: str, now: datetime) -> Iterator[tuple[str, int]]:
    was_open = before is not None and before.state in OPEN_STATES
    is_open = after.state in OPEN_STATES
    if before is None:
        yield "received", 1
        yield WAY_COUNTERS[after.way_in], 1
    elif is_open and not was_open:
        yield opened_again(before.state), 1
    elif was_open and not is_open:
        yield OUTCOME_COUNTERS[after.state], 1
        if after.state is State.ANSWERED:
            yield punctual(after), 1
            yield duration_counter(after, now), 1
        if after.state in _DECIDED:
            yield from ((LATE_STEP_COUNTERS[step], 1) for step in late_steps(after.clocks))
    if action in ACTION_COUNTERS:
        yield ACTION_COUNTERS[action], 1
    if waited := _paused_minutes(before, after):
        yield "paused_minutes", waited
    rated_at = before.rating.at if before and before.rating else None
    if after.rating and after.rating.at != rated_at:
        yield f"rated_{after.rating.level}", 1


def duration_counter(petition: Petition, now: datetime) -> str:
    """Return the name of the counter for the time from filing to `now`, such as "took_48"."""
    place = bisect_left(DURATION_EDGES, (now - petition.filed_at).total_seconds() / 3600)
    return f"took_{DURATION_EDGES[place]}" if place < len(DURATION_EDGES) else OVER_LONGEST_EDGE


def punctual(petition: Petition) -> str:
    """Return `late` if the reception, a transfer or an answer was late (LAW 7.4), else `on_time`."""
    return "late" if late_steps(petition.clocks) else "on_time"


def opened_again(state: State) -> str:
    """Return the name of the counter for opening again a petition that was in this state."""
    return "unmerged" if state is State.MERGED else "reopened"


def _paused_minutes(before: Petition | None, after: Petition) -> int:
    """Return the working minutes of a pause that this step ended, or 0.

    They are counted by the clock of the reception or the answer. Merging a petition ends no pause, because it can be
    undone.
    """
    if after.state is State.MERGED:
        return 0
    for name in (ClockName.RECEPTION, ClockName.ANSWER):
        old, new = before.clocks.get(name) if before else None, after.clocks.get(name)
        if old and new and old.started_at == new.started_at and new.paused_minutes > old.paused_minutes:
            return new.paused_minutes - old.paused_minutes
    return 0
