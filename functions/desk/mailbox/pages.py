"""E-mails from citizens: the lists, the page of an e-mail with its files, and the decisions to add or reject it.

An officer files an e-mail as a petition with the form of `petition/by_hand.py`, which is filled in from the e-mail.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request

from desk.shell.forms import Page, lines, status_of
from desk.shell.guard import guarded, needs
from desk.shell.parts import parts
from desk.shell.session import me
from desk.words.mail_words import AUTOMATIC, FAULTS, FILE_REASONS, STATES
from petitions.domain.files.file_types import PICTURES, file_name
from petitions.domain.mailbox.mail import LONGEST_REASON
from petitions.domain.officers.policy import Permission
from petitions.domain.shared.written import written_number
from petitions.errors import NotFound, Rejected
from petitions.usecases.mailbox.handle_mail import SeenMail
from petitions.usecases.mailbox.read_tray import VIEWS, TrayView
from petitions.web import disposition

KEPT_BY_BROWSERS = "private, max-age=1800"

mailbox = guarded(Blueprint("mailbox", __name__))


@mailbox.get("/mails")
@needs(Permission.MAILS)
def listed() -> str:
    """Show the e-mails that wait for a decision.

    `?view=aside` shows automatic ones, such as newsletters and bounces, and `?view=decided` those already decided.
    """
    asked = request.args.get("view", "")
    view: TrayView = next((item for item in VIEWS if item == asked), "waiting")
    found = parts().tray.listed(me(), view)
    return render_template("mails.html", found=found, view=view, STATES=STATES, AUTOMATIC=AUTOMATIC, FAULTS=FAULTS)


@mailbox.get("/mails/<mail_id>")
@needs(Permission.MAILS)
def one(mail_id: str) -> str:
    """Show an e-mail from a citizen with its files and the forms for a decision. Raise NotFound for an unknown id."""
    return _page(mail_id)


@mailbox.get("/mails/<mail_id>/files/<file_id>")
@needs(Permission.MAILS)
def file(mail_id: str, file_id: str) -> Page:
    """Send a file of an e-mail. Pictures are displayed by the browser, other files are downloaded."""
    found, pieces = parts().tray.file(me(), mail_id, file_id)
    kind = found.media_type or ""
    answer = Response(pieces, mimetype=kind)
    answer.headers["Content-Disposition"] = disposition(file_name(found.name, kind, "tep"), shown=kind in PICTURES)
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = KEPT_BY_BROWSERS
    return answer


@mailbox.post("/mails/<mail_id>/add")
@needs(Permission.MAILS)
def add(mail_id: str) -> Page:
    """Add a citizen's e-mail to an existing petition, by its `code`."""
    code = request.form.get("code", "")
    return _carry_out(mail_id, "add", "Đã ghi nhận thư.", lambda seen: parts().handle_mail.add(me(), seen, code))


@mailbox.post("/mails/<mail_id>/reject")
@needs(Permission.MAILS)
def reject(mail_id: str) -> Page:
    """Reject a citizen's e-mail in the tray, with the reason in the form."""
    reason = lines(request.form, "text")
    return _carry_out(mail_id, "reject", "Đã từ chối thư.", lambda seen: parts().handle_mail.reject(me(), seen, reason))


@mailbox.post("/mails/<mail_id>/take-out")
@needs(Permission.MAILS)
def take_out(mail_id: str) -> Page:
    """Move an automatic e-mail, such as a newsletter, to the e-mails that wait for a decision."""
    words = "Thư đã ra khay chờ."
    return _carry_out(mail_id, "take-out", words, lambda seen: parts().handle_mail.take_out(me(), seen))


def _carry_out(mail_id: str, tried: str, words: str, step: Callable[[SeenMail], object]) -> Page:
    version = written_number(request.form.get("version", ""), 9) or 0
    try:
        step(SeenMail(mail_id, version, request.form.get("key", "")))
    except Rejected as error:
        if isinstance(error, NotFound) and error.reason == "mail_unknown":
            raise
        return _page(mail_id, refusal=error, tried=tried, typed=request.form), status_of(error)
    flash(words)
    return redirect("/mails", HTTPStatus.SEE_OTHER)


def _page(mail_id: str, **more: Any) -> str:
    return render_template(
        "mail.html",
        line=parts().tray.one(me(), mail_id),
        key=parts().ids.token(),
        STATES=STATES,
        AUTOMATIC=AUTOMATIC,
        FAULTS=FAULTS,
        FILE_REASONS=FILE_REASONS,
        longest=LONGEST_REASON,
        **({"refusal": None, "tried": "", "typed": {}} | more),
    )
