"""Units, for administrators: who works there, what lies there, and their phrases, tried and published."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request
from pydantic import Field
from schema.admin import UnitAnswer, UnitLineAnswer, UnitsAnswer, UnitTriedAnswer
from shell.forms import Page, lines, status_of
from shell.guard import guarded, needs
from shell.json_api import Body, api, body, gives
from shell.parts import parts
from shell.session import me

from petitions.domain.officers.missing_roles import teams
from petitions.domain.officers.policy import Permission
from petitions.errors import Forbidden, NotFound, Rejected
from petitions.usecases.reference.edit_unit import EditTrial, UnitEditProposal, UnitForm, UnitInForce
from petitions.usecases.reference.publish_reference import WrongReference
from petitions.usecases.reference.read_unit import UnitPage

units = guarded(Blueprint("units", __name__))


class PutUnit(Body):
    """A unit's three fields; `seen` is the directory's version that was looked at; `publish` puts them into force."""

    aliases: tuple[str, ...] = Field(max_length=500, strict=False)
    keywords: tuple[str, ...] = Field(max_length=500, strict=False)
    competence: str = Field(max_length=10_000)
    seen: str = Field(max_length=100)
    publish: bool = False


@units.get("/admin/units")
@needs(Permission.ADMINISTER)
def everywhere() -> str:
    """Show the units of the directory in force, and who is missing where; `?missing=1` those alone."""
    return render_template(
        "admin_units.html", rows=_rows(), missing=request.args.get("missing") == "1", path=request.path
    )


@units.get("/admin/units/<unit_code>")
@needs(Permission.ADMINISTER)
def unit(unit_code: str) -> Page:
    """Show one unit; `?undo=NUMBER` lays what it was before that edit into the form."""
    page, stored = parts().unit(unit_code), parts().edit_unit.stored(unit_code)
    undo = request.args.get("undo", "")
    if undo and stored:
        return _page(page, stored, parts().edit_unit.taken_back(stored, undo))
    return _page(page, stored)


@units.post("/admin/units/<unit_code>")
@needs(Permission.ADMINISTER)
def edit(unit_code: str) -> Page:
    """Show what would change and where petitions would go; with `do=publish` put it into force."""
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


@api.get("/units")
@needs(Permission.ADMINISTER)
@gives(UnitsAnswer)
def units_json() -> UnitsAnswer:
    """Return all units and wards, how many work there, and who is missing."""
    return UnitsAnswer(units=_rows())


@api.get("/units/<unit_code>")
@needs(Permission.ADMINISTER)
@gives(UnitAnswer)
def unit_json(unit_code: str) -> UnitAnswer:
    """Return one unit; what can be edited is null where it cannot."""
    return UnitAnswer.of(parts().unit(unit_code), parts().edit_unit.stored(unit_code), parts().directory)


@api.post("/units/<unit_code>")
@needs(Permission.ADMINISTER)
@gives(UnitTriedAnswer, takes=PutUnit)
def edit_json(unit_code: str) -> UnitTriedAnswer:
    """Try an edit: what changes, and how many new petitions would go elsewhere; `publish` puts it into force."""
    parts().unit(unit_code)
    asked = body(PutUnit)
    wanted = UnitForm(asked.aliases, asked.keywords, asked.competence)
    proposal = parts().edit_unit.proposed(me(), unit_code, wanted, asked.seen)
    trial = parts().edit_unit.trial(proposal)
    if asked.publish:
        parts().edit_unit.publish(me(), parts().ids.token(), proposal)
    return UnitTriedAnswer.of(proposal, trial, published=asked.publish)


def _rows() -> list[UnitLineAnswer]:
    """Return the units and wards of the directory in force; the page and the API show the same."""
    directory, everyone = parts().directory, parts().staff.everyone(fresh=True)
    by_unit = teams(everyone, directory)
    return [UnitLineAnswer.of(code, directory.name_of(code), people) for code, people in by_unit.items()]


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
