"""Administration of the city's templates for answers: the list, the form of a template, and earlier lists."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request

from desk.shell.forms import Page, status_of
from desk.shell.guard import guarded, needs
from desk.shell.parts import parts
from desk.shell.session import me
from desk.shell.templates_in import template_in
from petitions.domain.officers.policy import Permission
from petitions.domain.petition.answer_templates import LONGEST_NAME, LONGEST_TEMPLATE
from petitions.domain.petition.answering import LONGEST_FIELD, AnswerTemplate
from petitions.errors import Conflict, NotFound, Rejected
from petitions.usecases.reference.publish_reference import WrongReference

answer_templates = guarded(Blueprint("answer_templates", __name__))

LIST = "/admin/answers"
PUBLISHED_WORDS = "Đã công bố. Cán bộ thấy danh sách mới trong vòng một phút."
NEW_TEMPLATE = AnswerTemplate(id="", name="", text="", basis="")


@answer_templates.get(LIST)
@needs(Permission.ADMINISTER)
def skeletons() -> str:
    """Show the list of answer templates. `?version=` shows an earlier list beside it, which can be restored."""
    return _list(request.args.get("version", ""))


@answer_templates.post(LIST)
@needs(Permission.ADMINISTER)
def take_back() -> Page:
    """Restore an earlier list of templates. Refused if the current list has changed since the page was shown."""
    version = request.form.get("version", "")
    former = parts().skeletons.former(version)
    try:
        parts().skeletons.replace(me(), request.form.get("seen", ""), former)
    except Rejected as error:
        return _list(version, error), status_of(error)
    flash(PUBLISHED_WORDS)
    return redirect(LIST, HTTPStatus.SEE_OTHER)


@answer_templates.get("/admin/answers/<template_id>")
@needs(Permission.ADMINISTER)
def skeleton(template_id: str) -> str:
    """Show the form of an answer template. The id `new` gives an empty form."""
    return _form(template_id)


@answer_templates.post("/admin/answers/<template_id>")
@needs(Permission.ADMINISTER)
def put_skeleton(template_id: str) -> Page:
    """Save an answer template and publish the list. Refused if the list has changed since the form was shown."""
    form, seen = request.form, request.form.get("seen", "")
    given = template_in(form, "" if template_id == "new" else template_id)
    try:
        parts().skeletons.put(me(), seen, given)
    except NotFound:
        raise
    except Rejected as error:
        return _form(template_id, given, error), status_of(error)
    flash(PUBLISHED_WORDS)
    return redirect(LIST, HTTPStatus.SEE_OTHER)


@answer_templates.post("/admin/answers/<template_id>/place")
@needs(Permission.ADMINISTER)
def place_skeleton(template_id: str) -> Page:
    """Move a template one place in the list or remove it, by the form field `do`: `up`, `down` or `remove`."""
    seen, wanted = request.form.get("seen", ""), request.form.get("do", "")
    try:
        if wanted == "remove":
            parts().skeletons.remove(me(), seen, template_id)
        else:
            parts().skeletons.move(me(), seen, template_id, -1 if wanted == "up" else 1)
    except NotFound:
        raise
    except Rejected as error:
        return _list("", error), status_of(error)
    flash(PUBLISHED_WORDS)
    return redirect(LIST, HTTPStatus.SEE_OTHER)


def _list(version: str, refusal: Rejected | None = None) -> str:
    listed = parts().skeletons.listed()
    return render_template(
        "admin_answers.html", listed=listed, former=parts().skeletons.former(version) if version else None,
        version=version, refusal=refusal, history=parts().skeletons.history(), path=request.path,
    )  # fmt: skip


def _form(template_id: str, typed: AnswerTemplate | None = None, refusal: Rejected | None = None) -> str:
    listed = parts().skeletons.listed()
    known = NEW_TEMPLATE if template_id == "new" else listed.find(template_id)
    faults = refusal.faults if isinstance(refusal, WrongReference) else [str(refusal)] if refusal else []
    return render_template(
        "admin_answer.html", template_id=template_id, known=known, shown=typed or known, seen=listed.seen,
        faults=faults, changed=isinstance(refusal, Conflict) and known != typed, path=request.path,
        LONGEST_NAME=LONGEST_NAME, LONGEST_TEXT=LONGEST_TEMPLATE, LONGEST_FIELD=LONGEST_FIELD,
    )  # fmt: skip
