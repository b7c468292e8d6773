"""Calendars and deadline rules put into force: faults told first, then what differs and which deadlines would move.

The same for the operator's terminal and whoever else publishes. Functions notice within a minute, and two minutes later
every open deadline is derived anew (`recompute_deadlines`).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from petitions.domain.calendar import WorkingCalendar
from petitions.domain.deadlines import RuleBook
from petitions.domain.housekeeping import Chores
from petitions.domain.instants import hanoi
from petitions.domain.ladder import Ladder
from petitions.domain.moves import Moved
from petitions.domain.reference_data import ReferenceFaults
from petitions.domain.versions import CURRENT, Current, Version, version_path
from petitions.ports import Clock, Store
from petitions.usecases.load_reference import LoadReference, Plan
from petitions.usecases.recompute_deadlines import preview
from petitions.usecases.timekeeping import Timekeeping

KINDS = ("calendars", "deadline_rules")


class Known(Protocol):
    """One set of reference data; each part raises ReferenceFaults, ValueError or TypeError when it cannot be."""

    @property
    def calendar(self) -> WorkingCalendar:
        """The working calendar."""
        ...

    @property
    def rules(self) -> RuleBook:
        """The deadline rules."""
        ...

    @property
    def ladder(self) -> Ladder:
        """The ladder of reminders."""
        ...

    @property
    def chores(self) -> Chores:
        """The times of housekeeping."""
        ...


@dataclass(frozen=True)
class PublishReference:
    """The use case; `shipped` gives the package's data of a kind, `built` makes the parts of data by kind."""

    store: Store
    clock: Clock
    shipped: Callable[[str], Any]
    built: Callable[[Callable[[str], Any]], Known]
    known: Callable[[], Known]

    def in_force(self, kind: str) -> Any:
        """The data of a kind in force today; the package's where nothing was loaded."""
        found = self.store.get(CURRENT)
        versions = Current.model_validate(found).in_force(hanoi(self.clock.now()).date()) if found else {}
        fields = self.store.get(version_path(kind, versions[kind])) if kind in versions else None
        return self.shipped(kind) if fields is None else json.loads(Version.model_validate(fields).data)

    def faults(self, data: Mapping[str, Any]) -> list[str]:
        """Every fault of these data (by kind), in words."""
        faults = []
        parts = self.built(data.__getitem__)
        for kind, part in zip(KINDS, ("calendar", "rules"), strict=True):
            if kind in data:
                try:
                    getattr(parts, part)
                except ReferenceFaults as error:
                    faults += error.faults
                except (ValueError, TypeError) as error:
                    faults.append(str(error))
        return faults

    def plan(self, kind: str, data: Mapping[str, Any]) -> Plan:
        """What publishing these data would write; `faults` found none."""
        return self._loading.plan_edit(kind, data, self.shipped(kind))

    def moves(self, plan: Plan) -> list[Moved] | None:
        """The open petitions whose deadlines the plan would move; None if it changes neither calendar nor rules.

        Raises Rejected for a calendar that does not reach an open petition.
        """
        fresh = {version.kind: json.loads(version.data) for version in plan.versions if version.kind in KINDS}
        if not fresh:
            return None
        new = self.built(lambda kind: fresh[kind] if kind in fresh else self.in_force(kind))
        known = self.known()
        then = Timekeeping(new.rules, new.calendar, known.ladder, known.chores)
        return list(preview(self.store, then, self.clock.now()))

    def apply(self, plan: Plan) -> bool:
        """Write the plan. Raises Conflict if others have published meanwhile."""
        return self._loading.apply(plan)

    @property
    def _loading(self) -> LoadReference:
        return LoadReference(self.store, self.clock)


def by_unit(moved: list[Moved]) -> dict[str, int]:
    """How many petitions of each unit would move."""
    return dict(sorted(Counter(each.unit for each in moved).items()))
