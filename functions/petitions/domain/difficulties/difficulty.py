"""A difficulty of a unit, `difficulties/{id}`: what it is, who solves it by when, the answer, and whether it helped.

Decision 771 has Văn phòng UBND thành phố gather the difficulties of units (LAW 6.1). The words are masked when they are
reported, because a difficulty is read by more people than the petition that it is about.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from pydantic import Field

from petitions.domain.shared.records import Day, Instant, Record, Root

LONGEST_TEXT = 2000
LONGEST_GROUP = 120
MOST_FILES = 3


class DifficultyKind(StrEnum):
    """What the difficulty is about."""

    REGULATION = "regulation"
    COMPETENCE = "competence"
    SYSTEM = "system"
    DATA = "data"
    MEANS = "means"
    OTHER = "other"


class DifficultyState(StrEnum):
    """new -> assigned -> answered -> closed; one whose answer did not help waits again."""

    NEW = "new"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    CLOSED = "closed"


class DifficultyStep(StrEnum):
    """A step in the life of a difficulty."""

    REPORT = "report"
    ARRANGE = "arrange"
    ANSWER = "answer"
    HELPED = "helped"
    NOT_HELPED = "not_helped"
    LINK = "link"
    CLOSE = "close"


class ChangeKind(StrEnum):
    """What was changed because of a difficulty."""

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
"""The names on the desk and in lists, in their order there."""

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
"""The states in which an answer is owed."""
OPEN = (*WAITING, DifficultyState.ANSWERED)


class DifficultyFile(Record):
    """A picture or document that shows the difficulty."""

    id: str
    name: str | None = None
    media_type: str
    size: int
    """Bytes."""
    sha256: str
    object: str
    """The unguessable part of its name in Cloud Storage."""


class MadeChange(Record):
    """Something that was changed because of a difficulty."""

    kind: ChangeKind
    what: str
    """Of reference data its kind and version (`answers 2026-3`), else words."""
    at: Instant
    by: str


class StepTaken(Record):
    """A line of what happened."""

    step: DifficultyStep
    at: Instant
    by: str
    """An officer's id."""
    unit: str
    text: str = ""


class Difficulty(Root):
    """A difficulty of a unit."""

    id: str
    kind: DifficultyKind
    unit: str
    by: str
    """The id of the officer who reported it."""
    at: Instant
    page: str = ""
    """The path of the page of the desk on which it was met."""
    code: str | None = None
    """The petition that it is about."""
    text: str
    """Without personal data."""
    files: list[DifficultyFile] = Field(default_factory=list)
    state: DifficultyState = DifficultyState.NEW
    group: str = ""
    """The words under which alike ones are gathered; empty until a coordinator has said."""
    assigned: str | None = None
    """The unit that solves it."""
    due: Day | None = None
    """The last day for the answer."""
    answer: str = ""
    helped: bool | None = None
    """What the unit said of the newest answer."""
    closed_at: Instant | None = None
    changes: list[MadeChange] = Field(default_factory=list)
    steps: list[StepTaken] = Field(default_factory=list)
    """All of them, oldest first."""
    version: int = 1
    changed_at: Instant
    concerned: list[str] = Field(default_factory=list)
    """The units whose people are to hear of the last step."""

    @property
    def last(self) -> StepTaken:
        """Return the last step."""
        return self.steps[-1]

    def is_late(self, today: date) -> bool:
        """Return whether an answer is owed whose day has passed."""
        return self.state in WAITING and self.due is not None and self.due < today


def difficulty_path(difficulty_id: str) -> str:
    """Return the path of the difficulty."""
    return f"difficulties/{difficulty_id}"
