"""The scoring of a year: a draft that units can contest, then the frozen scores, then only restatements of them.

It is stored as `scorings/{id}`. The inputs and the result of every version are files in a bucket that overwrites
nothing. Anybody can recompute the hash from the inputs (`counted_again`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from pydantic import Field

from petitions.domain.scoring.criteria import Counted, ScoringRules
from petitions.domain.scoring.scores import SetAside, UnitScore, scored
from petitions.domain.shared.edges import Until
from petitions.domain.shared.records import Instant, Record, Root

FORMULA = "1"
"""The version of the formula. It changes whenever the same facts and rules would give other scores."""


class ScoredFact(NamedTuple):
    """A fact as it stands in exported files."""

    code: str
    unit: str
    what: str
    nature: str
    statement: str
    verdict: str
    outcome: str


class ContestState(StrEnum):
    """The state of a contest, i.e. of a unit's objection to a draft. It is open until the scorer answers it."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Contest(Record):
    """A unit's objection to a case that counts against it."""

    id: str
    unit: str
    criterion: str
    code: str
    why: str
    by: str
    at: Instant
    state: ContestState = ContestState.OPEN
    answer: str = ""
    answered_by: str | None = None
    answered_at: Instant | None = None

    @property
    def aside(self) -> SetAside:
        """Return the case that no longer counts if the contest is accepted."""
        return SetAside(unit=self.unit, criterion=self.criterion, code=self.code)


class ScoringVersion(Record):
    """A draft, the frozen scores, or a restatement of them."""

    number: int
    """The number of the version. The first is 1."""
    restates: str = ""
    """The name of the restatement, which contains its reason. Empty for any other version."""
    frozen: bool
    hash: str
    rules: str
    """The version of the rules by which units were scored."""
    inputs: str
    """The name of the file with the inputs."""
    result: str
    """The name of the file with the result."""
    cut: Instant
    at: Instant
    by: str


class Scoring(Root):
    """The scoring of one period, with its versions and the units' contests."""

    id: str
    period_kind: str
    period_name: str
    label: str
    since: Instant
    until: Instant
    """The instant at which the period ends, which is no part of it."""
    contest_until: Instant
    """The time until which units may contest the draft."""
    versions: list[ScoringVersion] = Field(default_factory=list)
    contests: list[Contest] = Field(default_factory=list)
    changed_at: Instant
    version: int = 1

    @property
    def last(self) -> ScoringVersion:
        return self.versions[-1]

    @property
    def is_frozen(self) -> bool:
        """Return whether a version is frozen. After that only restatements follow."""
        return any(version.frozen for version in self.versions)

    @property
    def asides(self) -> list[SetAside]:
        """Return the cases removed by accepted contests, sorted by unit, criterion and code."""
        accepted = [contest.aside for contest in self.contests if contest.state is ContestState.ACCEPTED]
        return sorted(accepted, key=lambda item: (item.unit, item.criterion, item.code))


@dataclass(frozen=True)
class ScoringResult:
    """The scores of all units, with the hash that names them."""

    units: Sequence[UnitScore]
    hash: str


def may_contest(scoring: Scoring, now: datetime) -> bool:
    return not scoring.is_frozen and now in Until(scoring.contest_until)


def open_contests(scoring: Scoring) -> list[Contest]:
    """Return the contests without an answer. The scoring cannot be frozen while there are any."""
    return [contest for contest in scoring.contests if contest.state is ContestState.OPEN]


def result_of(rules: ScoringRules, label: str, facts: Iterable[Counted], aside: Sequence[SetAside]) -> ScoringResult:
    """Return the scores from these facts and their hash, which does not depend on the scorer or the time."""
    known = sorted(_fact(fact) for fact in facts)
    units = scored(rules, known, aside)
    digest = hashlib.sha256(FORMULA.encode())
    for line in exported(rules, label, known, aside):
        digest.update(line)
    digest.update(_compact([unit.stored() for unit in units]).encode())
    return ScoringResult(units, digest.hexdigest())


def exported(rules: ScoringRules, label: str, facts: Iterable[Counted], aside: Sequence[SetAside]) -> Iterator[bytes]:
    """Yield the inputs as lines of JSON: the rules, the cases left out, then one line per fact, in order."""
    yield (
        _compact(
            {"formula": FORMULA, "label": label, "rules": rules.model_dump(mode="json", exclude_none=True)}
        ).encode()
        + b"\n"
    )
    yield _compact([item.stored() for item in aside]).encode() + b"\n"
    yield from (_compact(list(fact)).encode() + b"\n" for fact in sorted(_fact(counted) for counted in facts))


def imported(lines: Iterable[bytes]) -> tuple[ScoringRules, str, list[SetAside], list[ScoredFact]]:
    """Return rules, label, cases left out and facts from exported lines. Raise ValueError for any other lines."""
    read = [json.loads(line) for line in lines]
    if len(read) < 2 or not isinstance(read[0], dict) or read[0].get("formula") != FORMULA:  # noqa: PLR2004 - two heads
        raise ValueError("these are no inputs of this formula")
    aside = [SetAside.model_validate(item) for item in read[1]]
    return ScoringRules.load(read[0]["rules"]), read[0]["label"], aside, [ScoredFact(*item) for item in read[2:]]


def counted_again(lines: Iterable[bytes]) -> ScoringResult:
    """Return the result computed again from exported lines. Raise ValueError for lines that are no export."""
    rules, label, aside, facts = imported(lines)
    return result_of(rules, label, facts, aside)


def scoring_id(period_kind: str, period_name: str) -> str:
    """Return the id of the scoring of a period, made of letters, digits and hyphens only."""
    return f"{period_kind}-{period_name}".replace("_", "-").replace("/", "-")


def scoring_path(identity: str) -> str:
    return f"scorings/{identity}"


def _fact(item: Any) -> ScoredFact:
    return ScoredFact(*(getattr(item, name) for name in ScoredFact._fields))


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=str)
