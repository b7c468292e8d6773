"""Edits of a unit in the directory by administrators: its aliases, its competence, and the phrases that point to it.

An edit records additions and removals, not the whole result. It can therefore be applied again to every newer
directory, like a merger. The functions work on the directory's JSON.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field

from petitions.domain.shared.records import Instant, Record
from petitions.domain.units.mergers import Merger

DirectoryRow = dict[str, Any]


class PhraseChange(Record):
    """Phrases added to a list and dropped from it."""

    added: list[str] = Field(default_factory=list)
    dropped: list[str] = Field(default_factory=list)

    def of(self, phrases: Sequence[str]) -> list[str]:
        """Return the list without the dropped phrases, followed by the added ones, without duplicates."""
        kept = [phrase for phrase in phrases if phrase not in self.dropped]
        return [*kept, *(item for item in self.added if item not in kept)]

    @property
    def undone(self) -> PhraseChange:
        return PhraseChange(added=self.dropped, dropped=self.added)


class UnitEdit(Record):
    """An edit of one unit by an administrator."""

    day: str
    """The first day on which the edit applies (ISO, in Hanoi)."""
    unit: str
    aliases: PhraseChange = PhraseChange()
    keywords: PhraseChange = PhraseChange()
    competence: list[str] = Field(default_factory=list, max_length=2)
    """The new text and the previous one. Empty if the text stays."""
    by: str
    at: Instant
    after: int
    """The number of mergers known when the edit was made. It gives the order of changes on one day."""

    @property
    def lines(self) -> list[str]:
        """Return a Vietnamese description of the changes, one per line."""
        parts = (
            ("thêm tên gọi khác", self.aliases.added),
            ("bỏ tên gọi khác", self.aliases.dropped),
            ("thêm từ khóa", self.keywords.added),
            ("bỏ từ khóa", self.keywords.dropped),
        )
        changes = [f"{verb}: {'; '.join(phrases)}" for verb, phrases in parts if phrases]
        return changes + ([f"chức năng: {self.competence[0]}"] if self.competence else [])


def unit_row(directory: Mapping[str, Any], code: str) -> DirectoryRow | None:
    """Return the row of a department or agency, even an ended one. None for wards, special codes and unknown codes."""
    rows = (row for row in directory["units"] if row["code"] == code and row["kind"] != "special")
    return next(rows, None)


def phrase_changes(before: Sequence[str], after: Sequence[str]) -> PhraseChange:
    """Return the change that turns the list `before` into the list `after`."""
    return PhraseChange(
        added=[item for item in after if item not in before], dropped=[item for item in before if item not in after]
    )


def edit_directory(directory: Mapping[str, Any], edit: UnitEdit) -> DirectoryRow:
    """Return the directory as of the edit's day.

    If the unit is missing, or if the directory already contains the edit, nothing changes.
    """
    row = unit_row(directory, edit.unit)
    fields = row and fields_after(row, edit)
    if row is None or all(row[name] == value for name, value in (fields or {}).items()):
        return dict(directory)
    after = copy.deepcopy(dict(directory))
    after["effective_from"] = max(edit.day, str(directory["effective_from"]))
    after["units"] = [{**item, **(fields or {})} if item["code"] == edit.unit else item for item in after["units"]]
    return after


def fields_after(row: Mapping[str, Any], edit: UnitEdit) -> DirectoryRow:
    """Return the unit's three fields (aliases, competence, keywords) after the edit."""
    return {
        "aliases": edit.aliases.of(row["aliases"]),
        "keywords": edit.keywords.of(row["keywords"]),
        "competence": edit.competence[0] if edit.competence else row["competence"],
    }


def fields_before(row: Mapping[str, Any], edit: UnitEdit) -> DirectoryRow:
    """Return the unit's three fields (aliases, competence, keywords) with this edit undone. Later edits stay."""
    return {
        "aliases": edit.aliases.undone.of(row["aliases"]),
        "keywords": edit.keywords.undone.of(row["keywords"]),
        "competence": edit.competence[1] if edit.competence else row["competence"],
    }


def in_order(mergers: Sequence[Merger], edits: Sequence[UnitEdit]) -> list[Merger | UnitEdit]:
    """Return the mergers and edits by day and, within a day, in the order in which they were made."""
    placed = [((merger.day, float(number)), merger) for number, merger in enumerate(mergers)]
    known: list[tuple[tuple[str, float], Merger | UnitEdit]] = [*placed]
    known += [((edit.day, edit.after - 0.5), edit) for edit in edits]
    return [item for _, item in sorted(known, key=lambda pair: pair[0])]
