"""The officers of a unit: the number of their petitions, hand-overs, deputies and official positions."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request

from desk.shell.forms import Page, day_in, id_in, status_of
from desk.shell.guard import guarded, needs
from desk.shell.parts import parts
from desk.shell.session import me
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers.officer import Officer, in_place_of
from petitions.domain.officers.policy import Permission
from petitions.domain.shared.records import replace
from petitions.errors import Rejected
from petitions.usecases.desk.unit_choices import unit_choices

WORKING_ROLES = frozenset({Role.OFFICER, Role.HEAD, Role.COORDINATOR})
"""The roles that need a deputy when absent."""

team = guarded(Blueprint("team", __name__))


@team.get("/team")
@needs(Permission.STAFF)
def page() -> str:
    """Show the officers of a unit. Coordinators choose the unit by `?unit=`, heads see their own."""
    return _page()


@team.post("/team/hand-over")
@needs(Permission.STAFF)
def hand_over() -> Page:
    """Hand all open petitions of an officer over to another one, and show the result for every petition."""
    form = request.form
    try:
        leaving, to = id_in(form, "leaving"), id_in(form, "to")
        results = parts().staffing.hand_over(me(), _unit(), leaving, to)
    except Rejected as error:
        return _page(error), status_of(error)
    return render_template("handed_over.html", results=results)


@team.post("/team/deputy")
@needs(Permission.STAFF)
def deputy() -> Page:
    """Store the deputy of an absent officer with the days of absence. An empty `deputy` ends the arrangement."""
    form = request.form
    try:
        absent, named = id_in(form, "who"), id_in(form, "deputy")
        since, until = day_in(form, "since"), day_in(form, "until")
        parts().staffing.stand_in(me(), absent, named, since, until, form.get("mandate", ""))
    except Rejected as error:
        return _page(error, form), status_of(error)
    parts().staff.everyone(fresh=True)
    who = parts().staff.name(absent)
    days = f"từ {since:%d/%m} đến hết {until:%d/%m}" if since and until else ""
    flash(f"{parts().staff.name(named)} thay {who} {days}." if named else f"Không còn ai thay {who}.")
    return redirect(f"/team?unit={_unit()}", HTTPStatus.SEE_OTHER)


@team.post("/team/position")
@needs(Permission.STAFF)
def position() -> Page:
    """Save the official position of an officer, which appears in the officer's signature."""
    try:
        parts().staffing.enter_position(me(), id_in(request.form, "who"), request.form.get("position", ""))
    except Rejected as error:
        return _page(error), status_of(error)
    parts().staff.everyone(fresh=True)
    flash(f"Đã ghi chức vụ của {parts().staff.name(id_in(request.form, 'who'))}.")
    return redirect("/team", HTTPStatus.SEE_OTHER)


def _unit() -> str:
    asked = request.values.get("unit", "")
    return asked if asked and me().role is Role.COORDINATOR and parts().directory.knows(asked) else me().unit


def _page(refusal: Rejected | None = None, typed: Mapping[str, str] | None = None) -> str:
    unit = _unit()
    people = [officer for officer in parts().staff.of_unit(unit) if officer.role in WORKING_ROLES]
    loads = parts().staffing.loads(me(), unit)
    staffed = {officer.unit for officer in parts().staff.everyone()} if me().role is Role.COORDINATOR else set()
    listed = unit_choices(parts().directory)
    chooses = [ward for ward in (*listed.units, *listed.wards) if ward.id in staffed]
    handlers = [person for person in people if person.role is not Role.COORDINATOR]
    deputies = {person.id: found for person in people if (found := _as_head(person))}
    return render_template(
        "team.html", unit=unit, people=people, handlers=handlers, loads=loads, units=chooses, refusal=refusal,
        typed=typed or {},
        enters=unit == me().unit and not me().stands_in, head_office=parts().papers.heads_office(unit),
        unsigning={who: officer for who, officer in deputies.items() if parts().papers.why_no_right(officer)},
    )  # fmt: skip


def _as_head(absent: Officer) -> Officer | None:
    deputy = parts().staff.find(absent.deputy.officer) if absent.deputy and absent.role is Role.HEAD else None
    return replace(in_place_of(absent, deputy), role=Role.HEAD) if deputy else None
