"""Pages of what is no step of a petition's life: a head's plan for what is overdue, an officer's own settings."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request
from shell.guard import guarded, needs
from shell.parts import parts
from shell.session import me

from petition.pages import Answer, petition_page, status_of, version_in
from petitions.domain.officers.policy import Permission
from petitions.errors import NotFound, Rejected

own = guarded(Blueprint("own", __name__))


@own.post("/petitions/<code>/recovery")
@needs(Permission.PLAN)
def recovery(code: str) -> Answer:
    """The head's plan and date."""
    parts().petitions.find(me(), code)
    text = request.form.get("text", "").replace("\r\n", "\n")
    try:
        parts().plan(me(), code, version_in(request.form), text, _day(request.form.get("until", "")))
    except NotFound:
        raise
    except Rejected as error:
        return petition_page(code, refusal=error, planned=text), status_of(error)
    flash("Đã ghi nhận kế hoạch.")
    return redirect(f"/petitions/{code}", HTTPStatus.SEE_OTHER)


@own.get("/me")
@needs(Permission.ENTER)
def profile() -> Answer:
    """The officer's own settings, as they are stored now."""
    parts().staff.everyone(fresh=True)
    return render_template("me.html", own=parts().staff.find(me().id) or me())


@own.post("/me/settings")
@needs(Permission.ENTER)
def set_profile() -> Answer:
    """Keep them."""
    on_duty = request.form.get("on_duty") == "1"
    try:
        parts().profile(me(), request.form.get("phone", ""), on_duty=on_duty)
    except Rejected as error:
        return render_template("me.html", own=me(), refusal=error, phone=request.form["phone"]), status_of(error)
    flash("Đã lưu.")
    return redirect("/me", HTTPStatus.SEE_OTHER)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
