"""The settings page of an officer: phone number, duty outside working hours, colours and keyboard shortcuts."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, current_app, flash, redirect, render_template, request

from desk.shell.forms import Page, status_of
from desk.shell.guard import guarded, needs
from desk.shell.parts import parts
from desk.shell.session import KEYS_OFF, THEME, THEMES, me
from petitions.domain.officers.policy import Permission
from petitions.errors import Rejected

profile = guarded(Blueprint("profile", __name__))


@profile.get("/me")
@needs(Permission.ENTER)
def settings() -> Page:
    parts().staff.everyone(fresh=True)
    return render_template("me.html", THEMES=THEMES, own=parts().staff.find(me().id) or me())


@profile.post("/me/settings")
@needs(Permission.ENTER)
def keep() -> Page:
    """Save the settings of the signed-in officer.

    The phone number and the duty outside working hours are stored with the officer, colours and shortcuts in cookies.
    """
    on_duty = request.form.get("on_duty") == "1"
    try:
        parts().profile(me(), request.form.get("phone", ""), on_duty=on_duty)
    except Rejected as error:
        return render_template(
            "me.html", THEMES=THEMES, own=me(), refusal=error, phone=request.form["phone"]
        ), status_of(error)
    flash("Đã lưu.")
    answer = redirect("/me", HTTPStatus.SEE_OTHER)
    theme, keys = request.form.get("theme", ""), request.form.get("keys_off", "")
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    for name, value in ((THEME, theme if theme in THEMES else ""), (KEYS_OFF, "1" if keys == "1" else "")):
        answer.set_cookie(name, value, timedelta(days=365), secure=secure, httponly=True, samesite="Lax")
    return answer
