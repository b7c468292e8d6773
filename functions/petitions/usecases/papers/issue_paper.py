"""The issuing of a paper: one transaction takes the unit's next number of the year and fixes the page's contents.

Every number has exactly one paper, despite any crash: the register of numbers, the paper and the history line are
written in one transaction, and a paper keeps its number if issued again. The files are made afterwards from the fixed
contents (`make_paper_files`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission, may
from petitions.domain.papers.composing import Filer, right_of, sheet_of, why_not, why_not_signed, why_outdated
from petitions.domain.papers.paper import Paper, PaperRegister, PaperState, paper_path, register_path
from petitions.domain.papers.paper_forms import MATTER, SCENE, PaperForms, left_open
from petitions.domain.papers.signing_right import Signer
from petitions.domain.petition.history_actions import RecordedAction
from petitions.domain.petition.known_person import why_masks_refused
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import Directory
from petitions.errors import Forbidden, Rejected
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.papers.draft_paper import check_seen, draft_in, facts_now, paper_in
from petitions.usecases.shared.auditing import audit_change
from petitions.usecases.shared.outbox import commit, nudge
from petitions.usecases.shared.petition_changes import Actor, Change, change_petition, changed_fields

TOPIC = "papers"
INSTEAD_OF_MASKS = f"Hệ thống tự điền lời của người gửi vào chỗ {MATTER}, nơi xảy ra vào chỗ {SCENE}."


def ask_for_files(paper: Paper) -> Message:
    """Return the message that requests the files of an issued paper or, if they exist, a new check of the signature."""
    return nudge(TOPIC, "", {"code": paper.code, "paper": paper.id})


@dataclass(frozen=True)
class IssuePaper:
    """Issues drafts of formal papers, which fixes the contents and takes the unit's next number."""

    store: Store
    publisher: Publisher
    clock: Clock
    ids: Ids
    directory: Directory
    forms: PaperForms

    def __call__(self, officer: Officer, code: str, paper_id: str, seen: str) -> Paper:
        """Issue the draft, signed by the officer, and return the paper. Do nothing if it was issued before.

        `seen` is the mark of the draft that the officer saw. Raise NotFound, Forbidden, Conflict or Rejected, in
        Vietnamese.
        """

        def issue(tx: Transaction) -> list[Message]:
            return self._issue(tx, officer, code, paper_id, seen)

        key = f"{code}:{paper_id}"
        commit(self.store, self.publisher, self.clock, producer="issue-paper", key=key, body=issue)
        return self.store.transact(lambda tx: paper_in(tx, code, paper_id))

    def _issue(self, tx: Transaction, officer: Officer, code: str, paper_id: str, seen: str) -> list[Message]:
        petition, before = draft_in(tx, officer, code, paper_id)
        if not may(officer, Permission.SIGN_PAPERS, petition):
            raise Forbidden("Lãnh đạo đơn vị ký văn bản.", reason="not_signer")
        if not may(officer, Permission.REVEAL, petition):
            raise Forbidden("Văn bản nêu người gửi, mà đơn vị bị phản ánh không được biết.", reason="accused")
        if words := why_not_signed(before, officer.id):
            raise Forbidden(words, reason="four_eyes")
        signer = Signer.of(officer)
        if words := right_of(signer, before.unit, self.forms, self.directory).why_not:
            raise Forbidden(words, reason="no_right_to_sign")
        check_seen(before, seen)
        now = self.clock.now()
        if words := why_not(before.kind, petition, now):
            raise Rejected(words, reason="paper_not_now")
        if words := why_outdated(before, facts_now(tx, petition, before, self.directory)):
            raise Rejected(words, reason="paper_outdated")
        if places := left_open(before.subject, before.body, self.forms, before.kind):
            raise Rejected(f"Còn chỗ chưa điền: {', '.join(places)}.", reason="places_open")
        if words := why_masks_refused(f"{before.subject}\n{before.body}"):
            raise Rejected(f"{words} {INSTEAD_OF_MASKS}", reason="masked")
        register, number = self._next(tx, before.unit, hanoi(now).date())
        sheet = replace(
            sheet_of(
                before,
                self.forms,
                self.directory,
                signer,
                Filer.of(petition, before.kind),
                register.year,
            ),
            number=number,
            day=register.day,
        )
        issued = replace(
            before,
            state=PaperState.ISSUED,
            number=number,
            year=register.year,
            issued_by=officer.id,
            issued_instead_of=officer.instead_of,
            issued_at=now,
            sheet=sheet,
            object=self.ids.token(),
        )
        tx.update(paper_path(code, paper_id), changed_fields(before, issued))
        changed, message = change_petition(
            tx,
            petition,
            {"papers": [*petition.papers, sheet.printed_number]},
            Change(
                RecordedAction.PAPER_ISSUED, Actor.of(officer), now, reason=f"{before.label} số {sheet.printed_number}"
            ),
        )
        audit_change(tx, self.ids.token(), officer, RecordedAction.PAPER_ISSUED, now, code=code, seq=changed.version)
        return [message, ask_for_files(issued)]

    def _next(self, tx: Transaction, unit: str, today: date) -> tuple[PaperRegister, int]:
        path = register_path(unit, today.year)
        found = tx.get(path)
        if found is None:
            first = PaperRegister(unit=unit, year=today.year, last=1, day=today)
            tx.create(path, first.stored())
            return first, first.last
        before = PaperRegister.model_validate(found)
        after = replace(before, last=before.last + 1, day=max(today, before.day))
        tx.update(path, changed_fields(before, after))
        return after, after.last
