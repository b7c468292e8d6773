"""Versions of reference data: what is in force on which day.

`reference/{kind}:{version}` holds one version, never changed; `rules/current` says which one is in force from which
day on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from pydantic import Field

from petitions.domain.shared.fingerprint import version_of
from petitions.domain.shared.records import Instant, Record, Root
from petitions.domain.units.mergers import Merger, merged
from petitions.domain.units.unit_edits import UnitEdit, edited, in_order

CURRENT = "rules/current"
ALWAYS = ""
"""As a day: from the beginning."""
DIRECTORY = "directory"
CATALOGUES = ("texts", "texts_en")
THE_CITYS = frozenset({*CATALOGUES, "answers"})
"""Once administrators have written any of these, theirs stand whatever is shipped; of texts only those they wrote."""


class Version(Root):
    """`reference/{kind}:{version}`. `data` is compact JSON in one field: one index entry, far below 1 MiB.

    `since` and `until` are days of Hanoi (ISO), both within; `until` is absent while no later version is known.
    """

    kind: str
    version: str
    since: str
    until: str | None = None
    data: str
    loaded_at: Instant


class Since(Record):
    """From this day on (ISO, in Hanoi) this version is in force."""

    day: str
    version: str


class Current(Root):
    """`rules/current`: the versions of each kind by day, and the mergers and edits that the directory has been given.

    `edited` names, for a kind that somebody has published, the shipped version that was known then: loading that
    one again does not undo the edit; a newer one takes its place, but for what is the city's own (THE_CITYS).
    """

    kinds: dict[str, list[Since]] = Field(default_factory=dict)
    mergers: list[Merger] = Field(default_factory=list)
    unit_edits: list[UnitEdit] = Field(default_factory=list)
    edited: dict[str, str] = Field(default_factory=dict)
    changed_at: Instant | None = None

    def in_force(self, day: date) -> dict[str, str]:
        """The version of each kind on a day. A kind whose first version is yet to come has that one already."""
        found = {}
        for kind, turns in self.kinds.items():
            begun = [turn for turn in turns if turn.day <= day.isoformat()]
            found[kind] = (begun or turns[:1])[-1].version
        return found


def version_path(kind: str, version: str) -> str:
    """Where a version is stored."""
    return f"reference/{kind}:{version}"


def timeline(
    kind: str,
    seed: Mapping[str, Any],
    known: Sequence[Since],
    mergers: Sequence[Merger],
    edits: Sequence[UnitEdit] = (),
) -> tuple[list[Since], dict[str, Mapping[str, Any]]]:
    """The versions by day once `seed` is loaded, and the data of those that come from it.

    The seed takes the place of everything from its own first day on. Mergers and edits of units are made again upon it,
    so that a seed from before them does not undo them. Raises MergerFault when a merger no longer fits; an edit of a
    unit that the seed does not have waits for one that has.
    """
    first = str(seed.get("effective_from", ALWAYS))
    return follow(seed, first, [turn for turn in known if turn.day < first], in_order(mergers, edits), kind)


def follow(
    data: Mapping[str, Any],
    first: str,
    turns: Sequence[Since],
    changes: Sequence[Merger | UnitEdit],
    kind: str = DIRECTORY,
) -> tuple[list[Since], dict[str, Mapping[str, Any]]]:
    """`turns` and, from the day `first` on, the versions that come of `data` by these changes, which are in order."""
    turns, made = list(turns), dict[str, Mapping[str, Any]]()
    ordered = changes if kind == DIRECTORY else ()
    for day in sorted({first, *(each.day for each in ordered if each.day > first)}):
        for change in ordered:
            if change.day == day or (day == first and change.day < first):
                data = merged(data, change) if isinstance(change, Merger) else edited(data, change)
        name = version_of(data)
        made[name] = data
        turns.append(Since(day=day, version=name))
    return turns, made


def ends(turns: Sequence[Since]) -> dict[str, str | None]:
    """The last day of each version: the one before the next begins."""
    after = [turn.day for turn in turns[1:]]
    last = [(date.fromisoformat(day) - timedelta(days=1)).isoformat() for day in after]
    return {turn.version: until for turn, until in zip(turns, [*last, None], strict=True)}
