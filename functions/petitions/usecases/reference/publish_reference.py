"""Calendars and deadline rules put into force: faults told first, then what differs and which deadlines would move.

The same for the operator's terminal and whoever else publishes. Functions notice within a minute, and two minutes later
every open deadline is derived anew (`recompute_deadlines`).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from petitions.domain.clock.calendar import WorkingCalendar
from petitions.domain.clock.changes_in_words import changes_in_words
from petitions.domain.clock.clocks import RuleBook
from petitions.domain.clock.fault_words import in_words
from petitions.domain.clock.ladder import Ladder
from petitions.domain.officers.audit import AuditEntry, audit_path
from petitions.domain.officers.officer import Officer
from petitions.domain.reminders.deadline_moves import Moved
from petitions.domain.reminders.housekeeping import Chores
from petitions.domain.shared.fingerprint import compact, mark, version_of
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.reference_data import ReferenceFaults
from petitions.domain.units.versions import CURRENT, Current, Version, version_path
from petitions.errors import Conflict, NotFound, Rejected
from petitions.ports.store import Query, Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.reference.load_reference import PUBLISHED, LoadReference, Plan
from petitions.usecases.reference.recompute_deadlines import preview
from petitions.usecases.shared.timekeeping import Timekeeping

KINDS = ("calendars", "deadline_rules")
NEWEST = 50
OTHERS = "Đã có người công bố phiên bản khác trong lúc anh/chị sửa. Xin xem lại với phiên bản đang có hiệu lực."
NOT_PREVIEWED = "Xin xem trước đúng nội dung này rồi hãy công bố."


class WrongReference(Rejected):
    """What was entered cannot be in force; `faults` names everything, in Vietnamese."""

    reason = "reference_wrong"

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


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
class Proposal:
    """What was entered and can be: the difference in the words of the desk; `previewed` stands for all of it."""

    kind: str
    plan: Plan
    lines: list[str]
    previewed: str


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

    def faults_in_words(self, kind: str, data: Any) -> list[str]:
        """Every fault of what was entered as data of a kind, in Vietnamese."""
        if not isinstance(data, dict):
            return ["Nội dung phải là một đối tượng JSON { ... }."]
        return [in_words(fault) for fault in self.faults({kind: data})]

    def plan(self, kind: str, data: Mapping[str, Any]) -> Plan:
        """What publishing these data would write; `faults` found none."""
        return self._loading.plan_edit(kind, data, self.shipped(kind))

    def plan_over(self, kind: str, data: Mapping[str, Any], seen: str) -> Plan:
        """The same over the version that was looked at. Raises Conflict if another one is in force by now."""
        plan = self.plan(kind, data)
        if seen != version_of(self.in_force(kind)):
            raise Conflict(OTHERS)
        return plan

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

    def proposed(self, kind: str, text: str, seen: str) -> Proposal:
        """What publishing the entered JSON would change of the version that was looked at.

        Raises WrongReference with every fault, and Conflict if another version is in force by now.
        """
        try:
            data = json.loads(text)
        except ValueError as error:
            raise WrongReference([f"Nội dung không phải JSON hợp lệ: {error}"]) from error
        current = self.in_force(kind)
        if seen != version_of(current):
            raise Conflict(OTHERS)
        if faults := self.faults_in_words(kind, data):
            raise WrongReference(faults)
        plan = self.plan_over(kind, data, seen)
        return Proposal(kind, plan, changes_in_words(current, data), mark(kind, seen, compact(data)))

    def publish_proposed(self, admin: Officer, entry_id: str, proposal: Proposal, previewed: str) -> bool:
        """Like `publish`, of exactly what was previewed. Raises Conflict for anything else."""
        if previewed != proposal.previewed:
            raise Conflict(NOT_PREVIEWED, reason="not_previewed")
        return self.publish(admin, entry_id, proposal.kind, proposal.plan)

    def publish(self, admin: Officer, entry_id: str, kind: str, plan: Plan) -> bool:
        """Write the plan with its line of the audit; False if nothing differs. Raises Conflict."""

        def audit(tx: Transaction) -> None:
            day = hanoi(self.clock.now()).date()
            entry = AuditEntry(
                officer=admin.id, role=admin.role, unit=admin.unit, what="change", action=PUBLISHED, subject=kind,
                reason=plan.after.in_force(day)[kind], at=self.clock.now(),
            )  # fmt: skip
            tx.create(audit_path(entry_id), entry.stored())

        try:
            return self._loading.apply(plan, audit)
        except Conflict as error:
            raise Conflict(OTHERS) from error

    def former(self, kind: str, version: str) -> Any:
        """The data of a version, `shipped` for the package's. Raises NotFound."""
        if version == "shipped":
            return self.shipped(kind)
        fields = self.store.get(version_path(kind, version)) if "/" not in version else None
        if fields is None:
            raise NotFound("Không có phiên bản này.")
        return json.loads(Version.model_validate(fields).data)

    def formers(self, kind: str, versions: Sequence[str]) -> list[Any]:
        """The data of versions that were in force, in one call."""
        found = self.store.get_all([version_path(kind, version) for version in versions]) if versions else []
        return [json.loads(Version.model_validate(fields).data) for fields in found]

    def history(self, kind: str) -> list[AuditEntry]:
        """What was published, loaded or merged, the newest first; `reason` is the version, operators have no name."""
        query = Query("audit", (("subject", "==", kind),), order_by=("-at",), limit=NEWEST)
        return [AuditEntry.model_validate(each.data) for each in self.store.find(query)]

    @property
    def _loading(self) -> LoadReference:
        return LoadReference(self.store, self.clock)


def by_unit(moved: list[Moved]) -> dict[str, int]:
    """How many petitions of each unit would move."""
    return dict(sorted(Counter(each.unit for each in moved).items()))
