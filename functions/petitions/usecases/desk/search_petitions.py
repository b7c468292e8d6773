"""Search for petitions in any state that an officer may see, newest codes first, in pages.

A page is one query for petitions that have all of some keys (`domain/language/searching.py`). One key is the unit or
role that may read the petition, so a confidential petition is never read for an officer who may not see it. Within a
page, matches of a filer's name come first, then the best matches.

Text that is hidden from the officer is not searched, as a match would confirm a filer. A search by name or telephone
finds only petitions whose filer the officer may know. A search by name needs a reason. Both are recorded in the audit
log.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from petitions.domain.language.redaction import masked
from petitions.domain.language.searching import (
    PHONE_END,
    KeyKind,
    excerpt,
    marked_parts,
    name_words,
    search_key,
    search_words,
    slip_keys,
)
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
from petitions.ports.store import Condition, Query, Store
from petitions.ports.world import Clock, Ids
from petitions.usecases.officers.staff import Staff
from petitions.usecases.privacy.reveal_contact import checked_reason

PAGE = 50
LONGEST_SEARCH = 200
_EXCERPT = 160
_NEWEST_FIRST = ("-__name__",)
_MOST_KEYS = 20
"""The most words of the search text in a query. Further words are checked in the results."""
_MOST_SETS = 30
_MOST_CONDITIONS = 90
"""The most conditions of a query: Firestore takes 100, in at most 30 sets (PLATFORM 7.3)."""

Parts = list[tuple[str, bool]]
"""Pieces of a text, with True for highlighted ones."""
ByName = Literal["", "same", "near"]
"""Whether the petition was found by its filer's name: not at all, exactly, or with a slip in one word."""


@dataclass(frozen=True)
class SearchHit:
    """A matching petition, without anything that identifies its citizen."""

    code: str
    title: Parts
    text: Parts
    """An excerpt of the text around the searched words. Telephone numbers are masked."""
    state: State
    unit: str
    handler: str | None
    filed_at: datetime
    due_at: datetime | None
    """The office's deadline. None if no clock runs or the office waits for the filer."""
    by_name: ByName
    """Whether and how the filer's name matches."""


@dataclass(frozen=True)
class SearchPage:
    """One page of the petitions that match a search."""

    terms: SearchTerms
    hits: list[SearchHit]
    next: str | None
    """The cursor of the following page, or None at the end."""
    phone_refused: bool
    """Whether the search text is a telephone number and the officer's role may not search for those."""


@dataclass(frozen=True)
class SearchPetitions:
    """Searches petitions for an officer."""

    store: Store
    clock: Clock
    ids: Ids
    directory: Directory
    staff: Staff

    def __call__(self, officer: Officer, text: str, after: str = "", reason: str = "") -> SearchPage:
        """Return a page of matches that the officer may see. With a reason, filers' names are searched too.

        Raise Rejected for a malformed cursor, and for a reason that is too short or repeats the name. A search by
        name or by telephone is recorded in the audit log, without the name or number.
        """
        if after and find_code(after) != after:
            raise Rejected("Không có trang này. Xin tìm lại từ đầu.", reason="cursor_malformed")
        officers = {item.id: item.name for item in self.staff.known()}
        terms = read_terms(text[:LONGEST_SEARCH], self.directory, officers)
        if terms.code:
            return SearchPage(terms, _hits(officer, terms, self._of_code(officer, terms.code)), None, False)
        knows = may(officer, Permission.REVEAL)
        named = bool(reason and terms.name and knows)
        if named:
            self._note(officer, "searched_name", audited_reason(reason, text))
        if (terms.phone or terms.phone_end) and knows:
            self._note(officer, "searched_phone", masked(reason.strip()) or None)
        read = self._read(_query(officer, terms, after, named=named))
        hits = _hits(officer, terms, read, named=named)
        if named and not after and not any(hit.by_name for hit in hits):
            hits += _near_hits(officer, terms, self._read(_near_query(officer, terms)))
        end = read[-1].code if len(read) == PAGE else None
        return SearchPage(terms, hits, end, bool(terms.phone) and not knows)

    def _of_code(self, officer: Officer, code: str) -> list[Petition]:
        fields = self.store.get(petition_path(code))
        found = [Petition.model_validate(fields)] if fields else []
        return [petition for petition in found if may_see(officer, petition)]

    def _read(self, query: Query) -> list[Petition]:
        if not query.any_of:
            return []
        return [Petition.model_validate(document.data) for document in self.store.find(query)]

    def _note(self, officer: Officer, action: str, reason: str | None) -> None:
        entry = AuditEntry.by(
            officer, what="contact", action=action, reason=reason, at=self.clock.now()
        )  # fmt: skip
        self.store.create(audit_path(self.ids.token()), entry.stored())


def audited_reason(reason: str, text: str) -> str:
    """Return the reason for a search by name as the audit log stores it, with personal data masked.

    Raise Rejected if the reason is too short or repeats the searched name.
    """
    why, name = checked_reason(reason), set(name_words(text))
    if name and name <= set(name_words(why)):
        raise Rejected("Xin ghi lý do mà không nhắc lại tên đang tìm: nhật ký không giữ tên.", reason="name_in_reason")
    return masked(why)


def _query(officer: Officer, terms: SearchTerms, after: str, *, named: bool) -> Query:
    is_open, knows = _open_to(officer, KeyKind.OPEN_TO), _open_to(officer, KeyKind.FILER_OPEN_TO)
    ways: list[tuple[Condition, ...]] = []
    if terms.beginning:
        ways.append((is_open, ("__name__", ">=", terms.beginning), ("__name__", "<", f"{terms.beginning}~")))
    if terms.national:
        ways.append((is_open, ("sync.national_code", "==", terms.national)))
    if terms.words:
        ways.append((is_open, *_keys(KeyKind.WORD, terms.words)))
    if terms.ward:
        ways.append((is_open, ("ward", "==", terms.ward), *_keys(KeyKind.WORD, terms.rest)))
    ways += [(is_open, ("handler", "==", handler)) for handler in terms.handlers]
    if terms.phone and may(officer, Permission.REVEAL):
        ways += [(knows, (f"contact.{name}", "==", terms.phone)) for name in fields_of(Contact, Personal.PHONE)]
    if terms.phone_end and may(officer, Permission.REVEAL):
        ways.append((knows, _has(search_key(KeyKind.PHONE_END, terms.phone_end[-PHONE_END:]))))
    if named:
        ways.append((knows, *_keys(KeyKind.NAME, terms.name)))
    return _newest(tuple(ways), after)


def _near_query(officer: Officer, terms: SearchTerms) -> Query:
    """Return the query for names with one misspelt word. Slips in the last word (the given name) are tried first."""
    knows = _open_to(officer, KeyKind.FILER_OPEN_TO)
    ways = [
        (knows, *_keys(KeyKind.NAME, [other for other in terms.name if other != word]), _has(key))
        for word in reversed(terms.name)
        for key in slip_keys(word)
    ]
    most = min(_MOST_SETS, _MOST_CONDITIONS // (len(terms.name) + 1))
    return _newest(tuple(ways[:most]), "")


def _newest(ways: tuple[tuple[Condition, ...], ...], after: str) -> Query:
    return Query(
        "petitions", order_by=_NEWEST_FIRST, limit=PAGE, start_after=(after,) if after else (), any_of=ways
    )  # fmt: skip


def _open_to(officer: Officer, kind: KeyKind) -> Condition:
    return _has(search_key(kind, officer.role if sees_all(officer) else officer.unit))


def _keys(kind: KeyKind, words: Iterable[str]) -> tuple[Condition, ...]:
    longest = sorted(words, key=len, reverse=True)[:_MOST_KEYS]
    return tuple(_has(search_key(kind, item)) for item in longest)


def _has(key: str) -> Condition:
    return (f"found_by.{key}", "==", True)


def _hits(officer: Officer, terms: SearchTerms, read: Iterable[Petition], *, named: bool = False) -> list[SearchHit]:
    hits = [
        (by_name, terms.rank(petition), petition.code, _hit(terms, shown, "same" if by_name else ""))
        for petition in read
        for shown in [without_filer(petition, officer)]
        for by_name in [named and _knows_filer(officer, petition) and terms.fits_name(petition)]
        if by_name or _fits(officer, terms, petition, shown)
    ]
    return [hit for *_, hit in sorted(hits, key=lambda item: item[:3], reverse=True)]


def _near_hits(officer: Officer, terms: SearchTerms, read: Iterable[Petition]) -> list[SearchHit]:
    near = [petition for petition in read if _knows_filer(officer, petition) and terms.is_near_name(petition)]
    return [_hit(terms, without_filer(petition, officer), "near") for petition in near]


def _fits(officer: Officer, terms: SearchTerms, petition: Petition, shown: Petition) -> bool:
    numbers = petition.contact.phones
    by_end = terms.phone_end and any(number.endswith(terms.phone_end) for number in numbers)
    if (terms.phone in numbers or by_end) and _knows_filer(officer, petition):
        return True
    exactly = terms.code or terms.beginning or terms.national or petition.handler in terms.handlers
    return may_see(officer, petition) and bool(exactly or (terms.fits(petition) and terms.fits(shown)))


def _knows_filer(officer: Officer, petition: Petition) -> bool:
    return may(officer, Permission.REVEAL, petition)


def _hit(terms: SearchTerms, shown: Petition, by_name: ByName) -> SearchHit:
    wanted = set(terms.words)
    text = masked(excerpt(_telling(shown, wanted), wanted, _EXCERPT))
    return SearchHit(
        shown.code, marked_parts(shown.title, wanted), marked_parts(text, wanted), shown.state, shown.unit,
        shown.handler, shown.filed_at, None if shown.waits_for_filer else shown.late_from, by_name,
    )  # fmt: skip


def _telling(shown: Petition, wanted: set[str]) -> str:
    reply, added = shown.reply.with_basis if shown.reply else "", [addition.text or "" for addition in shown.additions]
    texts = [_beyond(shown.title, shown.content), *added, reply, shown.decision or ""]
    return max(texts, key=lambda text: len(wanted.intersection(search_words(text))))


def _beyond(title: str, content: str) -> str:
    beginning = title.rstrip(" …")
    return content[len(beginning) :].lstrip(" …,.;:") if content.startswith(beginning) else content
