"""Administration of officers: the list, and the form to create, change, deactivate or reactivate an officer."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, session

from desk.shell.forms import Page, day_in, id_in, status_of
from desk.shell.guard import guarded, needs
from desk.shell.parts import parts
from desk.shell.session import me
from petitions.domain.language.words import fold
from petitions.domain.lifecycle.lifecycle import ROLE_LABELS
from petitions.domain.officers.entries import ASSIGNABLE_ROLES
from petitions.domain.officers.officer import WORKING, Officer
from petitions.domain.officers.policy import Permission
from petitions.domain.shared.written import written_number
from petitions.errors import NotFound, Rejected
from petitions.usecases.officers.manage_officers import DoubtfulOfficer, OfficerForm, WrongOfficer

officers = guarded(Blueprint("officers", __name__))

AUDIT_LABELS = {
    "officer_created": "Thêm vào danh sách",
    "officer_changed": "Sửa",
    "officer_left": "Ngừng tài khoản",
    "officer_back": "Mở lại tài khoản",
}
OFFICER_FIELDS = ("name", "email", "unit", "role", "position")
PAGE = 100
LONGEST_SEARCH = 100


@officers.get("/admin")
@needs(Permission.ADMINISTER)
def list_officers() -> str:
    """Show the officers in pages of 100. Officers who left come last.

    `?unit=` restricts the list to a unit, and `?find=1` to the matches of the last search in this session.
    """
    unit, page = request.args.get("unit", ""), request.args.get("page", "1")
    text = str(session.get("officer_find", "")) if request.args.get("find") == "1" else ""
    people = [item for item in parts().staff.known(fresh=True) if unit in {"", item.unit} and _is_found(item, text)]
    people.sort(key=lambda person: person.left_at is not None)
    pages = max(1, -(-len(people) // PAGE))
    number = min(written_number(page, 4) or 1, pages)
    shown = people[(number - 1) * PAGE : number * PAGE]
    return render_template(
        "admin_officers.html", people=shown, count=len(people), unit=unit, text=text, page=number, pages=pages,
        **_choices(),
    )  # fmt: skip


@officers.post("/admin")
@needs(Permission.ADMINISTER)
def find() -> Page:
    """Search officers by name, address, unit or role, ignoring diacritics.

    The text is stored in the session, so that no name appears in an address.
    """
    text, unit = request.form.get("text", "").strip()[:LONGEST_SEARCH], request.form.get("unit", "")
    session["officer_find"] = text
    asked = {"unit": unit if parts().directory.knows(unit) else "", "find": "1" if text else ""}
    query = urlencode({name: value for name, value in asked.items() if value})
    return redirect(f"/admin?{query}" if query else "/admin", HTTPStatus.SEE_OTHER)


@officers.get("/admin/officers/<officer_id>")
@needs(Permission.ADMINISTER)
def officer(officer_id: str) -> str:
    """Show the form of an officer with the history of changes. The id `new` gives an empty form, for `?unit=`."""
    return _form(officer_id, {}, request.args if officer_id == "new" else None)


@officers.post("/admin/officers/<officer_id>")
@needs(Permission.ADMINISTER)
def put(officer_id: str) -> Page:
    """Save an officer. The id `new` creates one.

    Faults are shown in the form with the typed values. Doubtful values, such as a role that does not fit the unit, are
    saved only with `confirmed=1`.
    """
    form = request.form
    values = {field: form.get(field, "") for field in OFFICER_FIELDS}
    wanted = OfficerForm("" if officer_id == "new" else officer_id, **values, confirmed=form.get("confirmed") == "1")
    try:
        known = parts().manage.put(me(), wanted)
    except WrongOfficer as error:
        doubted = isinstance(error, DoubtfulOfficer)
        return _form(officer_id, error.faults, form, doubted=doubted), status_of(error)
    parts().staff.everyone(fresh=True)
    flash("Đã lưu. Thay đổi có hiệu lực trong vòng một phút.")
    return redirect(f"/admin/officers/{known}", HTTPStatus.SEE_OTHER)


@officers.post("/admin/officers/<officer_id>/standing")
@needs(Permission.ADMINISTER)
def standing(officer_id: str) -> Page:
    """Deactivate an officer, and hand over their open petitions to the officer `to`.

    With `back=1`, reactivate the officer.
    """
    try:
        if request.form.get("back") == "1":
            parts().manage.reactivate(me(), officer_id)
            flash("Đã mở lại tài khoản.")
        else:
            moved = parts().leaving(me(), officer_id, id_in(request.form, "to"))
            handed = f" Đã bàn giao {moved} hồ sơ." if moved else ""
            flash(f"Đã ngừng tài khoản: người này không đăng nhập và không nhận thư nữa.{handed}")
    except NotFound:
        raise
    except Rejected as error:
        return _form(officer_id, {"": str(error)}), status_of(error)
    return redirect(f"/admin/officers/{officer_id}", HTTPStatus.SEE_OTHER)


@officers.post("/admin/officers/<officer_id>/deputy")
@needs(Permission.ADMINISTER)
def deputy(officer_id: str) -> Page:
    """Store the deputy of an absent officer with the days of absence. An empty `deputy` ends the arrangement."""
    form = request.form
    try:
        since, until = day_in(form, "since"), day_in(form, "until")
        parts().staffing.stand_in(me(), officer_id, id_in(form, "deputy"), since, until, form.get("mandate", ""))
    except NotFound:
        raise
    except Rejected as error:
        return _form(officer_id, {"": str(error)}, deputy=form), status_of(error)
    flash("Đã ghi người thay." if form.get("deputy") else "Đã bỏ người thay.")
    return redirect(f"/admin/officers/{officer_id}", HTTPStatus.SEE_OTHER)


def _is_found(officer: Officer, text: str) -> bool:
    unit = parts().directory.name_of(officer.unit)
    known = fold(f"{officer.name} {officer.email} {officer.unit} {unit} {ROLE_LABELS[officer.role]}")
    return all(word in known for word in fold(text).split())


def _form(
    officer_id: str, faults: Any, typed: Any = None, *, doubted: bool = False, deputy: Mapping[str, str] | None = None
) -> str:
    everyone = parts().staff.known(fresh=True)
    found = next((item for item in everyone if item.id == officer_id), None)
    if found is None and officer_id != "new":
        raise NotFound("Không có cán bộ này.", reason="officer_unknown")
    shown = {field: typed.get(field, "") if typed else getattr(found, field, "") for field in OFFICER_FIELDS}
    known = found.deputy.stored() | {"deputy": found.deputy.officer} if found and found.deputy else {}
    lines = parts().manage.history(officer_id) if found else []
    works_here = found is not None and found.left_at is None
    team = [item for item in everyone if found and item.unit == found.unit and item.left_at is None and item != found]
    return render_template(
        "admin_officer.html", found=found, shown=shown, faults=faults, lines=lines, DEEDS=AUDIT_LABELS,
        doubted=doubted, stands=known if deputy is None else deputy, team=team,
        open_petitions=parts().leaving.open_work(officer_id) if works_here else 0,
        takers=[item for item in team if item.role in WORKING], **_choices(),
    )  # fmt: skip


def _choices() -> dict[str, Any]:
    return {"ASSIGNABLE": ASSIGNABLE_ROLES, "path": request.path}
