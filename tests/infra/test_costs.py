"""The fixed costs in the runbook match the planned resources."""

from __future__ import annotations

import re
from typing import Any

import pytest

from infra import capacity
from tests.infra.inventory import ALERTS, MANIFEST, of_type
from tests.infra.test_runbook import RUNBOOK

pytestmark = pytest.mark.release

MINUTES = 30 * 24 * 60
CPU_SECOND, CALL, READ = 0.0000336, 0.4e-6, 0.038e-5


def cost_rows() -> dict[str, tuple[float, float]]:
    """Return (number, dollars) for every row of the runbook's table, by the text of the first column."""
    table = RUNBOOK.split("| what | how many | USD |", 1)[1].split("\n\n", 1)[0]
    rows = re.findall(r"^\| ([^|]+) \| (\d*) ?\| \**([\d.]+)\** \|$", table, re.MULTILINE)
    return {what: (float(number or 0), float(dollars)) for what, number, dollars in rows}


def test_what_is_told_is_what_is_there(plan: dict[str, Any]) -> None:
    policies = of_type(plan, "google_compute_security_policy")
    sweeps = sum(schedule.cron == "* * * * *" for schedule in MANIFEST.schedules.values()) * MINUTES
    conditions = sum(len(alert.get("logs", alert.get("schedules", [""]))) for alert in ALERTS.values())
    series = conditions * 3 * MINUTES * 2
    rules = sum(len(policy["rule"]) for policy in policies)
    jobs = len(MANIFEST.schedules) - 3
    secrets = len(of_type(plan, "google_secret_manager_secret")) - 6
    images = len(MANIFEST.functions) * 10
    wanted = {
        "the webhook's warm instance": (sum(function.min_instances for function in MANIFEST.functions.values()), 13.6),
        "the load balancer": (1, 18.25),
        "Cloud Armor, each policy": (len(policies), 5 * len(policies)),
        "Cloud Armor, each rule": (rules, rules),
        "jobs of Cloud Scheduler": (jobs, jobs * 0.1),
        "calls of the sweeps": (sweeps, sweeps * (CALL + 0.1 * CPU_SECOND)),
        "reads of nothing": (sweeps, sweeps * READ),
        "values of secrets": (secrets, secrets * 0.06),
        "images of functions": (images, (images * 0.06 - 0.5) * 0.1),
        "conditions of alerts": (conditions, conditions * 0.1),
        "time series": (series, series * 0.35e-6),
    }
    rows = cost_rows()
    together = rows.pop("**together**")[1]
    assert len(rows) == len(wanted)
    for words, (number, dollars) in wanted.items():
        (row,) = (item for what, item in rows.items() if what.startswith(words))
        assert row[0] == number, words
        assert row[1] == pytest.approx(dollars, abs=0.006), words
    # `make capacity` counts the sweeps itself and takes the other costs from this table.
    sweeps_alone = sum(rows[what][1] for what in rows if what.startswith(("calls of the sweeps", "reads of nothing")))
    assert capacity.load().value("prices", "fixed") == pytest.approx(together - sweeps_alone, abs=0.006)
    assert together == pytest.approx(sum(dollars for _, dollars in rows.values()), abs=0.006)
