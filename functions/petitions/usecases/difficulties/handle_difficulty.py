"""The steps by which a difficulty that a unit reported is solved: grouped, assigned, answered, judged, linked, closed.

Every step names the version of the difficulty that the officer saw. If two officers act at once, the second gets an
error with the name and step of the first, and nothing is overwritten.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from petitions.domain.difficulties.difficulty import (
    LONGEST_GROUP,
    LONGEST_TEXT,
    STEP_LABELS,
    WAITING,
    ChangeKind,
    Difficulty,
    DifficultyStep,
    StepTaken,
    difficulty_path,
)
from petitions.domain.difficulties.difficulty_steps import (
    Arrangement,
    answered,
    arranged,
    closed,
    judged,
    linked,
    may_read,
    open_steps,
)
from petitions.domain.language.redaction import masked
from petitions.domain.language.texts import hanoi_time
from petitions.domain.language.words import normal
from petitions.domain.officers.entries import may_have_officers
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import is_closed_to
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.shared.edges import UpTo
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import Directory
from petitions.errors import Conflict, Forbidden, NotFound, Rejected
from petitions.ports.store import Query, Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.difficulties.report_difficulty import plain_lines, without_person
from petitions.usecases.officers.staff import Staff
from petitions.usecases.shared.auditing import audit_change
from petitions.usecases.shared.petition_changes import changed_fields

NO_SUCH_DIFFICULTY = "Không có khó khăn này, hoặc khó khăn không thuộc đơn vị của anh/chị."
"""The message to an officer who may not read the difficulty. It does not reveal whether the difficulty exists."""
MOST_TOGETHER = 100
"""The most difficulties that one answer to a group reaches, far below the write limit of a transaction."""

Change = Callable[[Difficulty, str, datetime], Difficulty]
"""A function that applies a step to a difficulty, with a text, at a time."""
_WHY_CLOSED = "Xin ghi lý do đóng khi chưa trả lời"


@dataclass(frozen=True)
class Seen:
    """A difficulty, in the version that the officer saw."""

    id: str
    version: int


@dataclass(frozen=True)
class HandleDifficulty:
    """Carries out the steps that officers take on difficulties at the desk.

    All methods raise NotFound, Forbidden, Conflict or Rejected, in Vietnamese.
    """

    store: Store
    clock: Clock
    ids: Ids
    staff: Staff
    directory: Directory

    def arrange(self, officer: Officer, seen: Seen, wanted: Arrangement) -> None:
        """Set the group (empty for none), the solving unit and the due day of the difficulty."""
        group = masked(normal(wanted.group))
        if len(group) > LONGEST_GROUP:
            raise Rejected(f"Tên nhóm dài tối đa {LONGEST_GROUP} ký tự.", reason="group_too_long")
        if wanted.assigned is not None and not may_have_officers(wanted.assigned, self.directory):
            raise Rejected("Xin chọn đơn vị giải quyết trong danh mục.", reason="unit_unknown")
        if wanted.due is not None and UpTo(wanted.due).is_over(hanoi(self.clock.now()).date()):
            raise Rejected("Hạn trả lời đã qua. Xin chọn ngày từ hôm nay.", reason="due_past")
        kept = replace(wanted, group=group)

        def step(before: Difficulty, words: str, now: datetime) -> Difficulty:
            return arranged(before, officer, kept, words, now)

        self._do(officer, seen, DifficultyStep.ARRANGE, self._arrangement_text(kept), step)

    def answer(self, officer: Officer, seen: Seen, text: str, *, together: bool = False) -> int:
        """Answer the difficulty and return the number of difficulties answered. 0 means that this form was sent before.

        With `together`, the same answer is given to the waiting difficulties of its group that the officer may
        answer.
        """
        given = _required(text, "Xin nhập lời trả lời")

        def step(before: Difficulty, words: str, now: datetime) -> Difficulty:
            return answered(before, officer, words, now)

        return self._do(officer, seen, DifficultyStep.ANSWER, given, step, together=together)

    def judge(self, officer: Officer, seen: Seen, *, helped: bool, why: str) -> None:
        """Record whether the answer helped. If not, `why` is required, and the difficulty waits for an answer again."""
        reason = plain_lines(why)[:LONGEST_TEXT] if helped else _required(why, "Xin cho biết vì sao chưa giúp được")

        def step(before: Difficulty, words: str, now: datetime) -> Difficulty:
            return judged(before, officer, helped=helped, why=words, now=now)

        self._do(officer, seen, DifficultyStep.HELPED if helped else DifficultyStep.NOT_HELPED, reason, step)

    def link(self, officer: Officer, seen: Seen, kind: ChangeKind | None, what: str) -> None:
        """Record something that was changed because of the difficulty, such as a text or a rule."""
        if kind is None:
            raise Rejected("Xin chọn điều đã thay đổi là gì.", reason="change_kind_missing")

        def step(before: Difficulty, words: str, now: datetime) -> Difficulty:
            return linked(before, officer, kind, words, now)

        self._do(officer, seen, DifficultyStep.LINK, _required(what, "Xin ghi điều đã thay đổi"), step)

    def close(self, officer: Officer, seen: Seen, why: str) -> None:
        """Close a difficulty. If it was not answered, a reason for the reporting unit is required."""

        def step(before: Difficulty, words: str, now: datetime) -> Difficulty:
            return closed(before, officer, words if before.answer else _required(words, _WHY_CLOSED), now)

        self._do(officer, seen, DifficultyStep.CLOSE, plain_lines(why)[:LONGEST_TEXT], step)

    def _do(
        self, officer: Officer, seen: Seen, step: DifficultyStep, text: str, change: Change, *, together: bool = False
    ) -> int:
        def apply(tx: Transaction) -> int:
            before, petition = _of(tx, officer, seen)
            words = without_person(text, petition)
            if before.version != seen.version:
                if (before.version, before.last) == (seen.version + 1, _again(before.last, officer, step, words)):
                    return 0
                raise Conflict(self._who_was_first(officer, before))
            if step not in open_steps(officer, before):
                raise Forbidden("Anh/chị không được làm việc này với khó khăn này, hoặc việc đã xong.", reason="step")
            all_of_them = [before, *(_alike(tx, officer, before) if together else [])]
            now = self.clock.now()
            for difficulty in all_of_them:
                self._write(tx, officer, difficulty, change(difficulty, words, now))
            return len(all_of_them)

        return self.store.transact(apply)

    def _who_was_first(self, officer: Officer, before: Difficulty) -> str:
        last = before.last
        who = "Anh/chị" if last.by == officer.id else self.staff.name(last.by)
        return (
            f"{who} đã thao tác trước ở khó khăn này ({STEP_LABELS[last.step]}) lúc {hanoi_time(last.at)}. "
            "Phần anh/chị vừa nhập chưa được ghi và vẫn còn ở dưới: xin xem lại rồi gửi nếu còn cần."
        )

    def _write(self, tx: Transaction, officer: Officer, before: Difficulty, after: Difficulty) -> None:
        tx.update(difficulty_path(before.id), changed_fields(before, after))
        action = f"difficulty_{after.last.step.value}"
        audit_change(tx, self.ids.token(), officer, action, after.changed_at, code=before.code)

    def _arrangement_text(self, wanted: Arrangement) -> str:
        parts = (
            f"Nhóm: {wanted.group}" if wanted.group else "",
            f"Giải quyết: {self.directory.name_of(wanted.assigned)}" if wanted.assigned else "",
            f"Hạn trả lời: {wanted.due:%d/%m/%Y}" if wanted.due else "",
        )
        return ". ".join(filter(None, parts))


def _of(tx: Transaction, officer: Officer, seen: Seen) -> tuple[Difficulty, Petition | None]:
    found = tx.get(difficulty_path(seen.id))
    before = Difficulty.model_validate(found) if found else None
    about = tx.get(petition_path(before.code)) if before and before.code else None
    petition = Petition.model_validate(about) if about else None
    if before is None or not may_read(officer, before) or (petition and is_closed_to(officer, petition)):
        raise NotFound(NO_SUCH_DIFFICULTY)
    return before, petition


def _again(last: StepTaken, officer: Officer, step: DifficultyStep, words: str) -> StepTaken:
    return replace(last, step=step, by=officer.id, text=words)


def _alike(tx: Transaction, officer: Officer, before: Difficulty) -> list[Difficulty]:
    if not before.group:
        return []
    found = tx.find(Query("difficulties", where=(("group", "==", before.group),), limit=MOST_TOGETHER))
    others = [Difficulty.model_validate(document.data) for document in found if document.id != before.id]
    return [other for other in others if other.state in WAITING and DifficultyStep.ANSWER in open_steps(officer, other)]


def _required(text: str, wish: str) -> str:
    words = plain_lines(text)
    if not 1 <= len(words) <= LONGEST_TEXT:
        raise Rejected(f"{wish}, tối đa {LONGEST_TEXT} ký tự.", reason="text_missing")
    return words
