"""A petition as another system may read it through the API.

A system with that right reads the petitions of its unit. It reads the petitions that it handed in as their filers may,
even when another unit handles them. Petitions with a protected filer (reports of misconduct) do not exist for systems.
A system that handed such a petition in reads only that it was received, and neither unit nor text, as these could
reveal the accused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from petitions.domain.files.attachment import AttachmentState
from petitions.domain.lifecycle.lifecycle import Action, ClockName, State
from petitions.domain.officers.policy import Permission, actions, is_closed_to, may, may_see
from petitions.domain.officers.service_account import ServiceAccount, ServiceRight
from petitions.domain.petition.answering import answer_to_edit
from petitions.domain.petition.confidentiality import is_protected
from petitions.domain.petition.history_entry import HistoryEntry
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.petition.petition_file import PetitionFile, file_path
from petitions.domain.petition.stored_answer import AnswerDraft, StoredAnswer
from petitions.domain.privacy.original_words import without_filer
from petitions.domain.publishing.public import ANSWERED, shown_state
from petitions.domain.publishing.publication import clean_for
from petitions.errors import NotFound
from petitions.ports.store import Query, Reader, Store
from petitions.usecases.shared.petition_changes import NO_SUCH_PETITION, petition_of

NO_SUCH_FILE = "Không có tệp này, hoặc tệp chưa tải về được."


class Sight(StrEnum):
    """The part of a petition that a system may read."""

    UNIT = "unit"
    """As much as an officer of the account's unit."""
    HANDED_IN = "handed_in"
    """As much as the filer, because it handed the petition in."""
    RECEIVED = "received"
    """Only the public state and that it was received, because the petition that it handed in is confidential now."""
    GONE = "gone"
    """Nothing any more, because another unit handles the petition now."""


class Offer(StrEnum):
    """An action that a system can take on a petition now."""

    ACCEPT = "accept"
    ASSIGN = "assign"
    NOTE = "note"
    ANSWER = "answer"


_NEEDS = {
    Offer.ACCEPT: ServiceRight.WORK,
    Offer.ASSIGN: ServiceRight.WORK,
    Offer.NOTE: ServiceRight.NOTE,
    Offer.ANSWER: ServiceRight.ANSWER,
}


@dataclass(frozen=True)
class Question:
    """A unit's question to the filer of a petition."""

    text: str
    until: datetime
    """The time until which the unit waits for a reply."""


@dataclass(frozen=True)
class SystemView:
    """A petition as one system may read it."""

    petition: Petition
    """The petition, with the text that the system may read."""
    sight: Sight
    reply: StoredAnswer | None = None
    """The approved answer to the petition, or None."""
    draft: AnswerDraft | None = None
    """The answer that is being written, if the account may write it."""
    drafted: AnswerDraft | None = None
    """The draft as last saved. The version mark for the next save is made from it."""
    files: list[PetitionFile] = field(default_factory=list)
    reply_files: list[PetitionFile] = field(default_factory=list)
    draft_files: list[PetitionFile] = field(default_factory=list)
    offers: tuple[Offer, ...] = ()
    asked: Question | None = None

    @property
    def state(self) -> State:
        """Return the petition's state: the internal one for systems of its unit, the public one for others."""
        return self.petition.state if self.sight is Sight.UNIT else shown_state(self.petition.state)


@dataclass(frozen=True)
class ReadForSystem:
    """Reads petitions and their files for a service account."""

    store: Store

    def __call__(self, account: ServiceAccount, code: str) -> SystemView:
        """Return the petition. Raise NotFound if there is none or the account may not read it."""
        petition = petition_of(self.store, code)
        sight = sight_of(account, petition) if petition else None
        if petition is None or sight in {None, Sight.GONE}:
            raise NotFound(NO_SUCH_PETITION)
        if sight is Sight.RECEIVED:
            return SystemView(petition, Sight.RECEIVED)
        if sight is Sight.HANDED_IN:
            return self._handed_in(account, petition)
        person = account.person()
        writes = ServiceRight.ANSWER in account.rights and may(person, Permission.ANSWER, petition)
        draft = answer_to_edit(petition) if writes else None
        return SystemView(
            without_filer(petition, person),
            Sight.UNIT,
            reply=_in_force(petition),
            draft=draft,
            drafted=petition.drafted if writes else None,
            files=self._files(petition, [file.id for file in petition.files]),
            reply_files=self._reply_files(petition),
            draft_files=self._files(petition, draft.attachments if draft else []),
            offers=_offers(account, petition),
            asked=self._asked(petition),
        )

    def file(self, account: ServiceAccount, code: str, file_id: str) -> PetitionFile:
        """Return a stored file of a petition that the account may read. Raise NotFound."""
        view = self(account, code)
        for reply_file in (*view.files, *view.reply_files, *view.draft_files):
            if (
                reply_file.id == file_id
                and reply_file.state is AttachmentState.STORED
                and reply_file.object
                and reply_file.sha256
            ):
                return reply_file
        raise NotFound(NO_SUCH_FILE, reason="file_unknown")

    def _handed_in(self, account: ServiceAccount, petition: Petition) -> SystemView:
        return SystemView(
            without_filer(petition, account.person()),
            Sight.HANDED_IN,
            reply=_in_force(petition),
            files=self._files(petition, [file.id for file in petition.files]),
            reply_files=self._reply_files(petition),
            offers=(Offer.NOTE,) if ServiceRight.NOTE in account.rights else (),
            asked=self._asked(petition),
        )

    def _asked(self, petition: Petition) -> Question | None:
        line = last_question(self.store, petition.code) if petition.state is State.AWAITING_CITIZEN else None
        until = petition.promised.get(ClockName.SUPPLEMENT)
        if line is None or until is None:
            return None
        return Question(clean_for(petition, line.reason or "", petition), until)

    def _reply_files(self, petition: Petition) -> list[PetitionFile]:
        reply = _in_force(petition)
        return self._files(petition, reply.attachments if reply else [])

    def _files(self, petition: Petition, ids: list[str]) -> list[PetitionFile]:
        found = self.store.get_all([file_path(petition.code, item) for item in ids]) if ids else []
        return [PetitionFile.model_validate(item) for item in found if item]


def last_question(reader: Reader, code: str) -> HistoryEntry | None:
    """Return the latest history line that asks the filer for more information, or None."""
    query = Query(f"{petition_path(code)}/history", where=(("action", "==", Action.ASK_SUPPLEMENT.value),))
    lines = [HistoryEntry.model_validate(document.data) for document in reader.find(query)]
    return max(lines, key=lambda line: line.seq, default=None)


def sight_of(account: ServiceAccount, petition: Petition) -> Sight | None:
    """Return the part of the petition that the account may read, or None if it must appear not to exist.

    Only people may read petitions that report misconduct or may do so: an administrator of another unit could create a
    service account for the accused unit.
    """
    person = account.person()
    kept = is_protected(petition) or petition.is_doubted
    if may_see(person, petition) and not kept:
        return Sight.UNIT
    if petition.taken and petition.taken.by == account.id:
        shut = kept or is_closed_to(person, petition) or petition.restricted_at is not None
        return Sight.RECEIVED if shut else Sight.HANDED_IN
    return None if kept or is_closed_to(person, petition) else Sight.GONE


def _in_force(petition: Petition) -> StoredAnswer | None:
    return petition.reply if petition.state in ANSWERED else None


def _offers(account: ServiceAccount, petition: Petition) -> tuple[Offer, ...]:
    person = account.person()
    rows = {row.action for row in actions(person, petition)}
    possible = {
        Offer.ACCEPT: Action.ACCEPT in rows,
        Offer.ASSIGN: Action.ASSIGN in rows,
        Offer.NOTE: may(person, Permission.NOTE, petition),
        Offer.ANSWER: may(person, Permission.ANSWER, petition) and bool(rows & {Action.START, Action.SUBMIT_ANSWER}),
    }
    return tuple(offer for offer in Offer if possible[offer] and _NEEDS[offer] in account.rights)
