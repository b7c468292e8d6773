"""A citizen's request for a person, the e-mail about it to officers, and the reply, in one transaction.

In working hours the e-mail goes out at once. At other times it waits for the next opening, and the reply mentions
that. Only a possible danger is reported to the coordinators on duty at any hour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from petitions import telemetry
from petitions.domain.clock.calendar import CalendarRangeError
from petitions.domain.contact.contact_request import (
    APART_DANGER_WORDS,
    APART_WORDS,
    CALL_WORDS,
    CONTACT_WORDS,
    CONTESTS,
    LONGEST_WORDS,
    OPEN,
    REASON_LABELS,
    REPLY_WORDS,
    UNASKED,
    UNSEEN,
    ContactOutcome,
    ContactReason,
    ContactRequest,
    ContactState,
    ContactWords,
    closing,
    contact_page,
    contact_path,
    due_instants,
    is_one_matter,
)
from petitions.domain.language.redaction import masked
from petitions.domain.language.texts import Texts, hanoi_time
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import About, Notice, NoticeState
from petitions.domain.officers.officer import Officer, officer_path
from petitions.domain.petition.petition import PORTAL_FILER, Petition, petition_path
from petitions.domain.privacy.original_words import title_by_mail
from petitions.domain.reminders.housekeeping import MOST_CONTACTS
from petitions.domain.shared.edges import AtMost, UpTo
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.local_day import local_day
from petitions.domain.shared.records import replace
from petitions.domain.shared.retention import CHATS_KEPT_FOR
from petitions.domain.units.directory import COORDINATORS
from petitions.ports.messages import Message
from petitions.ports.store import Query, Transaction
from petitions.usecases.officers.on_hand import concerned_officers, coordinators_on_duty, leaders_of
from petitions.usecases.shared.named_officers import CoordinatorsJudge
from petitions.usecases.shared.petition_changes import changed_fields, petition_in, plan_notice
from petitions.usecases.shared.timekeeping import Timekeeping

MOST_FILED = 5
"""The most petitions of a citizen that are checked for an accusation of the coordinators."""


@dataclass(frozen=True)
class ContactWish:
    """A message or action of a citizen that needs a person."""

    why: ContactReason
    citizen: str
    """The pseudonym of the citizen who needs a person."""
    key: str
    """The key of the citizen's input that caused the request."""
    text: str = ""
    phone: str | None = None
    """The number that the citizen left for a call back, stored for that purpose."""
    kept: bool = False
    """Whether the text is stored unmasked: with the citizen's consent, or to reach a person in danger."""
    code: str | None = None
    petition: Petition | None = None
    """The petition that the request is about. Its unit must act. Without one, the coordinators must."""
    of_coordinators: bool = False
    """Whether the text accuses the coordinators, so that the office above them must act."""
    again: bool = False
    """Whether officers get an e-mail even if they have not yet seen an earlier request of the same kind."""
    beside: str = ""
    """The text of the citizen's unfinished draft of a petition."""
    filed: tuple[str, ...] = ()
    """The codes of the citizen's petitions."""


@dataclass(frozen=True)
class RequestedContact:
    """The result of a request: the messages to publish, and the reply to the citizen."""

    messages: list[Message] = field(default_factory=list)
    words: str | None = None
    """The key of the reply's text, or None if the citizen gets no reply."""
    params: dict[str, datetime] = field(default_factory=dict)
    """The times that the reply mentions."""
    office: str | None = None
    """The name of the office that reads the request in place of the coordinators."""


@dataclass(frozen=True)
class RequestContact:
    """Stores contact requests, within the transaction of the citizen's input. `texts` are for officers."""

    texts: Texts
    timekeeping: Timekeeping
    judge: CoordinatorsJudge

    def __call__(self, tx: Transaction, wish: ContactWish, now: datetime) -> RequestedContact:
        """Store the request or add it to an unseen one of its kind, plan the e-mail to officers, and return the reply.

        Above the daily limit, a request waits in the inbox without an e-mail, unless it may be about a danger.

        A request that accuses the coordinators goes only to the office above them, and does not name a petition that
        they could see. Earlier and later requests of the citizen within a day go there too.
        """
        latest = requests_of(tx, wish.citizen)
        of_one_matter = [request for request in latest if is_one_matter(request, now)]
        kept = self._is_kept_from_coordinators(tx, wish, of_one_matter, now)
        moved: dict[str, ContactRequest] = {}
        if kept:
            moved = self._moved(tx, of_one_matter, now)
            latest = [moved.get(request.id, request) for request in latest]
            if wish.petition:
                wish = replace(wish, text=f"{wish.petition.code}: {wish.text}")
            wish = replace(wish, petition=None, code=None, of_coordinators=True)
        words = self._words(wish)
        text = _kept(wish)
        joins = OPEN if wish.why in CONTESTS else UNSEEN  # an answer contested twice is one request
        before = next(
            (
                contact_request
                for contact_request in latest
                if _is_same(contact_request, wish) and contact_request.state in joins
            ),
            None,
        )
        if before is not None:
            request = replace(before, text=_both(before, text), **self._anew(before, now))
            tx.update(contact_path(request.id), changed_fields(before, request))
            if before.state in UNSEEN and not wish.again and before.id not in moved:
                return self._answer(wish, [], words.waiting if words else None, {"at": request.at})
        else:
            request = self._new(wish, text, now)
            if self._is_enough(latest, request):
                tx.create(contact_path(request.id), replace(request, next_attempt_at=None).stored())
                return RequestedContact(words="contacts_enough" if words else None)
            tx.create(contact_path(request.id), request.stored())
        return self._told(tx, wish, request, words, now, more=before is not None)

    def _is_kept_from_coordinators(
        self, tx: Transaction, wish: ContactWish, of_one_matter: Sequence[ContactRequest], now: datetime
    ) -> bool:
        """Return whether to hide the request from the coordinators, because it or its context accuses them.

        A request that the software created is hidden from them even if it only names one of them. A report of a danger
        still goes to them if the office above them has no staff.
        """
        if not (self._accuses(tx, wish) or (wish.petition is None and self._follows(tx, wish, of_one_matter))):
            return False
        return wish.why is not ContactReason.EMERGENCY or bool(leaders_of(tx, self.judge.superior, hanoi(now).date()))

    def _accuses(self, tx: Transaction, wish: ContactWish) -> bool:
        unasked = wish.why in UNASKED and self.judge.names_one(tx, wish.text)
        return unasked or self.judge.accused(tx, wish.text)

    def _follows(self, tx: Transaction, wish: ContactWish, of_one_matter: Sequence[ContactRequest]) -> bool:
        if wish.citizen == PORTAL_FILER:  # stands for many people
            return False
        if any(request.of_coordinators for request in of_one_matter) or self.judge.accused(tx, wish.beside):
            return True
        codes = wish.filed[-MOST_FILED:]
        found = tx.get_all([petition_path(code) for code in codes]) if codes else []
        return any(Petition.model_validate(petition).accuses_coordinators for petition in found if petition)

    def _moved(self, tx: Transaction, requests: Sequence[ContactRequest], now: datetime) -> dict[str, ContactRequest]:
        moved: dict[str, ContactRequest] = {}
        if not leaders_of(tx, self.judge.superior, hanoi(now).date()):
            return moved
        for before in requests:
            if before.unit != COORDINATORS or before.citizen == PORTAL_FILER:
                continue
            text = f"{before.code}: {before.text}" if before.code else before.text
            after = replace(before, unit=self.judge.superior, of_coordinators=True, code=None, text=text)
            tx.update(contact_path(before.id), changed_fields(before, after))
            moved[before.id] = after
        return moved

    @staticmethod
    def _words(wish: ContactWish) -> ContactWords | None:
        words = CALL_WORDS if wish.phone else CONTACT_WORDS.get(wish.why)
        if words is None or not wish.of_coordinators:
            return words
        return APART_DANGER_WORDS if wish.why is ContactReason.EMERGENCY else APART_WORDS

    def _answer(
        self, wish: ContactWish, messages: list[Message], words: str | None, params: dict[str, datetime]
    ) -> RequestedContact:
        office = self.judge.directory.name_of(self.judge.superior) if wish.of_coordinators else None
        return RequestedContact(messages, words, params, office)

    def add_reply(self, tx: Transaction, request_id: str, wish: ContactWish, now: datetime) -> RequestedContact:
        """Add the citizen's reply to a request, which becomes new again, and return the result for the citizen.

        A reply that accuses the coordinators becomes a request to the office above them.
        """
        found = tx.get(contact_path(request_id))
        if found is None:
            return self(tx, wish, now)
        before = ContactRequest.model_validate(found)
        if not before.of_coordinators and self.judge.accused(tx, wish.text):
            return self(tx, wish, now)
        text = _both(before, _kept(wish))
        if before.state in UNSEEN:
            tx.update(contact_path(before.id), changed_fields(before, replace(before, text=text)))
            return RequestedContact(words=REPLY_WORDS.waiting)
        request = replace(before, text=text, **self._anew(before, now))
        tx.update(contact_path(before.id), changed_fields(before, request))
        petition = petition_in(tx, before.code) if before.code and before.unit != COORDINATORS else None
        # The same words may also be a danger request, so the notices have different ids.
        about = replace(
            wish, key=f"{wish.key}-reply", why=before.why, petition=petition, of_coordinators=before.of_coordinators
        )
        return self._told(tx, about, request, REPLY_WORDS, now, more=True)

    def withdraw(self, tx: Transaction, request_id: str, words: str, now: datetime) -> bool:
        """Close a request that the citizen withdraws, if no officer has seen it. Return whether it was closed."""
        found = tx.get(contact_path(request_id))
        before = ContactRequest.model_validate(found) if found else None
        if before is None or before.state not in UNSEEN:
            return False
        changes = closing(ContactOutcome.NOTHING_TO_DO, None, now) | {"text": _both(before, words)}
        tx.update(contact_path(request_id), changed_fields(before, replace(before, **changes)))
        return True

    def _anew(self, before: ContactRequest, now: datetime) -> dict[str, Any]:
        if before.state in UNSEEN:
            return {}
        see_by, act_by = due_instants(now, self.timekeeping.chores, self.timekeeping.calendar)
        act_by = before.act_by if before.is_undecided else act_by
        times = {"see_by": see_by, "act_by": act_by, "next_attempt_at": see_by, "expires_at": now + CHATS_KEPT_FOR}
        return {"state": ContactState.NEW, **_NOT_YET, **times}

    def _told(
        self, tx: Transaction, wish: ContactWish, request: ContactRequest, words: ContactWords | None, now: datetime,
        *, more: bool = False,
    ) -> RequestedContact:  # fmt: skip
        opening = self._opening(now)
        later = opening is not None and not request.is_urgent
        officers = self._concerned(tx, wish, now)
        if not officers:
            telemetry.log(
                "ERROR", "no officer to notify of a request", metric="contact_without_officers", unit=request.unit
            )
        messages = self._mailed(tx, wish, request, officers, now, opening if later else None, more=more)
        if messages and not later:
            notified = [officer.id for officer in officers]
            tx.update(contact_path(request.id), {"informed": sorted({*request.informed, *notified})})
        at = {"at": request.at}
        if words is None or not messages:
            return self._answer(wish, messages, words.waiting if words else None, at)
        if later and opening:
            return self._answer(wish, messages, words.later, {"opening": opening})
        return self._answer(wish, messages, words.now, at)

    def _new(self, wish: ContactWish, text: str, now: datetime) -> ContactRequest:
        see_by, act_by = due_instants(now, self.timekeeping.chores, self.timekeeping.calendar)
        return ContactRequest(
            id=f"{wish.key}-{wish.why}",
            why=wish.why,
            citizen=wish.citizen,
            code=wish.petition.code if wish.petition else wish.code,
            unit=wish.petition.unit if wish.petition else self._office(wish),
            of_coordinators=wish.of_coordinators,
            text=text,
            at=now,
            see_by=see_by,
            act_by=act_by,
            next_attempt_at=see_by,
            expires_at=now + CHATS_KEPT_FOR,
        )

    def _office(self, wish: ContactWish) -> str:
        return self.judge.superior if wish.of_coordinators else COORDINATORS

    def _is_enough(self, latest: Sequence[ContactRequest], request: ContactRequest) -> bool:
        """Return whether the citizen has reached the daily limit of requests (LAW 7.12)."""
        so_far = local_day(request.at).count(contact_request.at for contact_request in latest)
        return not (request.is_urgent or AtMost(self.timekeeping.chores.contacts_a_day).has_room(so_far))

    def _opening(self, now: datetime) -> datetime | None:
        try:
            opening = self.timekeeping.calendar.next_working_instant(now)
        except CalendarRangeError:
            return None
        return opening if UpTo(now).is_over(opening) else None

    def _mailed(
        self,
        tx: Transaction,
        wish: ContactWish,
        request: ContactRequest,
        officers: Sequence[Officer],
        now: datetime,
        until: datetime | None,
        *,
        more: bool,
    ) -> list[Message]:
        return [
            plan_notice(tx, self._mail(wish, request, officer, self._instead(tx, officer), now, until, more=more))
            for officer in officers
        ]

    def _concerned(self, tx: Transaction, wish: ContactWish, now: datetime) -> Sequence[Officer]:
        day = hanoi(now).date()
        if wish.of_coordinators:
            return leaders_of(tx, self.judge.superior, day)
        officers = concerned_officers(tx, wish.petition, day) if wish.petition else []
        return officers or coordinators_on_duty(tx, day)

    def _instead(self, tx: Transaction, officer: Officer) -> str:
        absent = tx.get(officer_path(officer.instead_of)) if officer.instead_of else None
        return self.texts.render("mail_instead", who=absent["name"]) if absent else ""

    def _mail(
        self,
        wish: ContactWish,
        request: ContactRequest,
        officer: Officer,
        instead: str,
        now: datetime,
        until: datetime | None,
        *,
        more: bool,
    ) -> Notice:
        what = REASON_LABELS[request.why]
        written = self.texts.render("contact_more") if more else ""
        times = {name: hanoi_time(at) if at else "-" for name, at in self._times(request).items()}
        parts = "\n\n".join(
            filter(None, [written, about_request(self.texts, request, wish.petition, officer, instead)])
        )
        subject = "contact_subject_urgent" if request.is_urgent else "contact_subject"
        return Notice(
            id=f"contact-{wish.key}-{wish.why}-{officer.id}",
            kind=NoticeKind.CONTACT,
            channel="email",
            officer=officer.id,
            subject=self.texts.render(subject, what=what, due=times["due"]),
            text=self.texts.render("contact_text", parts=parts, **times),
            page=contact_page(request.id),
            about=About(code=wish.petition.code, seq=wish.petition.version) if wish.petition else None,
            state=NoticeState.WAITING if until else NoticeState.PLANNED,
            next_attempt_at=until,
            created_at=now,
        )

    @staticmethod
    def _times(request: ContactRequest) -> dict[str, datetime | None]:
        return {"due": request.see_by, "until": request.act_by}


def about_request(
    texts: Texts, request: ContactRequest, petition: Petition | None, officer: Officer, instead: str = ""
) -> str:
    """Return the part of an e-mail about the request: its reason and the petition's title, never the citizen."""
    named = (
        texts.render("mail_about", title=title_by_mail(petition, officer) or petition.code, code=petition.code)
        if petition
        else ""
    )
    reason = f"{REASON_LABELS[request.why]}."
    return "\n\n".join(filter(None, [instead, reason, named or request.code or ""]))


_NOT_YET = dict.fromkeys(("seen_by", "seen_at", "outcome", "closed_by", "closed_at"))
"""The fields of a request that are reset when the citizen replies."""


def _kept(wish: ContactWish) -> str:
    words = (wish.text if wish.kept else masked(wish.text))[:LONGEST_WORDS]
    return f"{words}\n→ {wish.phone}" if wish.phone and wish.phone not in words else words


def _both(request: ContactRequest, text: str) -> str:
    return "\n".join(filter(None, [request.text, text]))[-LONGEST_WORDS:]


def requests_of(tx: Transaction, citizen: str) -> list[ContactRequest]:
    """Return the citizen's newest contact requests."""
    query = Query("contact_requests", where=(("citizen", "==", citizen),), order_by=("-at",), limit=MOST_CONTACTS)
    return [ContactRequest.model_validate(document.data) for document in tx.find(query)]


def _is_same(request: ContactRequest, wish: ContactWish) -> bool:
    code = wish.petition.code if wish.petition else wish.code
    return (request.why, request.code, request.of_coordinators) == (wish.why, code, wish.of_coordinators)
