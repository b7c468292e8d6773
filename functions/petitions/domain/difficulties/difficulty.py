"""A problem that a unit has met in its work and reports to the coordinators, stored as `difficulties/{id}`.

Decision 771 has Văn phòng UBND thành phố gather the difficulties of units (LAW 6.1). Personal data in the text are
masked at once, because more people read a difficulty than the petition that it is about.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from pydantic import Field

from petitions.domain.shared.edges import UpTo
from petitions.domain.shared.records import Day, Instant, Record, Root

LONGEST_TEXT = 2000
LONGEST_GROUP = 120
MOST_FILES = 3


class DifficultyKind(StrEnum):
    """The subject of a difficulty that a unit reports."""

    REGULATION = "regulation"
    COMPETENCE = "competence"
    SYSTEM = "system"
    DATA = "data"
    MEANS = "means"
    OTHER = "other"


class DifficultyState(StrEnum):
    """The state of a difficulty: new -> assigned -> answered -> closed. An answer that did not help leads back."""

    NEW = "new"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    CLOSED = "closed"


class DifficultyStep(StrEnum):
    """A step in the handling of a difficulty."""

    REPORT = "report"
    ARRANGE = "arrange"
    ANSWER = "answer"
    HELPED = "helped"
    NOT_HELPED = "not_helped"
    LINK = "link"
    CLOSE = "close"


class ChangeKind(StrEnum):
    """The kind of thing that was changed because of a difficulty."""

    REFERENCE = "reference"
    DOCUMENT = "document"
    SOFTWARE = "software"
    PRACTICE = "practice"


KIND_LABELS: Mapping[DifficultyKind, str] = {
    DifficultyKind.REGULATION: "Quy định chưa rõ hoặc chồng chéo",
    DifficultyKind.COMPETENCE: "Thẩm quyền, phối hợp giữa các đơn vị",
    DifficultyKind.SYSTEM: "Phần mềm, kết nối với Zalo và Cổng quốc gia",
    DifficultyKind.DATA: "Danh mục, mẫu, thời hạn, lịch làm việc",
    DifficultyKind.MEANS: "Nhân lực, tập huấn, trang thiết bị",
    DifficultyKind.OTHER: "Khó khăn khác",
}
"""The Vietnamese names of the kinds, in the order in which the desk shows them."""

STATE_LABELS: Mapping[DifficultyState, str] = {
    DifficultyState.NEW: "Mới",
    DifficultyState.ASSIGNED: "Đang giải quyết",
    DifficultyState.ANSWERED: "Đã trả lời",
    DifficultyState.CLOSED: "Đã đóng",
}

STEP_LABELS: Mapping[DifficultyStep, str] = {
    DifficultyStep.REPORT: "Báo khó khăn",
    DifficultyStep.ARRANGE: "Phân công",
    DifficultyStep.ANSWER: "Trả lời",
    DifficultyStep.HELPED: "Đánh giá: giúp được",
    DifficultyStep.NOT_HELPED: "Đánh giá: chưa giúp được",
    DifficultyStep.LINK: "Ghi thay đổi đã làm",
    DifficultyStep.CLOSE: "Đóng",
}

CHANGE_LABELS: Mapping[ChangeKind, str] = {
    ChangeKind.REFERENCE: "Dữ liệu nền của hệ thống",
    ChangeKind.DOCUMENT: "Văn bản, quy định, hướng dẫn",
    ChangeKind.SOFTWARE: "Phần mềm",
    ChangeKind.PRACTICE: "Cách làm, phân công",
}

WAITING = (DifficultyState.NEW, DifficultyState.ASSIGNED)
"""The states in which the unit is still owed an answer."""
OPEN = (*WAITING, DifficultyState.ANSWERED)


class DifficultyFile(Record):
    """A picture or document that shows the difficulty."""

    id: str
    name: str | None = None
    media_type: str
    size: int
    """The size in bytes."""
    sha256: str
    object: str
    """The unguessable part of the file's name in Cloud Storage."""


class MadeChange(Record):
    """A change that was made because of a difficulty."""

    kind: ChangeKind
    what: str
    """The kind and version of reference data, as in `answers 2026-3`, or a description of any other change."""
    at: Instant
    by: str


class StepTaken(Record):
    """An entry in the history of a difficulty: the step, its time, and the officer who took it."""

    step: DifficultyStep
    at: Instant
    by: str
    """The id of the officer who took the step."""
    unit: str
    text: str = ""


class Difficulty(Root):
    """A problem that a unit reported, with its answer and its history."""

    id: str
    kind: DifficultyKind
    unit: str
    by: str
    """The id of the officer who reported the difficulty."""
    at: Instant
    page: str = ""
    """The path of the desk page on which the officer reported the difficulty."""
    code: str | None = None
    """The code of the petition in which the difficulty arose, or None."""
    text: str
    """The report, with personal data masked."""
    files: list[DifficultyFile] = Field(default_factory=list)
    state: DifficultyState = DifficultyState.NEW
    group: str = ""
    """A label for similar difficulties. Empty until a coordinator has chosen one."""
    assigned: str | None = None
    """The unit asked to solve the difficulty, or None."""
    due: Day | None = None
    """The last day for the answer, or None."""
    answer: str = ""
    helped: bool | None = None
    """The reporting unit's judgement of the newest answer. None before it is given."""
    closed_at: Instant | None = None
    changes: list[MadeChange] = Field(default_factory=list)
    steps: list[StepTaken] = Field(default_factory=list)
    """All steps taken on the difficulty, oldest first."""
    version: int = 1
    changed_at: Instant
    concerned: list[str] = Field(default_factory=list)
    """The units that get news of the last step."""

    @property
    def last(self) -> StepTaken:
        return self.steps[-1]

    def is_late(self, today: date) -> bool:
        """Return whether an answer is owed and the last day for it has passed."""
        return self.state in WAITING and self.due is not None and UpTo(self.due).is_over(today)


def difficulty_path(difficulty_id: str) -> str:
    return f"difficulties/{difficulty_id}"
