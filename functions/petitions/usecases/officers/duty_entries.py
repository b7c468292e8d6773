"""Duties of an officer as short texts: the task, its deadline, the officer in charge, and its page on the desk.

E-mails and the notifications of the desk contain the same entries. Deadlines are dates, because an e-mail may be read
on a later day. Titles are those of the officer's lists, without the filer's home: at the desk, reading about a filer
requires a reason, and an e-mail cannot ask for one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from petitions.domain.clock.clocks import PetitionClock
from petitions.domain.contact.contact_request import (
    ABOUT_THE_ANSWER,
    REASON_LABELS,
    ContactRequest,
    ContactState,
    contact_page,
)
from petitions.domain.language.texts import Texts, hanoi_time
from petitions.domain.lifecycle.states import ClockName, Role, State
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.lateness import plan_in_force
from petitions.domain.petition.petition import Petition
from petitions.domain.privacy.original_words import title_by_mail
from petitions.domain.reminders.duties import NO_DEED, Duty, duty_of
from petitions.domain.shared.edges import UpTo
from petitions.domain.units.directory import COORDINATORS, Directory
from petitions.usecases.officers.staff import Staff

LISTS = {
    Duty.CONTACT: "/contacts",
    Duty.CONTEST: "/contacts",
    Duty.APPROVE: "/?view=approval",
    Duty.URGE: "/?view=overdue",
    Duty.HELP: "/?view=helping",
}
"""The desk page that lists all petitions with a duty, by kind of duty.

Petitions with a duty that is missing here are on the officer's start page.
"""


@dataclass(frozen=True)
class DutyEntry:
    """A task of one officer, as e-mails and the desk show it."""

    duty: Duty
    code: str | None
    title: str
    situation: str
    """A sentence with the deadline, the officer in charge and the officer being replaced."""
    page: str
    """The path of the page on the desk."""
    urgent: bool = False
    """Whether the duty comes before others. Always False for news that need no action."""


@dataclass(frozen=True)
class DutyEntries:
    """Creates the entries for an officer's tasks."""

    texts: Texts
    directory: Directory

    def of_petition(
        self,
        petition: Petition,
        clock: PetitionClock | None,
        officer: Officer,
        staff: Staff,
        now: datetime,
        *,
        why: str = "",
        duty: Duty | None = None,
    ) -> DutyEntry:
        """Return the officer's task on the petition, due with `clock`. `why` begins the sentence."""
        approves = petition.state is State.AWAITING_APPROVAL and _approves(petition, officer, staff)
        unit = self.directory.name_of(petition.unit) if petition.unit != officer.unit else ""
        words = [why, unit, *self._until(petition, clock, now), self._with(petition, officer, staff)]
        duty = duty or duty_of(petition, approves=approves)
        return DutyEntry(
            duty,
            petition.code,
            title_by_mail(petition, staff.find(officer.id) or officer),
            self._sentence([*words, self._instead(officer, staff)]),
            f"/petitions/{petition.code}",
            petition.level == "urgent" and duty not in NO_DEED,
        )

    def of_contact(
        self, request: ContactRequest, petition: Petition | None, officer: Officer, staff: Staff, now: datetime
    ) -> DutyEntry:
        """Return the task of answering a contact request. It contains neither the citizen's name nor their words."""
        is_new = request.state is ContactState.NEW
        dues = {"duty_see": request.see_by if is_new else None, "duty_reply": request.act_by}
        words = [
            self.directory.name_of(request.unit) if request.unit != officer.unit else "",
            self.texts.render("duty_unseen" if is_new else "duty_unanswered"),
            *(self._due_in_words(self.texts.render(key), due, now) for key, due in dues.items() if due),
            self._instead(officer, staff),
        ]
        acting = staff.find(officer.id) or officer
        about = title_by_mail(petition, acting) if petition else ""
        title = ": ".join(filter(None, [REASON_LABELS[request.why], about]))
        duty = Duty.CONTEST if request.why in ABOUT_THE_ANSWER else Duty.CONTACT
        return DutyEntry(duty, request.code, title, self._sentence(words), contact_page(request.id), request.is_urgent)

    def _until(self, petition: Petition, clock: PetitionClock | None, now: datetime) -> Iterator[str]:
        waits = self.texts.render("duty_waits")
        if clock is not None and clock.name is ClockName.SUPPLEMENT and clock.deadline.is_over(now):
            yield self.texts.render("duty_not_supplemented", due=hanoi_time(clock.due_at))
            return
        if clock is None or petition.waits_for_filer:
            if petition.state is State.AWAITING_CITIZEN:
                yield waits
            return
        takes_up = clock.name is ClockName.TRANSFER and petition.state is State.ASSIGNED
        deed = "duty_deadline_take_up" if takes_up else f"clock_{clock.name}"
        yield self._due_in_words(self.texts.render(deed).lower(), clock.due_at, now)
        if petition.state is State.AWAITING_CITIZEN:
            yield waits
        if petition.recovery is not None:
            key = "duty_plan" if plan_in_force(petition, now) else "duty_plan_missed"
            yield self.texts.render(key, until=f"{petition.recovery.until:%d/%m/%Y}")

    def _due_in_words(self, clock: str, due: datetime, now: datetime) -> str:
        if UpTo(due).is_over(now):
            return self.texts.render("duty_overdue", clock=clock, due=hanoi_time(due))
        return self.texts.render("duty_due", clock=clock, due=hanoi_time(due))

    def _with(self, petition: Petition, officer: Officer, staff: Staff) -> str:
        if petition.handler == officer.id or petition.unit == COORDINATORS:
            return ""
        if petition.handler is None:
            return self.texts.render("duty_with_nobody") if officer.role is not Role.OFFICER else ""
        return self.texts.render("duty_with", who=staff.name(petition.handler))

    def _instead(self, officer: Officer, staff: Staff) -> str:
        return self.texts.render("duty_instead", who=staff.name(officer.instead_of)) if officer.instead_of else ""

    @staticmethod
    def _sentence(words: list[str]) -> str:
        text = "; ".join(filter(None, words))
        return f"{text[:1].upper()}{text[1:]}." if text else ""


def _approves(petition: Petition, officer: Officer, staff: Staff) -> bool:
    author = petition.reply.author if petition.reply else ""
    heads = officer.role is Role.HEAD and officer.unit == petition.unit and officer.id != author
    return heads or officer.id in {approver.id for approver in staff.approvers(petition, author)}
