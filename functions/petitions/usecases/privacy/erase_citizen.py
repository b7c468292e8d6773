"""Erasing a citizen's data, as recorded by `begin_erasure`: one transaction per document, safe to interrupt.

An erased document is not found again, and writing a kept document again changes nothing, so a later run continues.
Documents that a worker has claimed are left to the next run.

If a coordinator requested the erasure, an open petition that accuses the coordinators is not touched: they may not
know of the petition, and its handler needs the filer. The petition is restricted once it is over.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from petitions import telemetry
from petitions.domain.citizen.citizen import Citizen, StoredInput, citizen_path
from petitions.domain.files import attachment
from petitions.domain.files.attachment import Attachment, AttachmentState
from petitions.domain.lifecycle.transitions import OPEN_STATES
from petitions.domain.notices.notice import Notice, NoticeState, notice_path
from petitions.domain.notices.sending import is_given_up
from petitions.domain.petition.known_person import KnownPerson
from petitions.domain.petition.petition import Contact, Petition, petition_path
from petitions.domain.privacy.erasure import (
    TELL_FOR,
    Erasure,
    contacts_of,
    erased,
    erasure_path,
    has_returned,
    joined,
)
from petitions.domain.privacy.personal_data import must_keep, no_words, without_who
from petitions.domain.shared.edges import Until, UpTo
from petitions.domain.shared.records import replace
from petitions.errors import PetitionError, Retryable
from petitions.ports.files import Files
from petitions.ports.store import DELETE, Document, Fields, Query, Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.privacy.mask_elsewhere import MaskElsewhere
from petitions.usecases.privacy.restrict_petition import RestrictPetition
from petitions.usecases.shared.petition_changes import changed_fields
from petitions.usecases.shared.sweeping import due, in_turn, safely

PAGE = 100
FIELD = "next_attempt_at"
BUDGET = timedelta(seconds=15)
TRY_AGAIN_AFTER = timedelta(minutes=1)
LOOK_AGAIN_AFTER = timedelta(days=1)
"""The time after which an open petition that delays an erasure is checked again."""
_TOLD = frozenset({NoticeState.SENT, NoticeState.UNDELIVERABLE, NoticeState.CANCELLED})


@dataclass(frozen=True)
class EraseCitizen:
    """Continues the erasures of citizens' data, for the function `attachments`."""

    store: Store
    clock: Clock
    files: Files
    restrict: RestrictPetition
    elsewhere: MaskElsewhere
    years: int
    """The number of years after filing for which petitions are kept."""

    def __call__(self) -> int:
        """Continue the due erasures, and return their number. A failure does not stop the rest."""
        for document in due(self.store, "erasures", FIELD, self.clock.now()):
            # An erasure that fails here fails again below, where it is counted and logged.
            with suppress(PetitionError, ValueError):
                self._write_known(document.id, Erasure.model_validate(document.data))
        return in_turn(due(self.store, "erasures", FIELD, self.clock.now()), self.clock, self._attempt)

    def _attempt(self, document: Document) -> None:
        safely(
            self.store,
            self.clock,
            "erasures",
            FIELD,
            document,
            lambda: self._one(document.id, Erasure.model_validate(document.data)),
            event="an erasure failed",
            metric="erasure_failed",
            label="erasure",
        )

    def _one(self, who: str, deed: Erasure) -> None:
        budget = UpTo(self.clock.now() + BUDGET)
        if deed.stage != "telling":
            left = 0
            for settled in self._documents(who, deed):
                left += not settled
                if budget.is_over(self.clock.now()):
                    self._write(who, deed, next_attempt_at=self.clock.now())
                    return
            if left:
                self._write(who, deed, next_attempt_at=self.clock.now() + TRY_AGAIN_AFTER)
                return
            if any(_is_held(petition, deed) for petition in self._petitions(who, deed)):
                self._write(who, deed, next_attempt_at=self.clock.now() + LOOK_AGAIN_AFTER)
                return
        self._finish(who, deed)

    def _documents(self, who: str, deed: Erasure) -> Iterator[bool]:
        if self._known(who, deed) != deed.known:
            raise Retryable("what is known of a citizen is not written down yet", reason="not_known")
        citizen = self._citizen(who, deed)
        person = KnownPerson(deed.known, citizen.zalo_id if citizen else "")
        yield self.store.transact(lambda tx: empty_again(tx, who, deed))
        yield from self.elsewhere(who, person, deed.asked_at)
        for petition in self._petitions(who, deed):
            if _is_held(petition, deed):
                continue
            yield from self.restrict(petition, person, deed.asked_at, self.years)
        if deed.petition:
            yield from self._requests(Query("contact_requests", where=(("code", "==", deed.petition),)), deed)
            return
        inputs = f"{citizen_path(who)}/inputs"
        for document in self._pages(Query(inputs, where=(("at", "<=", deed.until),), order_by=("at", "__name__"))):
            yield self._input(f"{inputs}/{document.id}")
        for document in self._of(who, "notices"):
            yield self.store.transact(partial(self._notice, path=notice_path(document.id), deed=deed))
        yield from self._requests(Query("contact_requests", where=(("citizen", "==", who),)), deed)
        for document in self._of(who, "guidance"):
            yield deed.past.is_over(document.data["at"]) or self._delete(f"guidance/{document.id}")
        for document in self._of(who, "dead_letters"):
            yield deed.past.is_over(document.data["kept_at"]) or self._delete(f"dead_letters/{document.id}")

    def _requests(self, query: Query, deed: Erasure) -> Iterator[bool]:
        for document in self._pages(replace(query, order_by=("__name__",))):
            held = deed.by == "officer" and document.data.get("of_coordinators")  # it expires by itself
            yield held or deed.past.is_over(document.data["at"]) or self._delete(f"contact_requests/{document.id}")

    def _write_known(self, who: str, deed: Erasure) -> None:
        """Store the citizen's known names and numbers before their sources are erased, since later searches need these.

        This write precedes the work: failed work is put off only if the record is unchanged.
        """
        known = self._known(who, deed)
        if known != deed.known:
            self._write(who, deed, known=known)

    def _known(self, who: str, deed: Erasure) -> list[Contact]:
        if deed.stage != "erasing":
            return deed.known
        citizen = self._citizen(who, deed)
        own = contacts_of(citizen) if citizen and not has_returned(citizen) else []
        filed = [petition.contact for petition in self._petitions(who, deed) if petition.restricted_at is None]
        return joined(deed.known, [*own, *filed])

    def _citizen(self, who: str, deed: Erasure) -> Citizen | None:
        found = None if deed.petition else self.store.get(citizen_path(who))
        return Citizen.model_validate(found) if found else None

    def _petitions(self, who: str, deed: Erasure) -> Iterator[Petition]:
        for stored_petition in self._stored_petitions(who, deed):
            petition = Petition.model_validate(stored_petition)
            if petition.filed_at in deed.past:
                yield petition

    def _stored_petitions(self, who: str, deed: Erasure) -> Iterator[Fields]:
        if deed.petition is None:
            yield from (document.data for document in self._of(who, "petitions"))
        elif found := self.store.get(petition_path(deed.petition)):  # a restored backup may be older than the petition
            yield found

    def _of(self, who: str, collection: str) -> Iterator[Document]:
        return self._pages(Query(collection, where=(("citizen", "==", who),), order_by=("__name__",)))

    def _pages(self, query: Query) -> Iterator[Document]:
        after: tuple[object, ...] = ()
        while True:
            page = self.store.find(Query(query.collection, query.where, query.order_by, limit=PAGE, start_after=after))
            yield from page
            if len(page) < PAGE:
                return
            last = page[-1]
            after = tuple(last.id if name == "__name__" else last.data[name] for name in query.order_by)

    def _input(self, path: str) -> bool:
        found = self.store.get(path)
        entry = StoredInput.model_validate(found) if found else None
        if entry is None:
            return True
        if any(_in_hand(file, self.clock.now()) for file in entry.files):
            return False
        for file in entry.files:
            self._objects(file.object)
        return self._delete(path)

    def _objects(self, name: str | None) -> None:
        for folder in attachment.folders(name) if name else ():
            self.files.erase(folder)

    def _notice(self, tx: Transaction, *, path: str, deed: Erasure) -> bool:
        found = tx.get(path)
        notice = Notice.model_validate(found) if found else None
        if notice is None or deed.past.is_over(notice.created_at) or notice.id in {deed.notice, deed.profile}:
            return True
        if (
            notice.state is NoticeState.SENDING
            and notice.attempt
            and self.clock.now() in Until(notice.attempt.lease_until)
        ):
            return False
        tx.delete(path)
        return True

    def _delete(self, path: str) -> bool:
        self.store.transact(lambda tx: tx.delete(path))
        return True

    def _finish(self, who: str, deed: Erasure) -> None:
        now = self.clock.now()
        if not self.store.transact(lambda tx: _forget(tx, who, deed, now)):
            self._write(who, deed, stage="telling", known=[], next_attempt_at=now + TRY_AGAIN_AFTER)
            return
        kept = [petition for petition in self._petitions(who, deed) if must_keep(petition, self.years, now)]
        ends = [self.restrict.ends(petition, self.years, now) for petition in kept]
        codes = [petition.code for petition in kept]
        ended = {"stage": "done", "known": [], "done_at": now, "kept": codes}
        self._write(who, deed, **ended, next_attempt_at=min(ends, default=None))
        telemetry.log("INFO", "a citizen is erased", metric="erasure_done", erasure=who, by=deed.by, kept=len(kept))

    def _write(self, who: str, deed: Erasure, **changes: Any) -> None:
        path = erasure_path(who)

        def update(tx: Transaction) -> None:
            found = tx.get(path)
            if found is None or Erasure.model_validate(found).asked_at != deed.asked_at:
                return
            before = Erasure.model_validate(found)
            tx.update(path, changed_fields(before, replace(before, tries=None, **changes)))

        self.store.transact(update)


def _is_held(petition: Petition, deed: Erasure) -> bool:
    return deed.by == "officer" and petition.accuses_coordinators and petition.state in OPEN_STATES


def _in_hand(file: Attachment, now: datetime) -> bool:
    return file.state is AttachmentState.FETCHING and file.next_at is not None and now in Until(file.next_at)


def empty_again(tx: Transaction, who: str, deed: Erasure) -> bool:
    """Empty the citizen's document, as `begin_erasure` did, and return True.

    This matters only if a restored backup brought the data back.
    """
    if deed.petition:
        return True
    path, until = citizen_path(who), deed.until
    found = tx.get(path)
    if found is None:
        gone = Citizen(zalo_id="", last_interaction_at=until, erased_at=until)
        tx.create(path, gone.stored())
        return True
    before = Citizen.model_validate(found)
    if before.erased_at is None or before.erased_at in Until(until):
        tx.update(path, _rewritten(found, erased(before, until)))
    return True


def _forget(tx: Transaction, who: str, deed: Erasure, now: datetime) -> bool:
    citizen_at = citizen_path(who)
    paths = [notice_path(item) for item in (deed.notice, deed.profile) if item]
    found, *notices = tx.get_all([citizen_at, *paths])
    waiting = any(item is not None and _may_still_come(Notice.model_validate(item)) for item in notices)
    if waiting and now in Until(deed.asked_at + TELL_FOR):
        return False
    for path, item in zip(paths, notices, strict=True):
        if item is not None:
            tx.delete(path)
    citizen = Citizen.model_validate(found) if found else None
    if found is not None and citizen is not None and not has_returned(citizen):
        bare = replace(without_who(citizen, no_words, no_words), last_interaction_at=citizen.erased_at or deed.until)
        tx.update(citizen_at, _rewritten(found, bare))
    return True


def _may_still_come(notice: Notice) -> bool:
    return notice.state not in _TOLD and not is_given_up(notice)


def _rewritten(found: Fields, after: Citizen) -> dict[str, Any]:
    return {**dict.fromkeys(found, DELETE), **after.stored()}
