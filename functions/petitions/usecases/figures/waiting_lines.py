"""The history lines of the last minute, not yet in the stored statistics, so that a dashboard is up to date."""

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
    """The effect of the newest history lines on the statistics, by the field, ward and kind in the lines themselves."""

    as_of: datetime | None
    """The instant up to which all lines are known.

    None if more lines wait than are read at once. Then no line is added.
    """
    sums: FigureSums = field(default_factory=FigureSums)
    parts: Mapping[str, FigureSums] = field(default_factory=dict)

    def known_until(self, kept: datetime | None) -> datetime | None:
        """Return the instant up to which all lines are known, or None if unknown.

        `kept` is the instant up to which the stored documents are complete.
        """
        return self.as_of if self.as_of and (kept or self.parts) else kept

    def added(self, path: str, found: Fields | None) -> Fields | None:
        """Return the fields of a stored document, plus the effect of the lines that it does not contain yet."""
        if path not in self.parts:
            return found
        empty = empty_figures(path)
        return self.parts[path].added_to(type(empty).model_validate(found) if found else empty).stored()


def waiting_lines(reader: Reader, now: datetime, *, without: Collection[str] = ()) -> WaitingLines:
    """Return the effect of the history lines that are not yet in the stored statistics. Raise Retryable.

    Lines of the petitions with the codes in `without` are left out. If PAGE lines or more wait, none of them is added
    and `as_of` is None.
    """
    query = Query("history", where=((UNFOLDED_FIELD, "<=", now),), order_by=(UNFOLDED_FIELD,), limit=PAGE, group=True)
    page, sums = reader.find(query), FigureSums()
    if len(page) == PAGE:
        return WaitingLines(None)
    for document in page:
        try:
            line = HistoryEntry.model_validate(document.data)
        except ValueError:  # the job that adds lines reports it
            continue
        if line.figures and document.id.split("/")[1] not in without:
            sums.add(line.figures, line.at)
    return WaitingLines(now, sums, sums.parts())
