"""The application of the public site: its routes, headers, and what a failure of any kind is answered with.

It reads the public database alone, in which only what is sealed tells who filed.
"""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from pathlib import Path

from flask import Flask, Response, make_response, render_template, request
from own_pages import OwnPages
from status_pages import Answer, Caller, StatusPages, status_of
from werkzeug.exceptions import HTTPException

from petitions import telemetry
from petitions.domain.language.texts import hanoi_time
from petitions.errors import Rejected, Retryable
from petitions.usecases.publishing.public_view import PublicView
from petitions.usecases.publishing.see_own import SeeOwn
from petitions.web import ASSETS, RETRY_AFTER, RateLimit, TooMany, headers_for

HERE = Path(__file__).parent
LONGEST_BODY = 16 * 1024
A_MINUTE = 30
"""The number of look-ups of one client in one instance."""


def make_app(view: PublicView, see: SeeOwn, caller: Caller, limit: RateLimit | None = None) -> Flask:
    """Return the application; `limit` is of look-ups, by the client that `caller` names."""
    app = Flask("public_site", root_path=str(HERE), static_folder="assets", static_url_path=ASSETS)
    app.config["MAX_CONTENT_LENGTH"] = LONGEST_BODY
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider has it
    app.jinja_env.filters["long_time"] = lambda text: hanoi_time(datetime.fromisoformat(text))
    pages = StatusPages(view, limit or RateLimit(A_MINUTE), caller)
    app.add_url_rule("/", view_func=pages.home, methods=["GET", "POST"])
    app.add_url_rule("/results", view_func=pages.results)
    app.add_url_rule("/results/<public_id>", view_func=pages.result)
    own = OwnPages(pages, see)
    app.add_url_rule("/own", view_func=own.show, methods=["GET", "POST"])
    app.add_url_rule("/own/file", view_func=own.file, methods=["POST"])
    app.add_url_rule("/api/status/<code>", view_func=pages.status)
    app.add_url_rule("/api/totals", view_func=pages.totals_now)
    app.after_request(_secured)
    app.register_error_handler(Exception, _answer)
    return app


def _secured(response: Response) -> Response:
    response.headers.update(headers_for(request.path))
    return response


def _answer(error: Exception) -> Answer:
    if isinstance(error, Rejected):
        answer = make_response(_told(status_of(error), error.reason, str(error)))
        if isinstance(error, TooMany):
            answer.headers["Retry-After"] = str(RETRY_AFTER)
        return answer
    if isinstance(error, HTTPException) and error.code:
        if error.code < HTTPStatus.BAD_REQUEST:
            return error.get_response()
        status = HTTPStatus(error.code)
        words = "Không có trang này." if status is HTTPStatus.NOT_FOUND else "Yêu cầu không hợp lệ."
        return _told(status, status.phrase.lower().replace(" ", "_"), words)
    telemetry.log("ERROR", "public site failed", metric="public_failed", error=type(error).__name__)
    if isinstance(error, Retryable):
        return _told(HTTPStatus.SERVICE_UNAVAILABLE, error.reason, "Hệ thống đang bận. Xin thử lại sau ít giây.")
    return _told(HTTPStatus.INTERNAL_SERVER_ERROR, "unexpected", "Có lỗi ngoài dự kiến. Xin thử lại.")


def _told(status: HTTPStatus, reason: str, words: str) -> Answer:
    if request.path.startswith("/api/"):
        return {"error": reason, "message": words}, status
    return render_template("trouble.html", words=words), status
