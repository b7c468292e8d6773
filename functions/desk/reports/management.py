"""The page of the monthly report for the city's management, and the request for its file."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request

from desk.shell.forms import Page
from desk.shell.guard import guarded, needs
from desk.shell.parts import parts
from desk.shell.session import me
from petitions.domain.jobs.job import JobState
from petitions.domain.management.management_sheet import months_until
from petitions.domain.management.sentences import in_sentences, month_in_words
from petitions.domain.officers.policy import Permission
from petitions.errors import Rejected
from petitions.usecases.management.read_management import ended_month, last_month
from petitions.usecases.management.send_management_report import KIND, month_page, sent_id

management = guarded(Blueprint("management", __name__))

_WAITING = frozenset({JobState.QUEUED, JobState.RUNNING})


@management.get("/management")
@needs(Permission.MANAGEMENT)
def page() -> Page:
    """Show the report files of the last month: the one sent automatically, and those that the officer requested.

    `?month=2026-11` adds that month's report as sentences. Status 400 for a month that has not ended.
    """
    month = request.args.get("month", "")
    if not month:
        return _page()
    try:
        return _page(month=month, sentences=in_sentences(parts().management(month)))
    except Rejected as error:
        return _page(refusal=error), HTTPStatus.BAD_REQUEST


@management.post("/management")
@needs(Permission.MANAGEMENT)
def make() -> Page:
    """Request the report file of a month (`name`). It is created in the background."""
    name = request.form.get("name", "")
    try:
        ended_month(name, parts().clock.now())
        parts().ask_job(me(), KIND, {"name": name}, request.form.get("key", ""))
    except Rejected as error:
        return _page(refusal=error), HTTPStatus.BAD_REQUEST
    flash("Đang lập báo cáo. Tệp có ở đây khi xong.")
    return redirect("/management", HTTPStatus.SEE_OTHER)


def _page(**more: Any) -> str:
    last = last_month(parts().clock.now())
    sent = parts().jobs.known(me(), sent_id(last))
    own = [job for job in parts().jobs.newest(me()) if job.kind == KIND]
    found = [*([sent] if sent else []), *own]
    return render_template(
        "management.html", found=found, sent=sent, months=months_until(last), key=parts().ids.token(),
        in_words=month_in_words, month_page=month_page, waits=any(job.state in _WAITING for job in found), **more,
    )  # fmt: skip
