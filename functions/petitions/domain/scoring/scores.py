"""The scores of units: points per criterion with the number of cases, their uncertainty, and a rank.

A criterion without a case does not count: a score is the share of the points that were possible. Units are ranked
within their group (departments, wards). A unit with few petitions is not ranked. A rank comes with the best and the
worst rank possible within the intervals, so that noise is not mistaken for a difference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import Any

from petitions.domain.scoring.criteria import WHOLE, Counted, Criterion, ScoringRules
from petitions.domain.shared.edges import AtLeast
from petitions.domain.shared.records import Record, replace

HUNDREDTHS = 100
_EXACT = Context(prec=40)


class ScoredPart(Record):
    """The result of a unit in one criterion."""

    criterion: str
    weight: int
    cases: int
    good: int
    low: int
    """The lower end of Wilson's interval of the share of good cases, in ten-thousandths."""
    high: int
    points: int
    """The points reached in the criterion, in hundredths."""
    least_points: int
    """The points at the lower end of the interval, in hundredths."""
    most_points: int

    @property
    def possible(self) -> int:
        """Most points that the criterion could give, in hundredths. 0 without a case."""
        return self.weight * HUNDREDTHS if self.cases else 0


class UnitScore(Record):
    """The results of a unit in all criteria, and its rank."""

    unit: str
    group: str
    """The group within which the unit is ranked."""
    petitions: int
    """The number of different petitions that are a case of any criterion."""
    parts: list[ScoredPart]
    score: int
    """The share of the possible points, in ten-thousandths."""
    least: int
    most: int
    rank: int | None = None
    """The rank of the unit, from 1. Equal scores have equal ranks. None for a unit with too few petitions."""
    best_rank: int | None = None
    worst_rank: int | None = None

    @property
    def points(self) -> int:
        """Points of all criteria together, in hundredths."""
        return sum(part.points for part in self.parts)

    @property
    def possible(self) -> int:
        """Points that were possible, in hundredths."""
        return sum(part.possible for part in self.parts)


class SetAside(Record):
    """A case that does not count against a unit, because the unit contested it successfully."""

    unit: str
    criterion: str
    code: str


def scored(rules: ScoringRules, facts: Iterable[Counted], aside: Collection[SetAside] = ()) -> list[UnitScore]:
    """Return the scores of all units with at least one case, by group, rank and unit.

    The order of the facts makes no difference. The cases in `aside` do not count.
    """
    left_out = {item.unit for item in rules.left_out}
    by_unit: dict[str, list[Counted]] = defaultdict(list)
    for fact in facts:
        if fact.unit not in left_out:
            by_unit[fact.unit].append(fact)
    found = [_of_unit(rules, unit, by_unit[unit], aside) for unit in sorted(by_unit)]
    ranked = _ranked(rules, [unit_score for unit_score in found if unit_score.petitions])
    return sorted(
        ranked,
        key=lambda unit_score: (unit_score.group, unit_score.rank is None, unit_score.rank or 0, unit_score.unit),
    )


def cases_of(
    criterion: Criterion, unit: str, facts: Iterable[Counted], aside: Collection[SetAside] = ()
) -> tuple[list[str], list[str]]:
    """Return the codes of a unit's good cases and of its other cases, in order. Cases in `aside` are left out.

    A code is repeated if its petition has several cases.
    """
    gone = {item.code for item in aside if (item.unit, item.criterion) == (unit, criterion.key)}
    by_code: dict[str, list[Counted]] = defaultdict(list)
    for fact in facts:
        if fact.unit == unit:
            by_code[fact.code].append(fact)
    judged = [(code, is_good) for code, found in sorted(by_code.items()) for is_good in criterion.judged(found)]
    good = [code for code, is_good in judged if is_good]
    return good, [code for code, is_good in judged if not is_good and code not in gone]


def group_of(unit: str) -> str:
    """Return the group in which the unit is ranked: wards and communes, or departments and agencies."""
    return "wards" if unit.startswith("PX-") else "departments"


def points_at(criterion: Criterion, share: int, whole: int) -> int:
    """Return the points for a share of `share` in `whole`, in hundredths of a point, halves rounded up."""
    above = share * WHOLE - criterion.floor * whole
    span = (criterion.full - criterion.floor) * whole
    most = criterion.weight * HUNDREDTHS
    return min(max((2 * most * above + span) // (2 * span), 0), most)


def wilson(good: int, cases: int, z: int) -> tuple[int, int]:
    """Return Wilson's interval for the share of good cases, rounded outward, in ten-thousandths. `z` is in hundredths.

    It is computed in decimals of fixed precision, because floats could differ between machines, and the hash with them.
    """
    n, p2 = Decimal(cases), Decimal(good)
    square = _EXACT.divide(Decimal(z * z), Decimal(HUNDREDTHS * HUNDREDTHS))
    middle = _EXACT.add(p2, _EXACT.divide(square, Decimal(2)))
    spread = _EXACT.add(_EXACT.divide(_EXACT.multiply(p2, n - p2), n), _EXACT.divide(square, Decimal(4)))
    half = _EXACT.multiply(_EXACT.divide(Decimal(z), Decimal(HUNDREDTHS)), _EXACT.sqrt(spread))
    below = _EXACT.divide(_EXACT.multiply(middle - half, Decimal(WHOLE)), n + square)
    above = _EXACT.divide(_EXACT.multiply(middle + half, Decimal(WHOLE)), n + square)
    low = int(below.to_integral_value(rounding=ROUND_FLOOR))
    return max(low, 0), min(int(above.to_integral_value(rounding=ROUND_CEILING)), WHOLE)


def _of_unit(rules: ScoringRules, unit: str, facts: Sequence[Counted], aside: Collection[SetAside]) -> UnitScore:
    parts, codes = [], set[str]()
    for criterion in rules.criteria:
        good, other = cases_of(criterion, unit, facts, aside)
        codes |= {*good, *other}
        parts.append(_part(rules, criterion, len(good), len(good) + len(other)))
    possible = sum(part.possible for part in parts)
    score, least, most = (
        _share(sum(getattr(part, name) for part in parts), possible)
        for name in ("points", "least_points", "most_points")
    )
    return UnitScore(
        unit=unit, group=group_of(unit), petitions=len(codes), parts=parts, score=score, least=least, most=most
    )


def _part(rules: ScoringRules, criterion: Criterion, good: int, cases: int) -> ScoredPart:
    low, high = wilson(good, cases, rules.z) if cases else (0, WHOLE)
    return ScoredPart(
        criterion=criterion.key,
        weight=criterion.weight,
        cases=cases,
        good=good,
        low=low,
        high=high,
        points=points_at(criterion, good, cases) if cases else 0,
        least_points=points_at(criterion, low, WHOLE) if cases else 0,
        most_points=points_at(criterion, high, WHOLE) if cases else 0,
    )


def _share(points: int, possible: int) -> int:
    return (2 * points * WHOLE + possible) // (2 * possible) if possible else 0


def _ranked(rules: ScoringRules, found: Sequence[UnitScore]) -> list[UnitScore]:
    ranked, enough = [], AtLeast(rules.least)
    for unit_score in found:
        others = [one for one in found if one.group == unit_score.group and enough.is_met_by(one.petitions)]
        if not enough.is_met_by(unit_score.petitions):
            ranked.append(unit_score)
            continue
        places: dict[str, Any] = {
            "rank": 1 + sum(one.score > unit_score.score for one in others),
            "best_rank": 1 + sum(one.least > unit_score.most for one in others),
            "worst_rank": sum(one.unit == unit_score.unit or one.most >= unit_score.least for one in others),
        }
        ranked.append(replace(unit_score, **places))
    return ranked
