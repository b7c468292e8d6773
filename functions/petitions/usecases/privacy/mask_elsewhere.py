"""What others wrote or kept of an erased citizen outside their petitions.

Officers' saved work lists that were made to find them, the audit of requests about them, and dead letters that nobody
could assign to a citizen but that name this one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from petitions.domain.officers.audit import AuditEntry, audit_path
from petitions.domain.officers.officer import Officer, officer_path
from petitions.domain.petition.known_person import KnownPerson
from petitions.domain.privacy.personal_data import without_filters
from petitions.ports.store import Query, Store, Transaction
from petitions.usecases.privacy.restrict_petition import Masks, RestrictPetition
from petitions.usecases.shared.petition_changes import changed_fields
from petitions.usecases.shared.sweeping import every


@dataclass(frozen=True)
class MaskElsewhere:
    """A part of erase_citizen."""

    store: Store
    restrict: RestrictPetition

    def __call__(self, who: str, person: KnownPerson, asked_at: datetime) -> Iterator[bool]:
        """Mask piece by piece; always yield True."""
        for document in every(self.store, "officers"):
            officer = Officer.model_validate(document.data)
            if without_filters(officer, person) != officer:
                yield self.store.transact(partial(_without_filters, path=officer_path(document.id), person=person))
        for document in self.store.find(Query("audit", where=(("citizen", "==", who),))):
            yield self.restrict.rewrite(audit_path(document.id), AuditEntry, Masks(person.words, person.words))
        for document in every(self.store, "dead_letters"):
            fields = document.data
            if "citizen" not in fields and fields["kept_at"] <= asked_at and person.is_in(_said(fields)):
                yield self.store.transact(partial(_delete, path=f"dead_letters/{document.id}"))


def _without_filters(tx: Transaction, *, path: str, person: KnownPerson) -> bool:
    found = tx.get(path)
    if found is not None:
        before = Officer.model_validate(found)
        tx.update(path, changed_fields(before, without_filters(before, person)))
    return True


def _delete(tx: Transaction, *, path: str) -> bool:
    tx.delete(path)
    return True


def _said(letter: Mapping[str, Any]) -> str:
    """Return all words of a letter, as they came and, of JSON, without its escapes."""
    text = letter["payload"].decode("utf-8", "replace")
    try:
        plain = json.dumps(json.loads(text), ensure_ascii=False)
    except (ValueError, RecursionError):
        plain = ""
    return " ".join([text, plain, *map(str, letter.get("attributes", {}).values())])
