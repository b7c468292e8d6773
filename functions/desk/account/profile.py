"""An officer's own settings: the telephone, and whether they are on duty outside working hours."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request
from shell.forms import Page, status_of
from shell.guard import guarded, needs
from shell.parts import parts
from shell.session import me

from petitions.domain.officers.policy import Permission
from petitions.errors import Rejected

profile = guarded(Blueprint("profile", __name__))


@profile.get("/me")
@needs(Permission.ENTER)
def settings() -> Page:
    """Show the settings as they are stored now."""
    parts().staff.everyone(fresh=True)
    return render_template("me.html", own=parts().staff.find(me().id) or me())


@profile.post("/me/settings")
@needs(Permission.ENTER)
def keep() -> Page:
    """Keep the settings."""
    on_duty = request.form.get("on_duty") == "1"
    try:
        parts().profile(me(), request.form.get("phone", ""), on_duty=on_duty)
    except Rejected as error:
        return render_template("me.html", own=me(), refusal=error, phone=request.form["phone"]), status_of(error)
    flash("Đã lưu.")
    return redirect("/me", HTTPStatus.SEE_OTHER)
