"""Drafts of formal papers: filled from the petition and the city's forms, edited, previewed, deleted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from petitions.domain.language.catalogue import tidy_text
from petitions.domain.lifecycle.states import Action
from petitions.domain.officers.audit import AuditEntry, audit_path
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission, may
from petitions.domain.papers.composing import (
    Filer,
    facts_of,
    issuer_of,
    marks_of,
    right_of,
    sheet_of,
    why_not,
    why_not_signed,
    why_outdated,
)
from petitions.domain.papers.paper import DECIDING, PAPER_LABELS, Paper, PaperKind, PaperState, paper_path
from petitions.domain.papers.paper_forms import PaperForms, filled
from petitions.domain.papers.sheet import Sheet, printed
from petitions.domain.papers.signing_right import Signer
from petitions.domain.petition.history_entry import HistoryEntry, history_path
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.edges import AtMost
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import replace
from petitions.domain.shared.written import is_key
from petitions.domain.units.directory import Directory
from petitions.errors import Conflict, Forbidden, NotFound, Rejected
from petitions.ports.store import Query, Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.shared.petition_changes import NO_SUCH_PETITION, changed_fields, petition_in

LONGEST_BODY = 20_000
LONGEST_SUBJECT = 300
MOST_PAPERS = 50
"""The most papers of one petition, including drafts."""
NEWEST_LINES = 50
NOT_YOURS = "Chỉ đơn vị đang giữ hồ sơ soạn văn bản của hồ sơ."
NO_SUCH_PAPER = "Không có văn bản này."
CHANGED = "Bản nháp vừa được lưu ở nơi khác. Xin xem bản đó trước."
CHANGED_BY_SIGNER = (
    "Văn bản này quyết định việc của người dân nên người sửa không tự ký. Xin bấm “Lưu và xem trước” để người khác ký, "
    "hoặc giữ nguyên bản của người soạn."
)
NOT_BOTH = "ai soạn hoặc sửa thì không tự ký. Nếu anh/chị sẽ ký, xin để người khác soạn."
_TOLD_BY: Mapping[PaperKind, Action] = {
    PaperKind.SUPPLEMENT: Action.ASK_SUPPLEMENT,
    PaperKind.EXTENSION: Action.EXTEND,
    PaperKind.REFUSAL: Action.REFUSE,
    PaperKind.TRANSFER: Action.TRANSFER_OUT,
}
"""The step of the petition that states the reason which a paper repeats, by kind of paper."""


@dataclass(frozen=True)
class PaperChoice:
    """A kind of paper that an officer could make for the petition."""

    kind: PaperKind
    why_not: str | None
    """The reason, in Vietnamese, why it cannot be made now, or None."""


@dataclass(frozen=True)
class PapersOfPetition:
    """The papers of a petition, as its page shows them."""

    papers: list[Paper]
    """The papers, oldest first. Drafts of other units are left out."""
    choices: list[PaperChoice]
    """The kinds of papers. Empty if the officer may make none for the petition."""
    may_read: bool
    """Whether the officer may open the files, which name the filer."""
    unsigned: str | None
    """The reason, in Vietnamese, why an officer with the role to sign papers cannot sign any, or None."""
    signs_others: str | None
    """A Vietnamese sentence naming the papers that the officer cannot sign if they wrote them, or None."""


@dataclass(frozen=True)
class DraftPaper:
    """Edits drafts of formal papers.

    All methods raise NotFound, Forbidden, Conflict or Rejected, in Vietnamese.
    """

    store: Store
    clock: Clock
    ids: Ids
    directory: Directory
    forms: PaperForms

    def of(self, officer: Officer, petition: Petition) -> PapersOfPetition:
        """Return the petition's papers that the officer may see, with the kinds of paper that can be made."""
        query = Query(f"petitions/{petition.code}/papers", order_by=("drafted_at",), limit=MOST_PAPERS)
        papers = [Paper.model_validate(document.data) for document in self.store.find(query)]
        makes, now = may(officer, Permission.PAPERS, petition), self.clock.now()
        signs = makes and may(officer, Permission.SIGN_PAPERS, petition)
        unsigned = self.why_no_right(officer) if signs else None
        choices = [PaperChoice(kind, why_not(kind, petition, now)) for kind in PaperKind] if makes else []
        deciding = [PAPER_LABELS[choice.kind] for choice in choices if choice.kind in DECIDING and not choice.why_not]
        return PapersOfPetition(
            papers=[paper for paper in papers if paper.state is not PaperState.DRAFT or paper.unit == officer.unit],
            choices=choices,
            may_read=may(officer, Permission.REVEAL, petition),
            unsigned=unsigned,
            signs_others=f"{', '.join(deciding)}: {NOT_BOTH}" if signs and not unsigned and deciding else None,
        )

    def find(self, officer: Officer, code: str, paper_id: str) -> Paper:
        """Return a draft that the officer may edit. Raise NotFound, Forbidden, or Conflict if it is issued already."""
        return self.store.transact(lambda tx: draft_in(tx, officer, code, paper_id)[1])

    def begin(self, officer: Officer, code: str, kind: PaperKind, key: str) -> Paper:
        """Begin a draft and return it. A repeated `key` returns the same draft."""
        if not is_key(key):
            raise Rejected("Trang này đã cũ. Xin mở lại hồ sơ.", reason="key_malformed")

        def create(tx: Transaction) -> Paper:
            petition = petition_to_write(tx, officer, code)
            found = tx.get(paper_path(code, key))
            if found is not None:
                return Paper.model_validate(found)
            now = self.clock.now()
            if words := why_not(kind, petition, now):
                raise Rejected(words, reason="paper_not_now")
            papers = tx.find(Query(f"petitions/{code}/papers", limit=MOST_PAPERS))
            if not AtMost(MOST_PAPERS).has_room(len(papers)):
                raise Rejected(f"Một hồ sơ có tối đa {MOST_PAPERS} văn bản, kể cả bản nháp.", reason="papers_full")
            paper = Paper(
                id=key,
                code=code,
                unit=officer.unit,
                kind=kind,
                **self._filled(tx, officer.unit, petition, kind),
                drafted_by=officer.id,
                drafted_at=now,
                writers=[officer.id],
            )
            tx.create(paper_path(code, key), paper.stored())
            return paper

        return self.store.transact(create)

    def save(self, officer: Officer, code: str, paper_id: str, seen: str, subject: str, body: str) -> Paper:
        """Save and return a draft of a paper.

        Raise Conflict if `seen`, the mark of the draft that was shown, is stale.
        """
        about, text = printed(subject), tidy_text(body)
        if not (1 <= len(about) <= LONGEST_SUBJECT and 1 <= len(text) <= LONGEST_BODY):
            words = f"Xin ghi trích yếu (tối đa {LONGEST_SUBJECT} ký tự) và nội dung (tối đa {LONGEST_BODY} ký tự)."
            raise Rejected(words, reason="paper_incomplete")

        def update(tx: Transaction) -> Paper:
            _, before = draft_in(tx, officer, code, paper_id)
            check_seen(before, seen)
            if (before.subject, before.body) == (about, text):
                return before
            after = replace(
                before,
                subject=about,
                body=text,
                drafted_by=officer.id,
                drafted_at=self.clock.now(),
                writers=sorted({before.drafted_by, *before.writers, officer.id}),
            )
            tx.update(paper_path(code, paper_id), changed_fields(before, after))
            return after

        return self.store.transact(update)

    def redraft(self, officer: Officer, code: str, paper_id: str, seen: str) -> Paper:
        """Fill the draft again with the petition's present facts, and return it.

        Raise Conflict if the mark is stale.
        """

        def update(tx: Transaction) -> Paper:
            petition, before = draft_in(tx, officer, code, paper_id)
            check_seen(before, seen)
            after = replace(
                before,
                **self._filled(tx, before.unit, petition, before.kind),
                drafted_by=officer.id,
                drafted_at=self.clock.now(),
                writers=sorted({before.drafted_by, *before.writers, officer.id}),
            )
            tx.update(paper_path(code, paper_id), changed_fields(before, after))
            return after

        return self.store.transact(update)

    def save_to_sign(self, officer: Officer, code: str, paper_id: str, seen: str, subject: str, body: str) -> Paper:
        """Save the text as edited by the officer who will sign, and return the paper.

        Raise Conflict if `seen`, the mark of the draft, is stale. In a paper that decides on the petition, such as a
        refusal, the signer may not change the text (four eyes).
        """
        before = self.find(officer, code, paper_id)
        check_seen(before, seen)
        if before.kind in DECIDING and (printed(subject), tidy_text(body)) != (before.subject, before.body):
            raise Rejected(CHANGED_BY_SIGNER, reason="four_eyes")
        return self.save(officer, code, paper_id, seen, subject, body)

    def delete(self, officer: Officer, code: str, paper_id: str) -> None:
        """Delete a draft that the officer may edit."""

        def delete(tx: Transaction) -> None:
            draft_in(tx, officer, code, paper_id)
            tx.delete(paper_path(code, paper_id))

        self.store.transact(delete)

    def preview(self, petition: Petition, paper: Paper) -> Sheet:
        """Return the page as it would be printed, without number, day, signer and filer."""
        return self._sheet(paper, None, Filer.hidden(petition, paper.kind))

    def preview_to_sign(self, officer: Officer, petition: Petition, paper: Paper) -> Sheet:
        """Return the page as the officer would sign it. It names the filer, so the view is audited."""
        now, why = self.clock.now(), f"{paper.label}, xem trước khi ký"
        entry = AuditEntry.by(officer, what="contact", code=petition.code, reason=why, at=now)
        self.store.transact(lambda tx: tx.create(audit_path(self.ids.token()), entry.stored()))
        return self._sheet(paper, Signer.of(officer), Filer.of(petition, paper.kind))

    def _sheet(self, paper: Paper, signer: Signer | None, filer: Filer) -> Sheet:
        return sheet_of(paper, self.forms, self.directory, signer, filer, hanoi(self.clock.now()).year)

    def why_not_signed(self, officer: Officer, paper: Paper) -> str | None:
        """Return the reason, in Vietnamese, why a signer of the unit may not sign this paper, or None if allowed."""
        return why_not_signed(paper, officer.id) or self.why_no_right(officer)

    def why_over(self, petition: Petition, paper: Paper) -> str | None:
        """Return the reason, in Vietnamese, why a draft cannot be issued now, or None if it can."""
        return why_not(paper.kind, petition, self.clock.now()) if paper.state is PaperState.DRAFT else None

    def why_outdated(self, petition: Petition, paper: Paper) -> str | None:
        """Return the facts in a draft that no longer agree with the petition, in Vietnamese, or None if all agree."""
        if paper.state is not PaperState.DRAFT:
            return None
        return self.store.transact(lambda tx: why_outdated(paper, facts_now(tx, petition, paper, self.directory)))

    def why_no_right(self, officer: Officer) -> str | None:
        """Return the reason, in Vietnamese, why the officer's position gives no right to sign, or None if it does."""
        return right_of(Signer.of(officer), officer.unit, self.forms, self.directory).why_not

    def heads_office(self, unit: str) -> str:
        """Return the position of the unit's head as printed on papers."""
        return issuer_of(self.forms, self.directory, unit).head

    def _filled(self, tx: Transaction, unit: str, petition: Petition, kind: PaperKind) -> dict[str, Any]:
        form, facts = self.forms.form(kind), _facts(tx, petition, kind, self.directory.name_of(unit))
        return {
            "subject": printed(filled(form.subject, facts))[:LONGEST_SUBJECT],
            "body": filled(form.text, facts)[:LONGEST_BODY],
            "facts": marks_of(form, facts),
        }


def facts_now(tx: Transaction, petition: Petition, paper: Paper, directory: Directory) -> dict[str, str]:
    """Return the values with which a form of the paper's kind would be filled now."""
    return _facts(tx, petition, paper.kind, directory.name_of(paper.unit))


def _facts(tx: Transaction, petition: Petition, kind: PaperKind, unit: str) -> dict[str, str]:
    first = max(1, petition.version + 1 - NEWEST_LINES)
    paths = [history_path(petition.code, seq) for seq in range(petition.version, first - 1, -1)]
    lines = [HistoryEntry.model_validate(item) for item in tx.get_all(paths) if item] if kind in _TOLD_BY else []
    reason = next((line.reason for line in lines if line.action == _TOLD_BY[kind] and line.reason), "")
    return facts_of(petition, unit, reason or "")


def petition_to_write(tx: Transaction, officer: Officer, code: str) -> Petition:
    """Return the petition if the officer may make papers for it. Raise NotFound or Forbidden."""
    petition = petition_in(tx, code)
    if not may(officer, Permission.READ, petition):
        raise NotFound(NO_SUCH_PETITION)
    if not may(officer, Permission.PAPERS, petition):
        raise Forbidden(NOT_YOURS, reason="not_holder")
    return petition


def paper_in(tx: Transaction, code: str, paper_id: str) -> Paper:
    """Return the paper with this id of a petition. Raise NotFound."""
    found = tx.get(paper_path(code, paper_id)) if paper_id and "/" not in paper_id else None
    if found is None:
        raise NotFound(NO_SUCH_PAPER, reason="paper_unknown")
    return Paper.model_validate(found)


def draft_in(tx: Transaction, officer: Officer, code: str, paper_id: str) -> tuple[Petition, Paper]:
    """Return a draft of the officer's unit and its petition. Raise NotFound, Forbidden, or Conflict if it is issued."""
    petition, paper = petition_to_write(tx, officer, code), paper_in(tx, code, paper_id)
    if paper.unit != officer.unit:
        raise NotFound(NO_SUCH_PAPER, reason="paper_unknown")
    if paper.state is not PaperState.DRAFT:
        raise Conflict("Văn bản đã lấy số, không sửa được nữa.", reason="paper_issued")
    return petition, paper


def paper_mark(paper: Paper) -> str:
    """Return a mark of the draft's present state. A form sends it back to show which state its officer saw."""
    return paper.drafted_at.isoformat()


def check_seen(paper: Paper, seen: str) -> None:
    """Raise Conflict if the draft has changed since the officer saw it."""
    if paper_mark(paper) != seen:
        raise Conflict(CHANGED, reason="paper_changed")
