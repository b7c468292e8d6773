"""The public pages. They read the public database alone, which identifies a filer only in its sealed documents."""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Flask, Response, make_response, render_template, request
from own_pages import OwnPages
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from petitions import telemetry
from petitions.domain.language.texts import hanoi_time
from petitions.domain.lifecycle.lifecycle import STATE_LABELS
from petitions.domain.petition.codes import find_code, looks_like_code
from petitions.domain.publishing.public import PublicStatus
from petitions.errors import Forbidden, NotFound, Rejected, Retryable
from petitions.usecases.publishing.public_view import PublicView, Totals
from petitions.usecases.publishing.see_own import Paused, SeeOwn
from petitions.web import ASSETS, RETRY_AFTER, RateLimit, TooMany, headers_for

HERE = Path(__file__).parent
KEEP_TOTALS = timedelta(seconds=60)
NEWEST = 3
A_PAGE = 20
LONGEST_BODY = 16 * 1024
A_MINUTE = 30
"""The number of look-ups of one client in one instance."""

Answer = AnyResponse | str | tuple[Any, int]


class PublicSite:
    """The routes of the public pages."""

    def __init__(self, view: PublicView, limit: RateLimit) -> None:
        self._view = view
        self._limit = limit
        self._totals: Totals | None = None
        self._newest: list[PublicStatus] = []

    def home(self) -> Answer:
        """Return the first page; with a code, the petition's status or the refusal."""
        asked = (request.form if request.method == "POST" else request.args).get("code", "").strip()
        if not asked:
            return self._page(HTTPStatus.OK)
        try:
            return self._page(HTTPStatus.OK, asked=asked, found=self.shown(self.find(asked)))
        except TooMany:
            raise
        except Rejected as error:
            return self.refused(error, asked=asked, refusal=str(error))

    def results(self) -> Answer:
        """Return a page of published results, the newest first."""
        self.check_rate()
        found = self._view.results(A_PAGE + 1, _cursor(request.args.get("after", "")))
        more = f"{_at(found[A_PAGE - 1].published_at)}/{found[A_PAGE - 1].code}" if len(found) > A_PAGE else None
        shown = [self.shown(each) for each in found[:A_PAGE]]
        return render_template("results.html", results=shown, more=more), HTTPStatus.OK

    def status(self, code: str) -> Answer:
        """Return state, unit and dates of one petition as JSON."""
        return self.shown(self.find(code)), HTTPStatus.OK

    def totals_now(self) -> Answer:
        """Return the numbers of petitions received, open, answered, and refused or transferred out, as JSON."""
        totals = self._counted()
        return {
            "received": totals.received,
            "open": totals.open_,
            "answered": totals.answered,
            "refused": totals.refused,
            "as_of": totals.as_of.isoformat(),
        }, HTTPStatus.OK

    def find(self, asked: str) -> PublicStatus:
        """Return the status by a code as people write it. Raise TooMany, Rejected (not a code) or NotFound."""
        self.check_rate()
        code = find_code(asked[:200])
        if code is None:
            if looks_like_code(asked[:200]):
                raise Rejected(
                    "Mã này chưa đúng, có thể thiếu hoặc nhầm một ký tự. Xin kiểm tra lại.", reason="wrong_code"
                )
            raise Rejected("Đây không phải mã phản ánh. Mã có dạng HN-250101-ABCD-EFGH.", reason="no_code")
        found = self._view.status(code)
        if found is None:
            raise NotFound(f"Không có phản ánh nào với mã {code}. Phản ánh vừa gửi hiện ra ở đây sau khoảng một phút.")
        return found

    def check_rate(self) -> None:
        """Count one look-up of this client. Raise TooMany above the limit."""
        if not self._limit.allows(_client()):
            raise TooMany("Anh/chị đã tra cứu quá nhiều lần. Xin đợi một phút rồi thử lại.")

    def shown(self, status: PublicStatus) -> dict[str, Any]:
        """Return the status as pages and JSON show it."""
        published = {"published_at": _at(status.published_at), **status.result.stored()} if status.result else {}
        return published | {
            "code": status.code,
            "state": status.state.value,
            "state_label": STATE_LABELS[status.state],
            "unit": status.unit_name or status.unit,
            "filed_at": _at(status.filed_at),
            "due_at": _at(status.due_at),
            "due_why": status.due_why,
            "answered_at": _at(status.answered_at),
            "merged_into": status.merged_into,
        }

    def _counted(self) -> Totals:
        if self._totals is None or self._view.clock.now() - self._totals.as_of >= KEEP_TOTALS:
            self._totals, self._newest = self._view.totals(), self._view.results(NEWEST)
        return self._totals

    def refused(self, error: Rejected, **shown: Any) -> Answer:
        """Return the first page with the refusal."""
        return self._page(_status_of(error), **shown)

    def _page(self, status: HTTPStatus, **shown: Any) -> Answer:
        totals = self._counted()
        newest = [self.shown(each) for each in self._newest]
        return render_template("home.html", totals=totals, newest=newest, **shown), status


def make_app(view: PublicView, see: SeeOwn, limit: RateLimit | None = None) -> Flask:
    """Return the Flask application."""
    app = Flask("public_site", root_path=str(HERE), static_folder="assets", static_url_path=ASSETS)
    app.config["MAX_CONTENT_LENGTH"] = LONGEST_BODY
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider has it
    app.jinja_env.filters["long_time"] = lambda text: hanoi_time(datetime.fromisoformat(text))
    site = PublicSite(view, limit or RateLimit(A_MINUTE))
    app.add_url_rule("/", view_func=site.home, methods=["GET", "POST"])
    app.add_url_rule("/results", view_func=site.results)
    own = OwnPages(site, see)
    app.add_url_rule("/own", view_func=own.show, methods=["GET", "POST"])
    app.add_url_rule("/own/file", view_func=own.file, methods=["POST"])
    app.add_url_rule("/api/status/<code>", view_func=site.status)
    app.add_url_rule("/api/totals", view_func=site.totals_now)
    app.after_request(_secured)
    app.register_error_handler(Exception, _answer)
    return app


def _at(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def _cursor(written: str) -> tuple[datetime, str] | None:
    """Return the position after the previous page, from the link. Raise Rejected if it is malformed."""
    if not written:
        return None
    at, _, code = written.partition("/")
    try:
        instant = datetime.fromisoformat(at)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None or find_code(code) != code:
        raise Rejected("Liên kết này không đúng. Xin quay lại trang đầu.", reason="wrong_page")
    return instant, code


def _client() -> str:
    """Return the client's address: the last one in the header, appended by the platform. Clients can forge others."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    return forwarded.rsplit(",", 1)[-1].strip() or request.remote_addr or ""


def _secured(response: Response) -> Response:
    response.headers.update(headers_for(request.path))
    return response


def _status_of(error: Rejected) -> HTTPStatus:
    if isinstance(error, TooMany | Paused):
        return HTTPStatus.TOO_MANY_REQUESTS
    if isinstance(error, Forbidden):
        return HTTPStatus.FORBIDDEN
    return HTTPStatus.NOT_FOUND if isinstance(error, NotFound) else HTTPStatus.BAD_REQUEST


def _answer(error: Exception) -> Answer:
    if isinstance(error, Rejected):
        answer = make_response(_told(_status_of(error), error.reason, str(error)))
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
