"""Removal of an erased citizen's data from documents outside their petitions.

These are:

- officers' saved filters that were made to find the citizen
- answer texts of units
- audit lines about the citizen's requests
- dead letters (messages that could not be handled) from the citizen, or naming them and nobody else
- e-mails to the office: those from an address of the citizen are deleted
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
from petitions.domain.shared.edges import UpTo
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
"""The collections with texts that may name a citizen without a reference to a petition. All are small."""


@dataclass(frozen=True)
class MaskElsewhere:
    """Masks the citizen's data outside their petitions, as a part of `EraseCitizen`."""

    store: Store
    restrict: RestrictPetition

    def __call__(self, who: str, person: KnownPerson, asked_at: datetime) -> Iterator[bool]:
        """Mask the data document by document. Yield False for an e-mail that is just being stored and has to wait."""
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
            if document.data["kept_at"] in UpTo(asked_at) and _is_about(document.data, person):
                yield self.store.transact(partial(_delete, path=f"dead_letters/{document.id}"))

    def _mails(self, person: KnownPerson, asked_at: datetime) -> Iterator[bool]:
        for document in every(self.store, "mails"):
            mail = Mail.model_validate(document.data)
            if UpTo(asked_at).is_over(mail.arrived_at) or not person.is_in(mail.sender):
                continue
            if mail.state is MailState.ARRIVING:
                yield False
                continue
            for file in mail.files:
                self.restrict.erase(file.object)
            yield self.store.transact(partial(_delete, path=f"mails/{document.id}"))


def _without(record: Root, person: KnownPerson) -> Root:
    """Return the record without the citizen's data. Saved filters about the citizen are removed as a whole.

    Telephone numbers of offices stay.
    """
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
    """Return whether the dead letter must be deleted with the citizen's data.

    A letter with the pseudonym of another user is deleted only if that user's id is a number of the citizen: the
    receipt of a template that was sent by telephone number has the number in place of the user id.
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
