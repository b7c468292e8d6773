"""The scores at the desk: all for scorers and coordinators, its own for a unit, explained by single petitions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from petitions.domain.officers.audit import AuditEntry, audit_path
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission, may, sees_all
from petitions.domain.scoring.criteria import Criterion, ScoringRules
from petitions.domain.scoring.scores import ScoredPart, UnitScore, cases_of
from petitions.domain.scoring.scoring import Contest, Scoring, ScoringVersion, open_contests, scoring_path
from petitions.domain.shared.edges import UpTo
from petitions.errors import NotFound
from petitions.ports.store import Query, Store
from petitions.ports.world import Clock, Ids
from petitions.usecases.scoring.freeze_scoring import stored_scoring
from petitions.usecases.scoring.keep_scoring import KeepScoring

NEWEST = 20
MOST_NEWS = 5
OVERLAP = timedelta(seconds=15)
"""How long before `since` the search begins, since a change gets its time before its transaction commits."""
LONGEST_AGO = timedelta(days=3)


@dataclass(frozen=True)
class ExplainedPart:
    """A unit's result in a criterion, with the codes of the petitions that gained and that cost points."""

    criterion: Criterion
    part: ScoredPart
    good: Sequence[str]
    other: Sequence[str]
    aside: Sequence[str]
    """The codes of petitions left out of this version because of accepted objections."""


@dataclass(frozen=True)
class ExplainedScore:
    """The score of one unit in one version, explained."""

    scoring: Scoring
    version: ScoringVersion
    rules: ScoringRules
    score: UnitScore
    parts: Sequence[ExplainedPart]
    contests: Sequence[Contest]
    """The unit's objections to the draft."""


@dataclass(frozen=True)
class ScoreNews:
    """News about the scores of a unit, for one officer."""

    id: str
    """The id of the new objection or version."""
    number: int
    """A number that rises with every news about the same id."""
    what: Literal["contested", "answered", "draft", "frozen", "restated"]
    scoring: str
    unit: str


@dataclass(frozen=True)
class ReadScoring:
    """Reads the yearly scores of units for officers."""

    store: Store
    clock: Clock
    ids: Ids
    keep: KeepScoring

    def newest(self) -> list[Scoring]:
        """Return the scorings, newest period first, at most NEWEST."""
        found = self.store.find(Query("scorings", order_by=("-until",), limit=NEWEST))
        return [Scoring.model_validate(document.data) for document in found]

    def one(self, scoring_id: str) -> Scoring:
        """Return a scoring. Raise NotFound if there is none with this id."""
        return stored_scoring(self.store.get(scoring_path(scoring_id)))

    def version(self, scoring: Scoring, number: int | None) -> ScoringVersion:
        """Return the version with this number (from 1), or the newest for None. Raise NotFound."""
        if number is None:
            return scoring.last
        if not 1 <= number <= len(scoring.versions):
            raise NotFound("Không có bản này.", reason="version_unknown")
        return scoring.versions[number - 1]

    def scores(self, officer: Officer, version: ScoringVersion) -> list[UnitScore]:
        """Return the scores in the version that the officer may see: all, or those of their unit."""
        found = self.keep.scores(version.result)
        return [unit_score for unit_score in found if sees_all(officer) or unit_score.unit == officer.unit]

    def explained(self, officer: Officer, scoring: Scoring, version: ScoringVersion, unit: str) -> ExplainedScore:
        """Return a unit's score with the petitions behind it. Raise NotFound if the officer may not see the score."""
        score = next((unit_score for unit_score in self.scores(officer, version) if unit_score.unit == unit), None)
        if score is None:
            raise NotFound("Không có điểm của đơn vị này.", reason="score_unknown")
        rules, _, aside, facts = self.keep.inputs(version.inputs)
        parts = []
        for part in score.parts:
            criterion = next(item for item in rules.criteria if item.key == part.criterion)
            good, other = cases_of(criterion, unit, facts, aside)
            gone = [item.code for item in aside if (item.unit, item.criterion) == (unit, criterion.key)]
            parts.append(ExplainedPart(criterion, part, good, other, gone))
        mine = [contest for contest in scoring.contests if contest.unit == unit]
        return ExplainedScore(scoring, version, rules, score, parts, mine)

    def news(self, officer: Officer, since: datetime) -> list[ScoreNews]:
        """Return recent actions of other people on scores that concern the officer.

        Scorers get new objections. Heads get answers to their objections and new versions. The result may repeat news
        of an earlier call.
        """
        if not may(officer, Permission.SCORE) and not may(officer, Permission.CONTEST):
            return []
        floor = max(since - OVERLAP, self.clock.now() - LONGEST_AGO)
        query = Query("scorings", (("changed_at", ">", floor),), order_by=("changed_at",), limit=MOST_NEWS)
        found = [Scoring.model_validate(document.data) for document in self.store.find(query)]
        if may(officer, Permission.SCORE):
            return [
                ScoreNews(contest.id, 1, "contested", scoring.id, contest.unit)
                for scoring in found
                for contest in open_contests(scoring)
                if UpTo(floor).is_over(contest.at)
            ]
        return [news for scoring in found for news in _of_unit(officer.unit, scoring, floor)]

    def rules(self, version: ScoringVersion) -> ScoringRules:
        """Return the rules by which a version was scored."""
        return self.keep.inputs(version.inputs)[0]

    def fetch(self, officer: Officer, scoring: Scoring, version: ScoringVersion) -> Iterator[bytes]:
        """Return the file of inputs in pieces, from which anybody can compute the hash. The download is audited."""
        entry = AuditEntry.by(
            officer, what="change", action="scoring_fetched",
            subject=scoring.id, reason=version.hash, at=self.clock.now(),
        )  # fmt: skip
        self.store.create(audit_path(self.ids.token()), entry.stored())
        return self.keep.frozen.read(version.inputs)


def _of_unit(unit: str, scoring: Scoring, floor: datetime) -> Iterator[ScoreNews]:
    for contest in scoring.contests:
        if contest.unit == unit and contest.answered_at and UpTo(floor).is_over(contest.answered_at):
            yield ScoreNews(contest.id, 2, "answered", scoring.id, unit)
    if UpTo(floor).is_over(scoring.last.at):
        last = scoring.last
        yield ScoreNews(
            scoring.id, last.number, "restated" if last.restates else "frozen" if last.frozen else "draft",
            scoring.id, unit,
        )  # fmt: skip
