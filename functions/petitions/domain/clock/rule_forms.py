"""Reads the forms for deadline rules, reminders, reopening periods and the texts of papers back into data.

A field is named by its place in the data, such as `answer.amount` or `days.3.every`. Data without a field in the form
stay unchanged. The result still has to pass the same validation as data that came as JSON.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from petitions.domain.clock.changes_in_words import rule_name
from petitions.domain.clock.ladder import RECIPIENT_LABELS
from petitions.domain.shared.edges import Until, UpTo

RULE_NUMBERS = {
    "amount": "Thời hạn",
    "max_extension": "Gia hạn tối đa",
    "max_pauses": "Số lần tạm dừng tối đa",
    "max_pause": "Tạm dừng tối đa",
}
CONFIDENCES = {
    "verified": "đã có văn bản xác nhận",
    "analogy": "áp dụng tương tự",
    "historic": "quy định cũ",
    "design": "do hệ thống chọn",
    "unknown": "chưa rõ",
}
LADDERS = {
    "days": "Thời hạn theo ngày",
    "hours": "Thời hạn theo giờ",
    "supplement": "Chờ công dân bổ sung",
    "approval": "Chờ lãnh đạo duyệt",
}
CHORE_NUMBERS = {
    "reopen_within_days": "Được yêu cầu mở lại trong (ngày kể từ trả lời)",
    "reopen_times": "Số lần được mở lại",
    "ask_rating_after_working_days": "Hỏi mức hài lòng sau (ngày làm việc)",
    "contact_seen_within_minutes": "Người chờ liên hệ phải được xem trong (phút làm việc)",
    "exported_at_once": "Danh sách tải được ngay đến (hồ sơ; nhiều hơn thì làm ở nền)",
    "contact_acted_after_days": "và được trả lời sau (ngày làm việc; 0 là trong ngày)",
}
PAPER_WORDS = {
    "heading": "Tên loại văn bản (để trống: công văn)",
    "sign": "Chữ viết tắt của tên loại",
    "subject": "Trích yếu",
    "text": "Nội dung",
}
_WHOLE = re.compile(r"[+-]?\d{1,5}")
_LONGEST = 400


@dataclass(frozen=True)
class FormFields:
    """The submitted fields of a form. A field may have several values."""

    values: Mapping[str, Sequence[str]]

    def get(self, name: str, default: str = "") -> str:
        return next(iter(self.values.get(name, ())), default)

    def getlist(self, name: str) -> Sequence[str]:
        return self.values.get(name, ())


def with_form(kind: str, data: Mapping[str, Any], form: Mapping[str, Sequence[str]], today: date) -> dict[str, Any]:
    """Return the data with the changes of the form. `kind` is a key of FORMS, and `form` has the values per field.

    Raise ValueError with all faults in Vietnamese, one a line.
    """
    faults: list[str] = []
    changed = FORMS[kind](data, FormFields(form), today, faults)
    if faults:
        raise ValueError("\n".join(faults))
    return changed


def still_in_force(rule: Mapping[str, Any], today: date) -> bool:
    """Return whether a deadline rule applies now or later. No form changes a rule of the past."""
    return rule["effective_to"] is None or today in Until(date.fromisoformat(rule["effective_to"]))


def _with_rules(data: Mapping[str, Any], form: FormFields, today: date, faults: list[str]) -> dict[str, Any]:
    """Return the data with the changed rules.

    If the form names a first day, `since`, a changed rule ends on that day and a new rule begins. Without it, the rule
    is changed in place.
    """
    since, rows = form.get("since", ""), []
    if since and not _is_day(since):
        faults.append("Áp dụng từ ngày: không phải ngày.")
    for rule in data["rules"]:
        changed = _rule(rule, form, faults) if still_in_force(rule, today) else rule
        if changed == rule or not since or since in UpTo(rule["effective_from"]):
            rows.append(changed)
            continue
        name = re.sub(r"-\d{4}-\d\d-\d\d$", "", rule["id"])
        rows += [{**rule, "effective_to": since}, {**changed, "id": f"{name}-{since}", "effective_from": since}]
    withdrawn = [*dict.fromkeys([*data.get("withdrawn", []), *form.getlist("withdrawn")])]
    return {**data, "rules": rows} | ({"withdrawn": withdrawn} if withdrawn else {})


def _rule(rule: Mapping[str, Any], form: FormFields, faults: list[str]) -> dict[str, Any]:
    where, called = rule["id"], f"Quy tắc {rule_name(rule)}"
    numbers = {
        name: _number(form, f"{where}.{name}", f"{called}, {label.lower()}", rule.get(name), faults)
        for name, label in RULE_NUMBERS.items()
        if form.get(f"{where}.{name}", "-") != "-"
    }
    unit, source = form.get(f"{where}.unit", rule["unit"]), form.get(f"{where}.source", rule["source"]).strip()
    sure = form.get(f"{where}.confidence", rule["confidence"])
    return {**rule, **numbers, "unit": unit, "source": source[:_LONGEST], "confidence": sure}


def _with_ladder(data: Mapping[str, Any], form: FormFields, _: date, faults: list[str]) -> dict[str, Any]:
    return {**data, **{kind: _rungs(kind, data.get(kind, []), form, faults) for kind in LADDERS}}


def _rungs(
    kind: str, rungs: Sequence[Mapping[str, Any]], form: FormFields, faults: list[str]
) -> list[Mapping[str, Any]]:
    """Return the rungs of one ladder in order of time, without dropped ones, and with a new one from the empty row."""
    places = [f"{kind}.{number}" for number in range(len(rungs) + 1)]
    asked = [place for place in places if form.get(f"{place}.at", "").strip() and form.get(f"{place}.drop") != "1"]
    rows = [_rung(kind, item, form, faults) for item in asked]
    return sorted(rows, key=lambda row: (row.get("part", 0), row.get("working_days", row.get("hours_after", 0))))


def _rung(kind: str, where: str, form: FormFields, faults: list[str]) -> dict[str, Any]:
    label = f"{LADDERS[kind]}, bậc {int(where.split('.')[1]) + 1}"
    at = _number(form, f"{where}.at", label, 0, faults)
    recipients = [recipient for recipient in RECIPIENT_LABELS if recipient in form.getlist(f"{where}.recipients")]
    if not recipients:
        faults.append(f"{label}: xin chọn ít nhất một người nhận.")
    rung: dict[str, Any] = {"recipients": recipients}
    if kind == "hours":
        part = _number(form, f"{where}.part", f"{label}, phần trăm", 100, faults)
        rung |= {"name": _hours_name(part, at), "part": part / 100} | ({"hours_after": at} if at else {})
    else:
        rung |= {"name": f"T{at:+d}" if at else "T", "working_days": at}
    if form.get(f"{where}.at_once") == "1":
        rung["at_once"] = True
    if form.get(f"{where}.accountable") in RECIPIENT_LABELS:
        rung["accountable"] = form.get(f"{where}.accountable")
    if every := form.get(f"{where}.every", "").strip():
        rung["every"] = _number(form, f"{where}.every", f"{label}, lặp lại", every, faults)
    return rung


def _hours_name(part: int, hours: int) -> str:
    if part < 100:  # noqa: PLR2004 - per cent
        return f"{part}"
    return f"T+{hours}h" if hours else "T"


def _with_chores(data: Mapping[str, Any], form: FormFields, _: date, faults: list[str]) -> dict[str, Any]:
    numbers = {
        name: _number(form, name, label, data.get(name), faults)
        for name, label in CHORE_NUMBERS.items()
        if form.get(name, "-") != "-"
    }
    return {**data, **numbers, "source": form.get("source", data["source"]).strip()[:_LONGEST]}


def _with_papers(data: Mapping[str, Any], form: FormFields, _: date, __: list[str]) -> dict[str, Any]:
    general = {name: form.get(name, data[name]).strip() for name in ("section", "city", "source")}
    return {**data, **general, "forms": [_paper(item, form) for item in data["forms"]]}


def _paper(row: Mapping[str, Any], form: FormFields) -> dict[str, Any]:
    where = row["kind"]
    words = {name: "\n".join(form.get(f"{where}.{name}", row[name]).split("\r\n")).strip() for name in PAPER_WORDS}
    written = form.get(f"{where}.recipients", "\n".join(row["recipients"])).splitlines()
    return {**row, **words, "recipients": [item.strip() for item in written if item.strip()]}


FORMS: Mapping[str, Callable[[Mapping[str, Any], FormFields, date, list[str]], dict[str, Any]]] = {
    "deadline_rules": _with_rules,
    "reminder_ladder": _with_ladder,
    "housekeeping": _with_chores,
    "paper_forms": _with_papers,
}
"""The kinds of data that have a form, with the function that reads it."""


def _number(form: FormFields, name: str, label: str, before: Any, faults: list[str]) -> Any:
    """Return the whole number typed into a field. For any other text, add a fault and return the former number."""
    written = form.get(name, "").strip()
    if not _WHOLE.fullmatch(written):
        faults.append(f"{label}: “{written[:20]}” không phải số nguyên.")
        return before
    return int(written)


def _is_day(written: str) -> bool:
    try:
        return date.fromisoformat(written).isoformat() == written
    except ValueError:
        return False
