"""The forms of official reports: the columns and their meaning, as data (`data/report_forms.json`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from petitions.domain.petition.history_counts import CITY
from petitions.domain.petition.petition import COORDINATORS
from petitions.domain.reports.facts import COUNTS, MOVES, Fact
from petitions.domain.reports.periods import PeriodKind
from petitions.domain.shared.reference_data import ReferenceModel, VersionName, parse
from petitions.domain.units.directory import Directory

FACETS = ("nature", "statement", "verdict", "outcome")


class Column(ReferenceModel):
    """A column of a report. It counts the facts of the kinds in `counts` that meet every condition in `where`."""

    key: Annotated[str, Field(pattern=r"^[a-z_]{2,40}$")]
    heads: Annotated[tuple[str, ...], Field(min_length=2, max_length=2)]
    """The two lines of the column's heading: the one shared with its neighbours, then its own."""
    counts: Annotated[tuple[str, ...], Field(min_length=1)]
    where: Mapping[str, str] = Field(default_factory=dict)
    definition: Annotated[str, Field(min_length=1)]

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if unknown := (set(self.counts) - set(COUNTS)) | (set(self.where) - set(FACETS)):
            raise ValueError(f"nothing is called {', '.join(sorted(unknown))}")
        return self

    def has(self, fact: Fact) -> bool:
        return fact.what in self.counts and all(getattr(fact, name) == value for name, value in self.where.items())


RowKind = Literal["units", "levels"]


class ReportForm(ReferenceModel):
    """One official form: its title, its kind of rows, and the remarks that it must carry."""

    code: Annotated[str, Field(pattern=r"^[A-Za-z0-9.]{2,20}$")]
    title: str
    rows: RowKind
    """"units" for one row per unit, "levels" for one row each for departments, wards and the coordinators' office."""
    caveats: tuple[str, ...] = ()


class ReportForms(ReferenceModel):
    """All forms, their columns and the kinds of periods."""

    version: VersionName
    source: str
    periods: tuple[PeriodKind, ...]
    columns: Annotated[tuple[Column, ...], Field(min_length=1)]
    forms: Annotated[tuple[ReportForm, ...], Field(min_length=1)]

    @classmethod
    def load(cls, raw: dict[str, Any]) -> ReportForms:
        """Return the forms read from their document. Raise ReferenceFaults with all faults."""
        return parse(cls, raw, "report_forms")

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        for names in ([column.key for column in self.columns], [form.code for form in self.forms]):
            if len(set(names)) < len(names):
                raise ValueError("two have the same name")
        return self

    def form(self, code: str) -> ReportForm | None:
        return next((report_form for report_form in self.forms if report_form.code == code), None)

    def column(self, key: str) -> Column | None:
        return next((item for item in self.columns if item.key == key), None)


LEVELS = {
    "departments": "Sở, ban, ngành và cơ quan ngành dọc",
    "wards": "Xã, phường",
    "coordinators": "Văn phòng UBND thành phố",
}
"""The labels of the rows of a form by levels."""


def name_of_row(row: str, directory: Directory) -> str:
    """Return the Vietnamese label of a row, or the row's own key if it is unknown."""
    if row == CITY:
        return "Toàn thành phố"
    return LEVELS.get(row) or (directory.name_of(row) if directory.knows(row) else row)


def row_of(kind: RowKind, unit: str) -> str:
    """Return the key of the row in which a unit is counted."""
    if kind == "units":
        return unit
    return "wards" if unit.startswith("PX-") else "coordinators" if unit == COORDINATORS else "departments"


def counted(kind: RowKind, columns: Sequence[Column], facts: Iterable[Fact]) -> dict[str, list[int]]:
    """Return the numbers of every row, in the order of the columns. The first row, CITY, is the whole city."""
    kinds: Counter[Fact] = Counter()
    for item in facts:
        kinds[item._replace(code="", unit=row_of(kind, item.unit))] += 1
        if item.what not in MOVES:
            kinds[item._replace(code="", unit=CITY)] += 1
    rows: dict[str, list[int]] = {CITY: [0] * len(columns)}
    for fact, number in kinds.items():
        cells = rows.setdefault(fact.unit, [0] * len(columns))
        for place, column in enumerate(columns):
            if column.has(fact):
                cells[place] += number
    return {CITY: rows.pop(CITY)} | dict(sorted(rows.items()))


def behind(kind: RowKind, column: Column, row: str, facts: Iterable[Fact]) -> list[str]:
    """Return the codes of the petitions counted in one cell, in order, one for every fact."""
    ours = (
        fact for fact in facts
        if column.has(fact) and (fact.what not in MOVES if row == CITY else row_of(kind, fact.unit) == row)
    )  # fmt: skip
    return sorted(fact.code for fact in ours)
