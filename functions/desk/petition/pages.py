"""The page of a petition, its files, and the forms for actions and notes.

A form that changes something redirects to a page (303). After a refusal, the page is shown with the reason.
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
"""The header Cache-Control of a petition's files, which never change under their ids.

After half an hour the browser asks again, and the officer's access is checked again.
"""


@pages.get("/petitions/<code>")
@needs(Permission.READ)
def petition(code: str) -> Page:
    """Show the petition. The view is recorded in the audit log."""
    page = petition_page(code)
    parts().note_view(me(), code)
    return page


@pages.get("/petitions/<code>/files/<file_id>")
@needs(Permission.READ)
def file(code: str, file_id: str) -> Page:
    """Send a file of the petition. Pictures are displayed by the browser, other files are downloaded."""
    found = parts().read_file.find(me(), code, file_id)
    if _is_cached(found):
        return _cacheable(Response(status=HTTPStatus.NOT_MODIFIED), found)
    return _whole(code, found)


@pages.get("/petitions/<code>/files/<file_id>/thumbnail")
@needs(Permission.READ)
def thumbnail(code: str, file_id: str) -> Page:
    """Send the thumbnail of a picture, or the picture itself while no thumbnail has been made."""
    found = parts().read_file.find(me(), code, file_id)
    if found.thumbnail and _is_cached(found):
        return _cacheable(Response(status=HTTPStatus.NOT_MODIFIED), found)
    small = parts().read_file.thumbnail(code, found)
    if small is not None:
        return _cacheable(Response(small, mimetype=THUMBNAIL_TYPE), found)
    answer = _whole(code, found)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _is_cached(found: PetitionFile) -> bool:
    return request.if_none_match.contains(found.sha256 or "")


def _cacheable(answer: Response, found: PetitionFile) -> Response:
    answer.set_etag(found.sha256 or "")
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = KEPT_BY_BROWSERS
    return answer


def _whole(code: str, found: PetitionFile) -> Response:
    kind = found.media_type or ""
    answer = Response(parts().read_file.read(found), mimetype=kind)
    answer.headers["Content-Disposition"] = disposition(file_name(found.name, kind, code), shown=kind in PICTURES)
    return _cacheable(answer, found)


@pages.post("/petitions/<code>/reveal")
@needs(Permission.REVEAL)
def reveal(code: str) -> Page:
    """Show the filer's data and the unredacted text on the petition's page, for this one view.

    The reason is required. Every disclosure is recorded in the audit log.
    """
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
    """Begin to erase the filer's personal data, at the filer's request. The reason is required."""
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
    """Add an internal note to the petition's history. Notes cannot be changed or removed."""
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
    """Carry out an action on the petition. A form that was sent twice has no further effect.

    With `do=ready`, insert the prepared text for the chosen reason of a refusal instead.
    """
    form = sent_form(code, action_named(action))
    if form.action is Action.SUBMIT_ANSWER:  # answers are submitted from the editor
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
    """Take several steps at once, such as accepting and starting work.

    If a step is refused, the steps before it remain, and the form for the rest is shown.
    """
    found = parts().petitions.find(me(), code)
    steps = parts().take_up.left(me(), version_in(request.form), found)
    if steps is None:
        # The petition changed, or there are no steps to take together: the single step reports it.
        return act(code, (*steps_together(me().role, found), Action.ACCEPT)[0])
    if not steps:
        return done_before(code)
    form = sent_form(code, steps[0])
    try:
        after = parts().take_up(me(), form.taking())
    except Rejected as error:
        now = parts().act.find(code)
        left = steps_together(me().role, now) or steps[-1:]
        tried = replace(form, action=left[0], version=now.version)
        return petition_page(code, refusal=error, tried=tried), status_of(error)
    return _done(steps[0], found, after, steps[-1])


@pages.get("/petitions/<code>/merge")
@needs(Permission.WATCH)
def merge(code: str) -> Page:
    """Show two petitions side by side, with the effects of merging this one into the other (`?main=`)."""
    main = request.args.get("main", "")
    try:
        return render_template("merge.html", preview=parts().merge_preview(me(), code, main))
    except NotFound:
        raise
    except Rejected as error:
        tried = ActionForm(code, Action.MERGE, parts().act.find(code).version, main)
        return petition_page(code, refusal=error, tried=tried), status_of(error)


def _with_ready_text(form: ActionForm) -> Page:
    petition = parts().petitions.find(me(), form.code)
    if form.why is None:
        why = Rejected("Xin chọn lý do từ chối.", reason="reason_missing")
        return petition_page(form.code, refusal=why, tried=form), status_of(why)
    ready = _ready_text(form.why, petition)
    both = form.text if ready in form.text else f"{ready}\n\n{form.text}".strip()
    return petition_page(form.code, tried=replace(form, text=both))


def _ready_text(why: RefusalReason, petition: Petition) -> str:
    key = ready_guidance(why, petition.petition_class, above=petition.accuses_coordinators)
    return parts().reference.texts.render(key) if key else ""


def _done_by(form: ActionForm) -> tuple[Petition, Petition] | None:
    try:
        return parts().petitions.find(me(), form.code), parts().act(me(), form.command())
    except Rejected:
        if form.is_of_officers and parts().act.was_done(me(), form.command()):
            return None
        raise


def _done(action: Action, before: Petition, after: Petition, last: Action | None = None) -> Page:
    done = TOGETHER[me().role] if last else action_label(action)
    done += f" thành {LEVELS[after.level].lower()}" if action is Action.SET_LEVEL else ""
    final = offer_undo(last or action, before, after)
    flash(f"Đã xong: {done}. Hồ sơ {after.code}: {STATE_LABELS[after.state].lower()}. {final}".strip())
    return back_to(after)


def petition_page(code: str, **more: Any) -> str:
    """Return the page of a petition. `more` contains a refusal and typed values for its forms."""
    page, erases = parts().petitions(me(), code), may(me(), Permission.ERASE)
    traces = may(me(), Permission.TRACE, page.petition)
    papers = parts().papers.of(me(), page.petition)
    return render_template(
        "petition.html", page=page, papers=papers, key=parts().ids.token(), may_erase=erases, may_trace=traces,
        warning=warning, **more,
    )  # fmt: skip
