"""The inbox of citizens' contact requests, and the petitions with a low rating."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from petitions.domain.contact.contact_request import (
    ABOUT_THE_ANSWER,
    ATTENTION,
    OPEN,
    ContactRequest,
    ContactState,
    may_know_of,
)
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import is_closed_to, may_see, sees_all
from petitions.domain.petition.petition import LOW_RATING, Petition, petition_path
from petitions.domain.privacy.original_words import without_filer
from petitions.domain.units.directory import INSPECTORATE, Directory
from petitions.ports.store import Document, Query, Store
from petitions.ports.world import Clock

MOST_LISTED = 150
MOST_NEWS = 30
MOST_TOLD, MOST_LOOKED_AT = 1000, 10
"""The largest numbers shown in the navigation of every page, as in "1000+" and "10+".

Coordinators' requests are counted with one read, up to `MOST_TOLD`. The requests of other officers must be read to
find out whether they may see them, so these are counted up to `MOST_LOOKED_AT`.
"""
OVERLAP = timedelta(seconds=15)
"""How long before `since` the search begins. A request gets its time before its transaction commits."""
LONGEST_AGO = timedelta(days=3)


@dataclass(frozen=True)
class ContactLine:
    """A contact request as a line of the inbox."""

    request: ContactRequest
    unit_name: str
    late: bool
    """Whether the officers failed to see the request, or to answer it, in time."""
    petition: Petition | None
    """The petition that the request belongs to, as the officer may read it."""

    @property
    def words(self) -> str:
        """Return the citizen's words, or "" if they are the same as the petition's title."""
        text = self.request.text
        title = self.petition.title if self.petition else ""
        return "" if text.strip(" .!") == title.strip(" .!") else text

    @property
    def complained_of(self) -> str:
        """Return the answer that the citizen objects to, or "" for other requests."""
        reply = self.petition and self.petition.reply
        return reply.text if reply and reply.approved_at and self.request.why in ABOUT_THE_ANSWER else ""


@dataclass(frozen=True)
class ReadContacts:
    """Reads contact requests, with one query per list and one read of the petitions in it."""

    store: Store
    clock: Clock
    directory: Directory

    def open(self, officer: Officer) -> list[ContactLine]:
        """Return the open requests that the officer may handle: possible dangers first, then oldest first."""
        found = self._lines(officer, self.store.find(self._query(officer, OPEN, "at")))
        return sorted(found, key=lambda contact_line: (not contact_line.request.is_urgent, contact_line.request.at))

    def closed(self, officer: Officer) -> list[ContactLine]:
        """Return the closed requests that the officer may handle, newest first, at most `MOST_LISTED`."""
        return self._lines(officer, self.store.find(self._query(officer, (ContactState.CLOSED,), "-at")))

    def news(self, officer: Officer, since: datetime) -> list[ContactRequest]:
        """Return the unseen requests since `since`, possibly with some that an earlier call returned."""
        floor = max(since - OVERLAP, self.clock.now() - LONGEST_AGO)
        query = self._query(officer, (ContactState.NEW,), "at")
        fresh = replace(query, where=(*query.where, ("at", ">", floor)), limit=MOST_NEWS)
        return [line.request for line in self._lines(officer, self.store.find(fresh))]

    def count(self, officer: Officer) -> str:
        """Return the number of requests that wait for an action, as text: "" for none, "10+" if there may be more."""
        most = MOST_TOLD if officer.role is Role.COORDINATOR else MOST_LOOKED_AT
        query = replace(self._query(officer, ATTENTION, None), limit=most)
        if officer.role is Role.COORDINATOR:  # only requests at one office may be hidden from them
            found = self.store.count(query)
            if found == most:
                return f"{most}+"
            superior = ("unit", "==", self.directory.heir(INSPECTORATE))
            there = self.store.find(replace(query, where=(*query.where, superior)))
            return str(found - len(there) + len(self._lines(officer, there)) or "")
        read = self.store.find(query)
        return f"{most}+" if len(read) == most else str(len(self._lines(officer, read)) or "")

    def dissatisfied(self, officer: Officer) -> list[Petition]:
        """Return the newest petitions with a low rating: those of the officer's unit, or all for coordinators."""
        scope = () if sees_all(officer) else (("unit", "==", officer.unit),)
        where = (*scope, ("rating.level", "==", LOW_RATING))
        query = Query("petitions", where, order_by=("-rating.at",), limit=MOST_LISTED)
        found = (Petition.model_validate(document.data) for document in self.store.find(query))
        return [without_filer(petition, officer) for petition in found if may_see(officer, petition)]

    def _query(self, officer: Officer, states: tuple[ContactState, ...], order: str | None) -> Query:
        scope = () if sees_all(officer) else (("unit", "==", officer.unit),)
        where = (*scope, ("state", "in", [state.value for state in states]))
        limit = MOST_LISTED if order else None
        return Query("contact_requests", where, order_by=(order,) if order else (), limit=limit)

    def _lines(self, officer: Officer, read: Sequence[Document]) -> list[ContactLine]:
        now = self.clock.now()
        found = [ContactRequest.model_validate(document.data) for document in read]
        codes = sorted({contact_request.code for contact_request in found if contact_request.code})
        known = self.store.get_all([petition_path(code) for code in codes]) if codes else []
        petitions = {item.code: item for item in map(Petition.model_validate, filter(None, known))}
        lines = []
        for request in found:
            petition = petitions.get(request.code or "")
            if may_know_of(officer, request) and (petition is None or not is_closed_to(officer, petition)):
                shown = petition and without_filer(petition, officer)
                lines.append(ContactLine(request, self.directory.name_of(request.unit), request.is_late(now), shown))
        return lines
