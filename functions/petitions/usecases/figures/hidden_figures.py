"""The part of the statistics caused by confidential petitions that the reader may not see. It is subtracted.

Without this, a reader of all units could compare a number with the list behind it, and learn how many petitions accuse
their own office, when these came, and in which field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from petitions.domain.figures.figure_sums import FigureSums, added_figures, counted_about, standing
from petitions.domain.figures.periods import DAY
from petitions.domain.figures.stored_figures import FIGURE_GROUPS, StandingFigures, empty_figures, end_path
from petitions.domain.lifecycle.lifecycle import Role, State
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import is_closed_to, sees_all
from petitions.domain.petition.history_counts import TOTAL
from petitions.domain.petition.history_entry import HistoryEntry
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.shared.edges import Until
from petitions.domain.shared.local_day import midnight
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import COORDINATORS, UNKNOWN_OFFICE
from petitions.ports.store import Condition, Document, Fields, Query, Reader
from petitions.usecases.shared.conditions import belongs

MOST = 1000
"""The most petitions that are subtracted for one condition of `_closed_for`."""
_NEVER_CLASSIFIED = [
    state.value for state in (State.NEW, State.AWAITING_CITIZEN, State.REFUSED, State.WITHDRAWN, State.MERGED)
]


@dataclass(frozen=True)
class HiddenFigures:
    """The confidential petitions that one reader may not see. Empty for readers of a single unit."""

    reader: Reader
    petitions: Sequence[Petition] = ()

    @classmethod
    def of(cls, reader: Reader, officer: Officer | None) -> HiddenFigures:
        """Return the petitions that are hidden from the officer. For None, nothing is hidden. Raise Retryable."""
        if officer is None or not sees_all(officer):
            return cls(reader)
        found = {
            document.id: Petition.model_validate(document.data)
            for where in _closed_for(officer)
            for document in reader.find(Query("petitions", where, limit=MOST))
        }
        return cls(reader, [petition for petition in found.values() if is_closed_to(officer, petition)])

    @property
    def codes(self) -> frozenset[str]:
        """Return the codes of the hidden petitions."""
        return frozenset(petition.code for petition in self.petitions)

    def count(self, query: Query) -> int:
        """Return the number of hidden petitions that the query finds."""
        return sum(belongs(petition, query) for petition in self.petitions)

    def without_hidden(self) -> Reader:
        """Return a reader of the stored statistics that subtracts the hidden petitions from every document."""
        return _Without(self.reader, self) if self.petitions else self.reader

    @cached_property
    def histories(self) -> Sequence[Sequence[HistoryEntry]]:
        """Return the history lines of the hidden petitions that are part of the stored statistics. Raise Retryable."""
        return [_history(self.reader, petition) for petition in self.petitions]

    @cached_property
    def parts(self) -> Mapping[str, FigureSums]:
        """Return the sums to add to the stored documents, by path, so that the hidden petitions are not counted."""
        sums = FigureSums()
        for history in self.histories:
            for line, figures, about in counted_about(history):
                sums.add_events(figures, line.at, about)
                sums.add_open_changes(figures)
        return FigureSums().less(sums).parts()

    def standing(self, day: str) -> Mapping[str, StandingFigures]:
        """Return the numbers of hidden petitions that were open when the day (ISO date) ended, by unit."""
        end, sums = midnight(date.fromisoformat(day) + DAY), FigureSums()
        for history in self.histories:
            for line in history:
                if line.figures and line.at in Until(end):
                    sums.add_open_changes(line.figures)
        return standing(sums, end, day)


@dataclass(frozen=True)
class _Without:
    reader: Reader
    hidden: HiddenFigures

    def get(self, path: str) -> Fields | None:
        return self.get_all([path])[0]

    def get_all(self, paths: Sequence[str]) -> list[Fields | None]:
        return [
            fields and self._less(path, fields) for path, fields in zip(paths, self.reader.get_all(paths), strict=True)
        ]

    def find(self, query: Query) -> list[Document]:
        return [
            Document(document.id, self._less(f"{query.collection}/{document.id}", document.data))
            for document in self.reader.find(query)
        ]

    def _less(self, path: str, fields: Fields) -> Fields:
        part = self.hidden.parts.get(path)
        if part is not None:
            return part.added_to(type(empty_figures(path)).model_validate(fields)).stored()
        if "day" in fields and path == end_path(str(fields.get("unit")), str(fields["day"])):
            known = StandingFigures.model_validate(fields)
            return _less_standing(known, self.hidden.standing(known.day).get(known.unit)).stored()
        return fields


def _closed_for(officer: Officer) -> list[tuple[Condition, ...]]:
    coordinates = officer.role is Role.COORDINATOR
    against = list(dict.fromkeys([officer.unit, COORDINATORS, *([] if coordinates else [UNKNOWN_OFFICE])]))
    family = [*against, *([] if coordinates else ["denunciation"])]
    wheres: list[tuple[Condition, ...]] = [
        (("accused", "in", against),),
        (("closed_with", "array_contains_any", family),),
    ]
    if not coordinates:
        unread = ("state", "in", _NEVER_CLASSIFIED)
        wheres += [
            (("petition_class", "==", "denunciation"),),
            (("routed.may_accuse", "==", True), unread),
        ]
    return wheres


def _history(reader: Reader, petition: Petition) -> list[HistoryEntry]:
    found = reader.find(Query(f"{petition_path(petition.code)}/history", order_by=("seq",)))
    lines = [HistoryEntry.model_validate(document.data) for document in found]
    return [line for line in lines if line.unfolded_at is None]


def _less_standing(known: StandingFigures, less: StandingFigures | None) -> StandingFigures:
    if less is None:
        return known
    updates: dict[str, Any] = {TOTAL: _less(known.total, less.total)}
    for group in FIGURE_GROUPS:
        rows = {key: _less(numbers, less.of(group).get(key, {})) for key, numbers in known.of(group).items()}
        updates[group] = {key: numbers for key, numbers in rows.items() if numbers}
    return replace(known, **updates)


def _less(known: Mapping[str, int], taken: Mapping[str, int]) -> dict[str, int]:
    return added_figures(known, {name: -number for name, number in taken.items()})
