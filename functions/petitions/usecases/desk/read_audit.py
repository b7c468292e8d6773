"""The audit log as officers read it. Every reading is recorded in the audit log before the lines are shown.

A line never names the filer of a petition. It has ids and the text of officers, in which the filer's data and all
numbers that may be personal are masked. Text about a petition requires the right to read the petition. Lines about a
confidential petition that the reader may not see, or that may be about their unit, are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import get_args

from petitions.domain.language.redaction import masked
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers.audit import AuditedKind, AuditEntry, audit_path
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission, is_closed_to, may
from petitions.domain.petition.confidentiality import is_accused
from petitions.domain.petition.known_person import KnownPerson
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.petition.search_terms import read_terms
from petitions.domain.shared.local_day import midnight, next_day
from petitions.domain.units.directory import INSPECTORATE, INSPECTORS
from petitions.errors import Forbidden, Rejected
from petitions.ports.store import Document, Query, Store
from petitions.ports.world import Clock, Ids
from petitions.usecases.desk.cursors import cursor_after, position
from petitions.usecases.desk.read_petition import ReadPetition

PAGE = 50
MOST_OF_PETITION = 200
MOST_EXPORTED = 5000
NOT_YOURS = "Vai trò của anh/chị không được xem nhật ký này."
WITHOUT_CALLS = [kind for kind in get_args(AuditedKind) if kind != "system"]
"""The kinds of lines that are listed without a filter."""
MOST_OFFICERS = 10
"""The most officers in one search."""
MOST_CODES = 3
"""The most petitions in one search. The database limits the alternatives of a query, and officers take most of them."""
_LOOKED_AT = 50
_KEEPERS = frozenset({INSPECTORATE, INSPECTORS})
"""The offices that handle petitions hidden from the coordinators. Other readers must not see how many these are."""


@dataclass(frozen=True)
class AuditFilters:
    """The filters of a search in the audit log. An empty field does not filter."""

    officers: tuple[str, ...] = ()
    unit: str = ""
    what: str = ""
    codes: tuple[str, ...] = ()
    since: date | None = None
    """The first day of the search, in Hanoi."""
    until: date | None = None
    """The last day of the search, in Hanoi."""

    def in_words(self) -> str:
        """Return the filters as the audit log records them, with ids and days only."""
        named = {
            "officer": ",".join(self.officers), "unit": self.unit, "what": self.what, "code": ",".join(self.codes),
            "since": self.since, "until": self.until,
        }  # fmt: skip
        return "; ".join(f"{name}={value}" for name, value in named.items() if value)


@dataclass(frozen=True)
class AuditLine:
    """A line of the audit log as shown to a reader."""

    at: datetime
    officer: str | None
    role: Role
    instead_of: str | None
    unit: str | None
    what: str
    action: str | None
    code: str | None
    seq: int | None
    subject: str | None
    reason: str
    """The text of an officer without personal data. "" if there is none or the reader may not see it."""
    words: str
    """A text of the system before and after a change of its wording. "" for all other lines."""


@dataclass(frozen=True)
class AuditPage:
    """A page of lines of the audit log, newest first.

    `next` is the cursor of the following page, or None.
    """

    filters: AuditFilters
    lines: list[AuditLine]
    next: str | None


@dataclass(frozen=True)
class ReadAudit:
    """Reads the audit log. A page costs a write, a query and a read of its petitions, or more if lines are hidden."""

    store: Store
    clock: Clock
    ids: Ids
    petitions: ReadPetition

    def __call__(self, reader: Officer, filters: AuditFilters, after: str = "") -> AuditPage:
        """Return a page of lines. Raise Forbidden, or Rejected for a malformed cursor."""
        query = replace(_query(filters, calls=False), limit=PAGE + 1, start_after=position(after))
        self._note(reader, "audit_read", filters)
        shown: list[tuple[Document, AuditLine]] = []
        while len(shown) <= PAGE:
            found = self.store.find(query)
            shown += self._shown(reader, found)
            if len(found) <= PAGE:
                break
            query = replace(query, start_after=position(cursor_after(found[-1], "at")))
        # The cursor is a line shown to the reader, since the id of a hidden one may contain a code.
        following = cursor_after(shown[PAGE - 1][0], "at") if len(shown) > PAGE else None
        return AuditPage(filters, [line for _, line in shown[:PAGE]], following)

    def codes_of(self, reader: Officer, text: str) -> tuple[str, ...]:
        """Return the codes that a text stands for: a code, its beginning, or the code of the national portal.

        Raise Rejected if no petition fits, or more than `MOST_CODES`.
        """
        terms = read_terms(text, self.petitions.directory, {})
        if terms.code:
            return (terms.code,)
        if terms.beginning:
            begin, end = ("__name__", ">=", terms.beginning), ("__name__", "<", f"{terms.beginning}~")
            query = Query("petitions", (begin, end), order_by=("__name__",), limit=_LOOKED_AT)
        elif terms.national:
            query = Query("petitions", (("sync.national_code", "==", terms.national),), limit=_LOOKED_AT)
        else:
            raise Rejected("Không có mã hồ sơ như vậy: xin xem lại.", reason="code_unknown")
        petitions = (Petition.model_validate(document.data) for document in self.store.find(query))
        found = tuple(petition.code for petition in petitions if not _is_hidden(reader, petition))
        if not found:
            raise Rejected("Không có hồ sơ nào có mã như vậy.", reason="code_unknown")
        if len(found) > MOST_CODES:
            raise Rejected("Nhiều hồ sơ có mã bắt đầu như vậy: xin gõ thêm vài ký tự.", reason="code_unclear")
        return found

    def exported(self, reader: Officer, filters: AuditFilters) -> list[AuditLine]:
        """Return the newest lines, at most MOST_EXPORTED. Raise Forbidden."""
        self._note(reader, "audit_exported", filters)
        return self._lines(reader, self.store.find(replace(_query(filters, calls=False), limit=MOST_EXPORTED)))

    def of_petition(self, reader: Officer, code: str) -> list[AuditLine]:
        """Return the views, disclosures and changes of a petition, newest first, at most `MOST_OF_PETITION`.

        Raise NotFound, or Forbidden for an officer of a unit that only helps with the petition.
        """
        if not may(reader, Permission.TRACE, self.petitions.find(reader, code)):
            raise Forbidden(NOT_YOURS, reason="role")
        self._note(reader, "audit_read", AuditFilters(codes=(code,)), Permission.TRACE)
        query = replace(_query(AuditFilters(codes=(code,))), limit=MOST_OF_PETITION)
        return self._lines(reader, self.store.find(query))

    def _note(self, reader: Officer, action: str, filters: AuditFilters, needed: Permission = Permission.AUDIT) -> None:
        if not may(reader, needed):
            raise Forbidden(NOT_YOURS, reason="role")
        entry = AuditEntry.by(
            reader, what="audit", action=action,
            code=filters.codes[0] if len(filters.codes) == 1 else None, subject="audit",
            reason=filters.in_words() or None, at=self.clock.now(),
        )  # fmt: skip
        self.store.create(audit_path(self.ids.token()), entry.stored())

    def _lines(self, reader: Officer, found: Sequence[Document]) -> list[AuditLine]:
        return [line for _, line in self._shown(reader, found)]

    def _shown(self, reader: Officer, found: Sequence[Document]) -> list[tuple[Document, AuditLine]]:
        entries = [AuditEntry.model_validate(document.data) for document in found]
        codes = sorted({entry.code for entry in entries if entry.code})
        known = self.store.get_all([petition_path(code) for code in codes]) if codes else []
        petitions = {
            code: Petition.model_validate(item) for code, item in zip(codes, known, strict=True) if item is not None
        }
        return [
            (document, AuditLine(
                entry.at, entry.officer, entry.role, entry.instead_of, entry.unit, entry.what, entry.action, entry.code,
                entry.seq, entry.subject, _words(reader, entry, petitions), entry.words or "",
            ))
            for document, entry in zip(found, entries, strict=True)
            if not (entry.code in petitions and _is_hidden(reader, petitions[entry.code]))
        ]  # fmt: skip


def _is_hidden(reader: Officer, petition: Petition) -> bool:
    return is_accused(petition, reader.unit) or (reader.role is Role.INSPECTOR and is_closed_to(reader, petition))


def _words(reader: Officer, entry: AuditEntry, petitions: dict[str, Petition]) -> str:
    counts_what_is_kept = entry.what == "export" and entry.unit in _KEEPERS and entry.unit != reader.unit
    if not entry.reason or counts_what_is_kept:
        return ""
    if entry.code is None or entry.subject:
        return masked(entry.reason)
    petition = petitions.get(entry.code)
    if petition is None or not may(reader, Permission.READ, petition):
        return ""
    return KnownPerson([petition.contact]).words(entry.reason)


def _query(filters: AuditFilters, *, calls: bool = True) -> Query:
    where: list[tuple[str, str, object]] = []
    if filters.officers:
        where.append(("officer", "in", list(filters.officers[:MOST_OFFICERS])))
    where += [(name, "==", value) for name in ("unit", "what") if (value := getattr(filters, name))]
    if filters.codes:
        only_one = len(filters.codes) == 1
        where.append(("code", "==", filters.codes[0]) if only_one else ("code", "in", list(filters.codes)))
    if not (calls or filters.what or filters.officers):
        where.append(("what", "in", WITHOUT_CALLS))
    if filters.since:
        where.append(("at", ">=", midnight(filters.since)))
    if filters.until:
        where.append(("at", "<", midnight(next_day(filters.until))))
    return Query("audit", tuple(where), order_by=("-at", "-__name__"))
