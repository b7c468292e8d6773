"""Search in all petitions that the officer may see.

A search text may contain names, so it is stored in the session and never part of an address.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, session

from desk.petition.bulk import choices
from desk.shell.forms import Page, status_of
from desk.shell.guard import guarded, needs
from desk.shell.parts import parts
from desk.shell.session import me
from petitions.domain.officers.policy import Permission, may
from petitions.domain.shared.instants import minute_of
from petitions.errors import Rejected
from petitions.usecases.desk.search_petitions import LONGEST_SEARCH, audited_reason

search = guarded(Blueprint("search", __name__))


@search.get("/search")
@needs(Permission.LIST)
def page() -> str:
    """Show the search form and the results of the last search. `?after=` shows the next page."""
    return _shown(str(session.get("sought", "")), str(session.get("sought_why", "")))


@search.post("/search")
@needs(Permission.LIST)
def ask() -> Page:
    """Store the search text in the session and redirect to the results.

    A search among the names of filers requires a reason, which is stored too and recorded in the audit log.
    """
    text, reason = request.form.get("text", "").strip()[:LONGEST_SEARCH], request.form.get("reason", "").strip()
    try:
        if "reason" in request.form:
            audited_reason(reason, text)
    except Rejected as error:
        return _shown(text, "", fault=str(error), typed=reason), status_of(error)
    session.update(sought=text, sought_why=reason)
    return redirect("/search", HTTPStatus.SEE_OTHER)


def _shown(text: str, reason: str, *, fault: str = "", typed: str = "") -> str:
    after = request.args.get("after", "")
    found = parts().search(me(), text, after, reason) if text else None
    return render_template(
        "search.html", text=text, found=found, reason=reason, after=after, fault=fault, typed=typed,
        may_know=may(me(), Permission.REVEAL), now=minute_of(parts().clock.now()), **choices(me()),
    )  # fmt: skip
