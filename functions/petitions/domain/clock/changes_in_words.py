"""Differences between two versions of calendar, deadline rules or reminder ladder, in Vietnamese, one per line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from petitions.domain.clock.ladder import RECIPIENTS_IN_TEXT
from petitions.domain.language.words import shortened

_NAMES = {
    "version": "Tên phiên bản",
    "weekdays": "Giờ làm việc",
    "monday": "thứ Hai",
    "tuesday": "thứ Ba",
    "wednesday": "thứ Tư",
    "thursday": "thứ Năm",
    "friday": "thứ Sáu",
    "saturday": "thứ Bảy",
    "sunday": "Chủ nhật",
    "extra_working_spans": "Giờ làm việc của ngày làm bù",
    "years": "Năm",
    "year": "Năm",
    "source": "Căn cứ",
    "provisional": "Tạm thời",
    "off": "Ngày nghỉ",
    "extra_working": "Ngày làm bù",
    "rules": "Quy tắc",
    "withdrawn": "Phiên bản công bố nhầm",
    "id": "Mã quy tắc",
    "clock": "Loại thời hạn",
    "classes": "Lĩnh vực áp dụng",
    "levels": "Mức độ áp dụng",
    "amount": "Thời hạn",
    "unit": "Đơn vị tính",
    "counts_from": "Tính từ",
    "max_extension": "Gia hạn tối đa",
    "max_pauses": "Số lần tạm dừng tối đa",
    "max_pause": "Tạm dừng tối đa",
    "pauses": "Tạm dừng chờ bổ sung",
    "least_minutes": "Số phút làm việc ít nhất để được cộng",
    "confidence": "Độ chắc chắn của căn cứ",
    "effective_from": "Hiệu lực từ",
    "effective_to": "Hết hiệu lực",
    "calendar_days": "Cách cộng vào thời hạn tính theo ngày",
    "days": "Bậc nhắc của thời hạn theo ngày",
    "hours": "Bậc nhắc của thời hạn theo giờ",
    "supplement": "Bậc nhắc khi chờ bổ sung",
    "approval": "Bậc nhắc khi chờ duyệt",
    "recipients": "Người nhận",
    "at_once": "Gửi ngay",
    "accountable": "Người chịu trách nhiệm",
    "every": "Lặp lại mỗi",
    "part": "Phần thời hạn đã dùng",
    "hours_after": "Giờ làm việc sau hạn",
    "working_days": "Ngày làm việc so với hạn",
    "reopen_within_days": "Được mở lại trong (ngày)",
    "reopen_times": "Số lần được mở lại",
    "ask_rating_after_working_days": "Hỏi mức hài lòng sau (ngày làm việc)",
    "contact_seen_within_minutes": "Người chờ liên hệ được xem trong (phút)",
    "contact_acted_after_days": "Người chờ liên hệ được trả lời sau (ngày làm việc)",
}
_VALUES = {
    "working_hours": "giờ làm việc",
    "working_days": "ngày làm việc",
    "calendar_days": "ngày",
    "normal": "bình thường",
    "complex": "phức tạp",
    "urgent": "khẩn",
    "reception": "tiếp nhận",
    "transfer": "chuyển đơn vị",
    "answer": "trả lời",
    "supplement": "bổ sung",
    "start": "khi bắt đầu",
    "receipt": "khi nhận phản ánh",
    "verified": "đã xác minh",
    "analogy": "áp dụng tương tự",
    "historic": "quy định cũ",
    "design": "do hệ thống chọn",
    "unknown": "chưa rõ",
    "vbqppl": "về văn bản quy phạm pháp luật",
} | RECIPIENTS_IN_TEXT
_ROWS = {"years": "year", "rules": "id"} | dict.fromkeys(("days", "hours", "supplement", "approval"), "name")
_LONGEST = 120
_ABSENT = object()


def changes_in_words(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return one line for every value added, removed or changed: "place in the data: change"."""
    return [f"{' › '.join(where)}: {what}" for where, what in _changes((), old, new)]


def rule_name(rule: Mapping[str, Any]) -> str:
    """Return the Vietnamese name of a deadline rule: its clock, levels and classes, and the days of its validity."""
    given = [rule.get("levels"), rule.get("classes")]  # of data with faults, perhaps no lists
    limits = [_value(item) for items in given if isinstance(items, list) for item in items]
    name = ", ".join([f"thời hạn {_value(rule.get('clock'))}", *limits])
    days = [("từ", rule.get("effective_from")), ("đến trước", rule.get("effective_to"))]
    valid = " ".join(f"{word} {_value(day)}" for word, day in days if day)
    return f"{name} ({valid})" if valid else name


def place_in_words(place: str, data: Mapping[str, Any]) -> str:
    """Return a place such as `rules.0.amount` with the names of the rule and of the field in Vietnamese.

    Any other place is returned unchanged.
    """
    group, _, rest = place.partition(".")
    number, _, field = rest.partition(".")
    rules = data.get("rules")
    if group != "rules" or not number.isdecimal() or not isinstance(rules, list) or int(number) >= len(rules):
        return place
    rule = rules[int(number)]
    name = f"Quy tắc {rule_name(rule)}" if isinstance(rule, dict) else f"Quy tắc thứ {int(number) + 1}"
    return f"{name} › {_NAMES.get(field, field)}" if field else name


def _changes(where: tuple[str, ...], old: Any, new: Any) -> list[tuple[tuple[str, ...], str]]:
    if isinstance(old, dict) and isinstance(new, dict):
        found = []
        for name in dict.fromkeys([*old, *new]):
            before, after = old.get(name, _ABSENT), new.get(name, _ABSENT)
            if before == after:
                continue
            if name in _ROWS and isinstance(before, list) and isinstance(after, list):
                found += _rows(name, before, after)
            else:
                found += _changes((*where, _NAMES.get(name, _value(name))), before, after)
        return found
    if isinstance(old, list) and isinstance(new, list) and all(isinstance(item, str) for item in [*old, *new]):
        found = [(where, f"thêm {_value(item)}") for item in new if item not in old]
        return found + [(where, f"bỏ {_value(item)}") for item in old if item not in new]
    return [(where, _turned(old, new))]


def _rows(name: str, old: list[Any], new: list[Any]) -> list[tuple[tuple[str, ...], str]]:
    before, after = ({row[_ROWS[name]]: row for row in rows} for rows in (old, new))
    found = []
    for row in dict.fromkeys([*before, *after]):
        if before.get(row) != after.get(row):
            label = rule_name(after.get(row) or before[row]) if name == "rules" else row
            found += _changes((f"{_NAMES[name]} {label}",), before.get(row, _ABSENT), after.get(row, _ABSENT))
    return found or [((_NAMES[name],), "đổi thứ tự")]


def _turned(old: Any, new: Any) -> str:
    if old is _ABSENT:
        return f"thêm {_value(new)}"
    if new is _ABSENT:
        return f"bỏ {_value(old)}"
    return f"{_value(old)} → {_value(new)}"


def _value(value: Any) -> str:
    if value is None or value == []:
        return "không"
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, dict):
        named = {name: item for name, item in value.items() if name not in _ROWS.values()}
        words = {name: f"{len(item)} ngày" if name == "off" else _value(item) for name, item in named.items()}
        return "; ".join(f"{_NAMES.get(name, name)} {text}" for name, text in words.items())
    if isinstance(value, list):
        spans = all(isinstance(item, list) for item in value)
        return ", ".join("-".join(map(str, item)) if spans else _value(item) for item in value)
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    return _VALUES.get(str(value)) or shortened(str(value), _LONGEST)
