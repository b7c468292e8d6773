"""Reports of contact requests not seen or answered in time, to the coordinators and the head of the unit.

A missed deadline is reported once, in working hours, since both deadlines are in working time. An objection to an
answer is not reported: it is in the morning's digest on every working day until it is decided
(`usecases/reminders/read_duties.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from petitions.domain.contact.contact_request import (
    CONTESTS,
    REASON_LABELS,
    ContactRequest,
    ContactState,
    contact_page,
    contact_path,
    may_know_of,
)
from petitions.domain.language.texts import Texts, hanoi_time
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import About, Notice
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import is_closed_to
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.shared.edges import Until
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import Directory
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import DELETE, Document, Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.contact.request_contact import about_request
from petitions.usecases.officers.staff import Staff
from petitions.usecases.shared.outbox import apply_once
from petitions.usecases.shared.petition_changes import changed_fields, plan_notice
from petitions.usecases.shared.sweeping import due, in_turn, safely
from petitions.usecases.shared.timekeeping import Timekeeping

COLLECTION, FIELD = "contact_requests", "next_attempt_at"
_SITUATIONS = {ContactState.NEW: "contact_unseen", ContactState.SEEN: "contact_unanswered"}


@dataclass(frozen=True)
class WatchContacts:
    """Reports contact requests with a missed deadline. A schedule runs it every minute. `texts` are for officers."""

    store: Store
    publisher: Publisher
    clock: Clock
    ids: Ids
    texts: Texts
    directory: Directory
    timekeeping: Timekeeping

    def __call__(self) -> int:
        """Report late requests and return their number. A failure with one request does not stop the rest."""
        now = self.clock.now()
        if not self.timekeeping.calendar.is_working_time(now):
            return 0
        staff = Staff(self.store, self.clock)
        return in_turn(
            due(self.store, COLLECTION, FIELD, now), self.clock, lambda document: self._safely(document, staff)
        )

    def _safely(self, document: Document, staff: Staff) -> None:
        safely(
            self.store,
            self.clock,
            COLLECTION,
            FIELD,
            document,
            lambda: self._one(document.id, staff),
            event="a late request was not reported",
            metric="contact_watch_failed",
            label="request",
        )

    def _one(self, request_id: str, staff: Staff) -> None:
        def report(tx: Transaction) -> list[Message]:
            path, now = contact_path(request_id), self.clock.now()
            found = tx.get(path)
            before = ContactRequest.model_validate(found) if found else None
            if before is None or before.next_attempt_at is None or now in Until(before.next_attempt_at):
                return []
            in_digest = before.why in CONTESTS
            waits_until = before.act_by if before.act_by and now in Until(before.act_by) and not in_digest else None
            waiting: dict[str, Any] = {FIELD: waits_until}
            after = replace(before, **waiting)
            tx.update(path, changed_fields(before, after) | {"tries": DELETE})
            petition = _petition(tx, before)
            recipients = [] if in_digest else _accountable(before, staff, petition)
            return [plan_notice(tx, self._mail(before, petition, officer, staff, now)) for officer in recipients]

        apply_once(self.store, self.publisher, self.clock, consumer="contacts", key=self.ids.token(), body=report)

    def _mail(
        self, request: ContactRequest, petition: Petition | None, officer: Officer, staff: Staff, now: datetime
    ) -> Notice:
        instead = self.texts.render("mail_instead", who=staff.name(officer.instead_of)) if officer.instead_of else ""
        what, situation = REASON_LABELS[request.why], self.texts.render(_SITUATIONS[request.state])
        due_at = request.see_by if request.state is ContactState.NEW else request.act_by
        return Notice(
            id=f"contact-late-{self.ids.token()}",
            kind=NoticeKind.CONTACT,
            channel="email",
            officer=officer.id,
            subject=self.texts.render("contact_late_subject", what=what),
            text=self.texts.render(
                "contact_late_text",
                situation=situation,
                parts=about_request(self.texts, request, petition, officer, instead),
                unit=self.directory.name_of(request.unit),
                due=hanoi_time(due_at) if due_at else "-",
            ),
            page=contact_page(request.id),
            about=About(code=petition.code, seq=petition.version) if petition else None,
            created_at=now,
        )


def _petition(tx: Transaction, request: ContactRequest) -> Petition | None:
    found = tx.get(petition_path(request.code)) if request.code else None
    return Petition.model_validate(found) if found else None


def _accountable(request: ContactRequest, staff: Staff, petition: Petition | None) -> Iterable[Officer]:
    everyone = [*staff.with_deputies(staff.coordinators()), *staff.heads_of(request.unit)]
    acting = {officer.id: staff.find(officer.id) or officer for officer in everyone}
    known = [officer for officer in acting.values() if may_know_of(officer, request)]
    return [officer for officer in known if not (petition and is_closed_to(officer, petition))]
