"""An officer's preferences for the lists of petitions: the columns beside the content, and the order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pydantic import Field

from petitions.domain.shared.records import Record


class Column(StrEnum):
    """A column of a list of petitions beside the content, in the order of the page."""

    DUE = "due"
    STATE = "state"
    LEVEL = "level"
    FILED = "filed"
    WARD = "ward"
    FIELD = "field"
    KIND = "kind"
    SOURCE = "source"
    RATING = "rating"
    UNIT = "unit"
    HANDLER = "handler"
    CODE = "code"


MOST_COLUMNS = 6
"""The most columns. With more, the content has no room on a screen of 1440 pixels."""
_BY_DATE = {"newest": (Column.FILED, True), "oldest": (Column.FILED, False)}


@dataclass(frozen=True)
class Sort:
    """The order of a list: by one column, rising or falling."""

    column: Column
    down: bool = False

    @staticmethod
    def named(name: str) -> Sort | None:
        """Return the order with this name in a URL: "newest", "oldest", "due", "-due". None for an unknown name."""
        if name in _BY_DATE:
            return Sort(*_BY_DATE[name])
        column = name.removeprefix("-")
        return Sort(Column(column), name.startswith("-")) if column in set(Column) - {Column.FILED} else None

    @property
    def name(self) -> str:
        """The name of the order in a URL: `newest`, `oldest`, or the column's name, with `-` if it falls."""
        named = {place: name for name, place in _BY_DATE.items()}
        return named.get((self.column, self.down), f"{'-' if self.down else ''}{self.column}")


BY_DUE = Sort(Column.DUE)
"""Urgent petitions first, then by due date."""
NEWEST = Sort(Column.FILED, down=True)


class ListLayout(Record):
    """The columns and the order chosen by an officer. An empty field means the default of the role."""

    columns: list[Column] = Field(default_factory=list)
    sort: str = ""
    """The name of the order in a URL."""
