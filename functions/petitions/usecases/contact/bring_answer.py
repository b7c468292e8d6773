"""Delivery of an answer, or of news about a step, to a filer who uses neither Zalo nor the portal.

An e-mail is planned at once. A call, a letter, or a message over the petition's channel needs an officer: a contact
request in the inbox of the unit asks for it. The petition is not closed before an officer has recorded the delivery.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from petitions.domain.contact.contact_request import (
    ContactReason,
    ContactRequest,
    answer_due_id,
    contact_path,
    due_instants,
    step_due_id,
)
from petitions.domain.language.texts import Texts
from petitions.domain.lifecycle.states import Action
from petitions.domain.notices.kinds import KIND_AFTER, NOTICE_KINDS, NoticeKind
from petitions.domain.notices.notice import About, Notice, NoticeState, notice_path
from petitions.domain.officers.officer import Officer
from petitions.domain.pages.links import page_address
from petitions.domain.petition.history_actions import history_action
from petitions.domain.petition.petition import AnswerWay, Petition, petition_path
from petitions.domain.publishing.own_view import is_read_on_page
from petitions.domain.shared.retention import CHATS_KEPT_FOR
from petitions.domain.units.directory import Directory
from petitions.ports.messages import Message
from petitions.ports.store import Reader, Transaction
from petitions.usecases.shared.notice_values import notice_values
from petitions.usecases.shared.petition_changes import changed_fields, plan_notice
from petitions.usecases.shared.timekeeping import Timekeeping

_IDS = {ContactReason.ANSWER_DUE: answer_due_id, ContactReason.STEP_DUE: step_due_id}


@dataclass(frozen=True)
class BringAnswer:
    """Plans deliveries to filers, within the transaction of the step that caused them.

    `texts` are Vietnamese, as the filer's language is not known.
    """

    texts: Texts
    directory: Directory
    timekeeping: Timekeeping
    citizen_url: str
    """The base address of the citizens' pages."""

    def __call__(self, tx: Transaction, answered: Petition, now: datetime) -> list[Message]:
        """Plan the delivery of the answer to the filers of this petition and of petitions merged into it.

        Return the messages to publish.
        """
        joined = tx.get_all([petition_path(code) for code in answered.absorbed]) if answered.absorbed else []
        merged = [Petition.model_validate(item) for item in joined if item]
        return [
            message
            for item in (answered, *(petition for petition in merged if petition.merged_into == answered.code))
            for message in self._one(tx, item, answered, now)
        ]

    def step(
        self, tx: Transaction, petition: Petition, action: Action, text: str, by: Officer, now: datetime
    ) -> list[Message]:
        """Plan the delivery of news about a step to the filer, and return the messages to publish.

        `text` is the officer's message. Nothing is planned for a step that no filer has to learn of (`is_brought`), or
        for filers who read it on Zalo or the portal. If an officer must deliver the news, a contact request is stored
        and the list is empty. It replaces an older request for the same petition, so its text repeats the parts of that
        one that still hold, such as the deadline.
        """
        way = petition.way_to_filer
        if way is None or not history_action(action).is_brought:
            return []
        if way == "email" and is_read_on_page(petition):
            return [plan_notice(tx, self._step_mail(petition, by.unit, now))]
        kind, key = KIND_AFTER[action], NOTICE_KINDS[KIND_AFTER[action]].texts[0]
        if kind is NoticeKind.SUPPLEMENT_ASKED:
            key = "step_supplement_asked" if is_read_on_page(petition) else "step_supplement_asked_pageless"
        words = self.texts.render(key, **notice_values(kind, petition, text, by.unit, self.directory, self.texts))
        _ask(tx, ContactReason.STEP_DUE, petition, way, by.unit, words, self.timekeeping, now)
        return []

    def _one(self, tx: Transaction, petition: Petition, answered: Petition, now: datetime) -> list[Message]:
        has_page = is_read_on_page(petition)  # an e-mail leads there
        if petition.restricted_at or (petition.answer_way is None and has_page):
            return []
        if petition.answer_way == "email" and petition.contact.email and has_page:
            return [plan_notice(tx, self._mail(petition, answered, now))]
        ask_for_answer(tx, petition, answered.unit, self.timekeeping, now)
        return []

    def _step_mail(self, petition: Petition, unit: str, now: datetime) -> Notice:
        link = page_address(petition, self.citizen_url)
        return Notice(
            id=f"{petition.code}-step-{petition.version}",
            kind=NoticeKind.STEP_MAILED,
            channel="email",
            subject=self.texts.render("step_mail_subject", code=petition.code),
            text=self.texts.render("step_mail", code=petition.code, unit=self.directory.name_of(unit), link=link),
            about=About(code=petition.code, seq=petition.version),
            created_at=now,
        )

    def _mail(self, petition: Petition, answered: Petition, now: datetime) -> Notice:
        unit, link = self.directory.name_of(answered.unit), page_address(petition, self.citizen_url)
        return Notice(
            id=mail_id(petition, answered),
            kind=NoticeKind.ANSWER_MAILED,
            channel="email",
            subject=self.texts.render("answer_mail_subject", code=petition.code),
            text=self.texts.render("answer_mail", code=petition.code, unit=unit, link=link),
            about=About(code=petition.code, seq=petition.version),
            created_at=now,
        )


def ask_for_answer(tx: Transaction, petition: Petition, unit: str, keeping: Timekeeping, now: datetime) -> None:
    """Put a request to deliver the answer into the unit's inbox, or make an existing one new again."""
    _ask(tx, ContactReason.ANSWER_DUE, petition, petition.way_for_officer, unit, "", keeping, now)


def _ask(
    tx: Transaction,
    why: ContactReason,
    petition: Petition,
    way: AnswerWay,
    unit: str,
    words: str,
    keeping: Timekeeping,
    now: datetime,
) -> None:
    see_by, act_by = due_instants(now, keeping.chores, keeping.calendar)
    request = ContactRequest(
        id=_IDS[why](petition.code),
        why=why,
        citizen=petition.citizen,
        code=petition.code,
        way=way,
        unit=unit,
        text=words,
        at=now,
        see_by=see_by,
        act_by=act_by,
        next_attempt_at=see_by,
        expires_at=now + CHATS_KEPT_FOR,
    )
    path = contact_path(request.id)
    before = tx.get(path)
    if before is None:
        tx.create(path, request.stored())
    else:
        tx.update(path, changed_fields(ContactRequest.model_validate(before), request))


def mail_id(petition: Petition, answered: Petition) -> str:
    """Return the id of the e-mail about the answer. An answer that is approved anew has a new id."""
    approved = answered.reply.approved_at if answered.reply else None
    return f"{petition.code}-mailed-{approved:%Y%m%d%H%M%S}" if approved else f"{petition.code}-mailed"


def lacks_mail(reader: Reader, petition: Petition) -> bool:
    """Return whether the planned e-mail about the answer is unsent, and the unit is not asked to deliver it."""
    if petition.answer_way != "email" or not petition.contact.email:
        return False
    mail = reader.get(notice_path(mail_id(petition, petition)))
    unsent = mail is not None and mail["state"] != NoticeState.SENT.value
    return unsent and reader.get(contact_path(answer_due_id(petition.code))) is None
