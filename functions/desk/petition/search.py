"""Search, as a page and as JSON. What is searched for may name people, so the session has it and no address does."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, session
from pydantic import Field
from schema.search import SearchAnswer
from shell.forms import Page
from shell.guard import guarded, needs
from shell.json_api import Body, api, body, gives
from shell.parts import parts
from shell.session import me

from petition.bulk import choices
from petitions.domain.officers.policy import Permission, may
from petitions.usecases.desk.search_petitions import LONGEST_SEARCH

search = guarded(Blueprint("search", __name__))


class Sought(Body):
    """What to look for; `after` is the cursor of the page before."""

    text: str = Field(max_length=LONGEST_SEARCH)
    after: str = Field(default="", max_length=100)


@search.get("/search")
@needs(Permission.LIST)
def page() -> str:
    """Show the form and, of what was asked for last, one page."""
    text = str(session.get("sought", ""))
    found = parts().search(me(), text, request.args.get("after", "")) if text else None
    by_phone = may(me(), Permission.REVEAL)
    return render_template(
        "search.html", text=text, found=found, by_phone=by_phone, after=request.args.get("after"), **choices(me())
    )


@search.post("/search")
@needs(Permission.LIST)
def ask() -> Page:
    """Keep what is searched for in the session."""
    session["sought"] = request.form.get("text", "").strip()[:LONGEST_SEARCH]
    return redirect("/search", HTTPStatus.SEE_OTHER)


@api.post("/search")
@needs(Permission.LIST)
@gives(SearchAnswer, takes=Sought)
def search_json() -> SearchAnswer:
    """Find petitions in all states by code, telephone number (for those who may), words and names of wards."""
    asked = body(Sought)
    return SearchAnswer.of(parts().search(me(), asked.text, asked.after))
