"""Administration of units: their people, their open petitions, and the phrases by which petitions are routed to them.

A change of phrases is tried on stored petitions before it is published.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request

from desk.shell.forms import Page, lines, status_of
from desk.shell.guard import guarded, needs
from desk.shell.parts import parts
from desk.shell.session import me
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers.missing_roles import missing_role_warnings, teams
from petitions.domain.officers.policy import Permission
from petitions.errors import Forbidden, NotFound, Rejected
from petitions.usecases.reference.edit_unit import EditTrial, UnitEditProposal, UnitForm, UnitInForce
from petitions.usecases.reference.publish_reference import WrongReference
from petitions.usecases.reference.read_unit import UnitPage

units = guarded(Blueprint("units", __name__))


@dataclass(frozen=True)
class UnitLine:
    """A row of the list of units. `warnings` name the roles that no officer of the unit has, in Vietnamese."""

    code: str
    name: str
    people: int
    heads: int
    warnings: list[str]


@units.get("/admin/units")
@needs(Permission.ADMINISTER)
def everywhere() -> str:
    """Show all units and wards. `?missing=1` shows only those in which nobody has a necessary role."""
    return render_template(
        "admin_units.html", rows=_rows(), missing=request.args.get("missing") == "1", path=request.path
    )


@units.get("/admin/units/<unit_code>")
@needs(Permission.ADMINISTER)
def unit(unit_code: str) -> Page:
    """Show a unit. `?undo=NUMBER` loads the routing phrases from before that change into the form."""
    page, stored = parts().unit(unit_code), parts().edit_unit.stored(unit_code)
    undo = request.args.get("undo", "")
    if undo and stored:
        return _page(page, stored, parts().edit_unit.taken_back(stored, undo))
    return _page(page, stored)


@units.post("/admin/units/<unit_code>")
@needs(Permission.ADMINISTER)
def edit(unit_code: str) -> Page:
    """Preview a change of a unit's phrases, with its effect on the routing of stored petitions.

    With `do=publish`, publish the change.
    """
    page, form = parts().unit(unit_code), request.form
    wanted = UnitForm(
        tuple(lines(form, "aliases").splitlines()),
        tuple(lines(form, "keywords").splitlines()),
        lines(form, "competence"),
    )
    try:
        proposal = parts().edit_unit.proposed(me(), unit_code, wanted, form.get("seen", ""))
        if form.get("do") == "publish":
            parts().edit_unit.publish(me(), parts().ids.token(), proposal)
            flash("Đã công bố. Phản ánh gửi từ một phút nữa được xác định đơn vị theo danh mục mới.")
            return redirect(f"/admin/units/{unit_code}", HTTPStatus.SEE_OTHER)
    except (NotFound, Forbidden):
        raise
    except Rejected as error:
        faults = error.faults if isinstance(error, WrongReference) else [str(error)]
        return _page(page, parts().edit_unit.stored(unit_code), wanted, faults=faults), status_of(error)
    trial = parts().edit_unit.trial(proposal)
    return _page(page, parts().edit_unit.stored(unit_code), wanted, proposal=proposal, trial=trial)


def _rows() -> list[UnitLine]:
    directory, everyone = parts().directory, parts().staff.everyone(fresh=True)
    by_unit = teams(everyone, directory)
    return [
        UnitLine(
            code,
            directory.name_of(code),
            len(team),
            sum(officer.role is Role.HEAD for officer in team),
            missing_role_warnings(code, team),
        )
        for code, team in by_unit.items()
    ]


def _page(
    page: UnitPage, stored: UnitInForce | None, wanted: UnitForm | None = None, *, faults: list[str] | None = None,
    proposal: UnitEditProposal | None = None, trial: EditTrial | None = None,
) -> str:  # fmt: skip
    shown = wanted or (
        UnitForm(tuple(stored.row["aliases"]), tuple(stored.row["keywords"]), stored.row["competence"])
        if stored
        else None
    )
    seen = request.form.get("seen", "") if faults else stored.version if stored else ""
    return render_template(
        "admin_unit.html", page=page, stored=stored, shown=shown, seen=seen, faults=faults, proposal=proposal,
        trial=trial, laid=wanted is not None and request.method == "GET", path=request.path,
    )  # fmt: skip
