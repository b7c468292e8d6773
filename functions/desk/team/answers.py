"""The answer templates of a single unit, which its heads write in addition to the city's."""

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
from petitions.domain.petition.answering import FACTS, LONGEST_FIELD, AnswerTemplate
from petitions.errors import NotFound, Rejected
from petitions.usecases.reference.publish_reference import WrongReference

unit_answers = guarded(Blueprint("unit_answers", __name__))

LIST = "/team/answers"


@unit_answers.get(LIST)
@needs(Permission.STAFF)
def own() -> str:
    """Show the unit's own answer templates, and the form for a new one or for the template `?id=`."""
    wanted = request.args.get("id", "")
    shown = parts().unit_answers.listed(me().unit).find(wanted) if wanted else None
    return _page(shown)


@unit_answers.post(LIST)
@needs(Permission.STAFF)
def put_own() -> Page:
    """Save an answer template of the unit or, with `do=remove`, remove one."""
    form, seen = request.form, request.form.get("seen", "")
    given = template_in(form, form.get("id", ""))
    try:
        if form.get("do") == "remove":
            parts().unit_answers.remove(me(), seen, given.id)
        else:
            parts().unit_answers.put(me(), seen, given)
    except NotFound:
        raise
    except Rejected as error:
        return _page(given, error), status_of(error)
    flash("Đã ghi. Cán bộ của đơn vị thấy ngay khi soạn trả lời.")
    return redirect(LIST, HTTPStatus.SEE_OTHER)


def _page(shown: AnswerTemplate | None, refusal: Rejected | None = None) -> str:
    faults = refusal.faults if isinstance(refusal, WrongReference) else [str(refusal)] if refusal else []
    return render_template(
        "team_answers.html", listed=parts().unit_answers.listed(me().unit), shown=shown, faults=faults,
        city=parts().templates.templates, facts=FACTS, LONGEST_NAME=LONGEST_NAME, LONGEST_TEXT=LONGEST_TEMPLATE,
        LONGEST_FIELD=LONGEST_FIELD,
    )  # fmt: skip
