"""The outcome of an answer (LAW 1.2), and the document that it rests on, if there is one."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from petitions.domain.petition.classification import Nature
from petitions.domain.shared.records import Day, Record


class AnswerOutcome(StrEnum):
    """The outcomes that the unit chooses from. The last five are those of a petition about a rule."""

    RESOLVED = "resolved"
    EXPLAINED = "explained"
    NO_GROUNDS = "no_grounds"
    AMENDED = "amended"
    REPEALED = "repealed"
    PROPOSED = "proposed"
    ISSUED = "issued"


OUTCOME_LABELS = {
    AnswerOutcome.RESOLVED: "Đã giải quyết",
    AnswerOutcome.EXPLAINED: "Giải thích, giữ nguyên quy định hoặc kết quả",
    AnswerOutcome.NO_GROUNDS: "Chưa đủ cơ sở để xem xét, xử lý",
    AnswerOutcome.AMENDED: "Sửa đổi, bổ sung quy định",
    AnswerOutcome.REPEALED: "Bãi bỏ quy định",
    AnswerOutcome.PROPOSED: "Kiến nghị cấp có thẩm quyền",
    AnswerOutcome.ISSUED: "Ban hành quy định mới",
}


class AnswerDocument(Record):
    """The document. All four fields are required, as on paper."""

    number: str = Field(min_length=1, max_length=60)
    date: Day
    signer: str = Field(min_length=2, max_length=100)
    position: str = Field(min_length=2, max_length=100)


class DraftDocument(Record):
    """The document of an answer in the making, its parts as typed so far."""

    number: str = ""
    date: str = ""
    signer: str = ""
    position: str = ""

    @classmethod
    def of(cls, document: AnswerDocument | None) -> DraftDocument:
        """Return the fields of the document for the form, or empty ones for None."""
        return cls.model_validate(document.stored()) if document else cls()


def proposed_outcome(nature: Nature | None) -> AnswerOutcome:
    """Return the default outcome: a rule is usually explained, conduct corrected."""
    return AnswerOutcome.EXPLAINED if nature is Nature.CONTENT else AnswerOutcome.RESOLVED
