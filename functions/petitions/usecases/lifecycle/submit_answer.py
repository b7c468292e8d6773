"""The submission of an answer for approval, with its evidence and with warnings to the approver."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from petitions.domain.files.attachment import AttachmentState
from petitions.domain.language.similarity import is_alike
from petitions.domain.officers.four_eyes import approvers
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.answering import (
    FEWEST_PAIRS,
    LONGEST_FIELD,
    MOST_FILES,
    SHORTEST_ANSWER,
    SHORTEST_REASON,
    AnswerTemplates,
    UnitAnswers,
    is_hollow,
    unit_answers_path,
)
from petitions.domain.petition.confidentiality import is_protected
from petitions.domain.petition.known_person import why_masks_refused
from petitions.domain.petition.outcomes import AnswerDocument, AnswerOutcome, proposed_outcome
from petitions.domain.petition.petition import MOST_COMPARED_HASHES, Petition
from petitions.domain.petition.petition_file import PetitionFile, file_path
from petitions.domain.petition.stored_answer import Doubt, StoredAnswer
from petitions.domain.shared.instants import hanoi
from petitions.errors import Rejected
from petitions.ports.store import Query, Reader
from petitions.usecases.officers.on_hand import people_of

MOST_COMPARED = 20


@dataclass(frozen=True)
class SubmittedAnswer:
    """An answer as its author submits it."""

    text: str
    basis: str = ""
    attachments: tuple[str, ...] = ()
    """The ids of the files that were uploaded for the answer."""
    no_evidence: str = ""
    """The reason for the missing evidence, if no file is attached."""
    outcome: AnswerOutcome | None = None
    document: AnswerDocument | None = None


@dataclass(frozen=True)
class SubmitAnswer:
    """Checks answers and adds warnings, for the command `Submit`."""

    templates: AnswerTemplates

    def reply(
        self, reader: Reader, officer: Officer, petition: Petition, given: SubmittedAnswer, now: datetime
    ) -> StoredAnswer:
        """Return the answer as it is stored for approval. Raise Rejected, in Vietnamese.

        Its `doubts` are warnings to the approver: the text is short, is a copy, or has no content of its own although
        the matter is marked as resolved.
        """
        if shut := why_not_submitted(reader, officer, petition, now):
            raise Rejected(shut, reason="nobody_approves")
        text, basis, why = given.text.strip(), given.basis.strip(), given.no_evidence.strip()
        if len(text) < SHORTEST_ANSWER:
            raise Rejected("Câu trả lời quá ngắn để công dân hiểu được kết quả.", reason="answer_too_short")
        if max(len(basis), len(why)) > LONGEST_FIELD:
            words = f"Căn cứ và lý do không có tài liệu dài tối đa {LONGEST_FIELD} ký tự."
            raise Rejected(words, reason="text_too_long")
        templates = self.templates.with_own(own_answers(reader, petition.unit))
        place = templates.left_open(text, basis)
        if place:
            raise Rejected(f"Còn chỗ của mẫu chưa điền: {place}.", reason="template_open")
        if masked := why_masks_refused(f"{text}\n{basis}"):
            raise Rejected(masked, reason="masked")
        self._evidence(reader, petition, given.attachments, why)
        own = templates.filled(petition).own_words_fingerprint(text)
        copied = any(not is_protected(item) for item in answered_alike(reader, petition, own))
        outcome = given.outcome or proposed_outcome(petition.classified.nature if petition.classified else None)
        hollow = outcome is AnswerOutcome.RESOLVED and not given.document and is_hollow(text, petition)
        found: dict[Doubt, bool] = {"short": len(own) < FEWEST_PAIRS, "copied": copied, "hollow": hollow}
        return StoredAnswer(
            text=text,
            basis=basis,
            attachments=list(given.attachments),
            no_evidence="" if given.attachments else why,
            doubts=[doubt for doubt, applies in found.items() if applies],
            fingerprint=own,
            outcome=outcome,
            document=given.document,
            author=officer.id,
            unit=petition.unit,
            written_at=now,
        )

    @staticmethod
    def _evidence(reader: Reader, petition: Petition, attachments: tuple[str, ...], why: str) -> None:
        found = (
            reader.get_all([file_path(petition.code, attachment) for attachment in attachments]) if attachments else []
        )
        files = [PetitionFile.model_validate(item) for item in found if item]
        kept = [file for file in files if file.purpose == "answer" and file.state is AttachmentState.STORED]
        if len(kept) != len(attachments) or len(kept) > MOST_FILES:
            raise Rejected("Có tệp kèm câu trả lời không còn. Xin tải lên lại.", reason="file_unknown")
        if not attachments and len(why) < SHORTEST_REASON:
            short = f" Lý do đã ghi quá ngắn: xin viết ít nhất {SHORTEST_REASON} ký tự." if why else ""
            words = f"Xin kèm tài liệu hoặc ảnh chứng minh, hoặc ghi lý do không có.{short}"
            raise Rejected(words, reason="evidence_missing")


def answered_alike(reader: Reader, petition: Petition, own: list[int]) -> list[Petition]:
    """Return other petitions with mostly the same answer, by the answer's fingerprint, at most MOST_COMPARED.

    The caller must leave out those that an officer may not see (LAW 7.8).
    """
    if not own:
        return []
    query = Query(
        "petitions",
        where=(("reply.fingerprint", "array_contains_any", own[:MOST_COMPARED_HASHES]),),
        limit=MOST_COMPARED,
    )
    others = (Petition.model_validate(document.data) for document in reader.find(query))
    return [
        other
        for other in others
        if other.code != petition.code and other.reply and is_alike(other.reply.fingerprint, own)
    ]


def why_not_submitted(reader: Reader, officer: Officer, petition: Petition, now: datetime) -> str | None:
    """Return the reason, in Vietnamese, why nobody could approve the officer's answer, or None if somebody could.

    If nobody in the unit can approve it, coordinators do, except for petitions that accuse the coordinators.
    """
    if not petition.accuses_coordinators:
        return None
    team = people_of(reader, petition.unit)
    return None if approvers(officer.id, team, hanoi(now).date()) else _NO_APPROVER


_NO_APPROVER = (
    "Câu trả lời do anh/chị soạn sẽ không có ai duyệt, vì hồ sơ chỉ mở cho đơn vị này: "
    "xin giao cán bộ khác soạn để lãnh đạo duyệt, hoặc cử người thay lãnh đạo."
)


def own_answers(reader: Reader, unit: str) -> UnitAnswers | None:
    """Return the unit's own answer templates, or None if it has none."""
    found = reader.get(unit_answers_path(unit))
    return UnitAnswers.model_validate(found) if found else None


def require_reason_for_doubts(reply: StoredAnswer, why: str) -> None:
    """Raise Rejected if an answer with warnings is approved without a reason."""
    if reply.doubts and not why:
        words = "Câu trả lời được giữ để xem lại. Nếu vẫn duyệt, xin ghi lý do."
        raise Rejected(words, reason="answer_held")
