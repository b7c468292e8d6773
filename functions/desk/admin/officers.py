"""The administrators' pages of officers. What was typed is shown again when it cannot be."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from petition.api import Body, api, body
from petition.json_forms import officer_json
from petition.pages import status_of
from pydantic import Field
from shell.guard import guarded, needs
from shell.parts import parts
from shell.session import me
from werkzeug.wrappers import Response

from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission
from petitions.errors import NotFound, Rejected
from petitions.usecases.officers.manage_officers import ASSIGNABLE, Wanted, WrongOfficer

admin = guarded(Blueprint("admin", __name__))

Answer = Response | str | tuple[str, int]
DEEDS = {
    "officer_created": "Thêm vào danh sách",
    "officer_changed": "Sửa",
    "officer_left": "Ngừng tài khoản",
    "officer_back": "Mở lại tài khoản",
}
FIELDS = ("name", "email", "unit", "role")


class PutOfficer(Body):
    """An officer; `id` is empty for a new one."""

    id: str = Field(default="", max_length=100, pattern=r"^[^/]*$")
    name: str = Field(max_length=200)
    email: str = Field(max_length=200)
    unit: str = Field(max_length=20)
    role: str = Field(max_length=20)


@admin.get("/admin")
@needs(Permission.ADMINISTER)
def officers() -> str:
    """All officers, those who left at the end; `?unit=` those of one unit."""
    unit = request.args.get("unit", "")
    everyone = [each for each in parts().staff.known(fresh=True) if unit in {"", each.unit}]
    everyone.sort(key=lambda each: each.left_at is not None)
    return render_template("admin_officers.html", people=everyone, unit=unit, **_choices())


@admin.get("/admin/officers/<officer_id>")
@needs(Permission.ADMINISTER)
def officer(officer_id: str) -> str:
    """One officer with the history of changes; `new` for somebody new, of `?unit=`."""
    return _form(officer_id, {}, request.args if officer_id == "new" else None)


@admin.post("/admin/officers/<officer_id>")
@needs(Permission.ADMINISTER)
def put(officer_id: str) -> Answer:
    """Keep what was entered."""
    form = request.form
    values = [form.get(field, "") for field in FIELDS]
    try:
        known = parts().manage.put(me(), Wanted("" if officer_id == "new" else officer_id, *values))
    except WrongOfficer as error:
        return _form(officer_id, error.faults, form), status_of(error)
    parts().staff.everyone(fresh=True)
    flash("Đã lưu. Thay đổi có hiệu lực trong vòng một phút.")
    return redirect(f"/admin/officers/{known}", HTTPStatus.SEE_OTHER)


@admin.post("/admin/officers/<officer_id>/standing")
@needs(Permission.ADMINISTER)
def standing(officer_id: str) -> Answer:
    """Somebody leaves, or comes back."""
    back = request.form.get("back") == "1"
    try:
        parts().manage.leave(me(), officer_id, back=back)
    except NotFound:
        raise
    except Rejected as error:
        return _form(officer_id, {"": str(error)}), status_of(error)
    flash("Đã mở lại tài khoản." if back else "Đã ngừng tài khoản: người này không đăng nhập và không nhận thư nữa.")
    return redirect(f"/admin/officers/{officer_id}", HTTPStatus.SEE_OTHER)


@api.get("/officers")
@needs(Permission.ADMINISTER)
def listed() -> dict[str, Any]:
    """All officers; `left_at` of those who left."""
    return {"officers": [_described(each) for each in parts().staff.known(fresh=True)]}


@api.post("/officers")
@needs(Permission.ADMINISTER)
def put_json() -> dict[str, str]:
    """Create or change an officer."""
    asked = body(PutOfficer)
    return {"id": parts().manage.put(me(), Wanted(**asked.model_dump()))}


def _described(each: Officer) -> dict[str, Any]:
    left = each.left_at.isoformat() if each.left_at else None
    return officer_json(each) | {"email": each.email, "left_at": left}


def _form(officer_id: str, faults: Any, typed: Any = None) -> str:
    found = next((each for each in parts().staff.known(fresh=True) if each.id == officer_id), None)
    if found is None and officer_id != "new":
        raise NotFound("Không có cán bộ này.", reason="officer_unknown")
    shown = {field: typed.get(field, "") if typed else getattr(found, field, "") for field in FIELDS}
    lines = parts().manage.history(officer_id) if found else []
    return render_template(
        "admin_officer.html", found=found, shown=shown, faults=faults, lines=lines, DEEDS=DEEDS, **_choices()
    )


def _choices() -> dict[str, Any]:
    return {"directory": parts().directory, "ASSIGNABLE": ASSIGNABLE, "path": request.path}
