"""Yearly scores as the JSON API answers them: shares in ten-thousandths, points in hundredths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from petitions.domain.scoring.scores import UnitScore
from petitions.domain.scoring.scoring import ContestState, Scoring, ScoringVersion
from petitions.domain.units.directory import Directory
from petitions.usecases.scoring.read_scoring import ExplainedScore
from schema.base import Answer, CopiedAnswer, Instant


class ScoringVersionAnswer(CopiedAnswer):
    """A draft, the frozen scores, or a named restatement of them; `hash` can be counted again from the inputs."""

    number: int
    restates: str
    frozen: bool
    hash: str
    rules: str
    cut: Instant
    at: Instant


class ScoringAnswer(CopiedAnswer):
    """The scoring of one period; what is known of it ends with `until`, which is not part of it."""

    id: str
    label: str
    since: Instant
    until: Instant
    contest_until: Instant
    is_frozen: bool
    versions: list[ScoringVersionAnswer]


class ScoringsAnswer(Answer):
    """The newest periods first."""

    scorings: list[ScoringAnswer]


class ScoredPartAnswer(CopiedAnswer):
    """What a unit has in one criterion; `low` and `high` bound the share of good cases."""

    criterion: str
    weight: int
    cases: int
    good: int
    low: int
    high: int
    points: int
    possible: int


class UnitScoreAnswer(Answer):
    """The score of a unit, of the possible points, with the bounds that chance allows; too few have no rank."""

    unit: str
    unit_name: str
    group: str
    petitions: int
    score: int
    least: int
    most: int
    rank: int | None
    best_rank: int | None
    worst_rank: int | None
    parts: list[ScoredPartAnswer]

    @classmethod
    def of(cls, score: UnitScore, directory: Directory) -> Self:
        """Return the score with the name of its unit."""
        return cls(
            unit=score.unit, unit_name=directory.name_of(score.unit), group=score.group, petitions=score.petitions,
            score=score.score, least=score.least, most=score.most, rank=score.rank, best_rank=score.best_rank,
            worst_rank=score.worst_rank, parts=[ScoredPartAnswer.of(each) for each in score.parts],
        )  # fmt: skip


class ScoresAnswer(Answer):
    """One version of a scoring, with the scores that the reader may see: all, or their unit's."""

    scoring: ScoringAnswer
    version: ScoringVersionAnswer
    units: list[UnitScoreAnswer]

    @classmethod
    def of(cls, scoring: Scoring, version: ScoringVersion, found: Sequence[UnitScore], directory: Directory) -> Self:
        """Return the version."""
        return cls(
            scoring=ScoringAnswer.of(scoring), version=ScoringVersionAnswer.of(version),
            units=[UnitScoreAnswer.of(each, directory) for each in found],
        )  # fmt: skip


class ExplainedPartAnswer(Answer):
    """The petitions behind a criterion: the good cases, the others, and those set aside by a contest."""

    criterion: str
    label: str
    definition: str
    good: list[str]
    other: list[str]
    aside: list[str]


class ContestAnswer(CopiedAnswer):
    """What the unit says against a case, and the scorer's answer."""

    id: str
    criterion: str
    code: str
    why: str
    at: Instant
    state: ContestState
    answer: str
    answered_at: Instant | None


class ExplainedScoreAnswer(Answer):
    """A unit's score down to its petitions."""

    scoring: ScoringAnswer
    version: ScoringVersionAnswer
    score: UnitScoreAnswer
    parts: list[ExplainedPartAnswer]
    contests: list[ContestAnswer]

    @classmethod
    def of(cls, found: ExplainedScore, directory: Directory) -> Self:
        """Return the score."""
        parts = [
            ExplainedPartAnswer(
                criterion=each.criterion.key, label=each.criterion.label, definition=each.criterion.definition,
                good=list(each.good), other=list(each.other), aside=list(each.aside),
            )
            for each in found.parts
        ]  # fmt: skip
        return cls(
            scoring=ScoringAnswer.of(found.scoring), version=ScoringVersionAnswer.of(found.version),
            score=UnitScoreAnswer.of(found.score, directory), parts=parts,
            contests=[ContestAnswer.of(each) for each in found.contests],
        )  # fmt: skip
