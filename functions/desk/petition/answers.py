"""The editor of an answer to a petition: templates, legal basis, evidence, drafts and submission for approval."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from pydantic import Field

from desk.petition.undo import offer_undo
from desk.shell.forms import Page, document_in, done_before, lines, status_of, version_in
from desk.shell.guard import guarded, needs, takes_files
from desk.shell.json_api import Body, Json, api, body
from desk.shell.parts import parts
from desk.shell.session import me
from petitions.domain.files.file_types import EXTENSIONS
from petitions.domain.lifecycle.lifecycle import Action
from petitions.domain.officers.policy import Permission
from petitions.domain.petition.answering import (
    ANSWER_FILE_TYPES,
    LONGEST_FIELD,
    MOST_BYTES,
    MOST_FILES,
    AnswerTemplate,
    answer_to_edit,
)
from petitions.domain.petition.outcomes import AnswerOutcome, DraftDocument
from petitions.errors import Forbidden, NotFound, Rejected
from petitions.usecases.desk.read_petition import PetitionPage
from petitions.usecases.files.office_files import checked_file
from petitions.usecases.lifecycle.commands import Submit
from petitions.usecases.petition.draft_answer import MAX_TEXT, DraftResult, WrittenAnswer, draft_mark

answers = guarded(Blueprint("answers", __name__))


class Draft(Body):
    """The request that saves a draft. `seen` is the mark of the last saved draft, or empty for the first one."""

    seen: str = Field(default="", max_length=40)
    text: str = Field(default="", max_length=MAX_TEXT)
    basis: str = Field(default="", max_length=LONGEST_FIELD)
    no_evidence: str = Field(default="", max_length=LONGEST_FIELD)
    outcome: str = Field(default="", max_length=20)
    document_number: str = Field(default="", max_length=60)
    document_date: str = Field(default="", max_length=10)
    document_signer: str = Field(default="", max_length=100)
    document_position: str = Field(default="", max_length=100)


@answers.teardown_request
def close_uploads(_: BaseException | None) -> None:
    """Close uploaded files. Large ones are temporary files on disk until then."""
    request.close()


@answers.get("/petitions/<code>/answer")
@needs(Permission.ANSWER)
def editor(code: str) -> Page:
    """Show the draft of the answer beside the petition, or redirect to the petition if no answer can be submitted."""
    page = parts().petitions(me(), code)
    if all(row.action is not Action.SUBMIT_ANSWER for row in page.actions):
        return redirect(f"/petitions/{code}", HTTPStatus.SEE_OTHER)
    return _shown(page)


@answers.post("/petitions/<code>/answer")
@needs(Permission.ANSWER)
@takes_files
def write(code: str) -> Page:
    """Handle the form of the editor: save the draft, insert a template, remove a file, or submit the answer.

    Uploaded files are kept in every case. After a refusal, show the editor with the reason and the typed text.
    """
    form, wanted = request.form, request.form.get("do", "save")
    before = parts().petitions.find(me(), code)
    if wanted == "submit" and parts().act.was_done(me(), Submit(code, version_in(form))):
        return done_before(code)
    text, basis, why = lines(form, "text"), form.get("basis", ""), form.get("no_evidence", "")
    notice = "Đã lưu bản nháp."
    if wanted == "template" and (template := _template(code)):
        if template.is_in(text):
            notice = f"Mẫu “{template.name}” đã có trong nội dung nên không chèn lần nữa. Đã lưu bản nháp."
        else:
            text, basis = template.added_to(text), basis or template.basis
            notice = f"Đã chèn mẫu “{template.name}” và lưu bản nháp."
    try:
        written = WrittenAnswer(text, basis, why, _result(form))
        draft = parts().draft.save(me(), code, form.get("seen", ""), written)
    except NotFound:
        raise
    except Rejected as error:
        return _page(code, typed=written.fields(), refusal=error), status_of(error)
    refused = _store_files(code)
    if refused is None and wanted == "submit":
        attachments = tuple((answer_to_edit(parts().petitions.find(me(), code)) or draft).attachments)
        try:
            command = Submit(
                code, version_in(form), text, attachments=attachments, basis=basis, no_evidence=why,
                outcome=_outcome(), document=document_in(form),
            )  # fmt: skip
            offer_undo(command.action, before, parts().act(me(), command))
        except Rejected as error:
            return _page(code, refusal=error), status_of(error)
        flash("Đã trình duyệt câu trả lời.")
        return redirect(f"/petitions/{code}", HTTPStatus.SEE_OTHER)
    if refused:
        return _page(code, refusal=refused), status_of(refused)
    flash(notice)
    return redirect(f"/petitions/{code}/answer", HTTPStatus.SEE_OTHER)


@api.post("/petitions/<code>/answer")
@needs(Permission.ANSWER)
def save_answer(code: str) -> Json:
    """Save the draft from a script while the officer writes. Return its new mark `seen`.

    The next save has to send the mark, so that no change by a colleague is overwritten.
    """
    parts().petitions.find(me(), code)
    given = body(Draft)
    written = WrittenAnswer(given.text, given.basis, given.no_evidence, _result(given.model_dump()))
    draft = parts().draft.save(me(), code, given.seen, written)
    return {"seen": draft_mark(draft)}


def _outcome() -> AnswerOutcome | None:
    """Return the outcome that the officer chose for the answer, or None if the form has no such field.

    Raise Rejected if the field is in the form but empty.
    """
    if request.form.get("outcome") == "":
        raise Rejected("Xin chọn kết quả giải quyết.", reason="outcome_missing")
    return _outcome_in(request.form)


def _outcome_in(form: Mapping[str, str]) -> AnswerOutcome | None:
    chosen = form.get("outcome")
    return AnswerOutcome(chosen) if chosen in set(AnswerOutcome) else None


def _result(form: Mapping[str, str]) -> DraftResult:
    document = {name: form.get(f"document_{name}", "").strip()[:LONGEST_FIELD] for name in DraftDocument.model_fields}
    return DraftResult(_outcome_in(form), DraftDocument(**document))


def _store_files(code: str) -> Rejected | None:
    try:
        for file_id in request.form.getlist("remove"):
            parts().draft.remove(me(), code, file_id)
        for file_storage in request.files.getlist("files"):
            if file_storage.filename:
                given = checked_file(file_storage.filename, file_storage.stream.read(MOST_BYTES + 1))
                parts().draft.keep(me(), code, given)
    except Forbidden:
        raise
    except Rejected as error:
        return error
    return None


def _template(code: str) -> AnswerTemplate | None:
    return parts().templates_for(parts().petitions.find(me(), code)).find(request.form.get("template", ""))


def _page(code: str, typed: Mapping[str, Any] | None = None, refusal: Rejected | None = None) -> str:
    return _shown(parts().petitions(me(), code), typed, refusal)


def _shown(page: PetitionPage, typed: Mapping[str, Any] | None = None, refusal: Rejected | None = None) -> str:
    draft = answer_to_edit(page.petition)
    shown: Mapping[str, Any] = typed or (vars(draft) if draft else {})
    return render_template(
        "answer.html",
        page=page,
        draft=page.petition.drafted,
        shown=shown,
        seen=draft_mark(page.petition.drafted),
        templates=parts().templates_for(page.petition).templates,
        refusal=refusal,
        conflict=typed is not None,
        most_files=MOST_FILES,
        most_mb=MOST_BYTES // 2**20,
        endings=",".join(f".{EXTENSIONS[kind]}" for kind in sorted(ANSWER_FILE_TYPES)),
    )
