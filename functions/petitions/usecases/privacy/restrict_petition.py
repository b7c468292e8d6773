"""Restriction of an erased citizen's petition: it stays as an official file, without anything that names the filer.

An open petition continues: the unit must answer it (LAW 1.6), and the answer can be read with the code. Names,
addresses and numbers in the text are masked. Pictures and files are erased, as they cannot be made anonymous. After the
retention period the text is erased too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from petitions.domain.difficulties.difficulty import Difficulty, difficulty_path
from petitions.domain.files import attachment
from petitions.domain.lifecycle.states import Role
from petitions.domain.notices.notice import Notice, NoticeState, notice_path, without_petitions
from petitions.domain.notices.sending import cancelled
from petitions.domain.officers.audit import AuditEntry, audit_path
from petitions.domain.papers.paper import Paper
from petitions.domain.petition.history_actions import RecordedAction
from petitions.domain.petition.history_entry import HistoryEntry
from petitions.domain.petition.known_person import KnownPerson
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.petition.petition_file import PetitionFile
from petitions.domain.portal.portal_change import InboundChange, inbound_path
from petitions.domain.privacy.personal_data import TextMask, kept_until, must_keep, no_words, without_who
from petitions.domain.shared.edges import UpTo
from petitions.domain.shared.records import Record
from petitions.ports.files import Files
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import Query, Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.shared.outbox import commit
from petitions.usecases.shared.petition_changes import Actor, Change, change_petition, changed_fields, petition_in

R = TypeVar("R", bound=Record)

LOOK_AGAIN = timedelta(days=30)
"""The time after which a petition that was open at the end of its retention is checked again."""


@dataclass(frozen=True)
class Masks:
    """The functions that mask texts during an erasure."""

    words: TextMask
    """Masks officers' own texts."""
    file: TextMask
    """Masks the filer's texts, or removes them after the retention period."""


@dataclass(frozen=True)
class RestrictPetition:
    """Restricts petitions, i.e. removes the filer from them, as a part of `EraseCitizen`."""

    store: Store
    publisher: Publisher
    clock: Clock
    ids: Ids
    files: Files

    def __call__(self, petition: Petition, person: KnownPerson, asked_at: datetime, years: int) -> Iterator[bool]:
        """Restrict the petition and its documents one by one. Yield False for a document that has to wait.

        The petition itself comes after the texts about it, which are searched for its contact data.
        """
        keep = must_keep(petition, years, self.clock.now())
        masks = Masks(person.words, person.words if keep else no_words)
        path = petition_path(petition.code)
        for document in self.store.find(Query(f"{path}/history", order_by=("seq",))):
            yield self.rewrite(f"{path}/history/{document.id}", HistoryEntry, masks)
        for document in self.store.find(Query("portal_inbound", where=(("code", "==", petition.code),))):
            yield self.rewrite(inbound_path(document.id), InboundChange, masks)
        for document in self.store.find(Query("audit", where=(("code", "==", petition.code),))):
            if "reason" not in document.data:
                continue  # most are views without words to mask
            yield self.rewrite(audit_path(document.id), AuditEntry, masks)
        yield from self._difficulties(petition.code, masks)
        commit(
            self.store,
            self.publisher,
            self.clock,
            producer="erasure",
            key=self.ids.token(),
            body=lambda tx: self._restrict(tx, petition.code, masks),
        )
        yield True
        # From now on no mail has its title, and mails planned meanwhile are planned again.
        yield from self._notices(petition.code, asked_at)
        for document in self.store.find(Query(f"{path}/attachments")):
            self._file(f"{path}/attachments/{document.id}", PetitionFile.model_validate(document.data))
            yield True
        for document in self.store.find(Query(f"{path}/papers")):
            paper = Paper.model_validate(document.data)
            if paper.is_in_hand(self.clock.now()):
                yield False
                continue
            self.erase(paper.object)
            yield self.rewrite(f"{path}/papers/{document.id}", Paper, masks)

    def _notices(self, code: str, asked_at: datetime) -> Iterator[bool]:
        for where in (("about.code", "==", code), ("mentions", "array_contains", code)):
            for document in self.store.find(Query("notices", where=(where,))):
                path, now = notice_path(document.id), self.clock.now()
                if document.data.get("officer"):
                    yield self.store.transact(partial(_forget_words, path=path, code=code, now=now))
                elif document.data.get("citizen") is None and document.data["created_at"] in UpTo(asked_at):
                    yield self.store.transact(partial(_forget_mail, path=path, now=now))

    def _difficulties(self, code: str, masks: Masks) -> Iterator[bool]:
        for document in self.store.find(Query("difficulties", where=(("code", "==", code),))):
            for file in Difficulty.model_validate(document.data).files:
                self.erase(file.object)
            yield self.rewrite(difficulty_path(document.id), Difficulty, masks)

    @staticmethod
    def ends(petition: Petition, years: int, now: datetime) -> datetime:
        """Return the end of the petition's retention of `years` years, or LOOK_AGAIN from now if that is later."""
        return max(kept_until(petition, years), now + LOOK_AGAIN)

    def _restrict(self, tx: Transaction, code: str, masks: Masks) -> list[Message]:
        before, now = petition_in(tx, code), self.clock.now()
        bare = without_who(before, masks.words, masks.file)
        if bare == before and before.restricted_at is not None:
            return []
        updates: dict[str, Any] = {**dict(bare), "restricted_at": before.restricted_at or now}
        _, message = change_petition(tx, before, updates, Change(RecordedAction.RESTRICTED, Actor(Role.SYSTEM), now))
        return [message]

    def rewrite(self, path: str, kind: type[R], masks: Masks) -> bool:
        """Mask the citizen's data in the document, and return True."""

        def mask(tx: Transaction) -> bool:
            found = tx.get(path)
            if found is not None:
                before = kind.model_validate(found)
                tx.update(path, changed_fields(before, without_who(before, masks.words, masks.file)))
            return True

        return self.store.transact(mask)

    def _file(self, path: str, file: PetitionFile) -> None:
        self.erase(file.object)
        self.store.transact(partial(_delete, path=path))

    def erase(self, object_name: str | None) -> None:
        """Erase all versions of a stored file, if there is one. Raise Retryable."""
        for folder in attachment.folders(object_name) if object_name else ():
            self.files.erase(folder)


def _delete(tx: Transaction, *, path: str) -> None:
    tx.delete(path)


def _forget_words(tx: Transaction, *, path: str, code: str, now: datetime) -> bool:
    found = tx.get(path)
    notice = Notice.model_validate(found) if found else None
    if notice is None:
        return True
    if notice.is_being_sent(now):
        return False
    after = without_petitions(notice, [code])
    if not after.text and notice.state in {NoticeState.PLANNED, NoticeState.WAITING, NoticeState.UNKNOWN}:
        after = cancelled(after, "erased")
    tx.update(path, changed_fields(notice, after))
    return True


def _forget_mail(tx: Transaction, *, path: str, now: datetime) -> bool:
    found = tx.get(path)
    notice = Notice.model_validate(found) if found else None
    if notice and notice.is_being_sent(now):
        return False
    if notice:
        tx.delete(path)
    return True
