"""The soak test, a long run under load, reports growth that petitions do not explain."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from tests.load.soak import DAYS, EXPIRING, Sample, check, drawing
from tests.load.soak_judged import KEPT


def sample(day: int, item: int, inbox: int) -> Sample:
    documents = Counter(dict.fromkeys(KEPT, item) | dict.fromkeys(EXPIRING, inbox))
    return Sample(day, item, documents, item * 1000, waiting=0, expiring=inbox, overdue=0, mib=50.0)


def straight() -> list[Sample]:
    busy = [sample(day, 10 * day, 40 * day) for day in range(1, DAYS + 1)]
    return [*busy, sample(105, 10 * DAYS, 3), sample(506, 10 * DAYS, 0)]


def test_growth_with_the_petitions_is_none() -> None:
    check(straight())
    assert drawing(straight()).count("<polyline") == 6


@pytest.mark.parametrize(
    "wrong",
    [
        {"waiting": 1},
        {"overdue": 1},
        {"documents": Counter(dict.fromkeys(KEPT, 10 * DAYS) | dict.fromkeys(EXPIRING, 41 * DAYS * 2))},
    ],
)
def test_growth_and_leftovers_are_reported(wrong: dict[str, object]) -> None:
    samples = straight()
    samples[DAYS - 1] = replace(samples[DAYS - 1], **wrong)  # type: ignore[arg-type]
    with pytest.raises(AssertionError):
        check(samples)


def test_undeleted_expired_data_is_reported() -> None:
    samples = straight()
    samples[-1] = replace(samples[-1], expiring=1)
    with pytest.raises(AssertionError):
        check(samples)
