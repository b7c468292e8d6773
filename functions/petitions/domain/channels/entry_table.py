"""A file with many petitions, as offices keep them in a spreadsheet: its columns, and the faults of its lines."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from petitions.domain.channels.entry import BACK, Entry, read_entry
from petitions.domain.files.table_rows import Rows, columns
from petitions.domain.language.words import fold
from petitions.domain.petition.petition import NUMBER_FIELDS
from petitions.domain.shared.channel import Channel
from petitions.domain.shared.fingerprint import compact_json
from petitions.domain.shared.records import HANOI
from petitions.domain.units.directory import Directory

MOST_ROWS = 3000
"""The most rows of one file."""

HEADS: Mapping[str, tuple[str, ...]] = {
    "channel": ("cách nhận", "kênh", "kênh nhận", "nguồn", "hình thức tiếp nhận"),
    "number": ("số của kênh", "mã phiếu", "số phiếu", "số văn bản", "số đơn", "số vào sổ", "mã 1022", "mã ihanoi"),
    "dated": ("ngày văn bản", "ngày của văn bản", "ngày đơn", "ngày vào sổ"),
    "authority": ("cơ quan chuyển đến", "nơi gửi văn bản", "cơ quan chuyển", "nơi chuyển"),
    "received_at": ("nhận lúc", "ngày nhận", "thời điểm nhận", "ngày tiếp nhận", "thời gian nhận"),
    "content": ("nội dung phản ánh", "nội dung", "nội dung phản ánh kiến nghị", "nội dung đơn"),
    "place": ("địa chỉ nơi xảy ra", "nơi xảy ra", "địa điểm", "địa điểm xảy ra"),
    "ward": ("phường, xã", "phường xã", "phường/xã", "phường", "xã"),
    "type": ("người gửi là", "đối tượng", "loại đối tượng"),
    "name": ("họ và tên", "họ tên", "người gửi", "tên người gửi", "tên tổ chức"),
    "phone": ("số điện thoại", "điện thoại", "sđt"),
    "home": ("địa chỉ người gửi", "địa chỉ", "địa chỉ liên hệ"),
    "email": ("e-mail", "email", "thư điện tử"),
    "reply_by": ("cách trả lời", "muốn nhận trả lời qua", "trả lời qua", "hình thức trả lời"),
}
"""The accepted titles of the columns, in any case, with or without diacritics. Templates use the first title."""
FORMULA = "(công thức chưa có giá trị)"
"""The text read from a cell with a formula that no program has computed."""
NEEDED = ("channel", "received_at", "content", "name", "home")
"""The columns that a table must have."""

CHANNEL_WORDS: Mapping[str, tuple[str, ...]] = {
    Channel.VISIT: ("trực tiếp", "tại quầy"),
    Channel.TELEPHONE: ("điện thoại", "qua điện thoại"),
    Channel.LETTER: ("đơn, thư", "đơn thư", "đơn", "thư", "văn bản", "bằng đơn, thư"),
    Channel.EMAIL: ("e-mail", "email", "thư điện tử", "qua e-mail"),
    Channel.FAX: ("fax", "qua fax"),
    Channel.HOTLINE: ("1022", "tổng đài 1022", "qua tổng đài 1022"),
    Channel.IHANOI: ("iHanoi", "qua iHanoi"),
    Channel.OTHER_AUTHORITY: ("cơ quan khác", "cơ quan khác chuyển", "từ cơ quan khác chuyển đến"),
}
"""The accepted words for every channel. Error messages use the first word."""
REPLY_WORDS: Mapping[str, tuple[str, ...]] = {
    "": ("trang riêng", "không chọn", ""),
    "phone": ("điện thoại", "gọi điện"),
    "post": ("thư giấy", "thư", "gửi thư", "văn bản"),
    "email": ("e-mail", "email", "thư điện tử"),
    BACK: ("gửi lại kênh", "kênh chuyển đến", "gửi lại kênh đã chuyển đến"),
}
TYPE_WORDS: Mapping[str, tuple[str, ...]] = {
    "individual": ("cá nhân", "người dân", ""),
    "business": ("tổ chức", "doanh nghiệp", "doanh nghiệp, tổ chức"),
}


def _first(words: Mapping[str, tuple[str, ...]]) -> str:
    return "; ".join(spellings[0] for spellings in words.values())


FAULT_WORDS: Mapping[str, str] = {
    "missing_channel": f"thiếu hoặc chưa đúng; xin ghi một trong: {_first(CHANNEL_WORDS)}.",
    "missing_received_at": "thiếu hoặc chưa đúng; xin ghi như 25/11/2026 08:30, năm đủ bốn chữ số.",
    "fault_received_at": "không được ở tương lai hoặc quá 60 ngày trước.",
    "missing_dated": "thiếu hoặc chưa đúng; số văn bản, số vào sổ cần có ngày, như 25/11/2026, năm đủ bốn chữ số.",
    "fault_dated": "không được ở tương lai.",
    "missing_authority": "thiếu.",
    "missing_number": "thiếu; cần số để gửi lại đúng phản ánh.",
    "fault_answered_back": "chỉ 1022, iHanoi và cơ quan khác nhận lại câu trả lời.",
    "missing_phone_for_page": ("trang riêng cần số điện thoại; xin ghi số, hoặc chọn thư giấy, e-mail, gửi lại kênh."),
    "missing_phone_to_call": "thiếu; cần số để gọi trả lời.",
    "missing_email_to_write": "thiếu; cần e-mail để gửi trả lời.",
    "missing_content": "thiếu.",
    "missing_name": "thiếu.",
    "missing_home": "thiếu.",
    "missing_place": "thiếu; xin ghi nơi xảy ra hoặc phường, xã. Không rõ thì ghi “chưa rõ”.",
    "fault_formula": "là công thức chưa có giá trị; xin dán giá trị thay cho công thức.",
    "fault_long": "dài quá.",
    "fault_phone": "chưa đúng.",
    "fault_email": "chưa đúng.",
    "fault_choice": "không có trong danh sách để chọn.",
}
"""The messages about a faulty cell, by the keys of `Entry.faults`. The title of the column stands before them."""

_SERIAL = re.compile(r"([0-9]{5})(\.[0-9]{1,12})?")
_WRITTEN_DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_WRITTEN_TIME = re.compile(r"([0-9]{1,2})(?::|h|g| giờ ?)([0-9]{0,2})(?::[0-9]{2})?(?: phút)?")
_SPREADSHEETS_BEGIN = datetime(1899, 12, 30, tzinfo=HANOI)
_SECONDS = 86_400
_NINE_DIGITS = 9


@dataclass(frozen=True)
class EntryRow:
    line: int
    entry: Entry
    cells: Sequence[str] = field(repr=False)
    """The row's cells as they were read."""


@dataclass(frozen=True)
class EntryTable:
    """The petitions read from a table. `unused` are the titles of unknown columns."""

    heads: Sequence[str]
    """The cells of the line of titles as they were read."""
    rows: Sequence[EntryRow]
    unused: Sequence[str]
    """The titles of columns that are ignored."""


def read_table(rows: Rows, directory: Directory) -> EntryTable:
    """Return the petitions of the table.

    Raise ValueError, in Vietnamese, if it has no rows, lacks a needed column or has too many rows. Faults of single
    rows do not raise: `Entry.faults` reports them.
    """
    if not rows:
        raise ValueError("Bảng trống.")
    head, body = rows[0][1], rows[1:]
    places = columns(HEADS, head)
    if missing := [f"“{HEADS[name][0].capitalize()}”" for name in NEEDED if name not in places]:
        raise ValueError(f"Dòng tiêu đề thiếu cột {', '.join(missing)}. Xin dùng bảng mẫu.")
    if not body:
        raise ValueError("Bảng chỉ có dòng tiêu đề.")
    if len(body) > MOST_ROWS:
        raise ValueError(f"Bảng có {len(body)} dòng; mỗi tệp tối đa {MOST_ROWS}. Xin chia nhỏ.")
    reader = _Reader(places, _wards(directory))
    unused = [item for at, item in enumerate(head) if item.strip() and at not in places.values()]
    return EntryTable(head, [EntryRow(line, reader.entry(cells), cells) for line, cells in body], unused)


def fault_lines(faults: Mapping[str, str]) -> list[str]:
    """Return the faults of an entry as Vietnamese messages that begin with the title of the column."""
    return [f"{HEADS[name][0].capitalize()}: {FAULT_WORDS[key]}" for name, key in faults.items()]


@dataclass(frozen=True)
class _Reader:
    places: Mapping[str, int]
    wards: Mapping[str, str]
    """Ward codes by the ward's name in lower case and without diacritics."""

    def entry(self, cells: Sequence[str]) -> Entry:
        row = {name: _unguarded(cells[at]) if at < len(cells) else "" for name, at in self.places.items()}
        given = {name: _plain(name, row.get(name, "")) for name in HEADS}
        given["ward"] = self.wards.get(fold(given["ward"]), given["ward"].strip())
        formulas = {name: "fault_formula" for name, cell in row.items() if cell.strip() == FORMULA}
        entry = read_entry({**given, **dict.fromkeys(formulas, "")}, row_key(given))
        return replace(entry, unreadable={**entry.unreadable, **formulas})


def row_key(given: Mapping[str, str]) -> str:
    """Return the key of a row. Rows with the same content have the same key, even in different files.

    Empty cells are not in the key, so that it stays the same when tables get another column.
    """
    filled = {name: fold(value) for name, value in sorted(given.items())}
    plain = {name: value for name, value in filled.items() if value != fold(_plain(name, ""))}
    return f"row-{hashlib.sha256(compact_json(plain).encode()).hexdigest()[:40]}"


def _plain(name: str, cell: str) -> str:
    return _PLAIN[name](cell) if name in _PLAIN else cell


def _unguarded(cell: str) -> str:
    """Return a cell without the apostrophe that keeps a spreadsheet from running it as a formula."""
    return cell[1:] if cell[:2] in {"'+", "'-", "'=", "'@"} else cell


def _chosen(words: Mapping[str, tuple[str, ...]]) -> Callable[[str], str]:
    """Return a function that turns a cell into a key of `words`, by one of the words listed for the key.

    Any other cell is returned as it is, so that `Entry.faults` reports it.
    """
    known = {fold(spelling): value for value, spellings in words.items() for spelling in spellings}
    return lambda cell: known.get(fold(cell), cell.strip() or "")


def _day(cell: str) -> str:
    return _instant(cell)[:10] or cell.strip()


def _instant(cell: str) -> str:
    """Return a day, with or without a time, in ISO 8601. "" for any other cell. A day alone begins at midnight."""
    text = " ".join(cell.split())
    if serial := _SERIAL.fullmatch(text):  # the number by which a spreadsheet stores a date
        days, seconds = int(serial[1]), round(float(serial[2] or 0) * _SECONDS)
        return (_SPREADSHEETS_BEGIN + timedelta(days=days, seconds=seconds)).replace(tzinfo=None).isoformat()
    parts = text.replace(",", " ").replace("T", " ").split(" ", 1)
    day, time = sorted([*parts, ""][:2], key=lambda part: "/" not in part)
    if written := _WRITTEN_DAY.fullmatch(day):
        day = f"{written[3]}-{int(written[2]):02}-{int(written[1]):02}"
    if not time:
        return f"{day}T00:00" if day else ""
    clock = _WRITTEN_TIME.fullmatch(time.strip())
    return f"{day}T{int(clock[1]):02}:{int(clock[2] or 0):02}" if clock else ""


def _phone(cell: str) -> str:
    """Return the telephone number with the leading zero that spreadsheets drop."""
    digits = cell.strip()
    return f"0{digits}" if len(digits) == _NINE_DIGITS and digits.isdecimal() else digits


_PLAIN: Mapping[str, Callable[[str], str]] = {
    "channel": _chosen(CHANNEL_WORDS),
    "reply_by": _chosen(REPLY_WORDS),
    "type": _chosen(TYPE_WORDS),
    "received_at": _instant,
    "dated": _day,
    **dict.fromkeys(NUMBER_FIELDS, _phone),
}


def _wards(directory: Directory) -> Mapping[str, str]:
    return {fold(name): ward.code for ward in directory.wards for name in (ward.code, ward.name, ward.bare)}
