"""The training tasks, from `tasks.json`, and the judgement of a task by the petition that the trainee has changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from petitions.domain.lifecycle.states import Action, ClockName, Level, Role
from petitions.domain.petition.history_entry import HistoryEntry
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.edges import Until, UpTo

SHORTEST_ANSWER = 200
SHORTEST_WORDS = 25
HEALTH = "SYT"


class Mark(StrEnum):
    """The result of a training task."""

    OPEN = "open"
    DONE = "done"
    BETTER = "better"
    """Done, but late or with room for improvement."""
    WRONG = "wrong"


@dataclass(frozen=True)
class Task:
    """A training task. `case` is the name of an invented petition, `wanted` the right action on it."""

    id: str
    role: Role
    case: str
    title: str
    words: str
    hint: str
    wanted: Action
    wrong: Mapping[Action, str]
    """The wrong actions, each with an explanation and advice."""
    clock: ClockName | None = None
    """The deadline that must not have passed when the task is done, or None."""
    better: str = ""
    """The key in `BETTER` of the function that judges the quality, or "" if any result is good."""


@dataclass(frozen=True)
class Practised:
    """The petition of a task as stored now, and the entries of its history since the training began."""

    petition: Petition
    lines: Sequence[HistoryEntry]
    codes: Mapping[str, str]
    """The codes of all invented petitions of the training, by the petition's name in `tasks.json`."""


@dataclass(frozen=True)
class Verdict:
    """The result of a training task, with advice, or "" if there is nothing to improve."""

    mark: Mark
    advice: str = ""


def tasks() -> list[Task]:
    """Return the training tasks in the recommended order."""
    items = json.loads(Path(__file__).with_name("tasks.json").read_text(encoding="utf-8"))
    return [
        Task(
            **{name: item[name] for name in ("id", "case", "title", "words", "hint")},
            role=Role(item["role"]),
            wanted=Action(item["wanted"]),
            wrong={Action(action): words for action, words in item["wrong"].items()},
            clock=ClockName(item["clock"]) if "clock" in item else None,
            better=item.get("better", ""),
        )
        for item in items
    ]


def judge(task: Task, seen: Practised, now: datetime) -> Verdict:
    """Return the result of a training task, from the stored petition of the task.

    A wrong action before the right one, or a late result, gives `BETTER`. A wrong action alone, or a result that misses
    the point, gives `WRONG`.
    """
    done = next((line for line in seen.lines if line.action == task.wanted), None)
    before = [line for line in seen.lines if done is None or line.seq < done.seq]
    wrong = next((task.wrong[Action(line.action)] for line in before if line.action in task.wrong), "")
    if done is None:
        return Verdict(Mark.WRONG, wrong) if wrong else _open(task, seen, now)
    if wrong:
        return Verdict(Mark.BETTER, f"Cuối cùng đã đúng, nhưng trước đó: {wrong}")
    found = BETTER[task.better](seen, done) if task.better else None
    if found is not None:
        return found
    due = _missed_deadline(task, seen, now)
    if due is not None and UpTo(due).is_over(done.at):
        return Verdict(Mark.BETTER, f"Đã làm, nhưng sau hạn {TERMS[task.clock]}. Lần sau làm hồ sơ gần hạn nhất trước.")
    return Verdict(Mark.DONE)


TERMS = {ClockName.RECEPTION: "tiếp nhận", ClockName.TRANSFER: "chuyển xử lý", ClockName.ANSWER: "trả lời", None: ""}


def _open(task: Task, seen: Practised, now: datetime) -> Verdict:
    due = _missed_deadline(task, seen, now)
    if due is not None and UpTo(due).is_over(now):
        return Verdict(Mark.OPEN, f"Đã qua hạn {TERMS[task.clock]}: làm ngay, trễ thêm càng khó giải thích.")
    return Verdict(Mark.OPEN)


def _missed_deadline(task: Task, seen: Practised, now: datetime) -> datetime | None:
    """Return the deadline of the task's clock if it has passed, even if the clock was stopped, or None."""
    clock = seen.petition.clocks.get(task.clock) if task.clock else None
    if clock is None or (clock.stopped_at is None and now in Until(clock.due_at)):
        return None
    return clock.due_at if clock.stopped_at is None else clock.late_from


def _answer(seen: Practised, _: HistoryEntry) -> Verdict | None:
    reply = seen.petition.reply
    if reply is None:
        return None
    if not reply.basis:
        return Verdict(Mark.BETTER, "Thiếu căn cứ pháp lý: ghi văn bản, điều, khoản.")
    if len(reply.text) < SHORTEST_ANSWER:
        return Verdict(Mark.BETTER, "Câu trả lời quá ngắn: nói đã kiểm tra gì, kết quả ra sao, ai làm gì, ngày nào.")
    return None


def _redone(seen: Practised, done: HistoryEntry) -> Verdict | None:
    reply = seen.petition.reply
    if reply and "sớm mời" in reply.text:
        return Verdict(Mark.WRONG, "Câu trả lời vẫn ghi “sẽ sớm mời”: lãnh đạo đã yêu cầu ghi rõ ngày và người tiếp.")
    if reply and not any(letter.isdigit() for letter in reply.text):
        return Verdict(Mark.BETTER, "Đã sửa, nhưng chưa có ngày cụ thể như lãnh đạo yêu cầu.")
    return _answer(seen, done)


def _worded(what: str) -> Callable[[Practised, HistoryEntry], Verdict | None]:
    def look(_: Practised, done: HistoryEntry) -> Verdict | None:
        return Verdict(Mark.BETTER, what) if len(done.reason or done.filer_text or "") < SHORTEST_WORDS else None

    return look


def _merged(seen: Practised, _: HistoryEntry) -> Verdict | None:
    if seen.petition.merged_into == seen.codes["twin_old"]:
        return None
    return Verdict(Mark.WRONG, "Đã gộp vào một hồ sơ khác việc. Bỏ gộp, rồi gộp vào hồ sơ máy lấy số gửi trước.")


def _unit(seen: Practised, _: HistoryEntry) -> Verdict | None:
    if seen.petition.unit == HEALTH:
        return None
    return Verdict(Mark.WRONG, "Đơn vị này không sửa được dữ liệu tiêm chủng. Lấy lại hồ sơ và giao cho Sở Y tế.")


def _urgent(seen: Practised, _: HistoryEntry) -> Verdict | None:
    if Level(seen.petition.level) is Level.URGENT:
        return None
    return Verdict(Mark.WRONG, "Mức độ đã đổi nhưng không phải “Khẩn”: điện chạm hàng rào có thể chết người.")


BETTER: dict[str, Callable[[Practised, HistoryEntry], Verdict | None]] = {
    "answer": _answer,
    "redone": _redone,
    "question": _worded("Câu hỏi quá ngắn: hỏi rõ thủ tục nào, nộp ngày nào, mã trên giấy hẹn."),
    "extended": _worded("Đã gia hạn, nhưng lý do quá ngắn: người gửi đọc được lý do này."),
    "reason": _worded("Đã trả lại, nhưng lý do quá ngắn: ghi rõ còn thiếu điều gì để cán bộ sửa được trong một lần."),
    "merged": _merged,
    "unit": _unit,
    "urgent": _urgent,
}
