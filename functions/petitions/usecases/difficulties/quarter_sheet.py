"""The difficulties of a period as a sheet to be saved, and the contents of its rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from petitions.domain.difficulties.difficulty import KIND_LABELS, STATE_LABELS
from petitions.domain.difficulties.quarter_list import GroupRow, ListedGroup, in_words, results
from petitions.domain.files.sheets import Cell, Sheet
from petitions.domain.shared.instants import hanoi
from petitions.domain.units.directory import Directory
from petitions.usecases.difficulties.read_difficulties import PeriodList

HEADS = {
    "Loại khó khăn, vướng mắc": 26, "Nhóm": 26, "Đơn vị báo": 26, "Số lượt": 9, "Nội dung": 60, "Đơn vị giải quyết": 26,
    "Hạn trả lời": 14, "Kết quả giải quyết": 50, "Điều đã thay đổi": 34, "Đơn vị đánh giá": 18, "Tình trạng": 18,
}  # fmt: skip
"""The headers, with the widths of their columns in characters."""
NOT_GATHERED = "Chưa xếp nhóm"


def difficulty_sheet(found: PeriodList, directory: Directory) -> Sheet:
    """Return the difficulties as a sheet with a row for every group and reporting unit, in the order of the page."""
    last = hanoi(found.until - timedelta(days=1))
    about = (
        ("Kỳ", f"{hanoi(found.since):%d/%m/%Y} – {last:%d/%m/%Y}"),
        ("Tình trạng lúc", f"{hanoi(found.as_of):%H:%M %d/%m/%Y}"),
        ("Số lượt", str(sum(item.number for item in found.groups))),
    )
    rows = [_line(group, row, directory) for group in found.groups for row in group.rows]
    return Sheet("Danh mục khó khăn, vướng mắc của các đơn vị", list(HEADS), rows, list(HEADS.values()), about)


def cells(row: GroupRow, directory: Directory) -> dict[str, list[str]]:
    """Return the contents of a row by column. Equal texts of its difficulties are listed once."""
    judged = {True: "Giúp được", False: "Chưa giúp được", None: ""}
    return {
        "texts": _once(difficulty.text for difficulty in row.found),
        "solvers": _once(directory.name_of(difficulty.assigned) for difficulty in row.found if difficulty.assigned),
        "dues": _once(f"{difficulty.due:%d/%m/%Y}" for difficulty in row.found if difficulty.due),
        "results": results(row.found),
        "changes": _once(in_words(change) for difficulty in row.found for change in difficulty.changes),
        "judged": _counted(judged[difficulty.helped] for difficulty in row.found),
        "states": _counted(STATE_LABELS[difficulty.state] for difficulty in row.found),
    }


def _line(group: ListedGroup, row: GroupRow, directory: Directory) -> list[Cell]:
    texts = {
        name: "; ".join(word.replace("\n", " ") for word in words) for name, words in cells(row, directory).items()
    }
    names = ("texts", "solvers", "dues", "results", "changes", "judged", "states")
    begins: list[Cell] = [
        KIND_LABELS[group.kind], group.group or NOT_GATHERED, directory.name_of(row.unit), len(row.found)
    ]  # fmt: skip
    return [*begins, *(texts[name] for name in names)]


def _once(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(filter(None, words)))


def _counted(words: Iterable[str]) -> list[str]:
    given = [word for word in words if word]
    numbers = {item: given.count(item) for item in given}
    return [f"{item}: {number}" if len(given) > 1 else item for item, number in numbers.items()]
