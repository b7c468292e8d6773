"""Months of a random city: the reminders equal those of a slow model, none missing, none doubled, none at night."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from petitions.usecases.shared.sweeping import CLAIMED_PAGE, MOST_CLAIMED_PAGES
from tests.property.reminder_city import City, live, start_of


def compare(city: City) -> Counter[str]:
    """Fail if the city and the model differ in a reminder.

    Return the number of reminders by level, with skipped ones under "skipped".
    """
    recorded, expected = city.recorded(), city.model.expected
    missing = {name: expected[name] for name in sorted(expected.keys() - recorded.keys())}
    surplus = {name: recorded[name] for name in sorted(recorded.keys() - expected.keys())}
    assert not missing, f"missing: {dict(list(missing.items())[:5])}"
    assert not surplus, f"surplus: {dict(list(surplus.items())[:5])}"
    differing = {name: (recorded[name], expected[name]) for name in recorded if recorded[name] != expected[name]}
    assert not differing, f"at another time: {dict(list(differing.items())[:5])}"
    return Counter("skipped" if skipped else name.split(":")[2] for name, (_, skipped) in recorded.items())


@pytest.mark.parametrize("seed", [20261101, 20260201])
def test_a_month_and_two_hundred_petitions(seed: int) -> None:
    start = start_of(f"{str(seed)[:4]}-{str(seed)[4:6]}-01T00:00")
    seen = compare(live(seed, start=start, days=31, petitions=200))
    print(f"seed {seed}: {sum(seen.values())} reminders {dict(seen.most_common(12))}")  # noqa: T201
    assert {"75", "T", "T-1", "T+1", "T+4h", "skipped"} <= {*seen}


def test_thousands_due_at_once_are_drained_oldest_first_in_bounded_calls() -> None:
    city = City(7, start_of("2026-11-02T00:00"))
    city.crashes = False
    for number in range(4_000):
        city.clock.at = start_of("2026-11-02T01:00") + timedelta(seconds=number)
        city.file("normal")
    city.clock.at = start_of("2026-11-12T02:00")
    calls: list[int] = []
    seen = 0
    while calls[-1:] != [0]:
        calls.append(city.sweep())
        recorded = city.recorded()
        assert len({name.split(":")[0] for name in recorded}) == sum(calls)
        assert f"HN-{sum(calls) - 1:06}" in {name.split(":")[0] for name in recorded}  # the oldest come first
        assert len(recorded) > seen or calls[-1] == 0
        seen = len(recorded)
    most = CLAIMED_PAGE * MOST_CLAIMED_PAGES
    assert most == 2_000  # so 10,000 need five calls
    assert calls == [most] * (4_000 // most) + [0]
    city.model.tick(city.clock.now())
    compare(city)


@pytest.mark.faults
@pytest.mark.timeout(1800)
def test_a_year_and_five_thousand_petitions() -> None:
    seed = 20260101
    seen = compare(live(seed, start=start_of("2026-01-01T00:00"), days=365, petitions=5000))
    print(f"seed {seed}: {sum(seen.values())} reminders {dict(seen.most_common(20))}")  # noqa: T201
    assert sum(seen.values()) > 50_000
