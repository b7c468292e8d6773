"""The audit log of views, disclosures and changes.

Heads and coordinators read the log of one petition, administrators and inspectors all of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, flash, redirect, render_template, request

from desk.shell.forms import Page
from desk.shell.guard import guarded, needs
from desk.shell.parts import parts
from desk.shell.session import me
from desk.words.audit_words import WHATS, about, deed, details, role
from desk.words.labels import publisher_name, unit_name
from petitions.domain.files.sheets import csv_text
from petitions.domain.language.words import fold
from petitions.domain.officers.policy import Permission
from petitions.domain.petition.codes import find_code
from petitions.domain.shared.written import written_day
from petitions.errors import Rejected
from petitions.usecases.desk.list_words import short_time
from petitions.usecases.desk.read_audit import MOST_CODES, MOST_OFFICERS, AuditFilters, AuditLine

audit = guarded(Blueprint("audit", __name__))

QUERY = ("officer", "unit", "what", "code", "since", "until")
HEADS = ("Lúc", "Cán bộ", "Vai trò", "Đơn vị", "Việc", "Hồ sơ", "Về", "Lý do, nội dung")
NOBODY = "-"
"""The officer id in the address of a filtered log if no officer has the name in the filter."""
_UNKNOWN = "Không có bộ lọc này."


@audit.get("/audit")
@needs(Permission.AUDIT)
def page() -> Page:
    """Show a page of the audit log, filtered by the query parameters officer, unit, what, code, since and until.

    Officers are named by ids, so that no name appears in an address. Status 400 for an invalid filter.
    """
    try:
        filters = _filters(request.args)
    except Rejected as error:
        return _page(request.args, refusal=error), HTTPStatus.BAD_REQUEST
    return _page(request.args, found=parts().audit(me(), filters, request.args.get("after", "")))


@audit.post("/audit")
@needs(Permission.AUDIT)
def find() -> Page:
    """Redirect from the filter form to the filtered log.

    A name is replaced by the ids of all officers with that name. If there are too many, the name is ignored, with a
    hint.
    """
    form, name = request.form, fold(request.form.get("name", ""))
    asked = {item: value for item in QUERY[1:] if (value := form.get(item, "").strip())}
    if code := asked.get("code"):
        try:
            asked["code"] = ",".join(parts().audit.codes_of(me(), code))
        except Rejected as error:
            return _page(form, refusal=error), HTTPStatus.BAD_REQUEST
    if name:
        known = [officer.id for officer in parts().staff.known() if name in fold(f"{officer.name} {officer.email}")]
        if not known:
            flash("Không có cán bộ nào tên như vậy.")
        if len(known) > MOST_OFFICERS:
            flash(f"{len(known)} cán bộ khớp, nên chưa lọc theo tên: xin ghi rõ hơn.")
        else:
            asked["officer"] = ",".join(known) or NOBODY
    return redirect(f"/audit?{urlencode(asked)}", HTTPStatus.SEE_OTHER)


@audit.get("/audit.csv")
@needs(Permission.AUDIT)
def as_csv() -> Response:
    """Send the newest entries that match the filters as CSV, in UTF-8 with a byte order mark, for spreadsheets."""
    lines = parts().audit.exported(me(), _filters(request.args))
    answer = Response(csv_text(HEADS, [_cells(line) for line in lines]), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="nhat-ky.csv"'
    return answer


@audit.get("/petitions/<code>/audit")
@needs(Permission.TRACE)
def of_petition(code: str) -> str:
    """Show the log of one petition: its views, disclosures of the filer, and changes."""
    return render_template(
        "petition_audit.html",
        code=code,
        lines=parts().audit.of_petition(me(), code),
        deed=deed,
        details=details,
        role=role,
    )


def _page(asked: Mapping[str, str], **more: Any) -> str:
    here = urlencode({name: value for name in QUERY if (value := request.args.get(name))})
    return render_template(
        "audit.html", asked=asked, here=here, deed=deed, details=details, role=role, about=about, WHATS=WHATS, **more,
    )  # fmt: skip


def _filters(given: Mapping[str, str]) -> AuditFilters:
    """Return the filters in a query. Raise Rejected for an unknown unit, officer, code or day."""
    unit, what = given.get("unit", ""), given.get("what", "")
    codes = [find_code(code) for code in given.get("code", "").split(",") if code.strip()]
    officers = tuple(item for item in given.get("officer", "").split(",") if item)
    people = {NOBODY, *(officer.id for officer in parts().staff.known())} if officers else set()
    known = (not unit or parts().directory.knows(unit)) and (not what or what in WHATS) and people.issuperset(officers)
    if not known or len(officers) > MOST_OFFICERS or len(codes) > MOST_CODES:
        raise Rejected(_UNKNOWN, reason="filter_unknown")
    named = tuple(code for code in codes if code)
    if len(named) < len(codes):
        raise Rejected("Không có mã hồ sơ như vậy: xin xem lại.", reason="code_unknown")
    return AuditFilters(officers, unit, what, named, _day(given.get("since", "")), _day(given.get("until", "")))


def _day(written: str) -> date | None:
    if written and written_day(written) is None:
        raise Rejected(_UNKNOWN, reason="filter_unknown")
    return written_day(written)


def _cells(line: AuditLine) -> list[str]:
    return [
        short_time(line.at), publisher_name(line.officer, line.instead_of), role(line),
        unit_name(line.unit) if line.unit else "", deed(line), line.code or "", about(line), details(line),
    ]  # fmt: skip
