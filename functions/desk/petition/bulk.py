"""Actions on many petitions at once: a preview of the result for every petition, and then the actions."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from desk.shell.forms import Page, id_in, number_in, status_of
from desk.shell.guard import guarded, needs
from desk.shell.parts import parts
from desk.shell.session import me
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission, may
from petitions.errors import Forbidden, Rejected
from petitions.usecases.desk.do_many import DEED_PERMISSIONS, Deed, ManyWanted

bulk = guarded(Blueprint("bulk", __name__))

ORIGINS = ("/search", "/boards/lateness")
"""The pages on which petitions can be ticked, besides the work list."""
DEED_LABELS = {
    Deed.TAKE_UP: "Nhận và xử lý",
    Deed.GIVE: "Giao cho đơn vị",
    Deed.ASSIGN: "Phân công",
    Deed.REMIND: "Nhắc người xử lý",
}


@bulk.post("/bulk")
@needs(Permission.ACT)
def many() -> Page:
    """Preview the action on the ticked petitions, without any change.

    With `sure=1`, carry it out and show the result for every petition.
    """
    form = request.form
    wanted, sees = _wanted(), form.get("sure") != "1"
    origin = form.get("origin") if form.get("origin") in ORIGINS else ""
    shown = {"wanted": wanted, "sees": sees, "origin": origin, **choices(me())}
    try:
        results = (parts().rehearsed() if sees else parts()).many(me(), wanted)
    except Forbidden:
        raise
    except Rejected as error:
        return render_template("bulk.html", **shown | {"sees": True}, results=[], refusal=error), status_of(error)
    return render_template("bulk.html", **shown, results=results)


def deeds_of(officer: Officer) -> dict[Deed, str]:
    """Return the actions that the officer may take on many petitions at once, with their Vietnamese labels."""
    return {deed: label for deed, label in DEED_LABELS.items() if may(officer, DEED_PERMISSIONS[deed])}


def choices(officer: Officer) -> dict[str, Any]:
    """Return the officer's actions on many petitions, and the units and officers to choose from, for templates."""
    deeds = deeds_of(officer)
    return {
        "deeds": deeds,
        "deed_teams": parts().petitions.teams(officer) if Deed.ASSIGN in deeds else [],
        "deed_units": parts().petitions.units_to_give_to() if Deed.GIVE in deeds else None,
    }


def _wanted() -> ManyWanted:
    form, codes = request.form, tuple(dict.fromkeys(request.form.getlist("code")))
    if form.get("do") not in set(Deed):
        raise Rejected("Không có việc này. Xin mở lại danh sách.", reason="deed_unknown")
    versions = {code: number_in(form, f"seen-{code}") for code in codes}
    return ManyWanted(
        Deed(form["do"]), codes, id_in(form, "handler"), form.get("unit", ""), form.get("text", "").strip(),
        sure=form.get("unstaffed") == "1",
        seen={code: version for code, version in versions.items() if version is not None},
    )  # fmt: skip
