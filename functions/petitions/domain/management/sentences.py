"""The monthly report in short Vietnamese sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from petitions.domain.lifecycle.lifecycle import STATE_LABELS, State
from petitions.domain.management.attention import Attention, ManagementRules
from petitions.domain.management.management_sheet import ManagementSheet, MonthRow, Tally

_HOURS_A_DAY = 24


def month_in_words(name: str) -> str:
    """Return the month's name (2026-10) as `10/2026`."""
    year, month = name.split("-")
    return f"{int(month)}/{year}"


def grouped(number: int) -> str:
    """Return a number as written in Vietnamese: 1234 -> "1.234"."""
    return f"{number:,}".replace(",", ".")


def headline(sheet: ManagementSheet) -> str:
    """Return a sentence with the most important numbers: new, answered, share on time, and overdue petitions."""
    this, counts = sheet.this, sheet.this.counts
    text = f"Tháng {month_in_words(sheet.month)} nhận {grouped(counts['received'])} hồ sơ mới"
    text += f", trả lời {grouped(counts['handled'])}"
    if this.on_time is not None:
        text += f"; đúng hạn {this.on_time}% số đã trả lời và quá hạn"
    if not sheet.overdue:
        return f"{text}. Không có hồ sơ nào đang quá hạn."
    worst = next((unit for unit in sheet.units if any(sign.number == "overdue" for sign in unit.signs)), None)
    where = f"; cần chú ý trước hết: {worst.name}" if worst else ""
    return f"{text}. Đang quá hạn {grouped(sheet.overdue)} hồ sơ{where}."


def in_sentences(sheet: ManagementSheet) -> list[str]:
    """Return the sentences of the report, without its tables and quotations, for an e-mail and a web page."""
    return [headline(sheet), *lateness(sheet), flow(sheet), satisfaction(sheet.this), difficulties(sheet)]


def comparison(now: int | None, then: int | None, *, points: bool) -> str:
    """Return the difference between two numbers, such as `+12`, `−3 điểm`, `như cũ`, or `–` if one is unknown.

    With `points`, the numbers are percentages and the difference is in percentage points.
    """
    if now is None or then is None:
        return "–"
    if now == then:
        return "như cũ"
    return f"{'+' if now > then else '−'}{grouped(abs(now - then))}{' điểm' if points else ''}"


def lateness(sheet: ManagementSheet) -> Iterator[str]:
    """Yield the sentences on late answers, late steps and overdue petitions."""
    counts = sheet.this.counts
    steps = [
        ("tiếp nhận", counts["late_reception"]),
        ("chuyển", counts["late_transfer"]),
        ("trả lời", counts["late_answer"]),
    ]
    late = [f"{grouped(number)} ở bước {step}" for step, number in steps if number]
    if counts["late"]:
        yield f"{grouped(counts['late'])} câu trả lời trong tháng bị trễ (có ít nhất một bước quá hạn)."
    else:
        yield "Không có câu trả lời nào trong tháng bị trễ."
    if late:
        yield f"Bước bị trễ của hồ sơ kết thúc trong tháng: {_listed(late)}; một hồ sơ có thể trễ nhiều bước."
    if not sheet.overdue:
        yield "Không còn hồ sơ nào quá hạn."
        return
    yield f"{grouped(sheet.overdue)} hồ sơ đang quá hạn{_longest(sheet)}.{_stuck(sheet.overdue_states)}"


def flow(sheet: ManagementSheet) -> str:
    """Return sentences on open petitions before and after the month, the median time to an answer, and extensions."""
    before, after = sheet.open_before, sheet.open_after
    change = (
        "không đổi" if before == after else f"{'tăng' if after > before else 'giảm'} {grouped(abs(after - before))}"
    )
    took = f" Một nửa số câu trả lời đến trong {_duration(sheet.median_hours)}." if sheet.median_hours else ""
    extended = sheet.this.counts["extended"]
    longer = f" Gia hạn {grouped(extended)} lần." if extended else ""
    return f"Đang xử lý đầu tháng {grouped(before)}, cuối tháng {grouped(after)} ({change}).{took}{longer}"


def satisfaction(row: MonthRow) -> str:
    """Return a sentence with the share of satisfied ratings, the number of ratings and their levels."""
    rated = row.counts["rated"]
    if not rated:
        return "Trong tháng không có ai đánh giá."
    levels = ((1, "rất hài lòng"), (2, "hài lòng"), (3, "chưa hài lòng"))
    counts = [f"{grouped(row.counts[f'rated_{level}'])} {words}" for level, words in levels]
    return f"{row.satisfied}% hài lòng, n = {grouped(rated)} lượt đánh giá: {', '.join(counts)}."


def signs(attention: Attention) -> str:
    """Return the numbers for which a unit or field needs attention: "12 đang quá hạn, 3 ..."."""
    return ", ".join(f"{grouped(sign.count)} {sign.label}" for sign in attention.signs)


def difficulties(sheet: ManagementSheet) -> str:
    """Return a sentence on the unsolved difficulties that units have reported."""
    if not sheet.difficulties:
        return "Không có khó khăn, vướng mắc nào đang chờ giải quyết."
    late = f", {grouped(sheet.difficulties_late)} đã quá ngày hẹn trả lời" if sheet.difficulties_late else ""
    return f"{grouped(sheet.difficulties)} khó khăn, vướng mắc của các đơn vị đang chờ giải quyết{late}."


def rule_in_words(rules: ManagementRules) -> str:
    """Return a Vietnamese sentence that explains the rule by which units need attention."""
    weights = [f"mỗi hồ sơ {signal.label} {signal.points} điểm" for signal in rules.signals]
    return f"Cần chú ý là nơi có nhiều điểm nhất: {', '.join(weights)}."


def _longest(sheet: ManagementSheet) -> str:
    days = sheet.longest_overdue
    return f", lâu nhất {days} ngày làm việc" if days else ""


def _stuck(states: Sequence[Tally]) -> str:
    counts = [f"{grouped(state.count)} {STATE_LABELS[State(state.key)].lower()}" for state in states]
    return f" Đang dừng ở: {_listed(counts)}." if counts else ""


def _listed(parts: Sequence[str]) -> str:
    return ", ".join(parts[:-1]) + (" và " if len(parts) > 1 else "") + parts[-1]


def _duration(hours: float) -> str:
    if hours < _HOURS_A_DAY:
        return f"{max(1, round(hours))} giờ"
    return f"{hours / _HOURS_A_DAY:.1f} ngày".replace(".", ",").replace(",0 ", " ")
