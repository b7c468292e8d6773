"""Choose the units and fields of administration that need attention, by the rule in `data/management_rules.json`.

A signal is a number of the dashboards, such as overdue petitions, and gives points per petition. The report names the
rows with the most points, together with the numbers behind the points, so that a reader can count again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from petitions.domain.figures.figures_row import COUNTS, FiguresRow
from petitions.domain.shared.records import Record
from petitions.domain.shared.reference_data import ReferenceModel, VersionName, parse

STANDING = ("open", "overdue")
"""The numbers of a row that are not events but hold at one time."""
Points = Annotated[int, Field(ge=1, le=100)]


class AttentionSignal(ReferenceModel):
    """A number of the dashboards that gives points, and the points per petition."""

    number: Annotated[str, Field(pattern=r"^[a-z_0-9]{2,30}$")]
    """The name of a number of the dashboards, in COUNTS or STANDING."""
    points: Points
    label: Annotated[str, Field(min_length=1, max_length=60)]
    """The words after the number in a sentence, such as `đang quá hạn`."""

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.number not in COUNTS and self.number not in STANDING:
            raise ValueError(f"nothing is called {self.number}")
        return self


class ManagementRules(ReferenceModel):
    """The rules for the monthly report: signals with their points, and limits on the units and quotations named."""

    version: VersionName
    source: Annotated[str, Field(min_length=1)]
    named: Annotated[int, Field(ge=1, le=5)]
    """The number of units, and of fields, that the report names."""
    quotes: Annotated[int, Field(ge=0, le=3)]
    """The number of reasons of dissatisfied citizens that the report quotes."""
    signals: Annotated[tuple[AttentionSignal, ...], Field(min_length=1, max_length=6)]

    @classmethod
    def load(cls, raw: Mapping[str, Any]) -> ManagementRules:
        """Return the rules read from their document. Raise ReferenceFaults with all faults."""
        return parse(cls, raw, "management_rules")

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        names = [signal.number for signal in self.signals]
        if len(set(names)) < len(names):
            raise ValueError("two signals are of the same number")
        return self


class Sign(Record):
    """One number of a unit or field, and the points that it gives."""

    number: str
    label: str
    count: int
    points: int
    """The points for the whole `count`."""


class Attention(Record):
    """A unit or field that needs attention, with the numbers that show it."""

    key: str
    name: str
    points: int
    signs: list[Sign]
    """The numbers behind the points, those with the most points first."""


def needing(rules: ManagementRules, rows: Iterable[FiguresRow], names: Mapping[str, str]) -> list[Attention]:
    """Return the rows with the most points, most first, at most `rules.named`. Ties are in order of their keys.

    Rows without points and rows whose key is not in `names` are left out.
    """
    found = [_of(rules, row, names[row.key]) for row in rows if row.key in names]
    return sorted(
        (attention for attention in found if attention.points), key=lambda attention: (-attention.points, attention.key)
    )[: rules.named]


def _of(rules: ManagementRules, row: FiguresRow, name: str) -> Attention:
    counts = [(signal, _number(row, signal.number)) for signal in rules.signals]
    signs = [
        Sign(number=signal.number, label=signal.label, count=count, points=count * signal.points)
        for signal, count in counts
        if count
    ]
    signs.sort(key=lambda sign: -sign.points)
    return Attention(key=row.key, name=name, points=sum(sign.points for sign in signs), signs=signs)


def _number(row: FiguresRow, name: str) -> int:
    standing = {"open": row.open, "overdue": row.overdue}
    return (standing[name] or 0) if name in standing else row.number(name)
