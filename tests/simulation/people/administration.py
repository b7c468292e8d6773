"""The administrator, who changes the working calendar during the run."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.shared.fingerprint import version_of
from petitions.errors import Conflict, Retryable
from tests.simulation.scheduler import Scheduler
from tests.unit.petition.handling import officer

DAYS_OFF = ("2026-11-25", "2026-11-26", "2026-11-27", "2026-12-01")
AGAIN = 60.0
SEEN_AFTER = 150.0
"""Seconds until every function uses a change: each reads the valid data every minute, and its job runs every minute."""


class Administrator:
    def __init__(
        self, scheduler: Scheduler, parts: Callable[[], Any], on_desk: Callable[[Callable[[], object], Any], None]
    ) -> None:
        self._scheduler = scheduler
        self._parts = parts
        self._on_desk = on_desk
        self.settled_at = 0.0
        self._day = scheduler.stream("administrator").choice(DAYS_OFF)

    def change(self) -> None:
        self._scheduler.log("desk", f"{self._day} is a day off", "officers")
        self.settled_at = self._scheduler.now + SEEN_AFTER
        self._on_desk(self._publish, lambda result: None if result else self._scheduler.after(AGAIN, self.change))

    def _publish(self) -> bool:
        who = officer("VPUB", Role.ADMIN, "quan-tri")
        try:
            parts = self._parts()
            current = parts.publish.in_force("calendars")
            data = copy.deepcopy(current)
            year = next(item for item in data["years"] if item["year"] == int(self._day[:4]))
            if self._day in year["off"]:
                return True
            year["off"][self._day] = "Nghỉ đột xuất"
            data["version"] = f"{data['version']} {self._day}"
            plan = parts.publish.plan_over("calendars", data, version_of(current))
            parts.publish.publish(who, parts.ids.token(), "calendars", plan)
        except (Conflict, Retryable):
            return False
        return True
