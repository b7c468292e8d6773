"""The criteria of the yearly scoring as data: the facts that they count, their weights, and the units left out.

They are stored in `data/scoring_rules.json`. All numbers are whole: shares in ten-thousandths, points in hundredths. So
the same facts give the same score on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Literal, Protocol, Self

from pydantic import Field, model_validator

from petitions.domain.clock.punctuality import in_time
from petitions.domain.shared.reference_data import ReferenceModel, VersionName, parse

WHOLE = 10_000
"""A share of 100 %, in ten-thousandths."""
ALL_WEIGHT = 100
Share = Annotated[int, Field(ge=0, le=WHOLE)]
RATED, CONTESTED = "rated", "contested"
"""The two kinds of facts caused by a citizen: a rating of an answer, and a contest of it that is due for a decision."""
SATISFIED, DISSATISFIED = "satisfied", "dissatisfied"
"""The verdicts of ratings."""
HEARD, IGNORED = "heard", "ignored"
"""The verdicts of contests: decided in time or not."""
FACETS = ("nature", "statement", "verdict", "outcome")


class Counted(Protocol):
    """A fact of a period about one petition in one unit (`domain/reports/facts.py`)."""

    @property
    def code(self) -> str: ...

    @property
    def unit(self) -> str: ...

    @property
    def what(self) -> str: ...

    @property
    def verdict(self) -> str:
        """The judgement of the fact, such as `on_time`, or "-" if there is none."""


class Picked(ReferenceModel):
    """A selection of facts: those of the kinds in `counts` that meet every condition in `where`."""

    counts: Annotated[tuple[str, ...], Field(min_length=1)]
    where: Mapping[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if unknown := set(self.where) - set(FACETS):
            raise ValueError(f"nothing is called {', '.join(sorted(unknown))}")
        return self

    def has(self, fact: Counted) -> bool:
        return fact.what in self.counts and all(getattr(fact, name) == value for name, value in self.where.items())


def _on_time(fact: Counted) -> bool | None:
    return in_time(fact.verdict) if fact.what in {"handled", "in_process"} else None


def _satisfied(fact: Counted) -> bool | None:
    return fact.verdict == SATISFIED if fact.what == RATED else None


Measure = Literal["on_time", "satisfied"]
MEASURES: Mapping[Measure, Callable[[Counted], bool | None]] = {"on_time": _on_time, "satisfied": _satisfied}
"""The shares that are the same on every page, as functions. They return whether a fact is good, None if it does not
count.
"""


class Criterion(ReferenceModel):
    """One criterion: the share of good cases. It gives no points up to `floor` and its whole weight from `full` on.

    With a `measure`, every fact that counts in the measure is a case. Otherwise a case is a petition with at least one
    of the facts `cases` in the unit. It is good if it has one of the facts `good` (if any are named) and none of the
    facts `bad`.
    """

    key: Annotated[str, Field(pattern=r"^[a-z_]{2,40}$")]
    label: Annotated[str, Field(min_length=1)]
    weight: Annotated[int, Field(ge=1, le=ALL_WEIGHT)]
    """The most points that the criterion gives."""
    measure: Measure | None = None
    cases: tuple[Picked, ...] = ()
    good: tuple[Picked, ...] = ()
    bad: tuple[Picked, ...] = ()
    floor: Share
    full: Share
    definition: Annotated[str, Field(min_length=1)]

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if self.floor >= self.full:
            raise ValueError(f"{self.key}: floor is not below full")
        if self.measure:
            if self.cases or self.good or self.bad:
                raise ValueError(f"{self.key}: a measure says itself what counts")
            return self
        if not self.cases:
            raise ValueError(f"{self.key}: there are no cases")
        if not self.good and not self.bad:
            raise ValueError(f"{self.key}: every case would be a good one")
        return self

    def judged(self, facts: Sequence[Counted]) -> list[bool]:
        """Return True for every good case and False for every other one, among a petition's facts in one unit."""
        if self.measure:
            found = map(MEASURES[self.measure], facts)
            return [is_good for is_good in found if is_good is not None]
        if not _any(self.cases, facts):
            return []
        return [(not self.good or _any(self.good, facts)) and not _any(self.bad, facts)]


def _any(picks: Sequence[Picked], facts: Sequence[Counted]) -> bool:
    return any(pick.has(fact) for pick in picks for fact in facts)


class LeftOut(ReferenceModel):
    """A unit that is not scored, and the reason."""

    unit: str
    why: Annotated[str, Field(min_length=1)]


class ScoringRules(ReferenceModel):
    """The rules from which the scores of a period are computed."""

    version: VersionName
    source: Annotated[str, Field(min_length=1)]
    owner: str | None = None
    """The authority that decides criteria and weights, and whether it has decided. None in older rules."""
    caveats: tuple[str, ...] = ()
    """Remarks that every sheet must carry."""
    period: Annotated[str, Field(pattern=r"^[a-z_]{2,30}$")]
    """The kind of period that is scored (`data/report_forms.json`)."""
    least: Annotated[int, Field(ge=1)]
    """The fewest petitions for which a unit is ranked."""
    z: Annotated[int, Field(ge=100, le=500)]
    """The width of the intervals, in hundredths of a standard error: 196 for 95 %."""
    contested_days: Annotated[int, Field(ge=1, le=90)]
    """The days for which units may contest a draft."""
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]
    left_out: tuple[LeftOut, ...] = ()

    @classmethod
    def load(cls, raw: dict[str, Any]) -> ScoringRules:
        """Return the rules read from their document. Raise ReferenceFaults with all faults."""
        return parse(cls, raw, "scoring_rules")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (weights := sum(criterion.weight for criterion in self.criteria)) != ALL_WEIGHT:
            raise ValueError(f"the weights are {weights} together, not {ALL_WEIGHT}")
        for names in ([criterion.key for criterion in self.criteria], [left_out.unit for left_out in self.left_out]):
            if len(set(names)) < len(names):
                raise ValueError("two have the same name")
        return self

    def criterion(self, key: str) -> Criterion | None:
        return next((item for item in self.criteria if item.key == key), None)
