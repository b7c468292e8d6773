"""The background job that checks an uploaded file of many petitions, line by line. It files nothing.

A line is known if a petition with its key, or with its number on its channel, exists. It is similar if a petition
that the officer may see, or an earlier line, has nearly the same text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from petitions.domain.channels.entry_table import FORMULA, EntryRow, EntryTable, fault_lines, read_table
from petitions.domain.channels.line_result import Found, LineResult, beginning, results_text
from petitions.domain.files.sheets import Sheet
from petitions.domain.files.table_rows import table_rows
from petitions.domain.jobs.job import Job
from petitions.domain.language.similarity import fingerprint, is_alike
from petitions.domain.language.texts import hanoi_time
from petitions.domain.officers.policy import may_see
from petitions.domain.petition.petition import MOST_COMPARED_HASHES, Petition
from petitions.domain.privacy.original_words import without_filer
from petitions.domain.routing.routing import Router
from petitions.domain.shared.channel import TICKETED
from petitions.errors import Rejected
from petitions.ports.documents import SheetWriter
from petitions.ports.files import Files
from petitions.ports.store import MOST_VALUES, Query, Store
from petitions.ports.world import Clock
from petitions.usecases.channels.entry_files import read_all, upload_name
from petitions.usecases.channels.hand_in import Entrant, EntryFaults, HandIn, is_named_to
from petitions.usecases.jobs.run_job import Made, Progress
from petitions.usecases.officers.staff import Staff

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_UNPACKED = 16 * 2**20
"""The most bytes that the parts of a workbook may have when unpacked."""
MOST_ALIKE = 20
MOST_NAMED = 3
"""The most similar petitions that are listed for one line."""
NO_MORE = "Anh/chị không còn quyền nhập hồ sơ."


@dataclass(frozen=True)
class EntryWork:
    """The steps shared by the job that checks a file (`CheckEntries`) and the job that imports it (`ImportEntries`)."""

    store: Store
    clock: Clock
    files: Files
    staff: Staff
    hand_in: HandIn
    writer: SheetWriter

    def begun(self, job: Job) -> tuple[Entrant, EntryTable]:
        """Return the officer who asked for the job, with their present rights, and the rows of the uploaded file.

        Raise Rejected if the officer may no longer enter petitions, or if the file is gone or is no table of petitions.
        """
        officer = self.staff.find(job.by)
        if officer is None:
            raise Rejected(NO_MORE, reason="role")
        by, content = Entrant.at_desk(officer), read_all(self.files, upload_name(job.id))
        try:
            return by, read_table(table_rows(content, MOST_UNPACKED, FORMULA), self.hand_in.directory)
        except ValueError as error:
            raise Rejected(str(error), reason="no_table") from error

    def faults(self, row: EntryRow) -> LineResult | None:
        """Return a result with the row's faults, or None if it has none."""
        try:
            self.hand_in.checked(row.entry)
        except EntryFaults as error:
            return faulty(row, error)
        return None

    def known(self, by: Entrant, rows: Iterable[EntryRow]) -> Mapping[str, list[Petition]]:
        """Return the existing petitions of these rows, by the row's key and by its number on its channel."""
        entries = [row.entry for row in rows]
        keys = {by.scoped(entry.key): entry.key for entry in entries}
        marks = {entry.number_mark: entry.number_mark for entry in entries if entry.number_mark}
        found: dict[str, list[Petition]] = {}
        for petition in self._in("taken.key", list(keys)):
            if petition.taken:
                found.setdefault(keys[petition.taken.key], []).append(petition)
        for petition in self._in("taken.number_mark", list(marks)):
            if petition.taken:
                found.setdefault(marks[petition.taken.number_mark], []).append(petition)
        return found

    def alike(self, by: Entrant, row: EntryRow) -> list[Petition]:
        """Return at most `MOST_NAMED` petitions with similar text that the officer may see. Empty for a system."""
        mine = fingerprint(row.entry.filled.stories["content"])
        if not mine or by.officer is None:
            return []
        query = Query("petitions", (("marks", "array_contains_any", mine[:MOST_COMPARED_HASHES]),), limit=MOST_ALIKE)
        found = [Petition.model_validate(document.data) for document in self.store.find(query)]
        similar = [petition for petition in found if is_alike(mine, fingerprint(petition.content))]
        return [petition for petition in similar if may_see(by.officer, petition)][:MOST_NAMED]

    def _in(self, name: str, values: Sequence[str]) -> Iterator[Petition]:
        for first in range(0, len(values), MOST_VALUES):
            query = Query("petitions", where=((name, "in", values[first : first + MOST_VALUES]),))
            yield from (Petition.model_validate(document.data) for document in self.store.find(query))

    def made(self, name: str, table: EntryTable, results: Sequence[LineResult]) -> list[Made]:
        """Return the results of all lines as a CSV file, and a workbook of the faulty rows to correct and upload again.

        The workbook is left out if no row is faulty.
        """
        now = self.clock.now()
        lines = Made(f"{name}.csv", "text/csv", results_text(results).encode())
        wrong = {result.line: result.words for result in results if result.found is Found.FAULT}
        if not wrong:
            return [lines]
        width = len(table.heads)
        rows = [
            [*(row.cells[at] if at < len(row.cells) else "" for at in range(width)), wrong[row.line]]
            for row in table.rows
            if row.line in wrong
        ]
        about = (("Cách dùng", "Sửa các dòng theo cột Lỗi rồi tải tệp này lên; cột Lỗi không được đọc."),)
        sheet = Sheet("Dòng lỗi", [*table.heads, "Lỗi"], rows, about=about)
        return [lines, Made(f"{name}-dong-loi.xlsx", XLSX, self.writer.workbook(sheet, now))]


def faulty(row: EntryRow, error: EntryFaults) -> LineResult:
    """Return the result of a row with faults, described in Vietnamese."""
    return LineResult(row.line, Found.FAULT, words=" ".join(fault_lines(error.faults)), text=begins(row))


def begins(row: EntryRow) -> str:
    """Return the first words of the petition's text in the row."""
    return beginning(row.entry.filled.stories["content"])


def repeats(row: EntryRow, other: EntryRow) -> LineResult:
    words = f"Trùng dòng {other.line} của tệp."
    return LineResult(row.line, Found.KNOWN, words=words, text=begins(row), beside=[begins(other)])


def like(row: EntryRow, found: Found, words: str, by: Entrant, there: Sequence[Petition]) -> LineResult:
    """Return the result of a row with existing petitions, listing those that the officer may read."""
    named = [petition for petition in there if is_named_to(by, petition)]
    beginnings = [
        beginning(without_filer(petition, by.officer).content) if by.officer and may_see(by.officer, petition) else ""
        for petition in named
    ]
    return LineResult(row.line, found, [petition.code for petition in named], words, begins(row), beside=beginnings)


@dataclass(frozen=True)
class CheckEntries:
    """The background job of the kind `check_entries`."""

    steps: EntryWork
    router: Router

    def __call__(self, job: Job, progress: Progress) -> Sequence[Made]:
        """Return files with the results of all lines and the faulty rows. Raise Rejected or Retryable."""
        by, table = self.steps.begun(job)
        known, above = self.steps.known(by, table.rows), Above()
        results = []
        for done, row in enumerate(table.rows, 1):
            results.append(self._line(by, row, known, above))
            progress(done, len(table.rows))
        return self.steps.made("xem-truoc", table, results)

    def _line(self, by: Entrant, row: EntryRow, known: Mapping[str, list[Petition]], above: Above) -> LineResult:
        entry = row.entry
        if faulty := self.steps.faults(row):
            return faulty
        if there := known.get(entry.key):
            return like(row, Found.KNOWN, "Dòng này đã được nhập.", by, there)
        if there := known.get(entry.number_mark):
            return like(row, Found.KNOWN, "Số này của kênh đã có hồ sơ.", by, there)
        if other := above.same(row):
            return repeats(row, other)
        if there := self.steps.alike(by, row):
            found = like(row, Found.ALIKE, "Nội dung gần giống hồ sơ đã có.", by, there)
        elif other := above.alike(row):
            words = f"Nội dung gần giống dòng {other.line} của tệp."
            found = LineResult(row.line, Found.ALIKE, words=words, text=begins(row), beside=[begins(other)])
        else:
            found = LineResult(row.line, Found.NEW, text=begins(row))
        late = self.steps.hand_in.missed_deadline(entry)
        words = f"Đã quá hạn tiếp nhận: {hanoi_time(late)}." if late else ""
        return replace(found, unit=self._unit(row), words=" ".join(filter(None, (found.words, words))))

    def _unit(self, row: EntryRow) -> str:
        filled, directory = row.entry.filled, self.steps.hand_in.directory
        ward = directory.ward(filled.ward)
        place = ", ".join(filter(None, (ward.name if ward else "", filled.values["place"])))
        return directory.name_of(self.router.route(filled.stories["content"], place).handler)


class Above:
    """The earlier rows of a file, searched by key, by number on the channel, or by similar text."""

    def __init__(self) -> None:
        self._lines: dict[str, EntryRow] = {}
        self._marks: dict[int, EntryRow] = {}

    def same(self, row: EntryRow) -> EntryRow | None:
        """Return the earlier row with the same key or number. Without one, remember this row and return None."""
        ticket = row.entry.number_mark if row.entry.channel in TICKETED else ""
        names = [name for name in (row.entry.key, ticket) if name]
        other = next((self._lines[name] for name in names if name in self._lines), None)
        if other is None:
            self._lines |= dict.fromkeys(names, row)
        return other

    def alike(self, row: EntryRow) -> EntryRow | None:
        """Return the earlier row with similar text. Without one, remember this row and return None."""
        mine = fingerprint(row.entry.filled.stories["content"])
        near = {self._marks[mark].line: self._marks[mark] for mark in mine if mark in self._marks}
        for other in near.values():
            if is_alike(mine, fingerprint(other.entry.filled.stories["content"])):
                return other
        for mark in mine:
            self._marks.setdefault(mark, row)
        return None
