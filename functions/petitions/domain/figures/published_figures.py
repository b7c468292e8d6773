"""The published statistics. `disclosure` limits them, so that nobody can derive the unpublished numbers."""

from __future__ import annotations

from pydantic import Field

from petitions.domain.figures.disclosure import FEWEST
from petitions.domain.figures.figures_row import LEFT, FiguresRow, percent
from petitions.domain.shared.edges import AtLeast
from petitions.domain.shared.records import Instant, Record, Root

GROUPS = ("fields", "units", "wards")
PARTS = ("fields", "wards")
"""The kinds of tables published for a single unit."""
STANDING = ("open", "overdue")
ROW_NUMBERS = ("arrived", "handled", "moved_out", "otherwise", "rated", *STANDING)
"""The numbers published for a unit, field or ward. More numbers could reveal hidden rows by subtraction."""
CITY_NUMBERS = ("arrived", "opened_again", *LEFT, "moved", "rated", *STANDING)
OTHERWISE = ("refused", "transferred_out", "withdrawn", "merged")
"""The ends of a petition that are neither an answer nor a move to another unit."""
CITY_PATH = "site/figures"
REST = "rest"
"""The key of the row that sums up the hidden rows."""


class PublishedRow(Record):
    """The published figures of the city, a unit, a field or a ward in one period."""

    key: str
    numbers: dict[str, int]
    """The numbers by name. `open` and `overdue` are absent if they were not stored on that night or belong to a hidden
    month.
    """
    on_time_percent: int | None = None
    satisfied_percent: int | None = None
    median_hours: float | None = None
    ninth_decile_hours: float | None = None


class PublishedPeriod(Record):
    """The published figures of the whole city in one period."""

    as_of: Instant
    """The time at which the figures were counted."""
    row: PublishedRow


class CityFigures(Root):
    """All published figures of the city, stored as `site/figures`."""

    periods: dict[str, PublishedPeriod] = Field(default_factory=dict)
    """The figures by the id of their period."""
    latest: PublishedPeriod | None = None
    """The figures of the latest four weeks (`published_periods.four_weeks`)."""
    last_week: str = ""
    """The id of the last of the four weeks in `latest`."""


class UnitTables(Record):
    """The published tables of a unit in a year."""

    fields: list[PublishedRow]
    wards: list[PublishedRow]


class UnitFigures(Root):
    """All published figures of a unit, stored as `figures/{unit}`."""

    periods: dict[str, PublishedRow] = Field(default_factory=dict)
    """The figures by the id of their period. Periods in which the unit is hidden are absent."""
    tables: dict[str, UnitTables] = Field(default_factory=dict)
    """The published tables of the unit, by year."""


class PeriodTables(Root):
    """The published tables of a month, quarter or year, stored as `figure_tables/{period}`."""

    units: list[PublishedRow]
    fields: list[PublishedRow]
    wards: list[PublishedRow]


def unit_path(unit: str) -> str:
    """Return the path of a unit's published figures, in the public database."""
    return f"figures/{unit}"


def tables_path(period_id: str) -> str:
    """Return the path of a period's published tables, in the public database."""
    return f"figure_tables/{period_id}"


def published_row(row: FiguresRow, names: tuple[str, ...], *, standing: bool) -> PublishedRow:
    """Return the row to publish. Shares and times are left out if they rest on fewer than FEWEST petitions.

    Only with `standing` are the numbers open and overdue and the share on time included.
    """
    known = {"open": row.open, "overdue": row.overdue} if standing else {}
    numbers = {name: known.get(name) if name in STANDING else _number(row, name) for name in names}
    enough = AtLeast(FEWEST).is_met_by(row.handled)
    return PublishedRow(
        key=row.key,
        numbers={name: number for name, number in numbers.items() if number is not None},
        on_time_percent=percent(*row.on_time) if standing and AtLeast(FEWEST).is_met_by(row.on_time[1]) else None,
        satisfied_percent=percent(*row.satisfied) if AtLeast(FEWEST).is_met_by(row.satisfied[1]) else None,
        median_hours=row.median if enough else None,
        ninth_decile_hours=row.ninth_decile if enough else None,
    )


def _number(row: FiguresRow, name: str) -> int:
    return sum(row.number(way) for way in OTHERWISE) if name == "otherwise" else row.number(name)


def rest_of(left_out: list[PublishedRow]) -> PublishedRow:
    """Return the row that sums up the hidden rows."""
    names = {name for row in left_out for name in row.numbers}
    sums = {name: sum(row.numbers.get(name, 0) for row in left_out) for name in ROW_NUMBERS if name in names}
    return PublishedRow(key=REST, numbers=sums)
