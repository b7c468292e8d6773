"""The history lines that have not been added to the figures yet, so that a page has the numbers of its moment."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from petitions.domain.figures.figure_sums import FigureSums
from petitions.domain.figures.stored_figures import empty_figures
from petitions.domain.petition.history_entry import HistoryEntry
from petitions.ports.store import Fields, Query, Reader
from petitions.usecases.figures.fold_figures import PAGE, UNFOLDED_FIELD


@dataclass(frozen=True)
class WaitingLines:
    """The effect of waiting lines, under the field, ward and kind that the lines themselves have."""

    as_of: datetime | None
    """The instant until which every line is known.

    None if more lines wait than are read. Then none of them is added.
    """
    sums: FigureSums = field(default_factory=FigureSums)
    parts: Mapping[str, FigureSums] = field(default_factory=dict)

    def known_until(self, kept: datetime | None) -> datetime | None:
        """Return until when every line is known, given documents that are complete until `kept`, or None if unknown."""
        return self.as_of if self.as_of and (kept or self.parts) else kept

    def added(self, path: str, found: Fields | None) -> Fields | None:
        """Return the fields of a stored document with the lines that wait for it."""
        if path not in self.parts:
            return found
        empty = empty_figures(path)
        return self.parts[path].added_to(type(empty).model_validate(found) if found else empty).stored()


def waiting_lines(reader: Reader, now: datetime, *, without: Collection[str] = ()) -> WaitingLines:
    """Read the waiting lines, at most PAGE, except those of the petitions with codes in `without`.

    Most of the time there are none. Raise Retryable.
    """
    query = Query("history", where=((UNFOLDED_FIELD, "<=", now),), order_by=(UNFOLDED_FIELD,), limit=PAGE, group=True)
    page, sums = reader.find(query), FigureSums()
    if len(page) == PAGE:
        return WaitingLines(None)
    for document in page:
        try:
            line = HistoryEntry.model_validate(document.data)
        except ValueError:  # reported by the job that adds it
            continue
        if line.figures and document.id.split("/")[1] not in without:
            sums.add(line.figures, line.at)
    return WaitingLines(now, sums, sums.parts())
