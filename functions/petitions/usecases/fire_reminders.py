"""Reminders: what has fallen due is told once to each person responsible, oldest first.

The sweep reads the sparse `next_attempt_at`, so its cost follows the number due, not the number stored. Each petition
is one transaction: the reminder documents (whose ids say clock, rung, recipient and due version), the notices, the
rungs done and the next instant. Two sweeps, or a crash in the middle, change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from petitions import telemetry
from petitions.domain.deadlines import Clock as PetitionClock
from petitions.domain.deadlines import TimeState
from petitions.domain.directory import Directory
from petitions.domain.lifecycle import Role
from petitions.domain.notice import About, Notice
from petitions.domain.officer import Officer
from petitions.domain.petition import COORDINATORS, Petition, petition_path
from petitions.domain.records import Root
from petitions.domain.reminders import Recipient, Rung, reminder_id
from petitions.domain.texts import Texts, hanoi_time
from petitions.errors import PetitionError
from petitions.ports import Clock, Message, Publisher, Query, Store, Transaction
from petitions.usecases.changes import changed, petition_in, plan_notice
from petitions.usecases.outbox import PublishFailed, apply_once
from petitions.usecases.sweeping import due
from petitions.usecases.timekeeping import Timekeeping, reminded_key

_NOBODY = "-"
_DUE_RUNG = "T"


class Reminder(Root):
    """`reminders/{petition:clock:rung:recipient:due version}`: exists once, so that a rung fires once."""

    code: str
    clock: str
    rung: str
    due_version: int
    recipient: str
    at: datetime
    skipped: bool = False


@dataclass(frozen=True)
class FireReminders:
    """One sweep of `reminders`."""

    store: Store
    publisher: Publisher
    clock: Clock
    texts: Texts
    directory: Directory
    timekeeping: Timekeeping
    desk_url: str

    def __call__(self) -> int:
        """Handle what is due, some pages at most; returns how many petitions. One that fails stops no other."""
        handled = 0
        for document in due(self.store, "petitions", "next_attempt_at", self.clock.now()):
            handled += 1
            try:
                self._remind(document.id, document.data["next_attempt_at"])
            except PublishFailed as error:
                telemetry.log("WARNING", "left to the relay", reason=error.reason, code=document.id)
            except Exception as error:  # noqa: BLE001 - a calendar that ends, a rule that is missing: others go on
                reason = error.reason if isinstance(error, PetitionError) else type(error).__name__
                telemetry.log("ERROR", "reminder failed", metric="reminder_failed", code=document.id, reason=reason)
        return handled

    def _remind(self, code: str, due_since: datetime) -> None:
        def work(tx: Transaction) -> list[Message]:
            petition = petition_in(tx, code)
            if petition.next_attempt_at is None or petition.next_attempt_at > self.clock.now():
                return []
            return self._fire(tx, petition)

        # The same due instant is handled once, whoever sweeps; a later one is another event.
        key = f"{code}:{due_since.isoformat()}"
        apply_once(self.store, self.publisher, self.clock, consumer="reminders", key=key, work=work)

    def _fire(self, tx: Transaction, petition: Petition) -> list[Message]:
        now = self.clock.now()
        messages: list[Message] = []
        reminded = dict(petition.reminded)
        for clock in petition.clocks.values():
            todo = self.timekeeping.plan(petition, clock, now)
            for rung in todo.skipped:
                _note(tx, petition, clock, rung, _NOBODY, now)
            if todo.fire:
                messages += self._tell(tx, petition, clock, todo.fire, now)
            done = [rung.name for rung in (*todo.skipped, *([todo.fire] if todo.fire else []))]
            if done:
                key = reminded_key(clock)
                reminded[key] = [*reminded.get(key, []), *done]
        after = self.timekeeping.scheduled(petition.model_copy(update={"reminded": reminded}), now)
        tx.update(petition_path(petition.code), changed(petition, after))
        return messages

    def _tell(
        self, tx: Transaction, petition: Petition, clock: PetitionClock, rung: Rung, now: datetime
    ) -> list[Message]:
        messages = []
        for officer in self._people(tx, petition, rung.recipients):
            reminder = _note(tx, petition, clock, rung, officer.id, now)
            situation = self._situation(clock, rung, now)
            messages.append(plan_notice(tx, self._notice(petition, clock, officer, reminder, situation, now)))
        return messages

    def _situation(self, clock: PetitionClock, rung: Rung, now: datetime) -> str:
        """What the person reads is true now, also when the rung fires late."""
        if self.timekeeping.state(clock, now) is TimeState.OVERDUE:
            return self.texts.render("reminder_over")
        return self.texts.render("reminder_due" if rung.name == _DUE_RUNG else "reminder_before")

    def _notice(
        self,
        petition: Petition,
        clock: PetitionClock,
        officer: Officer,
        reminder: str,
        situation: str,
        now: datetime,
    ) -> Notice:
        name = self.texts.render(f"clock_{clock.name}")
        subject = self.texts.render("reminder_subject", urgency=situation.rstrip("."), code=petition.code, clock=name)
        text = self.texts.render(
            "reminder_text",
            code=petition.code,
            unit=self.directory.name_of(petition.unit),
            clock=name,
            due=hanoi_time(clock.due_at),
            situation=situation,
            link=f"{self.desk_url}/petitions/{petition.code}",
        )
        return Notice(
            id=reminder.replace(":", "-"),
            kind="reminder",
            channel="email",
            officer=officer.id,
            subject=subject,
            text=text,
            about=About(code=petition.code, seq=petition.version, clock=clock.name, due_version=clock.due_version),
            created_at=now,
        )

    def _people(self, tx: Transaction, petition: Petition, wanted: Iterable[Recipient]) -> list[Officer]:
        """Who is meant, each once. Where a unit has nobody, the coordinators hear of it instead."""
        staff = _of_unit(tx, petition.unit)
        people: dict[str, Officer] = {}
        for recipient in wanted:
            chosen = _choose(recipient, petition, staff)
            if recipient is Recipient.COORDINATORS or not chosen:
                chosen = [officer for officer in _of_unit(tx, COORDINATORS) if officer.role is Role.COORDINATOR]
            people |= {officer.id: officer for officer in chosen}
        return list(people.values())


def _of_unit(tx: Transaction, unit: str) -> list[Officer]:
    found = tx.find(Query("officers", where=(("unit", "==", unit),)))
    return [Officer.model_validate(document.data) for document in found]


def _choose(recipient: Recipient, petition: Petition, staff: list[Officer]) -> list[Officer]:
    if recipient is Recipient.HEAD:
        return [officer for officer in staff if officer.role is Role.HEAD]
    handler = [officer for officer in staff if officer.id == petition.handler]
    return handler or [officer for officer in staff if officer.role is Role.OFFICER]


def _note(tx: Transaction, petition: Petition, clock: PetitionClock, rung: Rung, recipient: str, now: datetime) -> str:
    """Create the reminder document; its id makes a second one impossible."""
    identity = reminder_id(petition.code, clock.name, rung.name, recipient, clock.due_version)
    reminder = Reminder(
        code=petition.code,
        clock=clock.name,
        rung=rung.name,
        due_version=clock.due_version,
        recipient=recipient,
        at=now,
        skipped=recipient == _NOBODY,
    )
    tx.create(f"reminders/{identity}", reminder.stored())
    return identity
