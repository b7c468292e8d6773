"""The figures in the public database, limited by `disclosure`, so that nobody can derive the rest from them."""

from __future__ import annotations

from pydantic import Field

from petitions.domain.figures.disclosure import FEWEST
from petitions.domain.figures.figures_row import LEFT, FiguresRow, percent
from petitions.domain.shared.records import Instant, Record, Root

GROUPS = ("fields", "units", "wards")
PARTS = ("fields", "wards")
"""The tables of a single unit."""
STANDING = ("open", "overdue")
ROW_NUMBERS = ("arrived", "handled", "moved_out", "otherwise", "rated", *STANDING)
"""The numbers of a unit, field or ward. With more of them, hidden rows could be found by subtraction."""
CITY_NUMBERS = ("arrived", "opened_again", *LEFT, "moved", "rated", *STANDING)
OTHERWISE = ("refused", "transferred_out", "withdrawn", "merged")
"""The ways out that are neither an answer nor a move to another unit."""
CITY_PATH = "site/figures"
REST = "rest"
"""The key of the row that is the sum of those left out."""


class PublishedRow(Record):
    """The figures of the city, a unit, a field or a ward in a period."""

    key: str
    numbers: dict[str, int]
    """By name. Numbers open and overdue are absent if no night kept them, or if they are those of a hidden month."""
    on_time_percent: int | None = None
    satisfied_percent: int | None = None
    median_hours: float | None = None
    ninth_decile_hours: float | None = None


class PublishedPeriod(Record):
    """The city's figures of a period."""

    as_of: Instant
    """When they were counted."""
    row: PublishedRow


class CityFigures(Root):
    """`site/figures`: all published figures of the city."""

    periods: dict[str, PublishedPeriod] = Field(default_factory=dict)
    """By id."""
    latest: PublishedPeriod | None = None
    """The figures of the latest four weeks (`published_periods.four_weeks`)."""
    last_week: str = ""
    """The last of these weeks."""


class UnitTables(Record):
    """The tables of a unit in a year."""

    fields: list[PublishedRow]
    wards: list[PublishedRow]


class UnitFigures(Root):
    """`figures/{unit}`: all published figures of a unit."""

    periods: dict[str, PublishedRow] = Field(default_factory=dict)
    """By id. A period in which the unit is left out is absent."""
    tables: dict[str, UnitTables] = Field(default_factory=dict)
    """By year."""


class PeriodTables(Root):
    """`figure_tables/{period}`: the tables of a month, quarter or year."""

    units: list[PublishedRow]
    fields: list[PublishedRow]
    wards: list[PublishedRow]


def unit_path(unit: str) -> str:
    """Return the path of a unit's figures."""
    return f"figures/{unit}"


def tables_path(period_id: str) -> str:
    """Return the path of a period's tables."""
    return f"figure_tables/{period_id}"


def published_row(row: FiguresRow, names: tuple[str, ...], *, standing: bool) -> PublishedRow:
    """Return the row. Shares and times need FEWEST petitions at least.

    `standing` allows the numbers open and overdue at the end, if they are known.
    """
    known = {"open": row.open, "overdue": row.overdue} if standing else {}
    numbers = {name: known.get(name) if name in STANDING else _number(row, name) for name in names}
    enough = row.handled >= FEWEST
    return PublishedRow(
        key=row.key,
        numbers={name: number for name, number in numbers.items() if number is not None},
        on_time_percent=percent(*row.on_time) if standing and row.on_time[1] >= FEWEST else None,
        satisfied_percent=percent(*row.satisfied) if row.satisfied[1] >= FEWEST else None,
        median_hours=row.median if enough else None,
        ninth_decile_hours=row.ninth_decile if enough else None,
    )


def _number(row: FiguresRow, name: str) -> int:
    return sum(row.number(way) for way in OTHERWISE) if name == "otherwise" else row.number(name)


def rest_of(left_out: list[PublishedRow]) -> PublishedRow:
    """Return the sum of the rows that are left out."""
    names = {name for row in left_out for name in row.numbers}
    sums = {name: sum(row.numbers.get(name, 0) for row in left_out) for name in ROW_NUMBERS if name in names}
    return PublishedRow(key=REST, numbers=sums)
