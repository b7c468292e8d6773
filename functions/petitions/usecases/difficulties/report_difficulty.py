"""The report of a difficulty by an officer, from any page of the desk. Personal data in the text is masked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from petitions.domain.difficulties.difficulty import (
    LONGEST_TEXT,
    MOST_FILES,
    Difficulty,
    DifficultyFile,
    DifficultyKind,
    difficulty_path,
)
from petitions.domain.difficulties.difficulty_steps import reported
from petitions.domain.files.attachment import copy_name
from petitions.domain.language.redaction import masked
from petitions.domain.language.words import normal
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.petition import Petition
from petitions.domain.publishing.publication import clean
from petitions.domain.shared.written import is_key
from petitions.errors import Conflict, Rejected
from petitions.ports.files import Files
from petitions.ports.store import Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.files.office_files import OfficeFile, checked_file
from petitions.usecases.shared.auditing import audit_change
from petitions.usecases.shared.petition_changes import seen_petition

SHORTEST_TEXT = 10
_PAGE = re.compile(r"/[\w./-]{0,100}")


@dataclass(frozen=True)
class DifficultyReport:
    """An officer's report of a difficulty. A report with a known `key` is not stored again."""

    key: str
    kind: DifficultyKind | None
    text: str
    page: str = ""
    """The path of the page where the officer had the difficulty."""
    code: str = ""
    """The code of the petition that the report is about, as typed. It may be empty."""
    files: Sequence[tuple[str, bytes]] = field(default=(), repr=False)
    """The names and contents of the files."""


@dataclass(frozen=True)
class ReportDifficulty:
    """Stores officers' reports of difficulties.

    Raises Rejected for a faulty report, and Conflict for another officer's key.
    """

    store: Store
    clock: Clock
    ids: Ids
    files: Files

    def __call__(self, officer: Officer, report: DifficultyReport) -> Difficulty:
        """Store the report and its files, and return the difficulty. The same form again returns the same one."""
        if not is_key(report.key):
            raise Rejected("Trang này đã cũ. Xin mở lại trang báo khó khăn.", reason="key_malformed")
        if report.kind is None:
            raise Rejected("Xin chọn loại khó khăn.", reason="kind_missing")
        text = plain_lines(report.text)
        if not SHORTEST_TEXT <= len(text) <= LONGEST_TEXT:
            words = f"Xin mô tả khó khăn, từ {SHORTEST_TEXT} đến {LONGEST_TEXT} ký tự."
            raise Rejected(words, reason="text_missing")
        if len(report.files) > MOST_FILES:
            raise Rejected(f"Kèm tối đa {MOST_FILES} tệp.", reason="files_full")
        kind, given = report.kind, [checked_file(name, content) for name, content in report.files]
        listed = [self._named(file) for file in given]
        stored = self.store.transact(lambda tx: self._store(tx, officer, report, kind, text, listed))
        # The document is written before the bytes, so that an erasure always finds them through it.
        objects = {file.sha256: file.object for file in stored.files}
        for file in given:
            if file.sha256 in objects:
                self.files.put(copy_name(objects[file.sha256], file.sha256), file.copy, file.media_type)
        return stored

    def _named(self, given: OfficeFile) -> DifficultyFile:
        return DifficultyFile(
            id=self.ids.token(),
            name=given.name,
            media_type=given.media_type,
            size=given.size,
            sha256=given.sha256,
            object=self.ids.token(),
        )

    def _store(
        self,
        tx: Transaction,
        officer: Officer,
        report: DifficultyReport,
        kind: DifficultyKind,
        text: str,
        files: list[DifficultyFile],
    ) -> Difficulty:
        before = tx.get(difficulty_path(report.key))
        if before is not None:
            return _the_same(Difficulty.model_validate(before), officer)
        now, petition = self.clock.now(), _petition(tx, officer, report.code)
        new = Difficulty(
            id=report.key,
            kind=kind,
            unit=officer.unit,
            by=officer.id,
            at=now,
            page=report.page if _PAGE.fullmatch(report.page) else "",
            code=petition.code if petition else None,
            text=without_person(text, petition),
            files=list({file.sha256: file for file in files}.values()),
            changed_at=now,
        )
        difficulty = reported(new, officer)
        tx.create(difficulty_path(difficulty.id), difficulty.stored())
        audit_change(tx, self.ids.token(), officer, "difficulty_report", now, code=difficulty.code)
        return difficulty


def plain_lines(text: str) -> str:
    """Return the text without invisible characters and superfluous white space. Line breaks stay."""
    return "\n".join(normal(line) for line in text.split("\n")).strip()


def without_person(text: str, petition: Petition | None) -> str:
    """Return the text with personal data masked: data recognised by its form, and data of the petition's filer."""
    return clean(text, petition) if petition else masked(text)


def _petition(tx: Transaction, officer: Officer, typed: str) -> Petition | None:
    if not typed.strip():
        return None
    petition = seen_petition(tx, officer, typed)
    if petition is None:
        words = "Không có hồ sơ với mã này, hoặc hồ sơ không thuộc đơn vị của anh/chị. Có thể để trống mã hồ sơ."
        raise Rejected(words, reason="code_unknown")
    return petition


def _the_same(before: Difficulty, officer: Officer) -> Difficulty:
    if before.by != officer.id:
        raise Conflict("Trang này đã được gửi. Xin mở lại trang báo khó khăn.")
    return before
