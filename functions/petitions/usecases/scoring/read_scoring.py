"""Scores at the desk: all for those who score and coordinate, its own for a unit, each down to its petitions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from petitions.domain.officers.audit import AuditEntry, audit_path
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import sees_all
from petitions.domain.scoring.criteria import Criterion, ScoringRules
from petitions.domain.scoring.scores import ScoredPart, UnitScore, cases_of
from petitions.domain.scoring.scoring import Contest, Scoring, ScoringVersion, scoring_path
from petitions.errors import NotFound
from petitions.ports.store import Query, Store
from petitions.ports.world import Clock, Ids
from petitions.usecases.scoring.freeze_scoring import stored_scoring
from petitions.usecases.scoring.keep_scoring import KeepScoring

NEWEST = 20


@dataclass(frozen=True)
class ExplainedPart:
    """What a unit has in a criterion, with the codes of the good and of the other cases."""

    criterion: Criterion
    part: ScoredPart
    good: Sequence[str]
    other: Sequence[str]
    aside: Sequence[str]
    """The codes that were set aside in this version."""


@dataclass(frozen=True)
class ExplainedScore:
    """The score of one unit in one version."""

    scoring: Scoring
    version: ScoringVersion
    rules: ScoringRules
    score: UnitScore
    parts: Sequence[ExplainedPart]
    contests: Sequence[Contest]
    """Of the unit."""


@dataclass(frozen=True)
class ReadScoring:
    """The use case."""

    store: Store
    clock: Clock
    ids: Ids
    keep: KeepScoring

    def newest(self) -> list[Scoring]:
        """Return the scorings, the newest period first."""
        found = self.store.find(Query("scorings", order_by=("-until",), limit=NEWEST))
        return [Scoring.model_validate(each.data) for each in found]

    def one(self, scoring_id: str) -> Scoring:
        """Return a scoring. Raise NotFound."""
        return stored_scoring(self.store.get(scoring_path(scoring_id)))

    def version(self, scoring: Scoring, number: int | None) -> ScoringVersion:
        """Return a version, the newest if none is named. Raise NotFound."""
        if number is None:
            return scoring.last
        if not 1 <= number <= len(scoring.versions):
            raise NotFound("Không có bản này.", reason="version_unknown")
        return scoring.versions[number - 1]

    def scores(self, officer: Officer, version: ScoringVersion) -> list[UnitScore]:
        """Return the scores that the officer may see: all, or their unit's."""
        found = self.keep.scores(version.result)
        return [each for each in found if sees_all(officer) or each.unit == officer.unit]

    def explained(self, officer: Officer, scoring: Scoring, version: ScoringVersion, unit: str) -> ExplainedScore:
        """Return a unit's score down to its petitions. Raise NotFound if the officer may not see it."""
        score = next((each for each in self.scores(officer, version) if each.unit == unit), None)
        if score is None:
            raise NotFound("Không có điểm của đơn vị này.", reason="score_unknown")
        rules, _, aside, facts = self.keep.inputs(version.inputs)
        parts = []
        for part in score.parts:
            criterion = next(each for each in rules.criteria if each.key == part.criterion)
            good, other = cases_of(criterion, unit, facts, aside)
            gone = [each.code for each in aside if (each.unit, each.criterion) == (unit, criterion.key)]
            parts.append(ExplainedPart(criterion, part, good, other, gone))
        mine = [each for each in scoring.contests if each.unit == unit]
        return ExplainedScore(scoring, version, rules, score, parts, mine)

    def rules(self, version: ScoringVersion) -> ScoringRules:
        """Return the rules by which a version was scored."""
        return self.keep.inputs(version.inputs)[0]

    def fetch(self, officer: Officer, scoring: Scoring, version: ScoringVersion) -> Iterator[bytes]:
        """Return the inputs as they lie in the bucket, to count the hash again; note who had them."""
        entry = AuditEntry(
            officer=officer.id, role=officer.role, unit=officer.unit, what="change", action="scoring_fetched",
            subject=scoring.id, reason=version.hash, at=self.clock.now(),
        )  # fmt: skip
        self.store.create(audit_path(self.ids.token()), entry.stored())
        return self.keep.frozen.read(version.inputs)
