"""The Flask application of the desk, the officers' web pages: routes, response headers and error pages."""

from __future__ import annotations

import gzip
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, make_response, redirect, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from desk.account.profile import profile
from desk.account.sign_in import entrance, sign_out
from desk.admin.answer_templates import answer_templates
from desk.admin.officer_import import officer_import
from desk.admin.officers import officers
from desk.admin.reference import reference
from desk.admin.start import start
from desk.admin.systems import systems
from desk.admin.texts import texts
from desk.admin.units import units
from desk.admin.zalo import zalo
from desk.api.problems import problem
from desk.api.routes import v1
from desk.boards.audit import audit
from desk.boards.boards import boards
from desk.boards.differences import portal
from desk.boards.figures import board
from desk.contact.inbox import inbox
from desk.difficulties.handling import difficulty_handling
from desk.difficulties.quarter import difficulty_quarter
from desk.difficulties.reports import difficulty_reports
from desk.guide.pages import guide
from desk.jobs.jobs import jobs
from desk.mailbox.pages import mailbox
from desk.petition.answers import answers
from desk.petition.bulk import bulk
from desk.petition.by_hand import by_hand
from desk.petition.columns import columns
from desk.petition.entry_file import entry_file
from desk.petition.export import export
from desk.petition.live import live
from desk.petition.pages import pages
from desk.petition.papers import papers
from desk.petition.placing import placing
from desk.petition.recovery import recovery
from desk.petition.saved_filters import saved_filters
from desk.petition.search import search
from desk.petition.work_list import work_list
from desk.reports.management import management
from desk.reports.reports import reports
from desk.scoring.pages import scoring
from desk.shell.assets import assets
from desk.shell.forms import status_of, typed
from desk.shell.guard import permissions
from desk.shell.json_api import Malformed, api
from desk.shell.session import SIGN_OUT, NotSignedIn, configure, for_other_systems
from desk.team.answers import unit_answers
from desk.team.handlers import team
from desk.training.pages import training
from desk.words.labels import register
from petitions import telemetry
from petitions.errors import Rejected, Retryable
from petitions.form_parts import share_fields
from petitions.web import RETRY_AFTER, TooMany, headers_for, read_ids_in
from petitions.wiring.desk import Parts

HERE = Path(__file__).parent
GUARDED = (
    work_list, columns, saved_filters, export, bulk,
    search, live, pages, answers, papers, by_hand, entry_file, mailbox, placing, recovery, team, unit_answers, inbox,
    difficulty_reports,
    difficulty_handling,
    difficulty_quarter, boards, board, portal, audit, jobs, reports, management, scoring, start,
    officers, officer_import, units, texts, answer_templates, reference, zalo, profile, guide,
    systems, sign_out, api,
)  # fmt: skip
"""The groups of routes (Flask blueprints) in which every route needs a permission of the officer."""
LONGEST_BODY = 256 * 1024
_WORDS = {
    HTTPStatus.NOT_FOUND: "Không có trang này.",
    HTTPStatus.METHOD_NOT_ALLOWED: "Trang này không nhận yêu cầu kiểu này.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Nội dung gửi lên quá lớn.",
}

AppResponse = AnyResponse | tuple[Any, int]


def make_app(parts: Parts, *, id_key: bytes, local: bool) -> Flask:
    """Return the application. `parts` are the use cases, `id_key` is the secret from which keys are derived.

    With `local`, it also has a sign-in page without passwords and the training. Raise AssertionError if a route of
    GUARDED declares no permission.
    """
    app = Flask("desk", root_path=str(HERE), static_folder=None)
    app.extensions["desk"] = parts
    app.config["MAX_CONTENT_LENGTH"] = LONGEST_BODY
    read_ids_in(app)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider has it
    configure(app, id_key, local=local)
    register(app)
    share_fields(app)
    for blueprint in (assets, v1, *GUARDED, *([entrance, training] if local else [])):
        app.register_blueprint(blueprint)
    _check(app)
    app.after_request(_secured)
    app.register_error_handler(Exception, _answer)
    return app


def _check(app: Flask) -> None:
    guarded = {blueprint.name for blueprint in GUARDED}
    for rule in app.url_map.iter_rules():
        if rule.endpoint.split(".")[0] in guarded and permissions(app)[rule.rule] is None:
            raise AssertionError(f"{rule.rule} needs no permission")


def _secured(response: Response) -> Response:
    kept = response.headers.get("Cache-Control")
    response.headers.update(headers_for(request.path))
    if kept:
        response.headers["Cache-Control"] = kept
    if response.status_code >= HTTPStatus.BAD_REQUEST:
        response.headers["HX-Push-Url"] = "false"  # a refused form keeps the address of its page
    return _packed(response)


def _packed(response: Response) -> Response:
    """Compress an HTML page with gzip, because no proxy in front of the function does.

    Compression does not expose secrets to BREACH attacks: no page repeats input that another site could choose.
    """
    small = "gzip" in request.headers.get("Accept-Encoding", "") and response.mimetype == "text/html"
    if small and not response.is_streamed:
        response.set_data(gzip.compress(response.get_data(), compresslevel=5, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        response.vary.add("Accept-Encoding")
    return response


def _answer(error: Exception) -> AppResponse:
    if for_other_systems():
        return problem(error)
    if isinstance(error, NotSignedIn):
        return _not_signed_in(error)
    if isinstance(error, TooMany):
        answer = make_response(_told(HTTPStatus.TOO_MANY_REQUESTS, error.reason, str(error)))
        answer.headers["Retry-After"] = str(RETRY_AFTER)
        return answer
    if isinstance(error, Rejected):
        faults = error.faults if isinstance(error, Malformed) else []
        return _told(status_of(error), error.reason, str(error), faults)
    if isinstance(error, HTTPException) and error.code:
        status = HTTPStatus(error.code)
        if error.code < HTTPStatus.BAD_REQUEST:
            return error.get_response()
        return _told(status, status.phrase.lower().replace(" ", "_"), _WORDS.get(status, "Yêu cầu không hợp lệ."))
    if isinstance(error, Retryable):
        telemetry.log("WARNING", "desk busy", metric="desk_busy", reason=error.reason, path=str(request.url_rule))
        words = "Hệ thống đang bận. Xin thử lại sau ít giây."
        return _told(HTTPStatus.SERVICE_UNAVAILABLE, error.reason, words)
    # Messages of unknown errors may repeat personal data, so only the type is logged.
    telemetry.log("ERROR", "desk failed", metric="desk_failed", error=type(error).__name__, path=str(request.url_rule))
    return _told(HTTPStatus.INTERNAL_SERVER_ERROR, "unexpected", "Có lỗi ngoài dự kiến. Xin thử lại.")


def _not_signed_in(error: NotSignedIn) -> AppResponse:
    if request.method == "GET" and not _wants_json():
        local = entrance.name in current_app.blueprints
        return redirect(f"/sign-in?next={request.path}" if local else SIGN_OUT, HTTPStatus.SEE_OTHER)
    return _told(HTTPStatus.UNAUTHORIZED, error.reason, str(error))


def _told(status: HTTPStatus, reason: str, words: str, faults: list[dict[str, str]] | None = None) -> AppResponse:
    if _wants_json():
        return {"error": reason, "message": words} | ({"faults": faults} if faults else {}), status
    kept = typed() if status != HTTPStatus.REQUEST_ENTITY_TOO_LARGE else ""
    return render_template("error.html", status=status, words=words, typed=kept), status


def _wants_json() -> bool:
    return request.path.startswith("/api/")
