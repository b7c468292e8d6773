"""One petition: what its page shows, and what is done with it.

A form that changes something is answered with 303 to a page, or with the page again and words.
"""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from desk.petition.action_form import ActionForm, sent_form
from desk.petition.undo import offer_undo, warning
from desk.shell.forms import (
    Page,
    action_named,
    back_to,
    done_before,
    note_named,
    status_of,
    version_in,
)
from desk.shell.guard import guarded, needs
from desk.shell.parts import parts
from desk.shell.session import me
from desk.words.labels import TOGETHER, action_label
from petitions.domain.files.file_types import PICTURES, file_name
from petitions.domain.lifecycle.lifecycle import STATE_LABELS, Action
from petitions.domain.lifecycle.refusal_reasons import RefusalReason, ready_guidance
from petitions.domain.officers.policy import Permission, may
from petitions.domain.petition.petition import Petition
from petitions.domain.petition.petition_file import PetitionFile
from petitions.errors import NotFound, Rejected
from petitions.usecases.desk.list_words import LEVELS
from petitions.usecases.files.make_thumbnail import THUMBNAIL_TYPE
from petitions.usecases.lifecycle.take_up import steps_together
from petitions.web import disposition

pages = guarded(Blueprint("pages", __name__))

KEPT_BY_BROWSERS = "private, max-age=1800, immutable"
"""A file never changes under its id; after this time without a look it is asked for again, with who may see it."""


@pages.get("/petitions/<code>")
@needs(Permission.READ)
def petition(code: str) -> Page:
    """Show one petition; the audit notes who saw it."""
    page = petition_page(code)
    parts().note_view(me(), code)
    return page


@pages.get("/petitions/<code>/files/<file_id>")
@needs(Permission.READ)
def file(code: str, file_id: str) -> Page:
    """Send a picture or file of the petition: pictures are shown, the rest is saved."""
    found = parts().read_file.find(me(), code, file_id)
    if _is_known(found):
        return _kept(Response(status=HTTPStatus.NOT_MODIFIED), found)
    return _whole(code, found)


@pages.get("/petitions/<code>/files/<file_id>/thumbnail")
@needs(Permission.READ)
def thumbnail(code: str, file_id: str) -> Page:
    """Send a picture's thumbnail, or the picture as long as there is none."""
    found = parts().read_file.find(me(), code, file_id)
    if found.thumbnail and _is_known(found):
        return _kept(Response(status=HTTPStatus.NOT_MODIFIED), found)
    small = parts().read_file.thumbnail(code, found)
    if small is not None:
        return _kept(Response(small, mimetype=THUMBNAIL_TYPE), found)
    answer = _whole(code, found)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _is_known(found: PetitionFile) -> bool:
    """Return whether the browser has the bytes: a file never changes under its id."""
    return request.if_none_match.contains(found.sha256 or "")


def _kept(answer: Response, found: PetitionFile) -> Response:
    """Let the browser alone keep the answer, and ask again after some time whether it still may be seen."""
    answer.set_etag(found.sha256 or "")
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = KEPT_BY_BROWSERS
    return answer


def _whole(code: str, found: PetitionFile) -> Response:
    kind = found.media_type or ""
    answer = Response(parts().read_file.read(found), mimetype=kind)
    answer.headers["Content-Disposition"] = disposition(file_name(found.name, kind, code), shown=kind in PICTURES)
    return _kept(answer, found)


@pages.post("/petitions/<code>/reveal")
@needs(Permission.REVEAL)
def reveal(code: str) -> Page:
    """Show who filed it, and their own words, this once: another look is another line of the audit."""
    reason = request.form.get("reason", "")
    try:
        original = parts().reveal(me(), code, reason)
    except NotFound:
        raise
    except Rejected as error:
        return petition_page(code, refusal=error, why=reason), status_of(error)
    return petition_page(code, contact=original.contact, original=original)


@pages.post("/petitions/<code>/erase")
@needs(Permission.ERASE)
def erase(code: str) -> Page:
    """Erase the personal data of whoever filed it, and asked for that."""
    reason = request.form.get("reason", "")
    try:
        parts().erase(me(), code, reason)
    except NotFound:
        raise
    except Rejected as error:
        return petition_page(code, refusal=error, erase_why=reason), status_of(error)
    flash("Đã bắt đầu xóa dữ liệu cá nhân của công dân; thường xong trong vài phút.")
    return redirect(f"/petitions/{code}", HTTPStatus.SEE_OTHER)


@pages.post("/petitions/<code>/notes")
@needs(Permission.NOTE)
def note(code: str) -> Page:
    """Write beside the petition."""
    parts().petitions.find(me(), code)
    form = request.form
    try:
        parts().note(me(), code, note_named(form.get("kind", "")), form.get("text", ""), form.get("unit") or None)
    except Rejected as error:
        return petition_page(code, refusal=error, noting=form), status_of(error)
    flash("Đã ghi vào lịch sử. Dòng đã ghi không sửa, không xóa được: ghi nhầm thì xin ghi thêm dòng đính chính.")
    return redirect(f"/petitions/{code}", HTTPStatus.SEE_OTHER)


@pages.post("/petitions/<code>/actions/<action>")
@needs(Permission.ACT)
def act(code: str, action: str) -> Page:
    """Do one thing to the petition. A form that is sent twice leads to the same place."""
    form = sent_form(code, action_named(action))
    if form.action is Action.SUBMIT_ANSWER:  # with its files, its basis and its evidence: from the editor alone
        return redirect(f"/petitions/{code}/answer", HTTPStatus.SEE_OTHER)
    if request.form.get("do") == "ready":
        return _with_ready_text(form)
    try:
        done = _done_by(form)
    except NotFound:
        raise
    except Rejected as error:
        return petition_page(code, refusal=error, tried=form), status_of(error)
    return _done(form.action, *done) if done else done_before(code)


@pages.post("/petitions/<code>/take-up")
@needs(Permission.ACT)
def take_up(code: str) -> Page:
    """Take the steps that are mostly taken together; if one is refused, show the page as it is then."""
    found = parts().petitions.find(me(), code)
    steps = parts().take_up.left(me(), version_in(request.form), found)
    if steps is None:
        # Somebody else has done something, or there is nothing to take together: the single step says which.
        return act(code, (*steps_together(me().role, found.state), Action.ACCEPT)[0])
    if not steps:
        return done_before(code)
    form = sent_form(code, steps[0])
    try:
        after = parts().take_up(me(), form.taking())
    except Rejected as error:
        now = parts().act.find(code)
        left = steps_together(me().role, now.state) or steps[-1:]
        tried = replace(form, action=left[0], version=now.version)
        return petition_page(code, refusal=error, tried=tried), status_of(error)
    return _done(steps[0], found, after, steps[-1])


@pages.get("/petitions/<code>/merge")
@needs(Permission.WATCH)
def merge(code: str) -> Page:
    """Show two petitions side by side, and what merging them would do."""
    main = request.args.get("main", "")
    try:
        return render_template("merge.html", preview=parts().merge_preview(me(), code, main))
    except NotFound:
        raise
    except Rejected as error:
        tried = ActionForm(code, Action.MERGE, parts().act.find(code).version, main)
        return petition_page(code, refusal=error, tried=tried), status_of(error)


def _with_ready_text(form: ActionForm) -> Page:
    """Show the form of a refusal again, with the ready text for the reason before what was typed."""
    petition = parts().petitions.find(me(), form.code)
    if form.why is None:
        why = Rejected("Xin chọn lý do từ chối.", reason="reason_missing")
        return petition_page(form.code, refusal=why, tried=form), status_of(why)
    ready = _ready_text(form.why, petition)
    both = form.text if ready in form.text else f"{ready}\n\n{form.text}".strip()
    return petition_page(form.code, tried=replace(form, text=both))


def _ready_text(why: RefusalReason, petition: Petition) -> str:
    """Return the ready text for a refusal, empty where there is none."""
    key = ready_guidance(why, petition.petition_class, above=petition.accuses_coordinators)
    return parts().reference.texts.render(key) if key else ""


def _done_by(form: ActionForm) -> tuple[Petition, Petition] | None:
    """Do it, and return the petition before and after it; None if it was done before. Raise Rejected."""
    try:
        return parts().petitions.find(me(), form.code), parts().act(me(), form.command())
    except Rejected:
        if form.is_of_officers and parts().act.was_done(me(), form.command()):
            return None
        raise


def _done(action: Action, before: Petition, after: Petition, last: Action | None = None) -> Page:
    """Say what was done, and what can take it back; `last` is the last of several steps."""
    done = TOGETHER[me().role] if last else action_label(action)
    done += f" thành {LEVELS[after.level].lower()}" if action is Action.SET_LEVEL else ""
    final = offer_undo(last or action, before, after)
    flash(f"Đã xong: {done}. Hồ sơ {after.code}: {STATE_LABELS[after.state].lower()}. {final}".strip())
    return back_to(after)


def petition_page(code: str, **more: Any) -> str:
    """Return the page of a petition, with what went wrong or was typed."""
    page, erases = parts().petitions(me(), code), may(me(), Permission.ERASE)
    traces = may(me(), Permission.TRACE, page.petition)
    papers = parts().papers.of(me(), page.petition)
    return render_template(
        "petition.html", page=page, papers=papers, key=parts().ids.token(), may_erase=erases, may_trace=traces,
        warning=warning, **more,
    )  # fmt: skip
