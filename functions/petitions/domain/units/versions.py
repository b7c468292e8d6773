"""Versions of reference data, and the days from which they apply.

`reference/{kind}:{version}` holds one version and never changes. `rules/current` lists the versions with the day from
which each applies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from pydantic import Field

from petitions.domain.shared.edges import Until, UpTo
from petitions.domain.shared.fingerprint import version_of
from petitions.domain.shared.records import Instant, Record, Root
from petitions.domain.units.mergers import Merger, merged
from petitions.domain.units.unit_edits import UnitEdit, edit_directory, in_order

CURRENT_PATH = "rules/current"
ALWAYS = ""
"""The day of a version that applies from the beginning."""
DIRECTORY_KIND = "directory"
CATALOGUES = ("texts", "texts_en")
CITY_KINDS = frozenset({*CATALOGUES, "answers", "paper_forms"})
"""The kinds that belong to the city: once administrators have written a version, an update of the software keeps it.

For texts, only the changed texts are kept.
"""


class ReferenceVersion(Root):
    """A version of reference data, stored as `reference/{kind}:{version}`."""

    kind: str
    version: str
    since: str
    """The first day on which it applies (ISO, in Hanoi)."""
    until: str | None = None
    """The last day on which it applies (ISO, in Hanoi). Absent while no later version is known."""
    data: str
    """The data as compact JSON in one field. So they need only one index entry, and stay far below 1 MiB."""
    loaded_at: Instant


class InForceSince(Record):
    """A version and the first day on which it applies."""

    day: str
    """The first day, as an ISO date in Hanoi."""
    version: str


class VersionsInForce(Root):
    """The versions that apply, and the directory's mergers and edits, stored as `rules/current`."""

    kinds: dict[str, list[InForceSince]] = Field(default_factory=dict)
    """The versions of every kind of reference data, by first day."""
    mergers: list[Merger] = Field(default_factory=list)
    unit_edits: list[UnitEdit] = Field(default_factory=list)
    edited: dict[str, str] = Field(default_factory=dict)
    """The version delivered with the software when somebody published another one, by kind.

    Loading that delivered version again does not undo the edit. A newer delivered version replaces the edit, except for
    the city's own kinds (CITY_KINDS).
    """
    changed_at: Instant | None = None

    def in_force(self, day: date) -> dict[str, str]:
        """Return the version of every kind on a day.

        Before a kind's first day, its first version applies.
        """
        found = {}
        for kind, turns in self.kinds.items():
            begun = [turn for turn in turns if turn.day in UpTo(day.isoformat())]
            found[kind] = (begun or turns[:1])[-1].version
        return found


def version_path(kind: str, version: str) -> str:
    return f"reference/{kind}:{version}"


def timeline(
    kind: str,
    seed: Mapping[str, Any],
    known: Sequence[InForceSince],
    mergers: Sequence[Merger],
    edits: Sequence[UnitEdit] = (),
) -> tuple[list[InForceSince], dict[str, Mapping[str, Any]]]:
    """Return the versions by day after loading `seed`, and the data of the versions derived from it, by version.

    The seed replaces everything from its own first day on. Mergers and edits of units are applied to it again, so that
    an older seed does not undo them. An edit of a unit that the seed lacks waits for a seed that has the unit. Raise
    MergerFault if a merger no longer fits.
    """
    first = str(seed.get("effective_from", ALWAYS))
    return follow_changes(
        seed, first, [turn for turn in known if turn.day in Until(first)], in_order(mergers, edits), kind
    )


def follow_changes(
    data: Mapping[str, Any],
    first: str,
    turns: Sequence[InForceSince],
    changes: Sequence[Merger | UnitEdit],
    kind: str = DIRECTORY_KIND,
) -> tuple[list[InForceSince], dict[str, Mapping[str, Any]]]:
    """Return `turns` followed by the versions that result from applying the ordered `changes` to `data`.

    The versions begin on the day `first` or later. The second result is their data by version. Raise MergerFault if a
    merger does not fit.
    """
    turns, made = list(turns), dict[str, Mapping[str, Any]]()
    ordered = changes if kind == DIRECTORY_KIND else ()
    for day in sorted({first, *(item.day for item in ordered if UpTo(first).is_over(item.day))}):
        for change in ordered:
            if change.day == day or (day == first and change.day in Until(first)):
                data = merged(data, change) if isinstance(change, Merger) else edit_directory(data, change)
        name = version_of(data)
        made[name] = data
        turns.append(InForceSince(day=day, version=name))
    return turns, made


def last_days(turns: Sequence[InForceSince]) -> dict[str, str | None]:
    """Return the last day of every version: the day before the next one begins, None for the last version."""
    after = [turn.day for turn in turns[1:]]
    last = [(date.fromisoformat(day) - timedelta(days=1)).isoformat() for day in after]
    return {turn.version: until for turn, until in zip(turns, [*last, None], strict=True)}
