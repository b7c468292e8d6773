"""Officers, for administrators. The form shows again what was typed when it cannot be kept."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from pydantic import Field
from schema.admin import PutAnswer, StaffAnswer, StaffListAnswer
from shell.forms import Page, status_of
from shell.guard import guarded, needs
from shell.json_api import Body, api, body, gives
from shell.parts import parts
from shell.session import me

from petitions.domain.officers.policy import Permission
from petitions.errors import NotFound, Rejected
from petitions.usecases.officers.manage_officers import ASSIGNABLE_ROLES, OfficerForm, WrongOfficer

officers = guarded(Blueprint("officers", __name__))

AUDIT_LABELS = {
    "officer_created": "Thêm vào danh sách",
    "officer_changed": "Sửa",
    "officer_left": "Ngừng tài khoản",
    "officer_back": "Mở lại tài khoản",
}
OFFICER_FIELDS = ("name", "email", "unit", "role")


class PutOfficer(Body):
    """An officer; `id` is empty for a new one."""

    id: str = Field(default="", max_length=100, pattern=r"^[^/]*$")
    name: str = Field(max_length=200)
    email: str = Field(max_length=200)
    unit: str = Field(max_length=20)
    role: str = Field(max_length=20)


@officers.get("/admin")
@needs(Permission.ADMINISTER)
def everyone() -> str:
    """Show all officers, those who left at the end; `?unit=` those of one unit."""
    unit = request.args.get("unit", "")
    people = [each for each in parts().staff.known(fresh=True) if unit in {"", each.unit}]
    people.sort(key=lambda each: each.left_at is not None)
    return render_template("admin_officers.html", people=people, unit=unit, **_choices())


@officers.get("/admin/officers/<officer_id>")
@needs(Permission.ADMINISTER)
def officer(officer_id: str) -> str:
    """Show one officer with the history of changes; `new` is a form for somebody new, of `?unit=`."""
    return _form(officer_id, {}, request.args if officer_id == "new" else None)


@officers.post("/admin/officers/<officer_id>")
@needs(Permission.ADMINISTER)
def put(officer_id: str) -> Page:
    """Keep what was entered."""
    form = request.form
    values = [form.get(field, "") for field in OFFICER_FIELDS]
    try:
        known = parts().manage.put(me(), OfficerForm("" if officer_id == "new" else officer_id, *values))
    except WrongOfficer as error:
        return _form(officer_id, error.faults, form), status_of(error)
    parts().staff.everyone(fresh=True)
    flash("Đã lưu. Thay đổi có hiệu lực trong vòng một phút.")
    return redirect(f"/admin/officers/{known}", HTTPStatus.SEE_OTHER)


@officers.post("/admin/officers/<officer_id>/standing")
@needs(Permission.ADMINISTER)
def standing(officer_id: str) -> Page:
    """Record that somebody leaves, or comes back."""
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
@gives(StaffListAnswer)
def listed() -> StaffListAnswer:
    """Return all officers, also those who left."""
    everyone = parts().staff.known(fresh=True)
    return StaffListAnswer(officers=[StaffAnswer.of(each, parts().directory) for each in everyone])


@api.post("/officers")
@needs(Permission.ADMINISTER)
@gives(PutAnswer, takes=PutOfficer)
def put_json() -> PutAnswer:
    """Create or change an officer."""
    asked = body(PutOfficer)
    return PutAnswer(id=parts().manage.put(me(), OfficerForm(**asked.model_dump())))


def _form(officer_id: str, faults: Any, typed: Any = None) -> str:
    found = next((each for each in parts().staff.known(fresh=True) if each.id == officer_id), None)
    if found is None and officer_id != "new":
        raise NotFound("Không có cán bộ này.", reason="officer_unknown")
    shown = {field: typed.get(field, "") if typed else getattr(found, field, "") for field in OFFICER_FIELDS}
    lines = parts().manage.history(officer_id) if found else []
    return render_template(
        "admin_officer.html", found=found, shown=shown, faults=faults, lines=lines, DEEDS=AUDIT_LABELS, **_choices()
    )


def _choices() -> dict[str, Any]:
    return {"directory": parts().directory, "ASSIGNABLE": ASSIGNABLE_ROLES, "path": request.path}
