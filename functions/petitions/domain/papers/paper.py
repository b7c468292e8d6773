"""A formal paper stored below its petition, and the numbers that a unit gives its papers in a year.

draft -> issued (with a number and a fixed text) -> ready (its files are made, signed and named by hash). One
transaction fixes the text and takes the number, so no number is without its paper. A fixed text gives the same bytes
whenever it is rendered.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import Field

from petitions.domain.papers.sheet import Sheet
from petitions.domain.shared.edges import Until
from petitions.domain.shared.records import Day, Instant, Record, Root


class PaperKind(StrEnum):
    """The kinds of formal paper, such as a receipt or a refusal."""

    RECEIPT = "receipt"
    REPLY = "reply"
    SUPPLEMENT = "supplement"
    EXTENSION = "extension"
    REFUSAL = "refusal"
    TRANSFER = "transfer"
    APOLOGY = "apology"


PAPER_LABELS = {
    PaperKind.RECEIPT: "Phiếu tiếp nhận",
    PaperKind.REPLY: "Thư trả lời",
    PaperKind.SUPPLEMENT: "Yêu cầu bổ sung",
    PaperKind.EXTENSION: "Thông báo gia hạn",
    PaperKind.REFUSAL: "Thông báo từ chối",
    PaperKind.TRANSFER: "Thông báo chuyển cơ quan khác",
    PaperKind.APOLOGY: "Thư xin lỗi do quá hạn",
}
"""The Vietnamese names on the desk."""


DECIDING = frozenset({PaperKind.REPLY, PaperKind.EXTENSION, PaperKind.REFUSAL, PaperKind.TRANSFER})
"""The kinds of paper that decide on the petition. All other kinds report a step or name missing parts."""


class PaperState(StrEnum):
    """The progress of a paper, from a draft to signed files."""

    DRAFT = "draft"
    ISSUED = "issued"
    READY = "ready"


PAPER_STATES = {
    PaperState.DRAFT: "Bản nháp",
    PaperState.ISSUED: "Đã lấy số, đang tạo và ký tệp",
    PaperState.READY: "Đã ban hành",
}


class FrozenFile(Record):
    """A file of a paper, stored under a name that contains its hash."""

    sha256: str
    size: int
    """The size in bytes."""


MAKING_LEASE = timedelta(minutes=3)


class Making(Record):
    attempt: str
    until: Instant


class SignatureCheck(Record):
    """The result of checking the signature in the stored PDF."""

    at: Instant
    intact: bool
    """Whether the bytes are the signed ones, and nothing was added later."""
    trusted: bool
    """Whether this office accepts the certificate."""
    signer: str
    """The name of the signer in the certificate."""


class Paper(Root):
    """A formal paper, from its draft to the signed files. It is stored as `petitions/{code}/papers/{id}`."""

    id: str
    code: str
    unit: str
    """The unit that issues the paper."""
    kind: PaperKind
    state: PaperState = PaperState.DRAFT
    subject: str
    """The subject of the draft, which must not name the filer."""
    body: str
    """The text of the draft. Until the paper is issued, placeholders stand for the filer and their words
    (`FROM_FILER`).
    """
    facts: dict[str, str] = Field(default_factory=dict)
    """Hashes of the facts with which the draft was filled, by placeholder (`composing.marks_of`).

    Drafts older than this field have none.
    """
    drafted_by: str
    drafted_at: Instant
    writers: list[str] = Field(default_factory=list)
    """The ids of all officers with changes in the draft. Drafts older than this field have only `drafted_by`."""
    number: int | None = None
    year: int | None = None
    issued_by: str | None = None
    """The id of the signing officer."""
    issued_instead_of: str | None = None
    """The absent officer in whose role the paper was signed."""
    issued_at: Instant | None = None
    sheet: Sheet | None = None
    """Everything on the page, fixed when the paper was issued."""
    object: str | None = None
    """The unguessable part of the names of its files in Cloud Storage."""
    rendered: str | None = None
    """The SHA-256 of the unsigned PDF. Rendering the sheet again gives the same bytes."""
    pdf: FrozenFile | None = None
    """The signed PDF."""
    docx: FrozenFile | None = None
    signature: SignatureCheck | None = None
    """The result of the last check of the paper's signature."""
    making: Making | None = None
    """The claim of the worker that makes the files now, or None. An erasure waits until it is gone."""
    fault: str | None = None
    """The reason why the last attempt to make the files failed."""
    handed_at: Instant | None = None
    """The time at which the paper was handed over or posted."""
    handed_by: str | None = None

    def is_in_hand(self, now: datetime) -> bool:
        """Return whether a worker has a claim on making the files at `now`."""
        return self.making is not None and now in Until(self.making.until)

    def is_written_by(self, officer: str) -> bool:
        return officer == self.drafted_by or officer in self.writers

    @property
    def label(self) -> str:
        return PAPER_LABELS[self.kind]


class PaperRegister(Root):
    """The last number that a unit gave in a year (LAW 8.2), stored as `paper_registers/{unit}:{year}`."""

    unit: str
    year: int
    last: int
    day: Day
    """The day on which the paper with the number `last` was issued."""


def paper_path(code: str, paper_id: str) -> str:
    return f"petitions/{code}/papers/{paper_id}"


def register_path(unit: str, year: int) -> str:
    return f"paper_registers/{unit}:{year}"
