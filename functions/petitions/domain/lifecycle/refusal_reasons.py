"""Reasons to refuse a petition (LAW 1.1, LAW 1.4, LAW 2.2). The officer adds guidance: advice for the filer."""

from __future__ import annotations

from enum import StrEnum

SHORTEST_GUIDANCE = 20
"""The fewest characters of the guidance in a refusal."""
FEWEST_WORDS = 4
"""The fewest different words of the guidance."""


class RefusalReason(StrEnum):
    """The reasons for a refusal, from which an officer chooses.

    A lack of competence is not among them: an officer gives such a petition back or transfers it.
    """

    COMPLAINT = "complaint"
    UNCLEAR = "unclear"
    NO_IDENTITY = "no_identity"
    NOT_ADMINISTRATIVE = "not_administrative"
    ANSWERED = "answered"
    FIELD_REPORT = "field_report"
    OTHER = "other"


REFUSAL_LABELS = {
    RefusalReason.COMPLAINT: "Nội dung thuộc khiếu nại, tố cáo, ngoài phạm vi Nghị định số 20/2008/NĐ-CP (Điều 1)",
    RefusalReason.UNCLEAR: "Nội dung không rõ, không bổ sung được",
    RefusalReason.NO_IDENTITY: "Thiếu họ tên, địa chỉ hoặc điện thoại của người gửi",
    RefusalReason.NOT_ADMINISTRATIVE: "Không phải quy định hay hành vi hành chính",
    RefusalReason.ANSWERED: "Đã được trả lời, không có tình tiết mới",
    RefusalReason.FIELD_REPORT: "Là việc hiện trường, gửi qua iHanoi",
    RefusalReason.OTHER: "Lý do khác, nêu trong phần hướng dẫn",
}


def is_helpful_guidance(guidance: str) -> bool:
    """Return whether the guidance has enough characters and different words to be useful to the filer."""
    return len(guidance) >= SHORTEST_GUIDANCE and len(set(guidance.lower().split())) >= FEWEST_WORDS


def ready_guidance(why: RefusalReason, petition_class: str, *, above: bool = False) -> str | None:
    """Return the key of the ready-made guidance for a refusal, or None for the reason "other".

    `above` is True if the superior of the coordinators decides. That text must not refer the filer to the same
    superior.
    """
    if why is RefusalReason.OTHER:
        return None
    denounces = why is RefusalReason.COMPLAINT and petition_class == "denunciation"
    if denounces:
        return "ready_denunciation_above" if above else "ready_denunciation"
    return f"ready_{why}"
