"""Rules of the yearly scoring: parts add up, improvements never cost points, and the order does not matter."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petitions.adapters.reference import parsed
from petitions.domain.scoring.criteria import ALL_WEIGHT, WHOLE, Criterion, ScoringRules
from petitions.domain.scoring.scores import (
    HUNDREDTHS,
    ScoredPart,
    SetAside,
    UnitScore,
    cases_of,
    points_at,
    scored,
    wilson,
)
from petitions.domain.scoring.scoring import ScoredFact, counted_again, exported, result_of
from petitions.domain.shared.records import replace

RULES = ScoringRules.load(parsed("scoring_rules.json"))
UNITS = ("SXD", "SYT", "STC", "PX-00175", "PX-00352", "VPUB")
FACTS = st.lists(
    st.builds(
        lambda unit, number, kind: ScoredFact(f"HN-{number:02}", unit, kind[0], "conduct", "report", kind[1], "-"),
        st.sampled_from(UNITS),
        st.integers(0, 9),  # few codes, because a petition has facts of several units
        st.sampled_from(
            [("handled", "on_time"), ("handled", "late"), ("in_process", "in_time"), ("in_process", "overdue"),
             ("published", "-"), ("reopened", "-"), ("received", "-"), ("rated", "satisfied"),
             ("rated", "dissatisfied"), ("contested", "heard"), ("contested", "ignored")]
        ),
    ),
    max_size=120,
)  # fmt: skip
BETTER = {
    ("handled", "late"): "on_time", ("in_process", "overdue"): "in_time", ("rated", "dissatisfied"): "satisfied",
    ("contested", "ignored"): "heard",
}  # fmt: skip


def by_unit(found: list[UnitScore]) -> dict[str, UnitScore]:
    return {unit_score.unit: unit_score for unit_score in found}


def slowly(facts: list[ScoredFact], unit: str) -> dict[str, tuple[int, int]]:
    mine = [fact for fact in facts if fact.unit == unit]

    def codes(what: str, verdict: str = "") -> set[str]:
        return {
            scored_fact.code
            for scored_fact in mine
            if scored_fact.what == what and verdict in {"", scored_fact.verdict}
        }

    def times(what: str, verdict: str) -> int:
        return sum((scored_fact.what, scored_fact.verdict) == (what, verdict) for scored_fact in mine)

    answered, overdue, open_ones = codes("handled"), codes("in_process", "overdue"), codes("in_process")
    in_time, late, satisfied = times("handled", "on_time"), times("handled", "late"), times("rated", "satisfied")
    ignored = codes("contested", "ignored")
    return {
        "on_time": (in_time, in_time + late + times("in_process", "overdue")),
        "satisfied": (satisfied, satisfied + times("rated", "dissatisfied")),
        "no_backlog": (len(open_ones - overdue), len(open_ones)),
        "published": (len(answered & codes("published")), len(answered)),
        "lasting": (len(answered - codes("reopened") - ignored), len(answered)),
        "heard": (len(codes("contested") - ignored), len(codes("contested"))),
    }


@given(FACTS)
def test_the_parts_are_the_score_and_are_counted_as_the_definitions_say(facts: list[ScoredFact]) -> None:
    for unit_score in scored(RULES, facts):
        assert {part.criterion: (part.good, part.cases) for part in unit_score.parts} == slowly(facts, unit_score.unit)
        assert (
            unit_score.points
            == sum(part.points for part in unit_score.parts)
            <= unit_score.possible
            <= ALL_WEIGHT * HUNDREDTHS
        )
        assert unit_score.possible
        exact = Fraction(unit_score.points * WHOLE, unit_score.possible)
        assert abs(unit_score.score - exact) <= Fraction(1, 2)
        assert unit_score.least <= unit_score.score <= unit_score.most
        for part in unit_score.parts:
            criterion = RULES.criterion(part.criterion)
            assert criterion
            good, other = cases_of(criterion, unit_score.unit, facts)
            assert (part.good, part.cases) == (len(good), len(good) + len(other))
            assert 0 <= part.least_points <= part.points <= part.most_points <= part.weight * HUNDREDTHS


def test_the_weights_are_a_hundred() -> None:
    assert sum(criterion.weight for criterion in RULES.criteria) == ALL_WEIGHT


@given(FACTS, st.randoms(use_true_random=False))
def test_the_order_of_the_facts_is_nothing(facts: list[ScoredFact], chance: random.Random) -> None:
    mixed = list(facts)
    chance.shuffle(mixed)
    assert scored(RULES, mixed) == scored(RULES, facts)
    assert result_of(RULES, "2026", list(reversed(facts)), ()).hash == result_of(RULES, "2026", facts, ()).hash


@given(FACTS)
def test_nothing_that_is_better_costs_points(facts: list[ScoredFact]) -> None:
    before = by_unit(scored(RULES, facts))
    for place, scored_fact in enumerate(facts):
        better = BETTER.get((scored_fact.what, scored_fact.verdict))
        if better is None:
            continue
        improved = [*facts[:place], scored_fact._replace(verdict=better), *facts[place + 1 :]]
        after = by_unit(scored(RULES, improved))
        if scored_fact.unit in before:
            assert after[scored_fact.unit].score >= before[scored_fact.unit].score
            assert after[scored_fact.unit].points >= before[scored_fact.unit].points


@given(st.sampled_from(RULES.criteria), st.integers(0, 400), st.integers(1, 400))
def test_points_rise_with_the_share_from_nothing_to_all(criterion: Criterion, good: int, cases: int) -> None:
    good = min(good, cases)
    here = points_at(criterion, good, cases)
    assert points_at(criterion, good, cases + 1) <= here <= points_at(criterion, good + 1, cases + 1)
    if good * WHOLE <= criterion.floor * cases:
        assert here == 0
    if good * WHOLE >= criterion.full * cases:
        assert here == criterion.weight * HUNDREDTHS


@given(st.integers(1, 3000), st.data())
def test_wilsons_interval_holds_the_share_and_narrows_with_what_is_known(cases: int, data: st.DataObject) -> None:
    good = data.draw(st.integers(0, cases))
    low, high = wilson(good, cases, RULES.z)
    assert 0 <= low <= good * WHOLE / cases <= high <= WHOLE
    more_low, more_high = wilson(good * 4, cases * 4, RULES.z)
    assert more_high - more_low <= high - low
    mirrored = wilson(cases - good, cases, RULES.z)
    assert mirrored == (WHOLE - high, WHOLE - low)


@pytest.mark.parametrize(
    ("good", "cases", "low", "high"),
    [(0, 10, 0, 2776), (10, 10, 7224, 10_000), (81, 263, 2553, 3662), (15, 148, 624, 1605), (1, 1, 2065, 10_000)],
)
def test_wilsons_interval_is_that_of_the_literature(good: int, cases: int, low: int, high: int) -> None:
    """Newcombe 1998, Statistics in Medicine 17, table I (method 3), to four places."""
    found = wilson(good, cases, 196)
    assert max(abs(found[0] - low), abs(found[1] - high)) <= 2


@st.composite
def towns_near_the_least(draw: st.DrawFn) -> tuple[int, list[ScoredFact]]:
    """Draw the least number of petitions of a ranked unit, and facts of units that have about as many."""
    least, facts = draw(st.integers(1, 4)), list[ScoredFact]()
    for unit in UNITS:
        for number in range(draw(st.integers(max(0, least - 1), least + 1))):
            verdict = draw(st.sampled_from(["on_time", "late"]))
            facts.append(ScoredFact(f"HN-{unit}-{number}", unit, "handled", "conduct", "report", verdict, "-"))
    return least, facts


@given(towns_near_the_least())
def test_ranks_are_among_the_like_and_none_for_few(drawn: tuple[int, list[ScoredFact]]) -> None:
    least, facts = drawn
    found = scored(replace(RULES, least=least), facts)
    assert "VPUB" not in by_unit(found)
    numbers = {unit: len({fact.code for fact in facts if fact.unit == unit}) for unit in UNITS}
    assert {one.unit: one.petitions for one in found} == {
        unit: number for unit, number in numbers.items() if number and unit != "VPUB"
    }
    for one in found:
        assert (one.rank is None) == (one.best_rank is None) == (one.worst_rank is None) == (one.petitions < least)
        like = [other for other in found if other.group == one.group and other.petitions >= least and other != one]
        if one.rank is not None:
            assert one.rank == 1 + len([other for other in like if other.score > one.score])
            assert one.best_rank == 1 + len([other for other in like if other.least > one.most])
            assert one.worst_rank == 1 + len([other for other in like if other.most >= one.least])
    places = [(one.group, one.rank is None, one.rank or 0, one.unit) for one in found]
    assert places == sorted(places)


@given(FACTS, st.data())
def test_what_was_set_aside_never_costs_points_and_changes_nobody_else(
    facts: list[ScoredFact], data: st.DataObject
) -> None:
    before = by_unit(scored(RULES, facts))
    missed = [
        SetAside(unit=unit, criterion=criterion.key, code=code)
        for unit in before
        for criterion in RULES.criteria
        for code in cases_of(criterion, unit, facts)[1]
    ]
    if not missed:
        return
    one = data.draw(st.sampled_from(missed))
    after = by_unit(scored(RULES, facts, [one]))
    part = {scored_part.criterion: scored_part for scored_part in before[one.unit].parts}[one.criterion]
    now = (
        {scored_part.criterion: scored_part for scored_part in after[one.unit].parts}[one.criterion]
        if one.unit in after
        else None
    )
    if now and now.cases:
        assert (now.good, now.cases) == (part.good, part.cases - missed.count(one))
        assert now.points >= part.points
    others: list[tuple[str, list[ScoredPart]]] = [(unit_score.unit, unit_score.parts) for unit_score in before.values()]
    assert [other for other in others if other[0] != one.unit] == [
        (unit, after[unit].parts) for unit, _ in others if unit != one.unit
    ]


@settings(max_examples=20)
@given(FACTS)
def test_the_exported_inputs_give_the_same_hash_and_any_change_another(facts: list[ScoredFact]) -> None:
    aside = [SetAside(unit="SXD", criterion="on_time", code="HN-01")]
    made = result_of(RULES, "Năm 2026", facts, aside)
    lines = list(exported(RULES, "Năm 2026", facts, aside))
    assert counted_again(lines) == made
    other = [result_of(RULES, "Năm 2026", facts, ()), result_of(RULES, "Năm 2025", facts, aside)]
    other.append(result_of(replace(RULES, least=31), "Năm 2026", facts, aside))
    other.append(
        result_of(RULES, "Năm 2026", [*facts, ScoredFact("HN-99", "SXD", "handled", "-", "-", "late", "-")], aside)
    )
    assert made.hash not in {scoring_result.hash for scoring_result in other}
    with pytest.raises(ValueError, match="no inputs"):
        counted_again(lines[1:])
