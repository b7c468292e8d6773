"""The unit's answer in its three forms: the draft, the stored answer and the publication."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from petitions.domain.petition.outcomes import AnswerDocument, AnswerOutcome, DraftDocument
from petitions.domain.shared.records import Instant, Record

Doubt = Literal["short", "copied", "hollow"]
"""A reason why the approver must look twice: the answer adds little to its template, copies another, or names no
action.
"""


class StoredAnswer(Record):
    """The unit's answer. The citizen gets it only after approval."""

    text: str
    basis: str = ""
    """The legal basis of the answer."""
    attachments: list[str] = Field(default_factory=list)
    """The ids of the answer's files in order: stored `PetitionFile`s with the purpose "answer"."""
    no_evidence: str = ""
    """The reason why the answer has no files."""
    doubts: list[Doubt] = Field(default_factory=list)
    """The reasons why the approver must look twice."""
    fingerprint: list[int] = Field(default_factory=list)
    """Hashes of the text beyond the templates. Answers with common hashes are probably copies."""
    author: str
    unit: str
    written_at: Instant
    approved_by: str | None = None
    approved_instead_of: str | None = None
    """The absent officer in whose place the answer was approved."""
    approved_at: Instant | None = None
    outcome: AnswerOutcome | None = None
    """The result of the petition. None in old answers and in those of another authority."""
    document: AnswerDocument | None = None

    @property
    def with_basis(self) -> str:
        """Return the text followed by its legal basis, unless the text contains that already."""
        if not self.basis or self.basis in self.text:
            return self.text
        return f"{self.text}\n\nCăn cứ: {self.basis}"


class AnswerDraft(Record):
    """A draft of an answer, as the editor saves it."""

    text: str = ""
    basis: str = ""
    attachments: list[str] = Field(default_factory=list)
    """The ids of the files for the answer, in order."""
    no_evidence: str = ""
    outcome: AnswerOutcome | None = None
    document: DraftDocument = Field(default_factory=DraftDocument)
    by: str
    """The id of the officer who saved the draft last."""
    at: Instant


class Publication(Record):
    """The wording of the petition for publication, as approved by an officer."""

    summary: str
    answer: str
    by: str
    at: Instant
