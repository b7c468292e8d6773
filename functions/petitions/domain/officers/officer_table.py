"""Read a table of officers, as units send it, into entries, faults by line, and the changes it would make.

The table is kept as CSV text in which every row has the line number of the original file, so that faults refer to lines
that the sender can find.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from petitions.domain.files.csv_files import NoTable
from petitions.domain.files.table_rows import NO_TABLE, columns, csv_rows, table_rows
from petitions.domain.language.words import fold
from petitions.domain.lifecycle.lifecycle import ROLE_LABELS, Role
from petitions.domain.officers.entries import (
    ASSIGNABLE_ROLES,
    OfficerEntry,
    doubts,
    entry_faults,
    headless_units,
    without_head,
)
from petitions.domain.officers.officer import Officer
from petitions.domain.units.directory import Directory

MOST_LINES = 2000
"""The most lines of one table. One transaction writes them all."""
HEADS: Mapping[str, tuple[str, ...]] = {
    "name": ("họ tên", "họ và tên", "tên", "tên cán bộ", "name"),
    "email": ("thư điện tử", "email", "e-mail", "thư điện tử công vụ", "thư công vụ"),
    "unit": ("đơn vị", "mã đơn vị", "tên đơn vị", "unit"),
    "role": ("vai trò", "role"),
    "position": ("chức vụ", "position"),
}
"""The titles by which a column is recognised, in any case, with or without diacritics. Templates use the first title.
"""
NEEDED = ("name", "email", "unit", "role")
"""The columns that a table of officers must have."""
_LONGEST_CELL = 100
_MOST_NAMED = 5


@dataclass(frozen=True)
class LineFault:
    """A fault of one line, in Vietnamese. A fault of the whole table has the line of the titles."""

    line: int
    words: str


@dataclass(frozen=True)
class PlannedOfficer:
    """The change that one line makes. `before` is the officer with this address, or None for a new officer."""

    line: int
    entry: OfficerEntry
    before: Officer | None
    doubts: tuple[str, ...]

    @property
    def changes(self) -> dict[str, str]:
        return self.entry.changes(self.before) if self.before else {}

    @property
    def has_effect(self) -> bool:
        """Return whether the line adds or changes an officer."""
        return self.before is None or bool(self.changes)


@dataclass(frozen=True)
class OfficerTable:
    """The changes that the whole table makes. A table with any fault changes nothing."""

    faults: tuple[LineFault, ...] = ()
    lines: tuple[PlannedOfficer, ...] = ()
    unused: tuple[str, ...] = ()
    """The titles of columns that are ignored."""

    @property
    def new(self) -> list[PlannedOfficer]:
        return [line for line in self.lines if line.before is None]

    @property
    def changed(self) -> list[PlannedOfficer]:
        return [line for line in self.lines if line.changes]


def table_text(content: bytes) -> str:
    """Return the table of an XLSX or CSV file as CSV text, in which every row keeps its line number.

    Raise ValueError, in Vietnamese, for any other file.
    """
    rows = table_rows(content)
    written = io.StringIO()
    writer, next_line = csv.writer(written, lineterminator="\n"), 1
    for line, cells in rows:
        written.write("\n" * (line - next_line) if line - next_line < MOST_LINES else "")
        writer.writerow([" ".join(cell.split()) for cell in cells])
        next_line = max(line, next_line) + 1
    return written.getvalue()


def read_officers(text: str, known: Iterable[Officer], directory: Directory, admin: Officer) -> OfficerTable:
    """Compare a CSV table with the known officers and return the changes that it makes, or all its faults."""
    try:
        rows = csv_rows(text)
    except (csv.Error, NoTable):
        return OfficerTable((LineFault(1, NO_TABLE),))
    if not rows:
        return OfficerTable((LineFault(1, "Bảng trống."),))
    (head_line, head), body = rows[0], rows[1:]
    places = columns(HEADS, head)
    if fault := _fault_of_table(places, len(body)):
        return OfficerTable((LineFault(head_line, fault),))
    reader = _Reader(directory, admin, {officer.email.lower(): officer for officer in known}, _units_by_name(directory))
    entries = [(line, reader.entry(cells, places)) for line, cells in body]
    faults = [LineFault(line, words) for line, entry in entries for words in reader.faults(entry)] + _twins(entries)
    if faults:
        return OfficerTable(tuple(sorted(faults, key=lambda line_fault: line_fault.line)))
    planned = [reader.planned(line, entry) for line, entry in entries]
    unused = tuple(item for place, item in enumerate(head) if item.strip() and place not in places.values())
    return OfficerTable((), tuple(reader.with_lost_heads(planned)), unused)


def _fault_of_table(places: Mapping[str, int], lines: int) -> str:
    if missing := [f"“{HEADS[name][0].capitalize()}”" for name in NEEDED if name not in places]:
        return f"Dòng tiêu đề thiếu cột {', '.join(missing)}."
    if not lines:
        return "Bảng chỉ có dòng tiêu đề."
    return f"Bảng có {lines} dòng; mỗi lần nhập tối đa {MOST_LINES}. Xin chia nhỏ." if lines > MOST_LINES else ""


@dataclass(frozen=True)
class _Reader:
    directory: Directory
    admin: Officer
    known: Mapping[str, Officer]
    units: Mapping[str, set[str]]

    def entry(self, cells: Sequence[str], places: Mapping[str, int]) -> OfficerEntry:
        """Return the entry of a line, with its unit and role as codes.

        A name that is unknown or fits several units is kept as written, and `faults` reports it.
        """
        values = {name: cells[place] if place < len(cells) else "" for name, place in places.items()}
        units, role = self.units.get(fold(values["unit"]), set()), fold(values["role"])
        unit = next(iter(units)) if len(units) == 1 else values["unit"]
        named = (
            assignable_role.value
            for assignable_role in ASSIGNABLE_ROLES
            if role in {assignable_role.value, fold(ROLE_LABELS[assignable_role])}
        )
        position = values.get("position", "").strip() or None
        return OfficerEntry.of(values["name"], values["email"], unit, next(named, values["role"]), position)

    def faults(self, entry: OfficerEntry) -> list[str]:
        found, before = entry_faults(entry, self.directory), self.known.get(entry.email)
        if "unit" in found:
            found["unit"] = f"Không có đơn vị “{_cut(entry.unit)}” trong danh mục." if entry.unit else "Thiếu đơn vị."
        if "role" in found:
            roles = ", ".join(ROLE_LABELS[role] for role in ASSIGNABLE_ROLES)
            wrong = f"Không có vai trò “{_cut(entry.role)}”" if entry.role else "Thiếu vai trò"
            found["role"] = f"{wrong}; xin ghi một trong: {roles}."
        if "email" in found:
            found["email"] = f"Địa chỉ thư “{_cut(entry.email)}” chưa đúng." if entry.email else "Thiếu địa chỉ thư."
        if before and before.left_at is not None:
            found["email"] = f"Tài khoản của {before.name} đã ngừng; xin mở lại trước khi nhập."
        if before and before.id == self.admin.id and before.role != entry.role:
            found["role"] = "Không tự đổi vai trò của chính mình."
        return list(found.values())

    def planned(self, line: int, entry: OfficerEntry) -> PlannedOfficer:
        before, found = self.known.get(entry.email), list[str]()
        changed = entry.changes(before) if before else {"unit": "", "role": ""}
        if {"unit", "role"} & changed.keys():
            found = doubts(Role(entry.role), entry.unit, self.directory)
        if before and "unit" in changed:
            found.append("Chuyển đơn vị: hồ sơ đang giữ không đi theo, xin bàn giao ở đơn vị cũ.")
        return PlannedOfficer(line, entry, before, tuple(found))

    def with_lost_heads(self, planned: Sequence[PlannedOfficer]) -> list[PlannedOfficer]:
        after = {**self.known, **{officer.entry.email: officer.entry.applied(officer.before) for officer in planned}}
        lost = headless_units(self.known.values(), after.values())
        return [
            replace(officer, doubts=(*officer.doubts, without_head(officer.before.unit, self.directory)))
            if officer.before and officer.before.role is Role.HEAD and officer.before.unit in lost
            else officer
            for officer in planned
        ]


def _units_by_name(directory: Directory) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = {}
    names = {unit.code: unit.name for unit in directory.units} | {ward.code: ward.name for ward in directory.wards}
    for code, name in names.items():
        for label in (code, name, directory.name_of(code)):
            found.setdefault(fold(label), set()).add(code)
    return found


def _twins(entries: Iterable[tuple[int, OfficerEntry]]) -> list[LineFault]:
    lines: dict[str, list[int]] = {}
    for line, entry in entries:
        lines.setdefault(entry.email, []).append(line)
    return [
        LineFault(line, f"Địa chỉ thư “{_cut(email)}” lặp lại ở dòng {_others(line, found)}.")
        for email, found in lines.items()
        if email and len(found) > 1
        for line in found
    ]


def _others(line: int, lines: Sequence[int]) -> str:
    shown = [str(item) for item in lines[: _MOST_NAMED + 1] if item != line][:_MOST_NAMED]
    return ", ".join(shown) + (", …" if len(lines) - 1 > len(shown) else "")


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_CELL else f"{text[:_LONGEST_CELL]}…"
