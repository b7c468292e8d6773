"""Masks an erased citizen outside their petitions.

- officers' saved work lists that were made to find them
- units' own texts
- the audit of requests about them
- dead letters that are theirs, or that name them and belong to nobody
- mails of the tray: those from an address of theirs are deleted
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from petitions.domain.difficulties.difficulty import Difficulty
from petitions.domain.mailbox.mail import Mail, MailState
from petitions.domain.officers.audit import AuditEntry, audit_path
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.answering import UnitAnswers
from petitions.domain.petition.known_person import KnownPerson
from petitions.domain.privacy.personal_data import masked_words, without_filters
from petitions.domain.scoring.scoring import Scoring
from petitions.domain.shared.records import Root
from petitions.domain.zalo.zalo_webhook import user_of
from petitions.ports.store import Query, Store, Transaction
from petitions.usecases.privacy.restrict_petition import Masks, RestrictPetition
from petitions.usecases.shared.petition_changes import changed_fields
from petitions.usecases.shared.sweeping import every

OFFICES_WORDS: Mapping[str, type[Root]] = {
    "officers": Officer,
    "unit_answers": UnitAnswers,
    "difficulties": Difficulty,
    "scorings": Scoring,
    "mails": Mail,
}
"""Small collections whose words may name a citizen without a reference to a petition."""


@dataclass(frozen=True)
class MaskElsewhere:
    """A part of erase_citizen."""

    store: Store
    restrict: RestrictPetition

    def __call__(self, who: str, person: KnownPerson, asked_at: datetime) -> Iterator[bool]:
        """Mask piece by piece. Yield False for a mail that is still being taken in."""
        yield from self._mails(person, asked_at)
        for collection, kind in OFFICES_WORDS.items():
            for document in every(self.store, collection):
                record = kind.model_validate(document.data)
                if _without(record, person) != record:
                    path = f"{collection}/{document.id}"
                    yield self.store.transact(partial(_mask, path=path, kind=kind, person=person))
        for document in self.store.find(Query("audit", where=(("citizen", "==", who),))):
            yield self.restrict.rewrite(audit_path(document.id), AuditEntry, Masks(person.words, person.words))
        for document in every(self.store, "dead_letters"):
            if document.data["kept_at"] <= asked_at and _is_about(document.data, person):
                yield self.store.transact(partial(_delete, path=f"dead_letters/{document.id}"))

    def _mails(self, person: KnownPerson, asked_at: datetime) -> Iterator[bool]:
        """Erase the mails from an address of this person, their files first since only the document names them."""
        for document in every(self.store, "mails"):
            mail = Mail.model_validate(document.data)
            if mail.arrived_at > asked_at or not person.is_in(mail.sender):
                continue
            if mail.state is MailState.ARRIVING:
                yield False
                continue
            for file in mail.files:
                self.restrict.erase(file.object)
            yield self.store.transact(partial(_delete, path=f"mails/{document.id}"))


def _without(record: Root, person: KnownPerson) -> Root:
    """Return the record without the person. The numbers of offices in it stay. Work lists are removed as a whole."""
    left = without_filters(record, person) if isinstance(record, Officer) else record
    return masked_words(left, person.hide)


def _mask(tx: Transaction, *, path: str, kind: type[Root], person: KnownPerson) -> bool:
    found = tx.get(path)
    if found is not None:
        before = kind.model_validate(found)
        tx.update(path, changed_fields(before, _without(before, person)))
    return True


def _delete(tx: Transaction, *, path: str) -> bool:
    tx.delete(path)
    return True


def _is_about(letter: Mapping[str, Any], person: KnownPerson) -> bool:
    """Return whether a dead letter is deleted with this person.

    A letter assigned to another user is deleted only if that user's id is a number of this person: the receipt of a
    template sent by telephone number has the number as its user.
    """
    text = letter["payload"].decode("utf-8", "replace")
    try:
        event = json.loads(text)
        plain = json.dumps(event, ensure_ascii=False)
    except (ValueError, RecursionError):
        event, plain = None, ""
    if "citizen" in letter:
        return isinstance(event, dict) and person.has_number(user_of(event) or "")
    # The raw text and, for JSON, the text without its escapes.
    return person.is_in(" ".join([text, plain, *map(str, letter.get("attributes", {}).values())]))
