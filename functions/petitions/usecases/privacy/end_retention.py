"""The deletion of chats at the end of their retention: messages with files, guidance, contact data (LAW 5.9).

Also deleted are units' difficulties with their files, a year after they are closed, as that year is scored (LAW 6.1),
e-mails that became no petition, and officers' saved filters that may name a person.

Petitions with their files are not touched here. The law determines how long to keep them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

from petitions import telemetry
from petitions.domain.citizen.citizen import Citizen, StoredInput
from petitions.domain.difficulties.difficulty import Difficulty, difficulty_path
from petitions.domain.files import attachment
from petitions.domain.mailbox.mail import Mail, MailState, mail_path
from petitions.domain.officers.officer import Officer, officer_path, with_filters
from petitions.domain.privacy.erasure import without_chat
from petitions.domain.shared.edges import Until
from petitions.domain.shared.retention import CHATS_KEPT_FOR, RECORDS_KEPT_FOR
from petitions.errors import Retryable
from petitions.ports.files import Files
from petitions.ports.store import Document, Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.shared.petition_changes import changed_fields
from petitions.usecases.shared.sweeping import due, in_turn


@dataclass(frozen=True)
class EndRetention:
    """Deletes expired data, for the function `attachments`, the only one that may delete files."""

    store: Store
    clock: Clock
    files: Files

    def __call__(self) -> int:
        """Delete all expired data, and return the number of documents. A failure does not stop the rest."""
        until = self.clock.now() - CHATS_KEPT_FOR
        inputs = due(self.store, "inputs", "at", until, group=True)
        chats = in_turn(chain(inputs, due(self.store, "guidance", "at", until)), self.clock, self._end)
        closed = due(self.store, "difficulties", "closed_at", self.clock.now() - RECORDS_KEPT_FOR)
        saved = due(self.store, "officers", "filters_until", self.clock.now())
        mails = due(self.store, "mails", "words_until", self.clock.now())
        ended = in_turn(saved, self.clock, self._end_filters) + in_turn(mails, self.clock, self._end_mail)
        return chats + ended + in_turn(closed, self.clock, self._end_difficulty)

    def _end(self, document: Document) -> None:
        try:
            if "/" in document.id:
                self._input(document.id)
            else:
                self.store.transact(lambda tx: tx.delete(f"guidance/{document.id}"))
        except Retryable as error:
            telemetry.log("WARNING", "retention not ended", metric="retention_not_ended", reason=error.reason)

    def _end_filters(self, document: Document) -> None:
        now = self.clock.now()

        def drop_ended(tx: Transaction) -> None:
            found = tx.get(officer_path(document.id))
            if found is not None:
                before = Officer.model_validate(found)
                left = [
                    saved_filter
                    for saved_filter in before.filters
                    if saved_filter.until is None or now in Until(saved_filter.until)
                ]
                tx.update(officer_path(document.id), changed_fields(before, with_filters(before, left)))

        try:
            self.store.transact(drop_ended)
        except Retryable as error:
            telemetry.log("WARNING", "retention not ended", metric="retention_not_ended", reason=error.reason)

    def _end_difficulty(self, document: Document) -> None:
        try:
            for file in Difficulty.model_validate(document.data).files:
                for folder in attachment.folders(file.object):
                    self.files.erase(folder)
            self.store.transact(lambda tx: self._delete_difficulty(tx, document.id))
        except Retryable as error:
            telemetry.log("WARNING", "retention not ended", metric="retention_not_ended", reason=error.reason)

    def _end_mail(self, document: Document) -> None:
        try:
            if self.store.transact(lambda tx: self._mail_has_ended(tx, document.id)):
                for file in Mail.model_validate(document.data).files:
                    for folder in attachment.folders(file.object) if file.object else ():
                        self.files.erase(folder)
                self.store.transact(lambda tx: tx.delete(mail_path(document.id)))
        except Retryable as error:
            telemetry.log("WARNING", "retention not ended", metric="retention_not_ended", reason=error.reason)

    def _mail_has_ended(self, tx: Transaction, mail_id: str) -> bool:
        found = tx.get(mail_path(mail_id))
        mail = Mail.model_validate(found) if found else None
        if mail is None or mail.words_until is None or self.clock.now() in Until(mail.words_until):
            return False
        tx.update(mail_path(mail_id), {"state": MailState.ARRIVING.value})
        return True

    def _delete_difficulty(self, tx: Transaction, difficulty_id: str) -> None:
        found = tx.get(difficulty_path(difficulty_id))
        closed_at = Difficulty.model_validate(found).closed_at if found else None
        if closed_at and Until(closed_at + RECORDS_KEPT_FOR).is_over(self.clock.now()):
            tx.delete(difficulty_path(difficulty_id))

    def _input(self, path: str) -> None:
        found = self.store.get(path)
        if found is None:
            return
        entry = StoredInput.model_validate(found)
        for file in entry.files if entry.petition is None else ():
            for folder in attachment.folders(file.object) if file.object else ():
                self.files.erase(folder)
        self.store.transact(lambda tx: self._delete(tx, path))

    def _delete(self, tx: Transaction, path: str) -> None:
        citizen_at = path.partition("/inputs/")[0]
        found = tx.get(citizen_at)
        tx.delete(path)
        citizen = Citizen.model_validate(found) if found else None
        if citizen and Until(citizen.last_interaction_at + CHATS_KEPT_FOR).is_over(self.clock.now()):
            tx.update(citizen_at, changed_fields(citizen, without_chat(citizen)))
