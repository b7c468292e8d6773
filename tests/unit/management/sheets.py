"""The data of a big city's management report, as a sample to render."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from petitions.adapters.reference import shipped
from petitions.domain.figures.figures_row import COUNTS, FiguresRow
from petitions.domain.management.attention import needing
from petitions.domain.management.management_sheet import ManagementSheet, MonthRow, Quote, Tally, months_until
from petitions.domain.management.sentences import rule_in_words

RULES = shipped().management
MONTH = {
    "received": 699, "handled": 687, "on_time": 593, "late": 94, "late_reception": 20, "late_transfer": 9,
    "late_answer": 68, "extended": 14, "rated_1": 60, "rated_2": 101, "rated_3": 38, "rated": 199,
}  # fmt: skip
NAMES = {
    "BQLKCN": "Ban Quản lý Khu công nghệ cao và Khu công nghiệp thành phố Hà Nội",
    "SXD": "Sở Xây dựng",
    "SNNMT": "Sở Nông nghiệp và Môi trường",
    "PX-00166": "UBND phường Yên Hòa",
    "PX-00004": "UBND phường Ba Đình",
    "SYT": "Sở Y tế",
}


def row(key: str, overdue: int, late: int, low: int, again: int) -> FiguresRow:
    return FiguresRow(key, {"late": late, "rated_3": low, "reopened": again}, 2 * overdue, overdue)


ROWS = [row(key, 9 - place, 14 - place, place, 1) for place, key in enumerate(NAMES)]


def month(name: str, overdue: int | None = None, **counts: int) -> MonthRow:
    return MonthRow(month=name, counts=dict.fromkeys(COUNTS, 0) | counts, overdue=overdue)


def sheet(**more: Any) -> ManagementSheet:
    names = list(reversed(months_until("2026-10")))
    found = needing(RULES, ROWS, NAMES)
    fields: dict[str, Any] = {
        "month": "2026-10", "as_of": datetime(2026, 11, 2, tzinfo=UTC),
        "trend": [month(name, 41, **MONTH | {"received": 640 + 5 * place}) for place, name in enumerate(names)],
        "open_before": 412, "open_after": 437, "median_hours": 131.3, "overdue": 41,
        "overdue_states": [Tally(key="in_progress", count=29), Tally(key="new", count=12)], "longest_overdue": 17,
        "units": found, "fields": found[:3],
        "quotes": [Quote(text="Trả lời chung chung, phải đi lại ba lần", unit="Sở Xây dựng")],
        "difficulties": 7, "difficulties_late": 2,
        "difficulty_groups": [Tally(key="Phân cấp cấp phép xây dựng", count=4)],
        "rules": RULES.version, "rule_words": rule_in_words(RULES),
    }  # fmt: skip
    return ManagementSheet.model_validate(fields | more)
