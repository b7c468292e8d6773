"""A reader of everything that one officer can see: pages and lists of the desk, mails, published data.

It tries the code of every petition and searches for words that the officer should not know. It runs the desk's own use
cases on a store that discards writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from petitions.domain.figures.periods import Period
from petitions.domain.files.sheets import Sheet
from petitions.domain.jobs.job import AskedBy, asked
from petitions.domain.officers.officer import Officer, officer_path
from petitions.domain.papers.paper import PaperKind
from petitions.domain.petition.history_counts import TOTAL
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.instants import hanoi
from petitions.errors import PetitionError
from petitions.ports.world import Clock
from petitions.usecases.desk.work_list_query import WorkListFilters, views
from petitions.usecases.exports.list_request import LIST_FILES, ReadListRequest, list_params
from petitions.usecases.exports.make_list_files import MakeListFiles
from petitions.usecases.figures.list_figures import OPEN
from petitions.usecases.officers.staff import Staff
from tests.fakes import FakeIds, FakeStore

NO_FILTERS = WorkListFilters()
WHY = "Xem để giải quyết hồ sơ của đơn vị"
LOOKED_FOR = ("vòi tiền", "nhận hối lộ")
"""Words that an officer searches for in fear of an accusation."""
NOT_OF_A_PETITION = ("statuses/", "pages/", "sealed/", "tries/")
"""Public documents that are not read: statuses name no petition's content, the others are encrypted."""


@dataclass(frozen=True)
class AtTheDesk:
    world: Any
    officer: Officer
    parts: Any
    petitions: Sequence[Petition]
    marks: Sequence[str]
    """Words that the officer searches for."""

    def everything(self) -> Iterator[tuple[str, str]]:
        """Yield (source, content) for everything that the officer can read, skipping sources that are refused."""
        for way, read in WAYS.items():
            with suppress(PetitionError):
                yield from ((way, repr(found)) for found in read(self))

    @cached_property
    def opened(self) -> list[Any]:
        return [*self._each(lambda code: self.parts.petitions(self.officer, code))]

    @property
    def now(self) -> datetime:
        instant: datetime = self.world.scheduler.clock.now()
        return instant

    def _each(self, read: Callable[[str], object]) -> Iterator[object]:
        for petition in self.petitions:
            with suppress(PetitionError):
                yield read(petition.code)

    def pages(self) -> Iterator[object]:
        bare: dict[str, Any] = {"twins": [], "others": [], "units": [], "helpers": [], "fields": ()}
        yield from (replace(page, **bare) for page in self.opened)
        yield from self._each(lambda code: self.parts.reveal(self.officer, code, WHY))
        yield from self._each(lambda code: self.parts.receipts(self.officer, code))

    def offers(self) -> Iterator[object]:
        for page in self.opened:
            yield from (page.twins, page.others)
            yield self.parts.templates_for(page.petition)

    def lists(self) -> Iterator[object]:
        yield from (self.parts.lists(self.officer, view).lines for view in views(self.officer))

    def searches(self) -> Iterator[object]:
        for text in (*LOOKED_FOR, *self.marks):
            yield self.parts.search(self.officer, text).hits

    def exports(self) -> Iterator[object]:
        for view in views(self.officer):
            yield self.parts.export(self.officer, view, NO_FILTERS, "", "csv").lines

    def jobs(self) -> Iterator[object]:
        parts, who = self.parts, self.officer
        read = ReadListRequest(parts.directory, parts.staff, parts.reference.fields)
        make = MakeListFiles(parts.export, _staff_of(who, parts.clock), parts.reference.fields, _Plain(), read)
        for view in views(who):
            job = asked("job", LIST_FILES, list_params(view, NO_FILTERS), AskedBy(who.id, who.role, who.unit), self.now)
            yield [made.content.decode() for made in make(job, lambda *_: None)]

    def papers(self) -> Iterator[object]:
        for kind in (PaperKind.RECEIPT, PaperKind.REPLY, PaperKind.SUPPLEMENT):
            for number, petition in enumerate(self.petitions):
                with suppress(PetitionError):
                    paper = self.parts.papers.begin(self.officer, petition.code, kind, f"paper-{kind}-{number}")
                    yield paper
                    yield self.parts.papers.preview(petition, paper)

    def merges(self) -> Iterator[object]:
        for main in self.petitions:
            yield from self._each(lambda code, main=main: self.parts.merge_preview(self.officer, code, main.code))  # type: ignore[misc]

    def audits(self) -> Iterator[object]:
        yield from self._each(lambda code: self.parts.audit.of_petition(self.officer, code))

    def news(self) -> Iterator[object]:
        since = self.now - timedelta(days=2)
        for view in views(self.officer):
            news = self.parts.changes(self.officer, since, view, NO_FILTERS)
            yield (news.lines, news.gone, news.versions, news.concerns)
        yield self.parts.contacts.news(self.officer, since)
        yield self.parts.difficulties.news(self.officer, since)

    def contacts(self) -> Iterator[object]:
        contacts = self.parts.contacts
        yield from (contacts.open(self.officer), contacts.closed(self.officer), contacts.dissatisfied(self.officer))

    def figures(self) -> Iterator[object]:
        """Yield the petitions counted as open in the officer's unit.

        Also yield COUNTED if the number includes a petition that the list does not show.
        """
        today = hanoi(self.now).date()
        slot, period = (self.officer.unit, TOTAL, ""), Period(today, today + timedelta(days=1))
        listed = self.parts.figure_lists(self.officer, slot, OPEN, period)
        yield listed.lines
        if listed.number > len(listed.lines) and not listed.next:
            yield COUNTED

    def mails(self) -> Iterator[object]:
        for _, address, subject, text in self.world.mailer.sent:
            if address == self.officer.email:
                yield (subject, text)

    def public(self) -> Iterator[object]:
        for path, fields in self.world.public.documents.items():
            if not path.startswith(NOT_OF_A_PETITION):
                yield (path, dict(fields))


COUNTED = "counted: an open petition that may not be seen"
"""Yielded in place of a petition that is counted in a figure, but may not be seen."""

WAYS: Mapping[str, Callable[[AtTheDesk], Iterator[object]]] = {
    "page": AtTheDesk.pages,
    "offer": AtTheDesk.offers,
    "list": AtTheDesk.lists,
    "search": AtTheDesk.searches,
    "export": AtTheDesk.exports,
    "job": AtTheDesk.jobs,
    "paper": AtTheDesk.papers,
    "merge": AtTheDesk.merges,
    "audit": AtTheDesk.audits,
    "bell": AtTheDesk.news,
    "contacts": AtTheDesk.contacts,
    "figures": AtTheDesk.figures,
    "mail": AtTheDesk.mails,
    "public": AtTheDesk.public,
}
"""The ways to read, by the name used in the message of a broken promise."""


def at_the_desk(world: Any, officer: Officer, petitions: Sequence[Petition], marks: Sequence[str]) -> AtTheDesk:
    """Return the officer at the desk with the current data. Writes are discarded."""
    parts = replace(world.parts().rehearsed(), ids=FakeIds())
    return AtTheDesk(world, officer, parts, petitions, marks)


def _staff_of(officer: Officer, clock: Clock) -> Staff:
    store = FakeStore()
    store.create(officer_path(officer.id), officer.stored())
    return Staff(store, clock)


class _Plain:
    def workbook(self, sheet: Sheet, _: datetime) -> bytes:
        return repr(sheet).encode()

    def paper(self, sheet: Sheet, _: datetime) -> bytes:
        return repr(sheet).encode()
