"""The sweep that sends reminders and does other scheduled steps of petitions when they are due, oldest first.

It reads petitions by `next_attempt_at`, which only petitions with something due have, so its cost depends on these
alone. It claims a page before working on it. One transaction per petition then writes the reminders (with ids of clock,
rung of the ladder, recipient and version of the deadline), the accountable role, the news or notices, and the next due
time. Two sweeps at once, or a crash in the middle, do no harm.

Officers get e-mails at once only for urgent petitions. New overdue ones are grouped within minutes (`Petition.news`),
and everything else waits for the morning's digest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from petitions.domain.clock.clocks import PetitionClock, TimeState
from petitions.domain.clock.ladder import Recipient
from petitions.domain.lifecycle.lifecycle import OPEN_STATES, Role
from petitions.domain.petition.history_actions import RecordedAction
from petitions.domain.petition.petition import Petition, UnitNews, petition_path
from petitions.domain.petition.unit_news import news_after
from petitions.domain.reminders.digests import LAST_HOUR, Digest, digest_path
from petitions.domain.reminders.reminders import DatedRung, ReminderPlan, reminder_id
from petitions.domain.shared.edges import UpTo
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import Root, replace
from petitions.domain.shared.retention import RECORDS_KEPT_FOR
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import DELETE, Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.officers.officer_mail import OfficerMail
from petitions.usecases.officers.staff import Staff
from petitions.usecases.reminders.close_answered import CloseAnswered
from petitions.usecases.reminders.end_pause import end_pause, is_waited_out
from petitions.usecases.shared.outbox import apply_once
from petitions.usecases.shared.petition_changes import (
    Actor,
    Change,
    change_petition,
    changed_fields,
    petition_in,
    plan_notice,
)
from petitions.usecases.shared.sweeping import SweepClaim, drain
from petitions.usecases.shared.tell_lateness import TellLateness
from petitions.usecases.shared.timekeeping import Timekeeping, rungs_key

_NOBODY = "-"
_RANK = list(Recipient)


class Reminder(Root):
    """The record of a sent reminder, `reminders/{petition:clock:rung:recipient:due version}`.

    A rung is one step of the ladder of reminders. The record can be created only once, so the reminder is sent only
    once.
    """

    code: str
    clock: str
    rung: str
    due_version: int
    recipient: str
    at: datetime
    expires_at: datetime
    skipped: bool = False


@dataclass(frozen=True)
class FireReminders:
    """Handles the petitions for which something is due, such as a reminder of a deadline."""

    store: Store
    publisher: Publisher
    clock: Clock
    ids: Ids
    mail: OfficerMail
    timekeeping: Timekeeping
    house: CloseAnswered
    lateness: TellLateness

    def __call__(self) -> int:
        """Handle due petitions, several pages at most, and return their number. A failure does not stop the rest."""
        staff = Staff(self.store, self.clock)
        return drain(
            self.store,
            self.clock,
            "petitions",
            "next_attempt_at",
            lambda claim: self._handle(claim, staff),
        )

    def _handle(self, claim: SweepClaim, staff: Staff) -> None:
        def fire(tx: Transaction) -> list[Message]:
            petition = petition_in(tx, claim.id)
            tx.update(petition_path(claim.id), {"tries": DELETE})
            if petition.next_attempt_at != claim.until:
                return []  # changed since it was claimed, with a new next instant
            if is_waited_out(petition, now := self.clock.now()):
                return end_pause(tx, petition, self.mail.texts, self.timekeeping, now)
            return self._fire(tx, petition, staff)

        apply_once(self.store, self.publisher, self.clock, consumer="reminders", key=self.ids.token(), body=fire)

    def _fire(self, tx: Transaction, before: Petition, staff: Staff) -> list[Message]:
        now = self.clock.now()
        plans = [(clock, self.timekeeping.plan(before, clock, now)) for clock in before.clocks.values()]
        existing = self._already_told(tx, before, plans, staff)
        petition, messages = self.house(tx, before, now)
        if self.timekeeping.calendar.is_working_time(now):
            petition, about_lateness = self.lateness(tx, petition, now)
            messages += about_lateness
        updates: dict[str, Any] = {
            # A paused clock keeps its count: it may go on under the same due version.
            "rungs": {rungs_key(clock): todo.done for clock, todo in plans if clock.stopped_at is None and todo.done},
            "news": petition.news,
        }
        for clock, todo in plans:
            for rung in todo.skipped:
                _note(tx, petition, clock, rung, _NOBODY, now, existing)
            if todo.fire is None:
                continue
            recipients = staff.meant(petition, todo.fire.recipients)
            fresh = [
                recipient
                for recipient in recipients
                if _note(tx, petition, clock, todo.fire, recipient.id, now, existing)
            ]
            if petition.level == "urgent":
                for officer in fresh:
                    reminder = reminder_id(petition.code, clock.name, todo.fire.name, officer.id, clock.due_version)
                    notice = self.mail.reminder(petition, clock, officer, staff, reminder, now)
                    messages.append(plan_notice(tx, notice))
            elif fresh:
                so_far = replace(petition, **updates)
                updates["news"] = self._news(tx, so_far, clock, todo, now, staffed=bool(staff.of_unit(petition.unit)))
        return messages + self._record(tx, before, replace(petition, **updates), plans, now)

    def _news(
        self,
        tx: Transaction,
        petition: Petition,
        clock: PetitionClock,
        todo: ReminderPlan,
        now: datetime,
        *,
        staffed: bool,
    ) -> UnitNews | None:
        """Return the petition's news, with the clock added if it is newly overdue or due before the next digest.

        The clock is not added if this morning's digest reported it. Before noon, a missing digest counts as still to
        come. A unit without officers gets no digest.
        """
        overdue = self.timekeeping.state(clock, now) is TimeState.OVERDUE
        in_time = overdue or UpTo(self.timekeeping.calendar.opening_at(now, 1)).is_over(clock.due_at)
        if not todo.at_once and in_time:
            return petition.news
        made = tx.get(digest_path(now, petition.unit))
        if made is not None:
            reported = Digest.model_validate(made).contains(petition.code, clock.name, overdue=overdue)
        else:
            reported = staffed and hanoi(now).hour < LAST_HOUR
        return petition.news if reported else news_after(petition, petition, "overdue" if overdue else "due_today", now)

    def _record(
        self,
        tx: Transaction,
        before: Petition,
        after: Petition,
        plans: list[tuple[PetitionClock, ReminderPlan]],
        now: datetime,
    ) -> list[Message]:
        accountable = max(
            [before.accountable, *(todo.accountable for _, todo in plans if todo.accountable)], key=_RANK.index
        )
        after = self.timekeeping.scheduled(replace(after, accountable=accountable), now)
        if accountable is before.accountable or after.state not in OPEN_STATES:
            tx.update(petition_path(before.code), changed_fields(before, after))
            return []
        _, nudge = change_petition(
            tx,
            before,
            {name: getattr(after, name) for name in type(after).model_fields if name != "version"},
            Change(RecordedAction.ESCALATED, Actor(Role.SYSTEM), now, reason=accountable.value),
        )
        return [nudge]

    def _already_told(
        self, tx: Transaction, petition: Petition, plans: list[tuple[PetitionClock, ReminderPlan]], staff: Staff
    ) -> set[str]:
        wanted = [
            reminder_id(petition.code, clock.name, rung.name, recipient, clock.due_version)
            for clock, todo in plans
            for rung in todo.passed
            for recipient in (
                [officer.id for officer in staff.meant(petition, rung.recipients)] if rung is todo.fire else [_NOBODY]
            )
        ]
        if not wanted:
            return set()
        found = tx.get_all([f"reminders/{item}" for item in wanted])
        return {identity for identity, fields in zip(wanted, found, strict=True) if fields is not None}


def _note(
    tx: Transaction,
    petition: Petition,
    clock: PetitionClock,
    rung: DatedRung,
    recipient: str,
    now: datetime,
    existing: set[str],
) -> bool:
    identity = reminder_id(petition.code, clock.name, rung.name, recipient, clock.due_version)
    if identity in existing:
        return False
    reminder = Reminder(
        code=petition.code,
        clock=clock.name,
        rung=rung.name,
        due_version=clock.due_version,
        recipient=recipient,
        at=now,
        expires_at=now + RECORDS_KEPT_FOR,
        skipped=recipient == _NOBODY,
    )
    tx.create(f"reminders/{identity}", reminder.stored())
    return True
