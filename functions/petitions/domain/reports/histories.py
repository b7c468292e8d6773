"""A petition's history in the form that reports need: the lines up to an instant (the cut), and its classification.

Nothing else of a petition is read, no texts and no personal data. A line is a row of plain values. The export has the
same form, so that its recipient can count again.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, NamedTuple

from petitions.domain.lifecycle.states import Action, State
from petitions.domain.lifecycle.transitions import OPEN_STATES
from petitions.domain.petition.history_counts import FigureDeltas
from petitions.domain.petition.history_entry import HistoryEntry
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.edges import Until, UpTo

NOTHING = "-"
"""The value of an unknown nature, statement, verdict or outcome."""
_OPEN = frozenset(str(state) for state in OPEN_STATES)


class Line(NamedTuple):
    seq: int
    at: int
    """The time of the line, in microseconds since 1970 (UTC)."""
    action: str
    unit: str
    before: str
    """The state before the line, or "" for the first line."""
    after: str
    due: int
    """The instant from which the office is late after this line, in microseconds since 1970. 0 if nothing is due."""
    verdict: str
    """`on_time` or `late` for an answer, else "-"."""
    outcome: str
    """The result for an answer, else "-"."""

    @property
    def was_open(self) -> bool:
        return self.before in _OPEN

    @property
    def is_open(self) -> bool:
        return self.after in _OPEN


class Rated(NamedTuple):
    at: int
    """The time of the rating, in microseconds since 1970 (UTC)."""
    unit: str
    level: int
    """The level of the rating: 1 very satisfied, 2 satisfied, 3 dissatisfied."""


@dataclass(frozen=True, slots=True)
class History:
    """A petition's history up to an instant, the cut, with the classification at that time."""

    code: str
    lines: tuple[Line, ...]
    nature: str = NOTHING
    statement: str = NOTHING
    ratings: tuple[Rated, ...] = field(default=(), compare=False)
    """The ratings, for the scoring of units. No report counts them, so they are not exported."""

    def row(self) -> list[Any]:
        """Return the history as plain values, in the form of the export. `of_row` is the inverse."""
        return [self.code, self.nature, self.statement, [list(line) for line in self.lines]]

    @classmethod
    def of_row(cls, row: Sequence[Any]) -> History:
        """Return the history from the plain values that `row` returns."""
        code, nature, statement, lines = row
        return cls(code, tuple(Line(*line) for line in lines), nature, statement)


class RawLine(NamedTuple):
    """The values of one stored line, before missing ones are taken from earlier lines."""

    seq: int
    at: int
    action: str
    unit: str
    before: str
    after: str
    due: int | None
    """The instant from which the office is late, as in `Line`. None if the line does not have it."""
    verdict: str
    outcome: str
    nature: str
    statement: str
    level: int
    """The level of the rating that the line records, else 0."""
    has_figures: bool

    @property
    def answers(self) -> bool:
        """Return whether the line ends the work on the petition with an answer."""
        return self.after == State.ANSWERED and self.before in _OPEN


def raw_line(entry: HistoryEntry) -> RawLine:
    """Return the values of a stored line.

    Equal strings are shared, because all lines of the city's year are in memory at once.
    """
    given, figures = entry.classified, entry.figures
    words = (
        entry.action, entry.unit or NOTHING, entry.from_state or "", entry.to_state, _verdict(figures),
        entry.outcome or NOTHING, given.nature if given else NOTHING, given.statement if given else NOTHING,
    )  # fmt: skip
    action, unit, before, after, verdict, outcome, nature, statement = (sys.intern(str(word)) for word in words)
    due = _due(figures) if figures and figures.after else None
    return RawLine(
        entry.seq, micros(entry.at), action, unit, before, after, due, verdict, outcome, nature, statement,
        _level(figures), figures is not None,
    )  # fmt: skip


def history_of(code: str, raw: Iterable[RawLine], cut: datetime, petition: Petition | None = None) -> History:
    """Return the history up to and including the cut. The lines must be in order.

    `petition` supplies the values that older lines lack (see `is_complete`). Only values from before the cut count.
    """
    lines: list[Line] = []
    ratings: list[Rated] = []
    nature, statement, due, at = NOTHING, NOTHING, 0, 0
    for item in raw:
        at = max(at, item.at)  # the clocks of two instances may differ a little
        if UpTo(micros(cut)).is_over(at):
            break
        if item.nature != NOTHING:
            nature, statement = item.nature, item.statement
        if item.level:
            ratings.append(Rated(at, item.unit, item.level))
        due = 0 if item.after not in _OPEN else due if item.due is None else item.due
        verdict, outcome = (item.verdict, item.outcome) if item.answers else (NOTHING, NOTHING)
        if item.answers and outcome == NOTHING and petition:
            outcome = _outcome(petition, item.at)
        lines.append(Line(item.seq, at, item.action, item.unit, item.before, item.after, due, verdict, outcome))
    given = petition.classified if petition else None
    if nature == NOTHING and given and given.at in UpTo(cut):
        nature, statement = str(given.nature), str(given.statement)
    return History(code, tuple(lines), nature, statement, tuple(ratings))


def since_receipt(history: History, received: datetime, fixed: Iterable[tuple[datetime, datetime]]) -> History:
    """Return the history of a paper petition with its entry moved to the time when the paper was received.

    `fixed` are the ends and the cuts of frozen periods. If a frozen period would change, because the petition was
    received in it but entered after its cut, the history is returned unchanged.
    """
    entered = instant(history.lines[0].at) if history.lines else received
    if Until(entered).is_over(received) or any(
        received in Until(end) and UpTo(cut).is_over(entered) for end, cut in fixed
    ):
        return history
    return replace(history, lines=(history.lines[0]._replace(at=micros(received)), *history.lines[1:]))


def is_complete(raw: Sequence[RawLine]) -> bool:
    """Return whether the lines have all values that a report needs. Older lines may lack some."""
    classified = any(item.nature != NOTHING for item in raw) or all(item.action != Action.ACCEPT for item in raw)
    return classified and not any(item.answers and item.outcome == NOTHING for item in raw)


def faults(histories: Iterable[History]) -> Iterator[str]:
    """Yield the codes of petitions whose histories have missing or contradictory lines."""
    yield from (history.code for history in histories if not _sound(history.lines))


def instant(micros: int) -> datetime:
    """Return the instant, in UTC, for microseconds since 1970."""
    return datetime.fromtimestamp(micros / 1_000_000, UTC)


def _sound(lines: Sequence[Line]) -> bool:
    if not lines or lines[0].seq != 1 or lines[0].before:
        return False
    return all(b.seq == a.seq + 1 and b.before == a.after for a, b in pairwise(lines))


def micros(at: datetime) -> int:
    """Return the microseconds since 1970, as lines store them."""
    return round(at.timestamp() * 1_000_000)


def _due(figures: FigureDeltas) -> int:
    return micros(figures.after.due_at) if figures.after and figures.after.due_at else 0


def _verdict(figures: FigureDeltas | None) -> str:
    return next((item for item in ("on_time", "late") if figures and item in figures.events), NOTHING)


def _level(figures: FigureDeltas | None) -> int:
    return next((level for level in (1, 2, 3) if figures and f"rated_{level}" in figures.events), 0)


def _outcome(petition: Petition, at: int) -> str:
    reply = petition.reply
    given = reply.outcome if reply and reply.approved_at and micros(reply.approved_at) == at else None
    return str(given or NOTHING)
