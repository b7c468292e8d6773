"""Search across all states that an officer may see, newest first, in pages that together miss nothing.

Up to three streams (by the rarest word, by the ward named, by the units that help) are read in one order, each for at
most SCAN documents. A page ends where the first stream that has more ends, or after PAGE petitions; the next one goes
on there. Within a page the best fitting come first. A page takes at most five queries, two of them counts.

Words that are hidden from the officer are not found, so that a search does not confirm who filed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from petitions.domain.language.redaction import masked
from petitions.domain.language.searching import excerpt, marked_parts
from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.officers.audit import AuditEntry, audit_path
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission, may, may_see, sees_all
from petitions.domain.petition.codes import find_code
from petitions.domain.petition.petition import Contact, Petition, petition_path
from petitions.domain.petition.search_terms import SearchTerms, read_terms
from petitions.domain.privacy.original_words import without_filer
from petitions.domain.shared.personal import Personal, fields_of
from petitions.domain.units.directory import Directory
from petitions.errors import Rejected
from petitions.ports.store import Query, Store
from petitions.ports.world import Clock, Ids

PAGE = 50
SCAN = 150
"""The most documents of a stream that a page reads."""
MOST_BY_PHONE = 100
LONGEST_SEARCH = 200
_EXCERPT = 160
_NEWEST_FIRST = ("-filed_at", "-code")
_COUNTED = 2
"""The longest words, of which the rarest is looked up."""
_COUNTED_TO = 1000
"""As far as one read pays for."""

Place = tuple[datetime, str]
Parts = list[tuple[str, bool]]
"""Pieces of a text, each with whether it is highlighted."""


@dataclass(frozen=True)
class SearchHit:
    """A petition that was found, without anything that identifies its citizen."""

    code: str
    title: Parts
    text: Parts
    """An excerpt of what was told; numbers of people are masked in it."""
    state: State
    unit: str
    filed_at: datetime


@dataclass(frozen=True)
class SearchPage:
    """One page."""

    terms: SearchTerms
    hits: list[SearchHit]
    scanned: int
    """How many petitions were looked at for this page."""
    next: str | None
    """The cursor of the following page; None where nothing is left."""
    phone_refused: bool
    """Whether the text is a telephone number that this role must not search by."""


@dataclass(frozen=True)
class SearchPetitions:
    """The use case."""

    store: Store
    clock: Clock
    ids: Ids
    directory: Directory

    def __call__(self, officer: Officer, text: str, after: str = "") -> SearchPage:
        """Return a page of what the officer may see. Raise Rejected for a malformed cursor.

        A search by telephone leaves a line in the audit, which does not have the number.
        """
        terms = read_terms(text[:LONGEST_SEARCH], self.directory)
        if terms.code or terms.national:
            found = [each for each in self._by_code(terms) if may_see(officer, each)]
            return self._page(officer, terms, found, len(found), None)
        if not terms.asks:
            return self._page(officer, terms, [], 0, None)
        by_phone = self._by_phone(officer, terms) if terms.phone and not after else []
        known = {each.code for each in by_phone}
        streams = [self._read(query, after) for query in self._streams(officer, terms)]
        ends = [_place(read[-1]) for read in streams if len(read) == SCAN]
        fitting = {
            each.code: each
            for read in streams
            for each in read
            if each.code not in known and (not ends or _place(each) >= max(ends))
            if terms.fits(each) and may_see(officer, each) and terms.fits(without_filer(each, officer))
        }
        shown = sorted(fitting.values(), key=_place, reverse=True)
        end = _place(shown[PAGE - 1]) if len(shown) > PAGE else max(ends) if ends else None
        return self._page(
            officer, terms, [*by_phone, *_ranked(terms, shown[:PAGE])], sum(map(len, streams)), end,
            refused=bool(terms.phone) and not may(officer, Permission.REVEAL),
        )  # fmt: skip

    def _by_code(self, terms: SearchTerms) -> list[Petition]:
        if terms.code:
            fields = self.store.get(petition_path(terms.code))
            return [Petition.model_validate(fields)] if fields else []
        query = Query("petitions", (("sync.national_code", "==", terms.national),), limit=PAGE)
        return [Petition.model_validate(each.data) for each in self.store.find(query)]

    def _by_phone(self, officer: Officer, terms: SearchTerms) -> list[Petition]:
        """Return the petitions of this number whose filer the officer may know, the newest first."""
        if not may(officer, Permission.REVEAL):
            return []
        now = self.clock.now()
        entry = AuditEntry.by(
            officer, what="contact", action="searched_phone", at=now
        )  # fmt: skip
        self.store.create(audit_path(self.ids.token()), entry.stored())
        queries = [
            Query("petitions", ((f"contact.{name}", "==", terms.phone),), limit=MOST_BY_PHONE)
            for name in fields_of(Contact, Personal.PHONE)
        ]
        read = (Petition.model_validate(each.data) for query in queries for each in self.store.find(query))
        found = {each.code: each for each in read if may(officer, Permission.REVEAL, each)}
        return sorted(found.values(), key=_place, reverse=True)

    def _streams(self, officer: Officer, terms: SearchTerms) -> list[Query]:
        unit = () if sees_all(officer) else (("unit", "==", officer.unit),)
        where: list[tuple[tuple[str, str, object], ...]] = []
        if terms.words:
            where.append((*unit, ("words", "array_contains", self._rarest(terms.words))))
        if terms.ward:
            rest = (("words", "array_contains", max(terms.rest, key=len)),) if terms.rest else ()
            where.append((*unit, ("ward", "==", terms.ward), *rest))
        if unit:
            where.append((("coordinating", "array_contains", officer.unit),))
        return [Query("petitions", each, order_by=_NEWEST_FIRST, limit=SCAN) for each in where]

    def _rarest(self, words: Sequence[str]) -> str:
        longest = sorted(words, key=len, reverse=True)[:_COUNTED]
        if len(longest) == 1:
            return longest[0]
        counted = {
            word: self.store.count(Query("petitions", (("words", "array_contains", word),), limit=_COUNTED_TO))
            for word in longest
        }
        return min(longest, key=counted.__getitem__)

    def _read(self, query: Query, after: str) -> list[Petition]:
        begun = replace(query, start_after=_position(after)) if after else query
        return [Petition.model_validate(each.data) for each in self.store.find(begun)]

    def _page(
        self,
        officer: Officer,
        terms: SearchTerms,
        found: Iterable[Petition],
        scanned: int,
        end: Place | None,
        *,
        refused: bool = False,
    ) -> SearchPage:
        hits = [self._hit(terms, without_filer(each, officer)) for each in found]
        return SearchPage(terms, hits, scanned, _cursor(end) if end else None, refused)

    def _hit(self, terms: SearchTerms, shown: Petition) -> SearchHit:
        wanted = set(terms.words)
        text = masked(excerpt(shown.content, wanted, _EXCERPT))
        return SearchHit(
            shown.code, marked_parts(shown.title, wanted), marked_parts(text, wanted), shown.state,
            shown.unit, shown.filed_at,
        )  # fmt: skip


def _ranked(terms: SearchTerms, found: Iterable[Petition]) -> list[Petition]:
    return sorted(found, key=lambda each: (terms.rank(each), _place(each)), reverse=True)


def _place(petition: Petition) -> Place:
    return petition.filed_at, petition.code


def _cursor(place: Place) -> str:
    return f"{place[0].astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}~{place[1]}"


def _position(cursor: str) -> Place:
    instant, _, code = cursor.partition("~")
    try:
        at = datetime.strptime(instant, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise Rejected("Không có trang này. Xin tìm lại từ đầu.", reason="cursor_malformed") from error
    if find_code(code) != code:
        raise Rejected("Không có trang này. Xin tìm lại từ đầu.", reason="cursor_malformed")
    return at, code
