"""Import of officers from a file or pasted table, for administrators.

A preview lists all faults by line, or else all changes. The previewed table is then written completely.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, request

from desk.shell.forms import Page, lines, status_of
from desk.shell.guard import guarded, needs, takes_files
from desk.shell.parts import parts
from desk.shell.session import me
from petitions.domain.files.sheets import csv_text
from petitions.domain.lifecycle.lifecycle import ROLE_LABELS
from petitions.domain.officers.entries import ASSIGNABLE_ROLES
from petitions.domain.officers.officer_table import HEADS, table_text
from petitions.domain.officers.policy import Permission
from petitions.errors import Rejected
from petitions.usecases.officers.import_officers import OfficerImport

officer_import = guarded(Blueprint("officer_import", __name__))

LONGEST_TABLE = 200_000
"""The most characters of a table and bytes of a file, enough for 2,000 officers.

The limit for workbooks (XLSX) is the same, although they are compressed.
"""
TOO_LARGE = f"Tệp lớn hơn {LONGEST_TABLE // 1000} KB. Xin chia nhỏ."


@officer_import.get("/admin/import")
@needs(Permission.ADMINISTER)
def begin() -> str:
    return _page("")


@officer_import.post("/admin/import")
@needs(Permission.ADMINISTER)
@takes_files
def read() -> Page:
    """Preview an uploaded or pasted table of officers: all faults, or all changes.

    With `do=apply`, write the changes, provided they are still those of the preview (`previewed`).
    """
    text, found = lines(request.form, "table"), None
    try:
        text = _uploaded() or _short_enough(text)
        found = parts().officer_import.proposed(me(), text)
        if request.form.get("do") == "apply":
            done = parts().officer_import.apply(me(), text, request.form.get("previewed", ""))
            parts().staff.everyone(fresh=True)
            table = done.table
            flash(f"Đã thêm {len(table.new)} cán bộ, sửa {len(table.changed)}. Có hiệu lực trong vòng một phút.")
            return redirect("/admin", HTTPStatus.SEE_OTHER)
    except Rejected as error:
        return _page(text, found, str(error)), status_of(error)
    return _page(text, found), HTTPStatus.BAD_REQUEST if found.table.faults else HTTPStatus.OK


@officer_import.get("/admin/import.csv")
@needs(Permission.ADMINISTER)
def sample() -> Response:
    """Send a CSV table with the column heads and one example line."""
    example = ["Nguyễn Văn A", "nguyenvana@hanoi.gov.vn", "SXD", ROLE_LABELS[ASSIGNABLE_ROLES[0]], "Chuyên viên"]
    table = csv_text([heads[0].capitalize() for heads in HEADS.values()], [example])
    answer = Response(table, mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="mau-can-bo.csv"'
    return answer


def _uploaded() -> str:
    """Return the table in the uploaded file, or "" without a file. Raise Rejected if too large or unreadable."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return ""
    content = file.stream.read(LONGEST_TABLE + 1)
    if len(content) > LONGEST_TABLE:
        raise Rejected(TOO_LARGE, reason="table_too_large")
    try:
        return _short_enough(table_text(content))
    except ValueError as error:
        raise Rejected(str(error), reason="no_table") from error


def _short_enough(text: str) -> str:
    if len(text) > LONGEST_TABLE:
        raise Rejected(TOO_LARGE, reason="table_too_large")
    return text


def _page(text: str, found: OfficerImport | None = None, refusal: str = "") -> str:
    return render_template(
        "admin_import.html", text=text, found=found, refusal=refusal, path=request.path, HEADS=HEADS,
        ASSIGNABLE=ASSIGNABLE_ROLES,
    )  # fmt: skip
