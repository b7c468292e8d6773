"""What administrators change of a unit in the directory: its aliases, its competence, the phrases that speak for it.

An edit is what was added and dropped, not the whole: so it is made again, like a merger, on every newer directory.
Works on the directory's JSON.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field

from petitions.domain.mergers import Merger
from petitions.domain.records import Instant, Record

Row = dict[str, Any]


class Change(Record):
    """What comes into a list of phrases, and what goes."""

    added: list[str] = Field(default_factory=list)
    dropped: list[str] = Field(default_factory=list)

    def of(self, phrases: Sequence[str]) -> list[str]:
        """The list after it; what is there already is not there twice."""
        kept = [each for each in phrases if each not in self.dropped]
        return [*kept, *(each for each in self.added if each not in kept)]

    @property
    def undone(self) -> Change:
        """The change back."""
        return Change(added=self.dropped, dropped=self.added)


class UnitEdit(Record):
    """One edit of `unit`, in force from `day` (ISO, in Hanoi); `after` counts the mergers that were known before it.

    `competence` is the new text and the one before it, nothing where it stays.
    """

    day: str
    unit: str
    aliases: Change = Change()
    keywords: Change = Change()
    competence: list[str] = Field(default_factory=list, max_length=2)
    by: str
    at: Instant
    after: int

    @property
    def lines(self) -> list[str]:
        """What it changes, in Vietnamese."""
        parts = (
            ("thêm tên gọi khác", self.aliases.added),
            ("bỏ tên gọi khác", self.aliases.dropped),
            ("thêm từ khóa", self.keywords.added),
            ("bỏ từ khóa", self.keywords.dropped),
        )
        said = [f"{verb}: {'; '.join(phrases)}" for verb, phrases in parts if phrases]
        return said + ([f"chức năng: {self.competence[0]}"] if self.competence else [])


def unit_row(directory: Mapping[str, Any], code: str) -> Row | None:
    """The row of a department or agency, also of one that has ended; None for wards and special codes."""
    rows = (row for row in directory["units"] if row["code"] == code and row["kind"] != "special")
    return next(rows, None)


def changes(before: Sequence[str], after: Sequence[str]) -> Change:
    """What makes one list of the other."""
    return Change(
        added=[each for each in after if each not in before], dropped=[each for each in before if each not in after]
    )


def edited(directory: Mapping[str, Any], edit: UnitEdit) -> Row:
    """The directory from the edit's day on; the same data where it has no such unit, or all of it already."""
    row = unit_row(directory, edit.unit)
    fields = row and fields_after(row, edit)
    if row is None or all(row[name] == value for name, value in (fields or {}).items()):
        return dict(directory)
    after = copy.deepcopy(dict(directory))
    after["effective_from"] = max(edit.day, str(directory["effective_from"]))
    after["units"] = [{**each, **(fields or {})} if each["code"] == edit.unit else each for each in after["units"]]
    return after


def fields_after(row: Mapping[str, Any], edit: UnitEdit) -> Row:
    """The three fields of the unit after the edit."""
    return {
        "aliases": edit.aliases.of(row["aliases"]),
        "keywords": edit.keywords.of(row["keywords"]),
        "competence": edit.competence[0] if edit.competence else row["competence"],
    }


def fields_before(row: Mapping[str, Any], edit: UnitEdit) -> Row:
    """The three fields with this edit taken back; what others have changed since stays."""
    return {
        "aliases": edit.aliases.undone.of(row["aliases"]),
        "keywords": edit.keywords.undone.of(row["keywords"]),
        "competence": edit.competence[1] if edit.competence else row["competence"],
    }


def in_order(mergers: Sequence[Merger], edits: Sequence[UnitEdit]) -> list[Merger | UnitEdit]:
    """By day; on one day as they were made."""
    placed = [((merger.day, float(number)), merger) for number, merger in enumerate(mergers)]
    known: list[tuple[tuple[str, float], Merger | UnitEdit]] = [*placed]
    known += [((edit.day, edit.after - 0.5), edit) for edit in edits]
    return [each for _, each in sorted(known, key=lambda pair: pair[0])]
