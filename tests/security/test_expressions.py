"""No regular expression of the deployed code takes too long on any text. New expressions are found automatically."""

from __future__ import annotations

import re
from functools import partial

import pytest

from tests.security.expressions import MADE_IN_FUNCTIONS, Expression, collected, made_for, other_imports
from tests.security.hostile import DRAFT, MESSAGE, milliseconds, texts

MESSAGE_MS, DRAFT_MS = 20.0, 200.0
SHORT = 400
"""Characters of the texts for a first measurement. Only the slowest of these texts are then run at full length."""
SLOWEST = 6
GROWTH = 7.0
"""The largest growth of the time for a text of four times the length. Linear growth is 4, quadratic growth 16."""
LEAST_MS = 4.0
"""Growth is not checked for shorter times, in milliseconds."""

EXPRESSIONS, MADE = collected()


def test_none_is_out_of_sight() -> None:
    assert other_imports() == []
    assert set(MADE_IN_FUNCTIONS) == MADE, "built in a function: add a call of it to MADE_IN_FUNCTIONS"
    assert len(EXPRESSIONS) > 80


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=[item.where for item in EXPRESSIONS])
def test_an_expression_takes_linear_time(expression: Expression) -> None:
    for way in sorted(expression.ways):
        slowest = _slowest(expression, way)
        messages, quarters, drafts = (made_for(expression.form, size) for size in (MESSAGE, DRAFT // 4, DRAFT))
        for number in slowest:
            run = [partial(expression.run, way, many[number]) for many in (messages, quarters, drafts)]
            case = f"{way} {expression.form.pattern!r} on {messages[number][:60]!r}..."
            assert milliseconds(run[0], MESSAGE_MS) <= MESSAGE_MS, case
            quarter, whole = milliseconds(run[1], DRAFT_MS), milliseconds(run[2], DRAFT_MS)
            assert whole <= DRAFT_MS, case
            if whole > LEAST_MS and whole > GROWTH * quarter:
                quarter = max(quarter, milliseconds(run[1], 0.0))
                assert min(whole, milliseconds(run[2], 0.0)) <= GROWTH * quarter, case


def _slowest(expression: Expression, way: str) -> list[int]:
    made = enumerate(made_for(expression.form, SHORT))
    took = sorted(
        ((milliseconds(partial(expression.run, way, text), MESSAGE_MS), at) for at, text in made), reverse=True
    )
    assert took[0][0] <= MESSAGE_MS, expression.form.pattern
    return [at for _, at in took[:SLOWEST]]


@pytest.mark.parametrize("function", MADE_IN_FUNCTIONS)
def test_expressions_made_in_a_function_take_linear_time(function: str) -> None:
    call = MADE_IN_FUNCTIONS[function]
    for size, budget in ((MESSAGE, MESSAGE_MS), (DRAFT, DRAFT_MS)):
        for text in texts(size):
            assert milliseconds(partial(call, text), budget) <= budget, text[:60]


# Expressions from when one message took 19.3 s, and others found since.
FORMER = {
    "introduced": r"(?:^|[.\n,!;]\s*|\bxin chào,?\s*)(?i:tôi tên là|tên tôi là|tôi là|em là)"
    r"\s*:?\s+((?:[A-ZÀ-ỸĐ][a-zà-ỹđ]+\s?){2,5})",
    "age": r"[ ,(-]*\b(?:\d{1,3}\s*(?:tuổi|tuoi)|(?:sinh năm|sinh nam|sn)\s*\d{4}|(?:19|20)\d{2}$)\b\)?",
    "label": r"\b(?:sđt|sdt|đt)\b\s*(?:là|la|:)?\s*$",
    "favour": r"[, ]+(?:(?:giup|gium|ho) (?:toi|em|minh|chau|bac)\b(?!:)|chu dau\b|moi dung)",
    "place left open": r"\[[^\[\]\n]*\S[^\[\]\n]*\]",
}


@pytest.mark.parametrize("form", FORMER.values(), ids=FORMER)
def test_an_expression_that_is_not_linear_is_found(form: str) -> None:
    with pytest.raises(AssertionError):
        test_an_expression_takes_linear_time(Expression("here", re.compile(form), frozenset({"finditer"})))
