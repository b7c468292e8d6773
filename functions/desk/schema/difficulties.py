"""Difficulties of units as the JSON API answers them."""

from __future__ import annotations

from datetime import date
from typing import Self

from petitions.domain.difficulties.difficulty import (
    KIND_LABELS,
    STATE_LABELS,
    ChangeKind,
    Difficulty,
    DifficultyKind,
    DifficultyState,
    DifficultyStep,
)
from petitions.domain.units.directory import Directory
from petitions.usecases.difficulties.read_difficulties import DifficultyLine, PeriodList
from schema.base import Answer, CopiedAnswer, Instant


class DifficultyFileAnswer(CopiedAnswer):
    """A file; its bytes are at `/difficulties/{difficulty}/files/{id}`."""

    id: str
    name: str | None
    media_type: str
    size: int


class MadeChangeAnswer(CopiedAnswer):
    """Something that was changed because of a difficulty; of reference data `what` is its kind and version."""

    kind: ChangeKind
    what: str
    at: Instant
    by: str


class StepAnswer(CopiedAnswer):
    """A line of what happened."""

    step: DifficultyStep
    at: Instant
    by: str
    unit: str
    text: str


class DifficultyAnswer(Answer):
    """A difficulty; `code` is null where the reader may not see the petition, `may` are the steps open to them."""

    id: str
    version: int
    kind: DifficultyKind
    kind_label: str
    state: DifficultyState
    state_label: str
    unit: str
    unit_name: str
    by: str
    at: Instant
    page: str
    code: str | None
    text: str
    files: list[DifficultyFileAnswer]
    group: str
    assigned: str | None
    assigned_name: str | None
    due: date | None
    late: bool
    answer: str
    helped: bool | None
    changes: list[MadeChangeAnswer]
    steps: list[StepAnswer]
    may: list[DifficultyStep]

    @classmethod
    def of(cls, line: DifficultyLine, directory: Directory) -> Self:
        """Return the difficulty with its labels."""
        known: Difficulty = line.difficulty
        copied = {"id", "version", "kind", "state", "unit", "by", "at", "page", "code", "text", "group", "assigned"}
        return cls(
            **{name: getattr(known, name) for name in copied | {"due", "answer", "helped"}},
            kind_label=KIND_LABELS[known.kind],
            state_label=STATE_LABELS[known.state],
            unit_name=directory.name_of(known.unit),
            assigned_name=directory.name_of(known.assigned) if known.assigned else None,
            late=line.late,
            files=[DifficultyFileAnswer.of(each) for each in known.files],
            changes=[MadeChangeAnswer.of(each) for each in known.changes],
            steps=[StepAnswer.of(each) for each in known.steps],
            may=sorted(line.steps),
        )


class DifficultiesAnswer(Answer):
    """Open difficulties, or closed ones, the newest first."""

    difficulties: list[DifficultyAnswer]


class DifficultyDone(Answer):
    """The difficulty that was reported or changed, and how many were answered with it."""

    id: str
    changed: int


class UnitCountsAnswer(Answer):
    """How many difficulties of a unit are where, as they stand now."""

    unit: str
    unit_name: str
    carried: int
    reported: int
    answered: int
    helped: int
    not_helped: int
    open: int
    late: int


class ListedAnswer(Answer):
    """The difficulties of one unit in one group of a period; `group` is "" for those that nobody gathered."""

    kind: DifficultyKind
    group: str
    unit: str
    unit_name: str
    difficulties: list[str]


class PeriodAnswer(Answer):
    """The list of the days from `since` up to, without, `until`."""

    since: Instant
    until: Instant
    listed: list[ListedAnswer]
    units: list[UnitCountsAnswer]
    as_of: Instant

    @classmethod
    def of(cls, found: PeriodList, directory: Directory) -> Self:
        """Return the list."""
        return cls(
            since=found.since,
            until=found.until,
            listed=[
                ListedAnswer(
                    kind=group.kind,
                    group=group.group,
                    unit=row.unit,
                    unit_name=directory.name_of(row.unit),
                    difficulties=[each.id for each in row.found],
                )
                for group in found.groups
                for row in group.rows
            ],
            units=[
                UnitCountsAnswer(unit=unit, unit_name=directory.name_of(unit), **vars(counts))
                for unit, counts in found.counts.items()
            ],
            as_of=found.as_of,
        )
