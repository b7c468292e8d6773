"""The administrators' pages of the working calendar and the deadline rules: seen, tried, published, taken back."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from desk_admin import admin
from desk_api import Body, api, body
from desk_guard import needs
from desk_pages import status_of
from desk_parts import parts
from desk_session import me
from flask import flash, redirect, render_template, request
from pydantic import Field
from werkzeug.wrappers import Response

from petitions.domain.fingerprint import version_of
from petitions.domain.moves import Moved
from petitions.domain.policy import Permission
from petitions.errors import NotFound, Rejected
from petitions.usecases.load_reference import Plan
from petitions.usecases.publish_reference import KINDS, WrongReference, by_unit

NAMES = dict(zip(KINDS, ("Lịch làm việc", "Quy tắc thời hạn"), strict=True))
SHOWN = 20


class PutReference(Body):
    """A new version as JSON text; `seen` is the version it was made from; `publish` puts it into force."""

    data: str = Field(max_length=200_000)
    seen: str = Field(max_length=100)
    publish: bool = False


@admin.get("/admin/reference/<kind>")
@needs(Permission.ADMINISTER)
def reference(kind: str) -> str:
    """What is in force, readable and as JSON; `?version=` lays a former version into the form."""
    _check(kind)
    version = request.args.get("version", "")
    shown = parts().publish.former(kind, version) if version else None
    return _form(kind, _pretty(shown) if version else None)


@admin.post("/admin/reference/<kind>")
@needs(Permission.ADMINISTER)
def publish(kind: str) -> Response | str | tuple[str, int]:
    """Show what would change and move; with `do=publish` put it into force."""
    _check(kind)
    text, seen = request.form.get("data", ""), request.form.get("seen", "")
    try:
        plan = parts().publish.proposed(kind, text, seen)
        moved = parts().publish.moves(plan) or []
        if request.form.get("do") == "publish":
            parts().publish.publish(me(), parts().ids.token(), kind, plan)
            flash("Đã công bố. Có hiệu lực trong vòng một phút; thời hạn đang mở được tính lại sau đó hai phút.")
            return redirect(f"/admin/reference/{kind}", HTTPStatus.SEE_OTHER)
    except Rejected as error:
        faults = error.faults if isinstance(error, WrongReference) else [str(error)]
        return _form(kind, text, faults=faults), status_of(error)
    return _form(kind, text, plan=plan, moved=moved)


@api.get("/reference/<kind>")
@needs(Permission.ADMINISTER)
def reference_json(kind: str) -> dict[str, Any]:
    """The data in force, and the name of their version."""
    _check(kind)
    data = parts().publish.in_force(kind)
    return {"kind": kind, "version": version_of(data), "data": data}


@api.post("/reference/<kind>")
@needs(Permission.ADMINISTER)
def publish_json(kind: str) -> dict[str, Any]:
    """Try a new version: what differs, and of each unit how many petitions would move; `publish` writes it."""
    _check(kind)
    asked = body(PutReference)
    plan = parts().publish.proposed(kind, asked.data, asked.seen)
    moved = parts().publish.moves(plan) or []
    done = asked.publish and parts().publish.publish(me(), parts().ids.token(), kind, plan)
    return {"lines": plan.lines, "moved": by_unit(moved), "published": done}


def _check(kind: str) -> None:
    if kind not in KINDS:
        raise NotFound("Không có loại dữ liệu này.")


def _pretty(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)


def _form(
    kind: str, typed: str | None, *, faults: list[str] | None = None, plan: Plan | None = None,
    moved: list[Moved] | None = None,
) -> str:  # fmt: skip
    data = parts().publish.in_force(kind)
    version = version_of(data)
    seen = request.form.get("seen", "") if faults else version
    return render_template(
        "admin_reference.html", kind=kind, name=NAMES[kind], data=data, version=version, seen=seen,
        text=_pretty(data) if typed is None else typed, faults=faults, plan=plan, moved=moved or [],
        units=by_unit(moved or []), SHOWN=SHOWN, lines=parts().publish.history(kind), path=request.path,
    )  # fmt: skip
