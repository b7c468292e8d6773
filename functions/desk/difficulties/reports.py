"""The form for reporting a difficulty, the officer's list of difficulties, and the files attached to them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request

from desk.shell.forms import Page, lines, status_of
from desk.shell.guard import guarded, needs, takes_files
from desk.shell.parts import parts
from desk.shell.session import me
from petitions.domain.difficulties.difficulty import (
    KIND_LABELS,
    LONGEST_TEXT,
    MOST_FILES,
    STATE_LABELS,
    DifficultyKind,
)
from petitions.domain.files.file_types import EXTENSIONS, PICTURES, file_name
from petitions.domain.officers.policy import Permission, may
from petitions.domain.petition.answering import ANSWER_FILE_TYPES, MOST_BYTES
from petitions.domain.petition.codes import find_code
from petitions.errors import Rejected
from petitions.usecases.difficulties.report_difficulty import SHORTEST_TEXT, DifficultyReport
from petitions.web import disposition

difficulty_reports = guarded(Blueprint("difficulty_reports", __name__))

KEPT_BY_BROWSERS = "private, max-age=1800"


@difficulty_reports.teardown_request
def close_uploads(_: BaseException | None) -> None:
    """Close uploaded files. Large ones are temporary files on disk until then."""
    request.close()


@difficulty_reports.get("/difficulties")
@needs(Permission.DIFFICULTY)
def listed() -> str:
    """Show the open difficulties that the officer may read, or with `?closed=1` the closed ones."""
    closed = request.args.get("closed") == "1"
    found = parts().difficulties.closed(me()) if closed else parts().difficulties.waiting(me())
    return render_template(
        "difficulties.html", found=found, closed=closed, tab="closed" if closed else "open", **_words()
    )


@difficulty_reports.get("/difficulties/new")
@needs(Permission.DIFFICULTY)
def new() -> str:
    """Show the form for a difficulty. `?from=` names the page of the desk on which it arose."""
    came_from = request.args.get("from", "")
    return _form({"page": came_from, "code": find_code(came_from) or ""})


@difficulty_reports.post("/difficulties")
@needs(Permission.DIFFICULTY)
@takes_files
def report() -> Page:
    """Store a reported difficulty. After a refusal, show the form with the typed values, but without the files."""
    form, chosen = request.form, request.form.get("kind", "")
    kind = DifficultyKind(chosen) if chosen in set(DifficultyKind) else None
    files = [
        (file_storage.filename, file_storage.stream.read(MOST_BYTES + 1))
        for file_storage in request.files.getlist("files")
        if file_storage.filename
    ]
    written = DifficultyReport(
        form.get("key", ""), kind, lines(form, "text"), form.get("page", ""), form.get("code", ""), files
    )
    try:
        stored = parts().report_difficulty(me(), written)
    except Rejected as error:
        return _form({**form, "refusal": error, "lost_files": bool(files)}), status_of(error)
    flash("Đã gửi khó khăn tới Văn phòng. Khi có trả lời, chuông ở góc trên sẽ báo.")
    return redirect(f"/difficulties/{stored.id}", HTTPStatus.SEE_OTHER)


@difficulty_reports.get("/difficulties/<difficulty_id>/files/<file_id>")
@needs(Permission.DIFFICULTY)
def file(difficulty_id: str, file_id: str) -> Page:
    """Send a file of a difficulty. Pictures are displayed by the browser, other files are downloaded."""
    found, pieces = parts().difficulties.file(me(), difficulty_id, file_id)
    answer = Response(pieces, mimetype=found.media_type)
    name = file_name(found.name, found.media_type, "kho-khan")
    answer.headers["Content-Disposition"] = disposition(name, shown=found.media_type in PICTURES)
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = KEPT_BY_BROWSERS
    return answer


def _form(given: dict[str, Any]) -> str:
    return render_template(
        "difficulty_new.html",
        given=given,
        key=given.get("key") or parts().ids.token(),
        shortest=SHORTEST_TEXT,
        longest=LONGEST_TEXT,
        most_files=MOST_FILES,
        most_mb=MOST_BYTES // 2**20,
        endings=",".join(f".{EXTENSIONS[kind]}" for kind in sorted(ANSWER_FILE_TYPES)),
        tab="new",
        **_words(),
    )


def _words() -> dict[str, Any]:
    return {"KINDS_OF": KIND_LABELS, "STATES_OF": STATE_LABELS, "surveys": may(me(), Permission.DIFFICULTIES)}
