"""Assignment of petitions from the coordinators' queue, with a button per row for the proposed unit."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, session

from desk.petition.columns import columns_of
from desk.petition.undo import offer_undo, undo_of
from desk.shell.forms import Page, version_in
from desk.shell.guard import guarded, needs
from desk.shell.parts import parts
from desk.shell.session import me
from petitions.domain.lifecycle.lifecycle import Action
from petitions.domain.officers.policy import Permission
from petitions.usecases.desk.do_many import Deed, ManyWanted
from petitions.usecases.desk.work_list_query import WorkListView

placing = guarded(Blueprint("placing", __name__))

BESIDE = 4
"""The number of cells in a row besides the officer's columns: checkbox, content, proposal and button."""


@placing.post("/petitions/<code>/give")
@needs(Permission.WATCH)
def give(code: str) -> Page:
    """Assign the petition to `unit`. A new petition is accepted first.

    Scripts (htmx) get a replacement of the row, other browsers are redirected to the list. A refusal changes nothing
    and is explained. Raise NotFound if the coordinator can see no petition with this code.
    """
    unit, version = request.form.get("unit", ""), version_in(request.form)
    before = parts().petitions.find(me(), code)
    result = parts().many(me(), ManyWanted(Deed.GIVE, (code,), unit=unit, seen={code: version}))[0]
    if request.headers.get("HX-Request"):
        after = parts().act.find(code)
        undo = undo_of(Action.ASSIGN, before, after) if result.done else None
        width = len(columns_of(me(), WorkListView.QUEUE)) + BESIDE
        return render_template("_given.html", result=result, unit=unit, undo=undo, width=width)
    if result.done:
        offer_undo(Action.ASSIGN, before, parts().act.find(code))
    flash(f"{code}: {result.words}", "good" if result.done else "bad")
    return redirect(f"/?{session.get('list', '')}", HTTPStatus.SEE_OTHER)
