"""The model of costs and capacity: correct sums, numbers with sources, and the first bottleneck."""

from __future__ import annotations

from typing import Any

import pytest

from infra.capacity import TIMES, load, table
from infra.emulators.firestore.metering import pricing
from infra.emulators.firestore.metering.cost import Cost


def _numbers(found: Any) -> list[dict[str, Any]]:
    return [found] if "value" in found else [number for part in found.values() for number in _numbers(part)]


def test_every_number_has_its_source() -> None:
    assert all(number["source"] for number in _numbers(load().data))


def test_firestore_is_priced_as_the_emulators_bill() -> None:
    model = load()
    spent = model.month(1)
    bill = pricing.bill_of(Cost(round(spent["reads"]), round(spent["writes"]), round(spent["deletes"])))
    money = model.money(spent)
    assert sum(money[name] for name in pricing.BILLED) == pytest.approx(bill["total"], rel=1e-4)


def test_ten_times_the_volume_costs_ten_times_except_fixed_costs() -> None:
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


def test_logs_cost_beyond_the_free_volume_and_are_kept_as_required_by_law() -> None:
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
        (name, times), *rest = model.limits_by_multiple(storm=storm)
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


def test_a_run_is_billed_by_wall_time_in_steps_and_with_its_memory() -> None:
    """A run of `relay` at reception has 11 calls of 5 ms and 5 ms of processor time, so 0.1 s is billed."""
    model = load()
    runs = {name: item["runs"] for name, item in model.steps["accept"]["functions"].items()}
    spent = model.of({"accept": 1})
    # All but the portal's run (0.5 s for the portal's answer, 67 ms of its own) and Zalo's call (250 ms in two runs).
    short = sum(item for name, item in runs.items() if name not in {"portal_sync", "notifications"})
    assert spent["cpu_seconds"] == pytest.approx(0.1 * short + 0.6 * runs["portal_sync"] + 0.2 * runs["notifications"])
    assert spent["gib_seconds"] > spent["cpu_seconds"] * 0.25


def test_backups_are_kept_whole() -> None:
    model = load()
    money = model.money(model.month(1))
    gib = money["stored_gib"] / model.value("prices", "stored_gib")
    assert money["backup_gib"] == pytest.approx(gib * 28 * 0.03)
    assert money["pitr_gib"] == pytest.approx(money["stored_gib"])


def test_choices_save_no_more_than_the_cost_of_their_subject() -> None:
    model = load()
    for times in TIMES:
        money, saved = model.money(model.month(times)), model.saved(times)
        assert len(saved) == 3
        assert 0 < saved["seven daily backups"] < money["backup_gib"]
        assert 0 < saved["files cold after 3 months"] < money["file_gib"]
        assert saved["no warm instance"] < money["fixed"]


def test_zalo_takes_what_a_hand_adds_up() -> None:
    """Per 1,000 petitions: 400 + 50 charged messages of 55 VND and 900 templates of 120 VND. Replies are free."""
    model = load()
    assert model.zalo(1000) == {"charged": pytest.approx(450 * 55), "template": pytest.approx(900 * 120)}
    assert "132,750 VND for the messages of 1,000 petitions" in table(model)
    assert model.templates_a_day == pytest.approx(163 * 0.9)


def test_zalos_prices_have_dates() -> None:
    prices = [item for name, item in load().data["zalo"].items() if name != "when"]
    assert all(price["on"] for price in prices)


def test_a_walk_costs_its_hours_and_its_builds() -> None:
    model = load()
    assert model.trial_price() == pytest.approx(model.value("prices", "fixed") * 4 / 730 + 13 * 3 * 0.006)
