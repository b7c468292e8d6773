"""Drafts of answers with their files, which officers can save any number of times before submitting.

Only the unit sees a draft before the answer is submitted. Saving a draft changes neither the state nor the history of
the petition. If two officers edit a draft at once, the second gets a Conflict.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from petitions.domain.files import attachment
from petitions.domain.files.attachment import AttachmentState, copy_name
from petitions.domain.lifecycle.lifecycle import Action, ForbiddenTransition
from petitions.domain.officers import policy
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.answering import LONGEST_FIELD, MOST_FILES, answer_to_edit
from petitions.domain.petition.outcomes import AnswerOutcome, DraftDocument
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.petition.petition_file import PetitionFile, file_path
from petitions.domain.petition.stored_answer import AnswerDraft
from petitions.domain.shared.edges import AtMost
from petitions.domain.shared.records import replace
from petitions.errors import Conflict, Forbidden, NotFound, Rejected
from petitions.ports.files import Files
from petitions.ports.store import Query, Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.files.office_files import OfficeFile
from petitions.usecases.shared.auditing import audit_change
from petitions.usecases.shared.petition_changes import NO_SUCH_PETITION, changed_fields, petition_in

MAX_TEXT = 20_000
"""The most characters of an officer's text."""

NOT_YOURS_TO_ANSWER = "Chỉ đơn vị đang giữ hồ sơ soạn câu trả lời."


@dataclass(frozen=True)
class WrittenAnswer:
    """The text of an answer so far. If `result` is None, the stored result stays."""

    text: str
    basis: str
    no_evidence: str
    result: DraftResult | None = None

    def fields(self) -> dict[str, Any]:
        """Return the fields of the draft that saving this text changes."""
        texts = {"text": self.text, "basis": self.basis.strip(), "no_evidence": self.no_evidence.strip()}
        if self.result is None:
            return texts
        document = {} if self.result.document is None else {"document": self.result.document}
        return {**texts, "outcome": self.result.outcome, **document}


@dataclass(frozen=True)
class DraftResult:
    """The outcome of the petition, or None if not chosen yet, and the data of the document that proves it, as typed."""

    outcome: AnswerOutcome | None
    document: DraftDocument | None = None
    """The document as typed. None if the form did not have its fields: the stored document stays."""


@dataclass(frozen=True)
class EditAnswerDraft:
    """Edits drafts of answers and their files. All methods raise NotFound, Forbidden or Rejected, in Vietnamese."""

    store: Store
    clock: Clock
    ids: Ids
    files: Files

    def save(
        self, officer: Officer, code: str, seen: str, written: WrittenAnswer, *, is_audited: bool = False
    ) -> AnswerDraft:
        """Save and return a draft of an answer.

        Raise Conflict if `seen`, the mark of the draft shown to the officer, is out of date. `is_audited` adds a line
        to the audit log, which the automatic saves while an officer types do not need.
        """
        fields = written.fields()
        if len(written.text) > MAX_TEXT or max(len(written.basis), len(written.no_evidence)) > LONGEST_FIELD:
            raise Rejected("Nội dung quá dài.", reason="text_too_long")

        def save_draft(tx: Transaction) -> AnswerDraft:
            before = _theirs(tx, officer, code)
            if draft_mark(before.drafted) != seen:
                raise Conflict("Bản nháp vừa được lưu ở nơi khác. Xin xem bản đó trước khi lưu đè.")
            if is_audited:
                audit_change(tx, self.ids.token(), officer, "answer_drafted", self.clock.now(), code=code)
            return self._write(tx, officer, before, fields)

        return self.store.transact(save_draft)

    def keep(self, officer: Officer, code: str, given: OfficeFile) -> PetitionFile:
        """Store a checked document or picture for the answer under a random name, and return it.

        The same file again returns the stored one, or continues an interrupted upload.
        """
        new = given.begun(self.ids, "answer")
        # The document is written before the bytes, so that an erasure finds them in any case.
        file = self.store.transact(lambda tx: self._begin(tx, officer, code, new))
        if file.state is AttachmentState.STORED:
            return file
        self.files.put(copy_name(file.object or "", given.sha256), given.copy, given.media_type)
        return self.store.transact(lambda tx: self._list(tx, officer, code, file))

    def remove(self, officer: Officer, code: str, file_id: str) -> None:
        """Remove a file from the draft. Erase its bytes, unless a submitted answer contains the file.

        The document of the file is deleted last, since only it names the bytes. An interrupted removal can be repeated.
        """

        def unlist(tx: Transaction) -> PetitionFile | None:
            before = _theirs(tx, officer, code)
            draft, found = answer_to_edit(before), tx.get(file_path(code, file_id))
            file = PetitionFile.model_validate(found) if found else None
            listed = draft.attachments if draft else []
            if file_id not in listed:
                if file is None or file.state is not AttachmentState.DROPPED:
                    raise NotFound("Không có tệp này trong bản nháp.", reason="file_unknown")
                return file
            self._write(tx, officer, before, {"attachments": [item for item in listed if item != file_id]})
            if file is None or (before.reply and file_id in before.reply.attachments):
                return None
            tx.update(file_path(code, file_id), {"state": AttachmentState.DROPPED.value})
            return file

        gone = self.store.transact(unlist)
        if gone is None:
            return
        if gone.object:
            self.files.erase(attachment.folders(gone.object)[1])
        self.store.transact(lambda tx: tx.delete(file_path(code, file_id)))

    def _begin(self, tx: Transaction, officer: Officer, code: str, new: PetitionFile) -> PetitionFile:
        draft = answer_to_edit(_theirs(tx, officer, code))
        listed = draft.attachments if draft else []
        found = tx.find(Query(f"{petition_path(code)}/attachments", where=(("sha256", "==", new.sha256),)))
        same = [PetitionFile.model_validate(document.data) for document in found]
        for file in same:
            begun = file.purpose == new.purpose and file.state is AttachmentState.FETCHING
            if file.name == new.name and (begun or file.id in listed):
                return file
        if not AtMost(MOST_FILES).has_room(len(listed)):
            raise Rejected(f"Câu trả lời kèm tối đa {MOST_FILES} tệp.", reason="files_full")
        tx.create(file_path(code, new.id), new.stored())
        return new

    def _list(self, tx: Transaction, officer: Officer, code: str, file: PetitionFile) -> PetitionFile:
        before, now = _theirs(tx, officer, code), self.clock.now()
        draft = answer_to_edit(before)
        stored = replace(file, state=AttachmentState.STORED)
        listed = draft.attachments if draft else []
        if file.id in listed:
            return stored
        listed = [*listed, file.id]
        if len(listed) > MOST_FILES:
            raise Rejected(f"Câu trả lời kèm tối đa {MOST_FILES} tệp.", reason="files_full")
        self._write(tx, officer, before, {"attachments": listed})
        tx.update(file_path(code, file.id), changed_fields(file, stored))
        audit_change(tx, self.ids.token(), officer, "answer_file", now, code=code)
        return stored

    def _write(self, tx: Transaction, officer: Officer, before: Petition, written: dict[str, Any]) -> AnswerDraft:
        draft = answer_to_edit(before) or AnswerDraft(by=officer.id, at=self.clock.now())
        after = replace(draft, **written, by=officer.id, at=self.clock.now())
        tx.update(petition_path(before.code), {"drafted": after.stored()})
        return after


def draft_mark(draft: AnswerDraft | None) -> str:
    """Return a mark of the draft's present state. A save sends the mark back, to detect a change in between."""
    return _stamp(draft.at) if draft else ""


def _stamp(at: datetime) -> str:
    return at.isoformat()


def _theirs(tx: Transaction, officer: Officer, code: str) -> Petition:
    petition = petition_in(tx, code)
    if not policy.may_see(officer, petition):
        raise NotFound(NO_SUCH_PETITION)
    if not policy.may(officer, policy.Permission.ANSWER, petition):
        raise Forbidden(NOT_YOURS_TO_ANSWER)
    try:
        policy.step(officer, petition, Action.SUBMIT_ANSWER)
    except ForbiddenTransition as error:
        raise Forbidden(str(error)) from error
    return petition
