"""Citizens' opinions in the scoring: ratings, and objections to an answer that were not decided in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.adapters import reference
from petitions.domain.clock.punctuality import on_time
from petitions.domain.contact.contact_request import ContactReason, ContactRequest, ContactState
from petitions.domain.reports.facts import Fact
from petitions.domain.reports.histories import History, Line, micros
from petitions.domain.scoring.criteria import Criterion
from petitions.domain.scoring.opinions import contests
from petitions.domain.scoring.scores import UnitScore, scored
from tests.property.test_scoring import FACTS, UNITS

RULES = reference.shipped().scoring
AT = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
DUE = AT + timedelta(hours=6)
CODE = "HN-260501-0000-0001"
HISTORY = History(
    CODE,
    (
        Line(1, micros(AT - timedelta(days=9)), "filed", "SXD", "", "new", 0, "-", "-"),
        Line(2, micros(AT - timedelta(days=2)), "approve", "SXD", "in_progress", "answered", 0, "on_time", "-"),
        Line(3, micros(AT + timedelta(days=3)), "reopen", "SYT", "answered", "in_progress", 0, "-", "-"),
    ),
)


def contested(**more: object) -> ContactRequest:
    fields = {"id": "c", "why": ContactReason.CONTESTED, "citizen": "p", "code": CODE, "unit": "VPUB", "at": AT}
    return ContactRequest.model_validate(fields | {"act_by": DUE, "expires_at": AT + timedelta(days=400)} | more)


@pytest.mark.parametrize(
    ("request_", "verdicts"),
    [
        (contested(), ["ignored"]),
        (contested(state=ContactState.ANSWERED, answered_at=DUE), ["heard"]),
        (contested(state=ContactState.CLOSED, closed_at=DUE - timedelta(hours=1)), ["heard"]),
        (contested(state=ContactState.CLOSED, closed_at=DUE + timedelta(seconds=1)), ["ignored"]),
        (contested(why=ContactReason.LOW_RATING), ["ignored"]),
        (contested(why=ContactReason.PERSON), []),
        (contested(code=None), []),
        (contested(act_by=AT + timedelta(days=60)), []),
    ],
)
def test_a_contest_is_ignored_if_nobody_decided_it_before_its_clock_ran_out(
    request_: ContactRequest, verdicts: list[str]
) -> None:
    found = list(contests([request_], {CODE: HISTORY}, {}, AT + timedelta(days=30)))
    assert [item.verdict for item in found] == verdicts
    assert {item.unit for item in found} <= {"SXD"}, "the unit whose answer it was"


def of(unit: str, facts: list[Fact]) -> UnitScore:
    return next(unit_score for unit_score in scored(RULES, facts) if unit_score.unit == unit)


def fact(unit: str, code: str, what: str, verdict: str = "-") -> Fact:
    return Fact(code, unit, what, "conduct", "report", verdict, "-")


@given(FACTS, st.sampled_from([unit for unit in UNITS if unit != "VPUB"]), st.sampled_from(["on_time", "late"]))
def test_an_ignored_contest_costs_at_least_as_much_as_a_reopening(facts: list[Fact], unit: str, verdict: str) -> None:
    answered = [*facts, fact(unit, "HN-99", "handled", verdict)]
    before, reopened = of(unit, answered), of(unit, [*answered, fact(unit, "HN-99", "reopened")])
    ignored = of(unit, [*answered, fact(unit, "HN-99", "contested", "ignored")])
    assert ignored.score <= reopened.score <= before.score
    decided = of(unit, [*answered, fact(unit, "HN-99", "contested", "heard"), fact(unit, "HN-99", "reopened")])
    assert decided.score >= ignored.score


def test_a_dissatisfied_citizen_costs_points() -> None:
    answered = [fact("SXD", f"HN-{number}", "handled", "on_time") for number in range(10)]
    rated = [fact("SXD", f"HN-{number}", "rated", "satisfied") for number in range(9)]
    pleased, angry = (
        [*rated, fact("SXD", "HN-9", "rated", "satisfied")],
        [*rated, fact("SXD", "HN-9", "rated", "dissatisfied")],
    )
    part = next(
        scored_part for scored_part in of("SXD", [*answered, *angry]).parts if scored_part.criterion == "satisfied"
    )
    assert (part.good, part.cases) == (9, 10)
    worse = [*rated[:5], *(item._replace(verdict="dissatisfied") for item in [*rated[5:], angry[-1]])]
    assert of("SXD", [*answered, *worse]).score < of("SXD", [*answered, *pleased]).score


@given(FACTS)
def test_the_share_on_time_is_the_one_of_every_page(facts: list[Fact]) -> None:
    for unit in scored(RULES, facts):
        mine = [item for item in facts if item.unit == unit.unit]
        answers = [item.verdict for item in mine if item.what == "handled"]
        overdue = sum((item.what, item.verdict) == ("in_process", "overdue") for item in mine)
        part = next(scored_part for scored_part in unit.parts if scored_part.criterion == "on_time")
        share = on_time({"on_time": answers.count("on_time"), "late": answers.count("late"), "overdue": overdue})
        assert (part.good, part.cases) == share


@pytest.mark.parametrize("more", [{"cases": [{"counts": ["handled"]}]}, {"bad": [{"counts": ["reopened"]}]}])
def test_a_measure_has_no_cases_of_its_own(more: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="says itself"):
        Criterion.model_validate(
            {"key": "a_share", "label": "l", "weight": 1, "floor": 0, "full": 1, "definition": "d"}
            | {"measure": "on_time"}
            | more
        )  # fmt: skip


@pytest.mark.parametrize("after", [timedelta(0), timedelta(days=2), timedelta(days=3), timedelta(days=20)])
def test_a_contest_counts_for_the_unit_whose_answer_it_was_however_late_it_is_decided(after: timedelta) -> None:
    decided = contested(state=ContactState.CLOSED, closed_at=AT + after)
    (found,) = contests([decided], {CODE: HISTORY}, {}, AT + timedelta(days=30))
    assert found.unit == "SXD"
