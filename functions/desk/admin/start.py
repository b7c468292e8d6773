"""The checklist of a new installation, for administrators: data still missing, with links to the pages to enter it."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from desk.shell.guard import guarded, needs
from desk.shell.parts import parts
from petitions.domain.officers.policy import Permission

start = guarded(Blueprint("start", __name__))


@start.get("/admin/start")
@needs(Permission.ADMINISTER)
def page() -> str:
    return render_template("admin_start.html", steps=parts().first_steps(), path=request.path)
