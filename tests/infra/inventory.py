"""The declared resources (manifest, alerts, dashboard) and the planned ones of Terraform, for comparison."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from croniter import croniter

from infra import manifest as declared
from infra.paths import FUNCTIONS, GCP, ROOT
from petitions.domain.files.attachment import AttachmentState
from petitions.domain.notices.notice import NoticeState

MANIFEST = declared.load()
PUBLIC = {name for name, function in MANIFEST.functions.items() if function.public}
SECRETS = {name for name, setting in MANIFEST.settings.items() if setting.secret}
ALERTS: dict[str, dict[str, Any]] = json.loads((GCP / "alerts.json").read_text())
DASHBOARD: list[dict[str, Any]] = json.loads((GCP / "dashboard.json").read_text())


def resources(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    modules = [plan["planned_values"]["root_module"]]
    while modules:
        module = modules.pop()
        yield from module.get("resources", [])
        modules += module.get("child_modules", [])


def of_type(plan: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [resource["values"] for resource in resources(plan) if resource["type"] == kind]


def by_name(plan: dict[str, Any], kind: str, key: str = "name") -> dict[str, dict[str, Any]]:
    return {values[key]: values for values in of_type(plan, kind)}


def is_logged(name: str) -> bool:
    """Return whether the code logs the given metric. Names made from the state of a notice or a file are included."""
    files = [*FUNCTIONS.rglob("*.py"), ROOT / "infra" / "operate" / "deployment" / "deploy.py"]  # `make test-alert`
    source = "\n".join(path.read_text() for path in files)
    by_state = {'f"notice_{after.state}"': NoticeState, 'f"attachment_{after.state}"': AttachmentState}
    made = {form.split("{")[0][2:] + state for form, states in by_state.items() if form in source for state in states}
    return f'"{name}"' in source or name in made


def longest_gap(cron: str) -> timedelta:
    """Return the longest time between two runs of a cron expression, among the first 5,000 from 2026 on."""
    begin = datetime(2026, 1, 1, tzinfo=ZoneInfo(MANIFEST.time_zone))
    line, before, longest = croniter(cron, begin, ret_type=datetime), begin, timedelta()
    for _ in range(5000):
        now = line.get_next()
        longest, before = max(longest, now - before), now
    return longest
