"""Signing in and out.

The sign-in page exists only on a laptop. In the cloud, Google's Identity-Aware Proxy signs users in.
"""

from __future__ import annotations

from http import HTTPStatus
from itertools import groupby

from flask import Blueprint, current_app, redirect, render_template, request, session

from desk.shell.forms import Page
from desk.shell.guard import guarded, needs
from desk.shell.json_api import Json, api
from desk.shell.parts import parts
from desk.shell.session import SIGN_OUT, TRAINEES, TRAINING, local_page, me, sign_in
from petitions.domain.officers.policy import Permission

entrance = Blueprint("entrance", __name__)
sign_out = guarded(Blueprint("sign_out", __name__))


@entrance.get("/sign-in")
def choose() -> Page:
    """Show all officers to sign in as, grouped by unit in the order of the directory. Laptop only."""
    directory = parts().directory
    order = {unit.code: place for place, unit in enumerate(directory.units)}
    people = sorted(parts().staff.everyone(fresh=True), key=lambda officer: order.get(officer.unit, len(order)))
    teams = [(unit, list(team)) for unit, team in groupby(people, key=lambda person: person.unit)]
    begun = parts().store.get(TRAINING) is not None
    if begun:
        teams.sort(key=lambda item: item[0] != TRAINEES)
    return render_template("sign_in.html", teams=teams, next=request.args.get("next", "/"), begun=begun)


@entrance.get("/styles")
def styles() -> str:
    """Show every visual component of the pages, for developers. Laptop only."""
    return render_template("styles.html")


@entrance.post("/sign-in")
def enter() -> Page:
    """Sign in as the chosen officer without a password, and go to the page `next`. Laptop only."""
    sign_in(request.form.get("officer", ""))
    return redirect(local_page(request.form.get("next", "/")), HTTPStatus.SEE_OTHER)


@sign_out.post("/sign-out")
@needs(Permission.ENTER)
def leave() -> Page:
    """Sign the officer out. On a laptop, go to the sign-in page. In the cloud, sign out of Google's proxy as well."""
    session.clear()
    local = entrance.name in current_app.blueprints
    return redirect("/sign-in" if local else SIGN_OUT, HTTPStatus.SEE_OTHER)


@api.get("/me")
@needs(Permission.ENTER)
def current_session() -> Json:
    """Return the signed-in officer and the anti-forgery token (CSRF) as JSON.

    A page that was left open fetches them when the officer continues, in case the session has changed.
    """
    officer = me()
    shown = {name: getattr(officer, name) for name in ("id", "name", "role", "unit")}
    return {"officer": shown | {"unit_name": parts().directory.name_of(officer.unit)}, "csrf": session["csrf"]}
