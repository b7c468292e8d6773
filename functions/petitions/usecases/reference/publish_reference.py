"""Publication of reference data: check for faults, show the difference and the deadlines that move, then write.

The operators' commands and the desk use it. Running functions notice a change within a minute. Two minutes later all
open deadlines are recomputed (`recompute_deadlines`).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from petitions.domain.clock.calendar import WorkingCalendar
from petitions.domain.clock.changes_in_words import changes_in_words
from petitions.domain.clock.clocks import DeadlineRules
from petitions.domain.clock.fault_words import in_words
from petitions.domain.clock.ladder import ReminderLadder
from petitions.domain.management.attention import ManagementRules
from petitions.domain.officers.audit import AuditEntry, audit_path
from petitions.domain.officers.officer import Officer
from petitions.domain.papers.paper_forms import PaperForms
from petitions.domain.reminders.deadline_moves import MovedDeadlines
from petitions.domain.reminders.housekeeping import HousekeepingRules
from petitions.domain.reports.forms import ReportForms
from petitions.domain.scoring.criteria import ScoringRules
from petitions.domain.shared.fingerprint import compact_json, seen_mark, version_of
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.reference_data import ReferenceFaults
from petitions.domain.shared.written import is_id
from petitions.domain.units.versions import CURRENT_PATH, ReferenceVersion, VersionsInForce, version_path
from petitions.errors import Conflict, NotFound, Rejected
from petitions.ports.store import Query, Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.reference.load_reference import PUBLISHED, LoadPlan, LoadReference
from petitions.usecases.reference.recompute_deadlines import kept_terms, preview
from petitions.usecases.shared.timekeeping import Timekeeping

_PARTS = {
    "calendars": "calendar",
    "deadline_rules": "rules",
    "reminder_ladder": "ladder",
    "housekeeping": "chores",
    "paper_forms": "paper_forms",
    "report_forms": "report_forms",
    "scoring_rules": "scoring",
    "management_rules": "management",
}
PUBLISHED_KINDS = tuple(_PARTS)
_MOVING_KINDS = ("calendars", "deadline_rules")
"""The kinds of reference data from which deadlines are computed."""
NEWEST = 50
OTHER_VERSION = "Đã có người công bố phiên bản khác trong lúc anh/chị sửa. Xin xem lại với phiên bản đang có hiệu lực."
NOT_PREVIEWED = "Xin xem trước đúng nội dung này rồi hãy công bố."


class WrongReference(Rejected):
    """Raised for data that cannot be put into force. `faults` lists all faults, in Vietnamese."""

    reason = "reference_wrong"

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class ReferenceParts(Protocol):
    """All reference data, parsed. A property raises ReferenceFaults, ValueError or TypeError for invalid data."""

    @property
    def calendar(self) -> WorkingCalendar:
        """Return the working calendar of the city."""
        ...

    @property
    def rules(self) -> DeadlineRules:
        """Return the rules for deadlines."""
        ...

    @property
    def ladder(self) -> ReminderLadder:
        """Return the reminder ladder, i.e. the times and recipients of reminders."""
        ...

    @property
    def chores(self) -> HousekeepingRules:
        """Return the times of housekeeping, such as when an answered petition is closed."""
        ...

    @property
    def paper_forms(self) -> PaperForms:
        """Return the forms of formal papers."""
        ...

    @property
    def report_forms(self) -> ReportForms:
        """Return the forms of official reports."""
        ...

    @property
    def scoring(self) -> ScoringRules:
        """Return the criteria of the yearly scoring."""
        ...

    @property
    def management(self) -> ManagementRules:
        """Return the rules of the monthly report."""
        ...


@dataclass(frozen=True)
class ReferenceProposal:
    """A valid change that may be published."""

    kind: str
    plan: LoadPlan
    lines: list[str]
    """The difference as lines in Vietnamese."""
    previewed: str
    """A fingerprint of the whole change, by which `publish_proposed` recognises the previewed one."""


@dataclass(frozen=True)
class PublishReference:
    """Publishes new versions of reference data, such as calendars and deadline rules."""

    store: Store
    clock: Clock
    shipped: Callable[[str], Any]
    """A function that returns the data of a kind that come with the software."""
    built: Callable[[Callable[[str], Any]], ReferenceParts]
    """A function that parses reference data. It is given a function that returns the data of a kind."""
    known: Callable[[], ReferenceParts]
    """A function that returns the reference data in force."""

    def in_force(self, kind: str) -> Any:
        """Return the data of a kind in force today, or those shipped with the software if none were loaded."""
        found = self.store.get(CURRENT_PATH)
        versions = VersionsInForce.model_validate(found).in_force(hanoi(self.clock.now()).date()) if found else {}
        fields = self.store.get(version_path(kind, versions[kind])) if kind in versions else None
        return self.shipped(kind) if fields is None else json.loads(ReferenceVersion.model_validate(fields).data)

    def faults(self, data: Mapping[str, Any]) -> list[str]:
        """Return all faults of the data, which `data` maps by kind."""
        faults = []
        parts = self.built(data.__getitem__)
        for kind, part in _PARTS.items():
            if kind in data:
                try:
                    getattr(parts, part)
                except ReferenceFaults as error:
                    faults += error.faults
                except (ValueError, TypeError) as error:
                    faults.append(str(error))
        return faults

    def faults_in_words(self, kind: str, data: Any) -> list[str]:
        """Return all faults of the data of this kind, in Vietnamese."""
        if not isinstance(data, dict):
            return ["Nội dung phải là một đối tượng JSON { ... }."]
        faults = [in_words(fault, data) for fault in self.faults({kind: data})]
        return faults or self._unfit(kind, data)

    def _unfit(self, kind: str, data: Mapping[str, Any]) -> list[str]:
        if kind not in {"report_forms", "scoring_rules"}:
            return []
        parts = self.built(lambda item: data if item == kind else self.in_force(item))
        scored = parts.scoring.period
        there = any(period.kind == scored for period in parts.report_forms.periods)
        return [] if there else [f"Chấm điểm đơn vị cần kỳ “{scored}”, mà biểu báo cáo không có kỳ này."]

    def plan(self, kind: str, data: Mapping[str, Any]) -> LoadPlan:
        """Return the plan to publish the data, which must have no `faults`."""
        return self._loading.plan_edit(kind, data, self.shipped(kind))

    def plan_over(self, kind: str, data: Mapping[str, Any], seen: str) -> LoadPlan:
        """Return the plan to publish data in place of the version `seen`. Empty if they are published already.

        Raise Conflict if another version is in force now.
        """
        plan = self.plan(kind, data)
        if plan.lines and seen != version_of(self.in_force(kind)):
            raise Conflict(OTHER_VERSION)
        return plan

    def moves(self, plan: LoadPlan) -> list[MovedDeadlines] | None:
        """Return the open petitions with deadlines that the plan would move, or None if it keeps calendar and rules.

        Raise Rejected if the calendar ends before a deadline of an open petition.
        """
        then = self._timekeeping(plan, _MOVING_KINDS)
        return None if then is None else list(preview(self.store, then, self.clock.now()))

    def basis(self, plan: LoadPlan) -> str | None:
        """Return the version named in the log line about the moved deadlines, or None if the plan moves none."""
        then = self._timekeeping(plan, _MOVING_KINDS)
        return None if then is None else then.basis

    def is_shipped(self, kind: str, version: str) -> bool:
        """Return whether the version comes with the software, and so cannot have been published by mistake."""
        return version == version_of(self.shipped(kind))

    def kept_terms(self, plan: LoadPlan) -> dict[str, int]:
        """Return the numbers of open petitions that keep other time limits than the plan gives, by rule version.

        A version that was published by mistake is corrected by listing it in `withdrawn`. Empty if the plan changes no
        rules.
        """
        then = self._timekeeping(plan, ("deadline_rules",))
        return {} if then is None else kept_terms(self.store, then, self.clock.now())

    def _timekeeping(self, plan: LoadPlan, kinds: Sequence[str]) -> Timekeeping | None:
        fresh = {version.kind: json.loads(version.data) for version in plan.versions}
        if not fresh.keys() & set(kinds):
            return None
        new = self.built(lambda kind: fresh[kind] if kind in fresh else self.in_force(kind))
        known = self.known()
        return Timekeeping(new.rules, new.calendar, known.ladder, known.chores)

    def apply(self, plan: LoadPlan) -> bool:
        """Write the plan. Return False if it is empty. Raise Conflict if others have published meanwhile."""
        return self._loading.apply(plan)

    def proposed(self, kind: str, text: str, seen: str) -> ReferenceProposal:
        """Return the change that publishing the JSON text in place of the version `seen` would make.

        Raise WrongReference with all faults, or Conflict if another version is in force now.
        """
        try:
            data = json.loads(text)
        except ValueError as error:
            raise WrongReference([f"Nội dung không phải JSON hợp lệ: {error}"]) from error
        if faults := self.faults_in_words(kind, data):
            raise WrongReference(faults)
        current = self.in_force(kind)
        plan = self.plan_over(kind, data, seen)
        return ReferenceProposal(kind, plan, changes_in_words(current, data), seen_mark(kind, seen, compact_json(data)))

    def publish_proposed(self, admin: Officer, entry_id: str, proposal: ReferenceProposal, previewed: str) -> None:
        """Publish the change as `publish` does. Raise Conflict if it differs from the previewed one."""
        if previewed != proposal.previewed:
            raise Conflict(NOT_PREVIEWED, reason="not_previewed")
        self.publish(admin, entry_id, proposal.kind, proposal.plan)

    def publish(self, admin: Officer, entry_id: str, kind: str, plan: LoadPlan) -> None:
        """Publish the plan with its audit line, or do nothing if the plan is empty. Raise Conflict."""

        def audit(tx: Transaction) -> None:
            day = hanoi(self.clock.now()).date()
            entry = AuditEntry.by(
                admin, what="change", action=PUBLISHED, subject=kind,
                reason=plan.after.in_force(day)[kind], at=self.clock.now(),
            )  # fmt: skip
            tx.create(audit_path(entry_id), entry.stored())

        try:
            self._loading.apply(plan, audit)
        except Conflict as error:
            raise Conflict(OTHER_VERSION) from error

    def former(self, kind: str, version: str) -> Any:
        """Return the data of an earlier version, or the software's own for "shipped". Raise NotFound."""
        if version == "shipped":
            return self.shipped(kind)
        fields = self.store.get(version_path(kind, version)) if is_id(version) else None
        if fields is None:
            raise NotFound("Không có phiên bản này.")
        return json.loads(ReferenceVersion.model_validate(fields).data)

    def formers(self, kind: str, versions: Sequence[str]) -> list[Any]:
        """Return the data of several versions that were in force, read in one call."""
        found = self.store.get_all([version_path(kind, version) for version in versions]) if versions else []
        return [json.loads(ReferenceVersion.model_validate(fields).data) for fields in found]

    def history(self, kind: str) -> list[AuditEntry]:
        """Return the audit lines of changes, newest first, with the version as `reason`. Operators are not named."""
        query = Query("audit", (("subject", "==", kind),), order_by=("-at",), limit=NEWEST)
        return [AuditEntry.model_validate(document.data) for document in self.store.find(query)]

    @property
    def _loading(self) -> LoadReference:
        return LoadReference(self.store, self.clock)


def by_unit(moved: list[MovedDeadlines]) -> dict[str, int]:
    """Return the numbers of petitions with moved deadlines, by unit."""
    return dict(sorted(Counter(moved_deadlines.unit for moved_deadlines in moved).items()))
