"""The model of costs: it adds up, every number of it has a source, and it knows what breaks first."""

from __future__ import annotations

from typing import Any

import pytest

from infra.capacity import TIMES, load, table
from infra.emulators.firestore.metering import pricing
from infra.emulators.firestore.metering.cost import Cost


def _numbers(found: Any) -> list[dict[str, Any]]:
    return [found] if "value" in found else [each for part in found.values() for each in _numbers(part)]


def test_every_number_has_its_source() -> None:
    assert all(each["source"] for each in _numbers(load().data))


def test_firestore_is_priced_as_the_emulators_bill() -> None:
    model = load()
    spent = model.month(1)
    bill = pricing.bill_of(Cost(round(spent["reads"]), round(spent["writes"]), round(spent["deletes"])))
    money = model.money(spent)
    assert sum(money[name] for name in pricing.BILLED) == pytest.approx(bill["total"], rel=1e-4)


def test_ten_times_the_volume_costs_ten_times_but_for_what_runs_anyway() -> None:
    model = load()
    months = [model.month(times) for times in TIMES]
    idle = model.of({"minute": model.value("minutes_a_month")})
    for name in ("reads", "writes", "runs", "cpu_ms"):
        first, second, third = (month[name] - idle[name] for month in months)
        assert second == pytest.approx(10 * first)
        assert third == pytest.approx(100 * first)
    for name in ("file_gib", "egress_gib", "front_requests"):
        assert [month[name] / months[0][name] for month in months] == pytest.approx(TIMES)
    assert model.money(months[2])["fixed"] == model.money(months[0])["fixed"]


def test_logs_are_paid_for_beyond_what_is_free_and_kept_for_the_laws_months() -> None:
    model = load()
    free = model.value("beside", "free_log_gib")
    month = model.month(1)
    assert 0 < month["log_gib"] < free
    assert model.money(month)["log_gib"] == 0
    paid = model.money(month | {"log_gib": free + 10})
    assert paid["log_gib"] == pytest.approx(5)
    assert paid["kept_log_gib"] == pytest.approx((free + 10) * 12 * 0.02)


def test_what_breaks_first_is_all_used_there_and_nothing_else_is() -> None:
    model = load()
    for storm in (False, True):
        (name, times), *rest = model.first(storm=storm)
        used = model.used(times, storm=storm)
        assert used[name] == pytest.approx(1)
        assert max(used.values()) == used[name]
        assert all(after >= times for _, after in rest)
        assert name in table(model)


def test_every_function_of_a_step_is_one_of_the_manifest_and_limits_its_storm() -> None:
    model = load()
    used = model.used(1, storm=True)
    for name in model.steps["message"]["functions"]:
        assert {f"processors of {name}", f"threads of {name}"} <= used.keys()
