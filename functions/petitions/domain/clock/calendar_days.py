"""Marks one day of the working calendar as off, worked or ordinary, for the form beside the calendar's JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

DAY_CHOICES = {"off": "Nghỉ", "extra_working": "Làm bù", "ordinary": "Như ngày thường"}


def with_day(calendar: Mapping[str, Any], day: str, what: str, name: str, basis: str) -> dict[str, Any]:
    """Return a valid calendar with the day (ISO) marked as `what`, a key of DAY_CHOICES.

    `basis`, the number of a document, is added to the sources of the year. Raise ValueError, in Vietnamese, if the form
    is incomplete or the calendar lacks the year.
    """
    try:
        year = date.fromisoformat(day).year
    except ValueError as error:
        raise ValueError("Xin chọn ngày.") from error
    if what not in DAY_CHOICES:
        raise ValueError("Xin chọn nghỉ, làm bù hoặc như ngày thường.")
    if what == "off" and not name:
        raise ValueError("Xin ghi tên ngày nghỉ.")
    if not basis:
        raise ValueError("Xin ghi căn cứ (số văn bản).")
    if year not in {row["year"] for row in calendar["years"]}:
        raise ValueError(f"Lịch chưa có năm {year}. Xin thêm năm này vào JSON trước.")
    rows = [_marked(row, day, what, name, basis) if row["year"] == year else row for row in calendar["years"]]
    return {**calendar, "years": rows}


def _marked(row: Mapping[str, Any], day: str, what: str, name: str, basis: str) -> dict[str, Any]:
    off = {item: why for item, why in row["off"].items() if item != day} | ({day: name} if what == "off" else {})
    extra = {item for item in row["extra_working"] if item != day} | ({day} if what == "extra_working" else set())
    source = row["source"] if basis in row["source"] else f"{row['source']}; {basis}"
    return {**row, "source": source, "off": dict(sorted(off.items())), "extra_working": sorted(extra)}
