"""The page on which an answer is written: skeletons, basis in law, evidence, drafts, and its submission."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from shell.guard import guarded, needs, takes_files
from shell.parts import parts
from shell.session import me

from petition.pages import Answer, done_before, lines, status_of, version_in
from petitions.domain.files.file_types import EXTENSIONS
from petitions.domain.lifecycle.lifecycle import Action
from petitions.domain.officers.policy import Permission
from petitions.domain.petition.answering import FILE_TYPES, MOST_BYTES, MOST_FILES, AnswerTemplate, begun
from petitions.errors import Forbidden, NotFound, Rejected
from petitions.usecases.desk.read_petition import PetitionPage
from petitions.usecases.petition.act_on_petition import Deed
from petitions.usecases.petition.draft_answer import mark

answers = guarded(Blueprint("answers", __name__))


@answers.teardown_request
def let_go(_: BaseException | None) -> None:
    """Uploads that were too large for the memory lie in files of their own until they are closed."""
    request.close()


@answers.get("/petitions/<code>/answer")
@needs(Permission.ANSWER)
def editor(code: str) -> Answer:
    """The answer as it is written so far, beside what it answers."""
    page = parts().petitions(me(), code)
    if all(row.action is not Action.SUBMIT_ANSWER for row in page.actions):
        return redirect(f"/petitions/{code}", HTTPStatus.SEE_OTHER)
    return _shown(page)


@answers.post("/petitions/<code>/answer")
@needs(Permission.ANSWER)
@takes_files
def write(code: str) -> Answer:
    """Save, insert a skeleton, take out a file or submit; what was chosen to upload is kept in any case."""
    form, wanted = request.form, request.form.get("do", "save")
    parts().petitions.find(me(), code)
    if wanted == "submit" and parts().act.was_done(me(), Deed(code, Action.SUBMIT_ANSWER, version_in(form))):
        return done_before(code)
    text, basis, why = lines(form, "text"), form.get("basis", ""), form.get("no_evidence", "")
    if wanted == "template":
        text, basis = _with_template(form.get("template", ""), text, basis)
    try:
        draft = parts().draft.save(me(), code, form.get("seen", ""), text, basis, why)
    except NotFound:
        raise
    except Rejected as error:
        return _page(code, typed={"text": text, "basis": basis, "no_evidence": why}, refusal=error), status_of(error)
    refused = _files(code)
    if refused is None and wanted == "submit":
        attachments = tuple((begun(parts().petitions.find(me(), code)) or draft).attachments)
        try:
            given = Deed(code, Action.SUBMIT_ANSWER, version_in(form), text, attachments=attachments)
            parts().act(me(), replace(given, basis=basis, no_evidence=why))
        except Rejected as error:
            return _page(code, refusal=error), status_of(error)
        flash("Đã trình duyệt câu trả lời.")
        return redirect(f"/petitions/{code}", HTTPStatus.SEE_OTHER)
    if refused:
        return _page(code, refusal=refused), status_of(refused)
    flash("Đã lưu bản nháp.")
    return redirect(f"/petitions/{code}/answer", HTTPStatus.SEE_OTHER)


def _files(code: str) -> Rejected | None:
    """Keep what was uploaded and take out what was ticked; the first refusal, if any."""
    try:
        for file_id in request.form.getlist("remove"):
            parts().draft.remove(me(), code, file_id)
        for each in request.files.getlist("files"):
            if each.filename:
                parts().draft.keep(me(), code, each.filename, each.stream.read(MOST_BYTES + 1))
    except Forbidden:
        raise
    except Rejected as error:
        return error
    return None


def _with_template(template_id: str, text: str, basis: str) -> tuple[str, str]:
    """The text with a skeleton after it; the basis of the skeleton where there is none yet."""
    chosen: AnswerTemplate | None = parts().templates.find(template_id)
    if chosen is None:
        return text, basis
    return f"{text.rstrip()}\n\n{chosen.text}".lstrip(), basis or chosen.basis


def _page(code: str, typed: dict[str, str] | None = None, refusal: Rejected | None = None) -> str:
    return _shown(parts().petitions(me(), code), typed, refusal)


def _shown(page: PetitionPage, typed: dict[str, str] | None = None, refusal: Rejected | None = None) -> str:
    draft = begun(page.petition)
    shown: dict[str, Any] = typed or (draft.model_dump() if draft else {})
    return render_template(
        "answer.html",
        page=page,
        draft=page.petition.drafted,
        shown=shown,
        seen=mark(page.petition.drafted),
        templates=parts().templates.templates,
        refusal=refusal,
        conflict=typed is not None,
        most_files=MOST_FILES,
        most_mb=MOST_BYTES // 2**20,
        endings=",".join(f".{EXTENSIONS[kind]}" for kind in sorted(FILE_TYPES)),
    )
