"""Figures of history lines that were written before lines kept their figures, as far as they can be known.

State, unit and time of such a line are certain. Its ward, kind and field are taken from what is known next: the first
line that has figures, or the petition itself. Two things are lost and are not made up: whether an answer was on time if
its clock has been restarted since, and the level of a rating that a later one replaced.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from petitions.domain.figures.figures import ENDS, department, place_of, punctual, standing, took
from petitions.domain.lifecycle.states import Action, ClockName, State
from petitions.domain.lifecycle.transitions import OPEN_STATES
from petitions.domain.petition.history_counts import NONE, Deltas, Place, Standing
from petitions.domain.petition.petition import HistoryEntry, Petition


def lacking(lines: Sequence[HistoryEntry]) -> int:
    """Return how many lines, from the first on, were written before figures; a first line always has an effect."""
    return next((place for place, line in enumerate(lines) if line.figures), len(lines))


def derived(petition: Petition, lines: Sequence[HistoryEntry]) -> dict[int, Deltas]:
    """Return the figures of those lines by number; `lines` are complete and in order, and led to `petition`.

    Together with the figures of the other lines they sum to what is open now.
    """
    count = lacking(lines)
    follows = lines[count].figures if count < len(lines) else None
    last = follows.before if follows else standing(petition)
    known = last.place if last else follows.place if follows else place_of(petition)
    found: dict[int, Deltas] = {}
    before: Standing | None = None
    for number, line in enumerate(lines[:count]):
        is_last = number == count - 1
        place = known if is_last else _place(line, known)
        after = last if is_last else Standing(place=place) if line.to_state in OPEN_STATES else None
        events = dict(_events(petition, lines, number))
        if before != after or events:
            found[line.seq] = Deltas(before=before, after=after, place=place, events=events)
        before = after
    return found


def _place(line: HistoryEntry, known: Place) -> Place:
    unit = line.unit or known.unit
    field = department([unit])
    return known.model_copy(update={"unit": unit, "field": known.field if field == NONE else field})


def _events(petition: Petition, lines: Sequence[HistoryEntry], number: int) -> Iterator[tuple[str, int]]:
    line = lines[number]
    was_open = number > 0 and lines[number - 1].to_state in OPEN_STATES
    is_open = line.to_state in OPEN_STATES
    if number == 0:
        yield "received", 1
    elif is_open and not was_open:
        yield "reopened", 1
    elif was_open and not is_open:
        yield ENDS[line.to_state], 1
        if line.to_state is State.ANSWERED:
            clock = petition.clocks.get(ClockName.ANSWER)
            if clock is None or clock.stopped_at == line.at:
                yield punctual(petition), 1
            yield took(petition, line.at), 1
    if line.action == Action.EXTEND:
        yield "extended", 1
    if line.action == "rated" and petition.rating and not any(each.action == "rated" for each in lines[number + 1 :]):
        yield f"rated_{petition.rating.level}", 1
