"""The outcome of an answer (LAW 1.2), and the official document on which the answer may rest."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from petitions.domain.petition.classification import Nature
from petitions.domain.shared.records import Day, Record


class AnswerOutcome(StrEnum):
    """The possible results of a petition, chosen by the unit. The last five are for petitions about a rule."""

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
    """The official document on which an answer rests. All four fields are required, as on paper."""

    number: str = Field(min_length=1, max_length=60)
    date: Day
    signer: str = Field(min_length=2, max_length=100)
    position: str = Field(min_length=2, max_length=100)


class DraftDocument(Record):
    """The document of an unfinished answer, with its fields as typed so far."""

    number: str = ""
    date: str = ""
    signer: str = ""
    position: str = ""

    @classmethod
    def of(cls, document: AnswerDocument | None) -> DraftDocument:
        """Return the document's fields as texts for the form. For None, all are empty."""
        return cls.model_validate(document.stored()) if document else cls()


def proposed_outcome(nature: Nature | None) -> AnswerOutcome:
    """Return the outcome preselected in the form: "explained" for a petition about a rule, otherwise "resolved"."""
    return AnswerOutcome.EXPLAINED if nature is Nature.CONTENT else AnswerOutcome.RESOLVED
