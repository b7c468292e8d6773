"""The files of a paper for officers, and the record of its delivery. Views are audited, as papers name the filer."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from petitions.domain.files.attachment import copy_name
from petitions.domain.officers.audit import AuditEntry, audit_path
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission, may
from petitions.domain.papers.paper import Paper, PaperKind, PaperState, paper_path
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.edges import Until
from petitions.domain.shared.records import replace
from petitions.errors import NotFound, Permanent
from petitions.ports.files import Files
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.contact.handle_contact import close_on_letter
from petitions.usecases.papers.draft_paper import NO_SUCH_PAPER, paper_in, petition_to_write
from petitions.usecases.papers.issue_paper import ask_for_files
from petitions.usecases.shared.auditing import audit_change
from petitions.usecases.shared.outbox import commit
from petitions.usecases.shared.petition_changes import NO_SUCH_PETITION, changed_fields, petition_in

HANDED = "paper_handed"


def _has_answer(paper: Paper, petition: Petition) -> bool:
    approved, issued = petition.reply.approved_at if petition.reply else None, paper.issued_at
    return (
        paper.kind is PaperKind.REPLY
        and approved is not None
        and issued is not None
        and Until(approved).is_over(issued)
    )


@dataclass(frozen=True)
class ReadPaper:
    """Reads papers for officers and records their delivery.

    All methods raise NotFound or Forbidden, in Vietnamese.
    """

    store: Store
    publisher: Publisher
    clock: Clock
    ids: Ids
    files: Files

    def __call__(self, officer: Officer, code: str, paper_id: str, form: Literal["pdf", "docx"]) -> tuple[Paper, bytes]:
        """Return a paper and the bytes of one of its files. Raise Permanent if they differ from the stored hash."""
        paper = self.store.transact(lambda tx: self._look(tx, officer, code, paper_id))
        frozen = paper.pdf if form == "pdf" else paper.docx
        if frozen is None or paper.object is None:
            raise NotFound(NO_SUCH_PAPER, reason="paper_unknown")
        content = b"".join(self.files.read(copy_name(paper.object, frozen.sha256)))
        if hashlib.sha256(content).hexdigest() != frozen.sha256:
            raise Permanent("a frozen paper was changed", reason="paper_changed")
        return paper, content

    def _look(self, tx: Transaction, officer: Officer, code: str, paper_id: str) -> Paper:
        petition = petition_in(tx, code)
        if not may(officer, Permission.REVEAL, petition):
            raise NotFound(NO_SUCH_PETITION)
        paper = paper_in(tx, code, paper_id)
        if paper.state is not PaperState.READY:
            raise NotFound(NO_SUCH_PAPER, reason="paper_unknown")
        entry = AuditEntry.by(
            officer, what="contact", code=code,
            reason=f"{paper.label} số {paper.number}/{paper.year}", at=self.clock.now(),
        )  # fmt: skip
        tx.create(audit_path(self.ids.token()), entry.stored())
        return paper

    def hand_over(self, officer: Officer, code: str, paper_id: str) -> Paper:
        """Record that the paper was handed over or posted, and return it.

        For a letter with the answer, this records the delivery of the answer.
        """

        def note(tx: Transaction) -> list[Message]:
            petition = petition_to_write(tx, officer, code)
            before, now = paper_in(tx, code, paper_id), self.clock.now()
            if before.state is not PaperState.READY or before.handed_at:
                return []
            letter = f"{before.label} số {before.sheet.printed_number}" if before.sheet else before.label
            messages = close_on_letter(tx, officer, petition, letter, now) if _has_answer(before, petition) else []
            after = replace(before, handed_at=now, handed_by=officer.id)
            tx.update(paper_path(code, paper_id), changed_fields(before, after))
            audit_change(tx, self.ids.token(), officer, HANDED, now, code=code)
            return messages

        commit(self.store, self.publisher, self.clock, producer="paper-handed", key=self.ids.token(), body=note)
        return self.store.transact(lambda tx: paper_in(tx, code, paper_id))

    def ask_again(self, officer: Officer, code: str, paper_id: str) -> Paper:
        """Request an issued paper's files again after a fault, or a new check of its signature. Return the paper."""

        def read(tx: Transaction) -> Paper:
            petition_to_write(tx, officer, code)
            return paper_in(tx, code, paper_id)

        paper = self.store.transact(read)
        if paper.state is not PaperState.DRAFT:
            message = ask_for_files(paper)
            commit(
                self.store,
                self.publisher,
                self.clock,
                producer="paper-again",
                key=self.ids.token(),
                body=lambda _: [message],
            )
        return paper
