"""The receipt of a petition that an officer entered, to be printed, read out or sent by e-mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from petitions.domain.language.texts import Texts
from petitions.domain.lifecycle.lifecycle import ClockName, State
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import About, Notice
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission, is_closed_to, may, may_see
from petitions.domain.pages.links import page_address
from petitions.domain.petition.codes import find_code
from petitions.domain.petition.petition import AnswerWay, Petition, petition_path
from petitions.domain.privacy.original_words import without_filer
from petitions.domain.publishing.own_view import digits_of
from petitions.domain.publishing.publication import without_others
from petitions.domain.shared.channel import Channel
from petitions.domain.shared.edges import Until, UpTo
from petitions.domain.shared.written import is_key
from petitions.domain.units.directory import Directory
from petitions.errors import Forbidden, NotFound, Rejected
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import Fields, Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.shared.outbox import commit
from petitions.usecases.shared.petition_changes import NO_SUCH_PETITION, plan_notice

_TOLD = frozenset({State.ANSWERED, State.PUBLISHED, State.CLOSED})
HANDED_WITHIN = timedelta(hours=1)
"""How long the officer who entered a petition gets its full receipt, even if they may no longer see the petition."""
NO_EMAIL = "Hồ sơ này không có e-mail của người gửi."


@dataclass(frozen=True)
class PetitionReceipt:
    """The receipt of a petition, including the answer if there is one."""

    code: str
    text: str
    answer: str | None
    """The approved answer, for officers who may see the petition, or None."""
    unit: str
    """The name of the unit that holds the petition, for officers who may see the petition, or ""."""
    own: bool
    """Whether the officer entered the petition, so that they give the receipt to the filer."""
    seen: bool
    """Whether the officer may also see the petition's page."""
    link: str
    """The address of the filer's page if `own`, or "".

    That page asks for digits of the filer's telephone number, so without a number there is no link.
    """
    email: str
    """The filer's e-mail address if `own`, or ""."""
    signed: bool = False
    """Whether the filer is present and signs the receipt."""
    way: AnswerWay | None = None
    """The way in which the answer is sent to the filer. None means that it is only on the filer's page."""


@dataclass(frozen=True)
class ReadReceipt:
    """Reads the receipts of petitions that officers entered."""

    store: Store
    directory: Directory
    texts: Texts
    public_url: str
    citizen_url: str
    clock: Clock

    def __call__(self, officer: Officer, code: str) -> PetitionReceipt:
        """Return the receipt of a petition.

        Raise NotFound if there is no such petition, if it came through Zalo or the portal, or if the officer may not
        see its receipt.
        """
        petition = taken_petition(officer, code, self.store.get(petition_path(code)))
        seen = may_see(officer, petition)
        reply = petition.reply if seen and petition.state in _TOLD else None
        # Only a receipt for the entering officer has the name. Others need a reason (reveal_contact).
        own = hands_over(officer, petition)
        if own and _is_shut(officer, petition, self.clock.now()):
            return self._shut(petition)
        text = self.texts.render(
            "receipt",
            code=petition.code,
            name=petition.contact.name if own else "—",
            received_at=self.texts.time(petition.filed_at),
            how=petition.came,
            # The paper may get lost, so it names no other person.
            content=without_others(
                petition.title if own else without_filer(petition, officer).title, self.directory.place_names
            ),
            reception_due=_reception_due(petition, self.texts, self.clock.now()),
            public_url=self.public_url,
        )
        return PetitionReceipt(
            code=code,
            text=text,
            answer=reply.with_basis if reply else None,
            unit=self.directory.name_of(petition.unit) if seen else "",
            own=own,
            seen=seen,
            link=page_address(petition, self.citizen_url) if own and digits_of(petition) else "",
            email=petition.contact.email or "" if own else "",
            signed=own and petition.taken is not None and petition.taken.channel is Channel.VISIT,
            way=petition.answer_way if digits_of(petition) else petition.way_for_officer,
        )

    def _shut(self, petition: Petition) -> PetitionReceipt:
        received_at, how = self.texts.time(petition.filed_at), petition.came
        text = self.texts.render(
            "receipt_short", code=petition.code, received_at=received_at, how=how, public_url=self.public_url
        )
        return PetitionReceipt(
            code=petition.code, text=text, answer=None, unit="", own=False, seen=False, link="", email=""
        )


@dataclass(frozen=True)
class SendReceipt:
    """Sends receipts to filers by e-mail."""

    store: Store
    publisher: Publisher
    clock: Clock
    ids: Ids
    texts: Texts
    public_url: str
    citizen_url: str

    def __call__(self, officer: Officer, code: str, key: str) -> str:
        """Plan the e-mail with the receipt to the filer, once for the form `key`. Return the filer's address.

        The e-mail contains neither name nor content, since many machines read an e-mail. Raise NotFound, Forbidden for
        any officer but the one who entered the petition, or Rejected for a malformed key or a missing address.
        """
        if not is_key(key):
            raise Rejected("Trang này đã cũ. Xin mở lại hồ sơ.", reason="key_malformed")
        address = self._handed(officer, code, self.store.get(petition_path(code))).contact.email

        def plan(tx: Transaction) -> list[Message]:
            return [plan_notice(tx, self._notice(self._handed(officer, code, tx.get(petition_path(code)))))]

        commit(self.store, self.publisher, self.clock, producer="receipts", key=f"{code}:{officer.id}:{key}", body=plan)
        return address or ""

    def _handed(self, officer: Officer, code: str, found: Fields | None) -> Petition:
        petition = taken_petition(officer, code, found)
        if not hands_over(officer, petition) or _is_shut(officer, petition, self.clock.now()):
            raise Forbidden("Người nhập hồ sơ mới gửi được biên nhận, trong giờ đầu sau khi nhập.")
        if not petition.contact.email:
            raise Rejected(NO_EMAIL, reason="no_email")
        return petition

    def _notice(self, petition: Petition) -> Notice:
        return Notice(
            id=f"receipt-{self.ids.token()}",
            kind=NoticeKind.RECEIPT,
            channel="email",
            subject=self.texts.render("receipt_subject", code=petition.code),
            text=self._mail(petition),
            about=About(code=petition.code, seq=petition.version),
            created_at=self.clock.now(),
        )

    def _mail(self, petition: Petition) -> str:
        link = page_address(petition, self.citizen_url) if digits_of(petition) else ""
        return self.texts.render(
            "receipt_mail" if link else "receipt_mail_pageless",
            code=petition.code,
            received_at=self.texts.time(petition.filed_at),
            how=petition.came,
            reception_due=_reception_due(petition, self.texts, self.clock.now()),
            public_url=self.public_url,
            **({"link": link} if link else {}),
        )


def taken_petition(officer: Officer, code: str, found: Fields | None) -> Petition:
    """Return an entered petition if the officer may see its receipt. Raise NotFound otherwise.

    The officer who entered it may always see the receipt, which contains only their entry. If they may no longer see
    the petition, the receipt is reduced to the code after an hour.
    """
    petition = Petition.model_validate(found) if found and find_code(code) == code else None
    if petition is None or petition.taken is None or not may(officer, Permission.RECEIPT):
        raise NotFound(NO_SUCH_PETITION)
    if not (hands_over(officer, petition) or may(officer, Permission.RECEIPT, petition)):
        raise NotFound(NO_SUCH_PETITION)
    return petition


def _reception_due(petition: Petition, texts: Texts, now: datetime) -> str:
    due = petition.clocks[ClockName.RECEPTION].due_at
    return f"{texts.time(due)}, đã qua khi lập biên nhận này" if UpTo(due).is_over(now) else texts.time(due)


def _is_shut(officer: Officer, petition: Petition, now: datetime) -> bool:
    taken_at = petition.taken.at if petition.taken else petition.filed_at
    return is_closed_to(officer, petition) and Until(taken_at + HANDED_WITHIN).is_over(now)


def hands_over(officer: Officer, petition: Petition) -> bool:
    """Return whether the officer entered the petition, and therefore knows its filer."""
    return petition.taken is not None and petition.taken.by == officer.id
