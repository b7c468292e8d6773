"""The facts of one period in a petition's history, unit by unit, which the columns of a report count.

A petition enters a unit's books when it is carried into the period or comes in (filed, moved there, open again). It
leaves them when it goes out (handled, refused, transferred out, withdrawn, merged, moved elsewhere) or is still in
process at the end. Each entry is one fact and each leaving another, so for every unit, nature and statement (LAW 7.4)

    carried + came in = went out + in process,

and the petitions in process at the end of a quarter are those carried into the next. Entries are read from the states
before a line of the history, leavings from the states after it, so a history with a gap does not balance. For the whole
city, moves between units do not count (MOVES).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from petitions.domain.lifecycle.states import Action, State
from petitions.domain.reports.histories import NOTHING, History, Line
from petitions.domain.shared.edges import Interval, Until

CAME = ("carried", "received", "moved_in", "reopened", "unmerged")
WENT = ("handled", "in_process", "transferred_out", "moved_out", "refused", "withdrawn", "merged")
MOVES = frozenset({"moved_in", "moved_out"})
PUBLISHED = "published"
COUNTS = (*CAME, *WENT, PUBLISHED)
_EXITS = {
    str(State.ANSWERED): "handled",
    str(State.REFUSED): "refused",
    str(State.TRANSFERRED_OUT): "transferred_out",
    str(State.WITHDRAWN): "withdrawn",
    str(State.MERGED): "merged",
}


class Fact(NamedTuple):
    """One event or condition of one petition in one unit."""

    code: str
    unit: str
    what: str
    """The kind of event or condition, a member of COUNTS."""
    nature: str
    statement: str
    verdict: str
    """`on_time` or `late` for a handled petition, `in_time` or `overdue` for one in process, else "-"."""
    outcome: str


def facts_of(history: History, period: Interval[int]) -> Iterator[Fact]:
    """Yield the facts of a petition in a period, given in microseconds since 1970."""
    last: Line | None = None
    began = False

    def fact(unit: str, what: str, verdict: str = NOTHING, outcome: str = NOTHING) -> Fact:
        return Fact(history.code, unit, what, history.nature, history.statement, verdict, outcome)

    for line in history.lines:
        if period.is_over(line.at):
            break
        if line.at in period:
            if not began and last is not None and last.is_open:
                yield fact(last.unit, "carried")
            began = True
            yield from _of_line(line, last.unit if last else line.unit, fact)
        last = line
    if last is not None and last.is_open:
        if not began:
            yield fact(last.unit, "carried")
        overdue = last.due and last.due in Until(period.until)
        yield fact(last.unit, "in_process", "overdue" if overdue else "in_time")


def _of_line(line: Line, held_by: str, fact: Callable[..., Fact]) -> Iterator[Fact]:
    if not line.before:
        yield fact(line.unit, "received")
    elif line.is_open and not line.was_open:
        yield fact(line.unit, "unmerged" if line.before == State.MERGED else "reopened")
    elif line.was_open and line.is_open and line.unit != held_by:
        yield fact(held_by, "moved_out")
        yield fact(line.unit, "moved_in")
    if line.was_open and not line.is_open:
        # If a step ends the work and names another unit, the unit that had the petition is counted.
        yield fact(held_by, _EXITS.get(line.after, line.after), line.verdict, line.outcome)
    if line.action == Action.PUBLISH:
        yield fact(line.unit, PUBLISHED)


def unbalanced(facts: Iterable[Fact]) -> list[str]:
    """Return the codes of the petitions for which carried + came in differs from went out + in process in some unit."""
    sums: Counter[tuple[str, str]] = Counter()
    for fact in facts:
        sums[fact.code, fact.unit] += (fact.what in CAME) - (fact.what in WENT)
    return sorted({code for (code, _), rest in sums.items() if rest})
