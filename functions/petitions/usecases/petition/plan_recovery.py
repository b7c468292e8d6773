"""The recovery plan for an overdue petition: a reason and a new date, which a unit's head sets and the filer gets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from petitions.domain.clock.calendar import WorkingCalendar
from petitions.domain.clock.clocks import TimeState
from petitions.domain.clock.time_states import time_state
from petitions.domain.lifecycle.states import ClockName
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission, may, may_see
from petitions.domain.petition.history_actions import RecordedAction
from petitions.domain.petition.known_person import why_masks_refused
from petitions.domain.petition.petition import Petition, RecoveryPlan
from petitions.domain.shared.edges import UpTo
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import replace
from petitions.errors import Conflict, Forbidden, NotFound, Rejected
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.shared.outbox import commit
from petitions.usecases.shared.petition_changes import NO_SUCH_PETITION, Actor, Change, change_petition, petition_in
from petitions.usecases.shared.tell_lateness import TellLateness
from petitions.usecases.shared.timekeeping import DERIVED, Timekeeping

SHORTEST, LONGEST = 10, 1000


def is_overdue(petition: Petition, calendar: WorkingCalendar, now: datetime) -> bool:
    """Return whether a deadline of the unit has passed. Deadlines of the filer do not count."""
    clocks = (clock for clock in petition.clocks.values() if clock.name is not ClockName.SUPPLEMENT)
    return any(time_state(clock, calendar, now) is TimeState.OVERDUE for clock in clocks)


@dataclass(frozen=True)
class PlanRecovery:
    """Records recovery plans for overdue petitions."""

    store: Store
    publisher: Publisher
    clock: Clock
    ids: Ids
    timekeeping: Timekeeping
    lateness: TellLateness

    def __call__(self, officer: Officer, code: str, version: int, text: str, until: date | None) -> None:
        """Store the plan in the petition and its history, and notify the filer of it.

        Raise NotFound, Forbidden, Conflict or Rejected, with a Vietnamese message for the officer.
        """

        def record(tx: Transaction) -> list[Message]:
            petition, now = petition_in(tx, code), self.clock.now()
            if not may_see(officer, petition):
                raise NotFound(NO_SUCH_PETITION)
            if not may(officer, Permission.PLAN, petition):
                raise Forbidden("Chỉ lãnh đạo đơn vị mới lập kế hoạch khắc phục.")
            if not is_overdue(petition, self.timekeeping.calendar, now):
                raise Rejected("Hồ sơ chưa quá hạn nên không cần kế hoạch khắc phục.", reason="not_overdue")
            if petition.version != version:
                raise Conflict("Hồ sơ vừa được người khác thay đổi. Xin xem lại trước khi làm tiếp.")
            plan = text.strip()
            if not SHORTEST <= len(plan) <= LONGEST:
                raise Rejected(
                    f"Xin ghi lý do chậm và việc sẽ làm, từ {SHORTEST} đến {LONGEST} ký tự.", reason="plan_missing"
                )
            if words := why_masks_refused(plan):
                raise Rejected(words, reason="masked")
            if until is None or UpTo(until).is_over(hanoi(now).date()):
                raise Rejected("Xin chọn ngày hoàn thành, từ hôm nay trở đi.", reason="date_missing")
            recovery = RecoveryPlan(text=plan, until=until, by=officer.id, at=now)
            actor = Actor.of(officer)
            planned = replace(petition, recovery=recovery, version=petition.version + 1)
            notified, messages = self.lateness.tell(tx, planned, now)
            after = self.timekeeping.scheduled(notified, now)
            _, nudge = change_petition(
                tx,
                petition,
                {name: getattr(after, name) for name in ("recovery", "lateness_told_at", *DERIVED)},
                Change(RecordedAction.RECOVERY_PLANNED, actor, now, reason=plan),
            )
            return [nudge, *messages]

        commit(self.store, self.publisher, self.clock, producer="desk", key=self.ids.token(), body=record)
