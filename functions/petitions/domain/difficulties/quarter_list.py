"""The list of difficulties of a period, by kind, group and unit, with their results, and counts by unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from petitions.domain.difficulties.difficulty import (
    CHANGE_LABELS,
    KIND_LABELS,
    OPEN,
    ChangeKind,
    Difficulty,
    DifficultyKind,
    MadeChange,
)
from petitions.domain.shared.edges import Until
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.reference_data import REFERENCE_LABELS


@dataclass(frozen=True)
class GroupRow:
    unit: str
    found: Sequence[Difficulty]
    """The difficulties, oldest first."""


@dataclass(frozen=True)
class ListedGroup:
    """A group of similar difficulties. Those without a label form one group per kind, with an empty label."""

    kind: DifficultyKind
    group: str
    rows: Sequence[GroupRow]
    """The rows of the units that reported such difficulties, ordered by the units' codes."""

    @property
    def number(self) -> int:
        return sum(len(row.found) for row in self.rows)


@dataclass(frozen=True)
class DifficultyCounts:
    """Counts of a unit's difficulties in a period. They are shown beside its yearly score but are not part of it."""

    carried: int = 0
    """Difficulties reported before the period and still open when it began."""
    reported: int = 0
    answered: int = 0
    """Difficulties, carried or reported, that have an answer."""
    helped: int = 0
    not_helped: int = 0
    open: int = 0
    late: int = 0


def belongs(difficulty: Difficulty, since: datetime, until: datetime) -> bool:
    """Return whether the period [since, until) includes the difficulty.

    It does if the difficulty was reported in the period, or earlier and not closed before it.
    """
    if Until(until).is_over(difficulty.at):
        return False
    before = Until(since)
    return difficulty.closed_at is None or before.is_over(difficulty.at) or before.is_over(difficulty.closed_at)


def listed(found: Iterable[Difficulty]) -> list[ListedGroup]:
    """Return the groups by kind, then by number of difficulties, largest first. Groups without a label come last."""
    groups: dict[tuple[DifficultyKind, str], dict[str, list[Difficulty]]] = defaultdict(lambda: defaultdict(list))
    for difficulty in sorted(found, key=lambda difficulty: (difficulty.at, difficulty.id)):
        groups[difficulty.kind, difficulty.group][difficulty.unit].append(difficulty)
    made = [
        ListedGroup(kind, group, [GroupRow(unit, units[unit]) for unit in sorted(units)])
        for (kind, group), units in groups.items()
    ]
    order = list(KIND_LABELS)
    return sorted(
        made,
        key=lambda listed_group: (
            order.index(listed_group.kind),
            not listed_group.group,
            -listed_group.number,
            listed_group.group,
        ),
    )


def counted(found: Iterable[Difficulty], since: datetime, now: datetime) -> dict[str, DifficultyCounts]:
    """Return the counts by unit of the difficulties of a period that began at `since`, in their present state."""
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    today: date = hanoi(now).date()
    for difficulty in found:
        here = sums[difficulty.unit]
        here["carried" if difficulty.at in Until(since) else "reported"] += 1
        here["answered"] += bool(difficulty.answer)
        here["helped"] += difficulty.helped is True
        here["not_helped"] += difficulty.helped is False
        here["open"] += difficulty.state in OPEN
        here["late"] += difficulty.is_late(today)
    return {unit: DifficultyCounts(**sums[unit]) for unit in sorted(sums)}


def results(found: Sequence[Difficulty]) -> list[str]:
    """Return the distinct answers to these difficulties, oldest difficulty first."""
    return list(dict.fromkeys(difficulty.answer for difficulty in found if difficulty.answer))


def in_words(change: MadeChange) -> str:
    """Return the change in Vietnamese. For reference data, that is its name and version."""
    if change.kind is not ChangeKind.REFERENCE:
        return f"{CHANGE_LABELS[change.kind]}: {change.what}"
    kind, _, version = change.what.partition(" ")
    return f"{REFERENCE_LABELS.get(kind, kind)}, phiên bản {version}" if version else change.what
