"""Versions of reference data and the days on which they are in force.

`reference/{kind}:{version}` holds one version and never changes. `rules/current` names the version in force from a
given day on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from pydantic import Field

from petitions.domain.shared.fingerprint import version_of
from petitions.domain.shared.records import Instant, Record, Root
from petitions.domain.units.mergers import Merger, merged
from petitions.domain.units.unit_edits import UnitEdit, edit_directory, in_order

CURRENT_PATH = "rules/current"
ALWAYS = ""
"""The day of a version that is in force from the beginning."""
DIRECTORY_KIND = "directory"
CATALOGUES = ("texts", "texts_en")
CITY_KINDS = frozenset({*CATALOGUES, "answers", "paper_forms"})
"""Kinds that administrators own: once they have written one, it stays, whatever is shipped.

Of the texts, this holds only for those that they wrote.
"""


class ReferenceVersion(Root):
    """A version of reference data, stored as `reference/{kind}:{version}`."""

    kind: str
    version: str
    since: str
    """The first day on which it is in force (ISO, in Hanoi)."""
    until: str | None = None
    """The last day on which it is in force (ISO, in Hanoi). Absent while no later version is known."""
    data: str
    """Compact JSON in a single field: one index entry, far below 1 MiB."""
    loaded_at: Instant


class InForceSince(Record):
    """A version and the day from which it is in force."""

    day: str
    """ISO, in Hanoi."""
    version: str


class VersionsInForce(Root):
    """The document `rules/current`: the versions in force, and the directory's mergers and edits."""

    kinds: dict[str, list[InForceSince]] = Field(default_factory=dict)
    """The versions of a kind, by day."""
    mergers: list[Merger] = Field(default_factory=list)
    unit_edits: list[UnitEdit] = Field(default_factory=list)
    edited: dict[str, str] = Field(default_factory=dict)
    """For kinds that somebody has published, the shipped version known at that time.

    Loading that version again does not undo the edit. A newer one replaces it, except for the city's own kinds
    (CITY_KINDS).
    """
    changed_at: Instant | None = None

    def in_force(self, day: date) -> dict[str, str]:
        """Return the version of every kind on a day. Before its first day, a kind has its first version."""
        found = {}
        for kind, turns in self.kinds.items():
            begun = [turn for turn in turns if turn.day <= day.isoformat()]
            found[kind] = (begun or turns[:1])[-1].version
        return found


def version_path(kind: str, version: str) -> str:
    """Return the path of the version's document."""
    return f"reference/{kind}:{version}"


def timeline(
    kind: str,
    seed: Mapping[str, Any],
    known: Sequence[InForceSince],
    mergers: Sequence[Merger],
    edits: Sequence[UnitEdit] = (),
) -> tuple[list[InForceSince], dict[str, Mapping[str, Any]]]:
    """Return the versions by day once `seed` is loaded, and the data of those that derive from it.

    The seed replaces everything from its own first day on. Mergers and edits of units are applied to it again, so that
    an older seed does not undo them. An edit of a unit that the seed lacks waits for a seed that has it. Raise
    MergerFault if a merger no longer fits.
    """
    first = str(seed.get("effective_from", ALWAYS))
    return follow_changes(seed, first, [turn for turn in known if turn.day < first], in_order(mergers, edits), kind)


def follow_changes(
    data: Mapping[str, Any],
    first: str,
    turns: Sequence[InForceSince],
    changes: Sequence[Merger | UnitEdit],
    kind: str = DIRECTORY_KIND,
) -> tuple[list[InForceSince], dict[str, Mapping[str, Any]]]:
    """Return `turns` followed by the versions that the ordered `changes` make of `data` from the day `first` on."""
    turns, made = list(turns), dict[str, Mapping[str, Any]]()
    ordered = changes if kind == DIRECTORY_KIND else ()
    for day in sorted({first, *(item.day for item in ordered if item.day > first)}):
        for change in ordered:
            if change.day == day or (day == first and change.day < first):
                data = merged(data, change) if isinstance(change, Merger) else edit_directory(data, change)
        name = version_of(data)
        made[name] = data
        turns.append(InForceSince(day=day, version=name))
    return turns, made


def last_days(turns: Sequence[InForceSince]) -> dict[str, str | None]:
    """Return the last day of every version, the day before the next one begins, or None for the last version."""
    after = [turn.day for turn in turns[1:]]
    last = [(date.fromisoformat(day) - timedelta(days=1)).isoformat() for day in after]
    return {turn.version: until for turn, until in zip(turns, [*last, None], strict=True)}
