"""The recovery plan for an overdue petition, written by the head of the unit."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, flash, redirect, request

from desk.petition.pages import petition_page
from desk.shell.forms import Page, day_in, lines, status_of, version_in
from desk.shell.guard import guarded, needs
from desk.shell.parts import parts
from desk.shell.session import me
from petitions.domain.officers.policy import Permission
from petitions.errors import NotFound, Rejected

recovery = guarded(Blueprint("recovery", __name__))


@recovery.post("/petitions/<code>/recovery")
@needs(Permission.PLAN)
def plan(code: str) -> Page:
    """Save the head's plan for an overdue petition, and the day until which it is to be carried out."""
    parts().petitions.find(me(), code)
    form = request.form
    text = lines(form, "text")
    try:
        parts().plan(me(), code, version_in(form), text, day_in(form, "until"))
    except NotFound:
        raise
    except Rejected as error:
        return petition_page(code, refusal=error, planned=text), status_of(error)
    flash("Đã ghi nhận kế hoạch.")
    return redirect(f"/petitions/{code}", HTTPStatus.SEE_OTHER)
