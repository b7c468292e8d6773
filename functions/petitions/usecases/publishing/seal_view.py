"""The encrypted ("sealed") copy of a petition for its filer, and the record that opens it with code and digits.

The digits are those of the filer's telephone number. The copies are encrypted again when the key changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from petitions import telemetry
from petitions.domain.pages.links import has_page, page_key
from petitions.domain.pages.page_copy import DRAFT, PageCopy
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.publishing.own_view import SealedDoor, digits_of, number_of, sealed_path
from petitions.domain.publishing.public import PublicStatus, status_path
from petitions.ports.store import Document, Query, Store, Transaction
from petitions.ports.world import Clock, Seals
from petitions.usecases.pages.keep_copy import PAGES, KeepCopy
from petitions.usecases.shared.petition_changes import changed_fields
from petitions.usecases.shared.sweeping import PAGE, in_turn, reason_of

SEALED = "sealed"


@dataclass(frozen=True)
class SealView:
    """Writes the encrypted copies of petitions, as a part of the public data."""

    petitions: Store
    public: Store
    seals: Seals
    copies: KeepCopy

    def __call__(self, code: str) -> None:
        """Write the encrypted copy of a petition and the record that opens it, or remove both if it may have none.

        Raise Retryable.
        """
        found = self.petitions.get(petition_path(code))
        if found is None:
            return
        petition = Petition.model_validate(found)
        self.copies.petition(petition)
        digits = digits_of(petition)
        link = petition.page if has_page(petition) else None
        wanted = self._door(petition, page_key(link), digits) if digits and link else None
        self.public.transact(lambda tx: _put(tx, petition, wanted))
        if not petition.restricted_at and self._is_restricted(code):
            self(code)  # a restriction came meanwhile, so the document just written is removed

    def _is_restricted(self, code: str) -> bool:
        found = self.petitions.get(petition_path(code))
        return found is not None and found.get("restricted_at") is not None

    def _door(self, petition: Petition, key: str, digits: str) -> SealedDoor:
        path, content, number = sealed_path(petition.code), key.encode(), number_of(petition)
        box = self.seals.seal(path, digits, content)
        has_chat = petition.source == "zalo"
        mark = self.seals.mark(path, f"{digits} {number} {has_chat}", content)
        whole = self.seals.seal(path, number, content) if number else None
        return SealedDoor(
            key=self.seals.key_of(box),
            box=box,
            whole=whole,
            has_chat=has_chat,
            mark=mark,
            version=petition.version,
        )


def _put(tx: Transaction, petition: Petition, wanted: SealedDoor | None) -> None:
    path = sealed_path(petition.code)
    status, found = tx.get(status_path(petition.code)), tx.get(path)
    newer = status is not None and PublicStatus.model_validate(status).version > petition.version
    # A restriction is never undone, even if a restored backup counts versions anew.
    if newer and not petition.restricted_at:
        return
    before = None if found is None else SealedDoor.model_validate(found)
    if wanted is None:
        if before:
            tx.delete(path)
    elif before is None:
        tx.create(path, wanted.stored())
    elif (before.key, before.mark) != (wanted.key, wanted.mark):
        tx.update(path, changed_fields(before, wanted))


@dataclass(frozen=True)
class RenewSeals:
    """Re-encrypts the copies that use another key than the present one. `relay` runs it after a change of the key."""

    seal: SealView
    clock: Clock

    def __call__(self) -> int:
        """Renew as many copies as time allows, and return their number. A failure does not stop the rest."""
        pages = in_turn(self._others(PAGES), self.clock, self._page)
        return pages + in_turn(self._others(SEALED), self.clock, self._petition)

    def _others(self, collection: str) -> Iterator[Document]:
        current = self.seal.seals.current()
        for operator in ("<", ">"):
            after: tuple[object, ...] = ()
            while True:
                where, order = (("key", operator, current),), ("key", "__name__")
                page = self.seal.public.find(Query(collection, where, order_by=order, limit=PAGE, start_after=after))
                yield from page
                if len(page) < PAGE:
                    break
                after = (page[-1].data["key"], page[-1].id)

    def _petition(self, document: Document) -> None:
        self._renew(lambda: self.seal(document.id))

    def _page(self, document: Document) -> None:
        copy = PageCopy.model_validate(document.data)
        if copy.stage == DRAFT:
            self._renew(lambda: self.seal.copies.draft(copy.about, document.id))
        else:
            self._renew(lambda: self.seal(copy.about))

    @staticmethod
    def _renew(renew: Callable[[], None]) -> None:
        try:
            renew()
        except Exception as error:  # noqa: BLE001 - whatever it is, the others must have their turn
            telemetry.log("ERROR", "a seal was not renewed", metric="seal_failed", reason=reason_of(error))
