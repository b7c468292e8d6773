"""Computes the statistics of history lines that were written before lines stored them, as far as possible.

State, unit and time of such a line are certain. Its ward, kind and field are taken from the first later line with
figures, or from the petition. Lost facts are left out: whether an answer was on time if its clock was restarted later,
which step was late, the time in pauses, and the level of a rating that a later one replaced.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from petitions.domain.figures.figure_sums import counted_about
from petitions.domain.figures.figures import (
    ACTION_COUNTERS,
    OUTCOME_COUNTERS,
    WAY_COUNTERS,
    duration_counter,
    open_count,
    opened_again,
    punctual,
)
from petitions.domain.lifecycle.states import ClockName, State
from petitions.domain.lifecycle.transitions import OPEN_STATES
from petitions.domain.petition.history_actions import RecordedAction
from petitions.domain.petition.history_counts import FigureDeltas, FiguresPlace, OpenCount
from petitions.domain.petition.history_entry import HistoryEntry
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.records import replace


def lines_without_figures(lines: Sequence[HistoryEntry]) -> int:
    """Return the number of lines, from the first on, that have no figures. A line with figures ends the count."""
    return next((place for place, line in enumerate(lines) if line.figures), len(lines))


def derive_figures(petition: Petition, lines: Sequence[HistoryEntry]) -> dict[int, FigureDeltas]:
    """Return the statistics of history lines that have none, by the number of the line.

    `lines` are complete and in order, and led to `petition`. Together with the stored statistics of the other lines,
    the results add up to the petitions open now.
    """
    count = lines_without_figures(lines)
    follows = lines[count].figures if count < len(lines) else None
    last = follows.before if follows else open_count(petition)
    known = last.place if last else follows.place if follows else petition.figures_place
    about = next((about for _, _, about in reversed(list(counted_about(lines[count:])))), known)
    found: dict[int, FigureDeltas] = {}
    before: OpenCount | None = None
    for number, line in enumerate(lines[:count]):
        is_last = number == count - 1
        place = last.place if is_last and last else _place(line, known)
        after = last if is_last else OpenCount(place=place) if line.to_state in OPEN_STATES else None
        events = dict(_events(petition, lines, number))
        if before != after or events:
            found[line.seq] = FigureDeltas(before=before, after=after, place=place.about(about), events=events)
        before = after
    return found


def _place(line: HistoryEntry, known: FiguresPlace) -> FiguresPlace:
    return replace(known, unit=line.unit or known.unit)


def _events(petition: Petition, lines: Sequence[HistoryEntry], number: int) -> Iterator[tuple[str, int]]:
    line = lines[number]
    was_open = number > 0 and lines[number - 1].to_state in OPEN_STATES
    is_open = line.to_state in OPEN_STATES
    if number == 0:
        yield "received", 1
        yield WAY_COUNTERS[petition.way_in], 1
    elif is_open and not was_open:
        yield opened_again(lines[number - 1].to_state), 1
    elif was_open and not is_open:
        yield OUTCOME_COUNTERS[line.to_state], 1
        if line.to_state is State.ANSWERED:
            clock = petition.clocks.get(ClockName.ANSWER)
            if clock is None or clock.stopped_at == line.at:
                yield punctual(petition), 1
            yield duration_counter(petition, line.at), 1
    if line.action in ACTION_COUNTERS:
        yield ACTION_COUNTERS[line.action], 1
    later = [entry.action for entry in lines[number + 1 :]]
    if line.action == RecordedAction.RATED and petition.rating and RecordedAction.RATED not in later:
        yield f"rated_{petition.rating.level}", 1
