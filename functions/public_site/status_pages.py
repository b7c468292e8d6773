"""The pages for everyone: the status of a petition by its code, the newest results, totals; and the same as JSON."""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from flask import render_template, request
from werkzeug.wrappers import Response

from petitions.domain.lifecycle.lifecycle import STATE_LABELS
from petitions.domain.petition.codes import find_code, looks_like_code
from petitions.domain.publishing.public import PublicStatus
from petitions.errors import Forbidden, NotFound, Rejected
from petitions.usecases.publishing.public_view import PublicTotals, PublicView
from petitions.usecases.publishing.see_own import Paused
from petitions.web import RateLimit, TooMany

KEEP_TOTALS = timedelta(seconds=60)
NEWEST = 3
A_PAGE = 20

Answer = Response | str | tuple[Any, int]


class StatusPages:
    """The routes."""

    def __init__(self, view: PublicView, limit: RateLimit) -> None:
        self._view = view
        self._limit = limit
        self._totals: PublicTotals | None = None
        self._newest: list[PublicStatus] = []

    def home(self) -> Answer:
        """Show the first page; with a code, its status or why there is none."""
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
        """Show what was published, page by page, the newest first."""
        self.check_rate()
        found = self._view.results(A_PAGE + 1, _cursor(request.args.get("after", "")))
        more = f"{_at(found[A_PAGE - 1].published_at)}/{found[A_PAGE - 1].code}" if len(found) > A_PAGE else None
        shown = [self.shown(each) for each in found[:A_PAGE]]
        return render_template("results.html", results=shown, more=more), HTTPStatus.OK

    def status(self, code: str) -> Answer:
        """Answer state, unit and dates of one petition as JSON."""
        return self.shown(self.find(code)), HTTPStatus.OK

    def totals_now(self) -> Answer:
        """Answer as JSON how many petitions there are: in all, open, answered, refused or passed on."""
        totals = self._counted()
        return {
            "received": totals.received,
            "open": totals.open_,
            "answered": totals.answered,
            "refused": totals.refused,
            "as_of": totals.as_of.isoformat(),
        }, HTTPStatus.OK

    def find(self, asked: str) -> PublicStatus:
        """Return the status by a code as people write it. Raises TooMany, Rejected (no code) and NotFound."""
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
        """Count one look-up more of this client. Raises TooMany."""
        if not self._limit.allows(_client()):
            raise TooMany("Anh/chị đã tra cứu quá nhiều lần. Xin đợi một phút rồi thử lại.")

    def shown(self, status: PublicStatus) -> dict[str, Any]:
        """Return the status as pages and JSON give it."""
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

    def _counted(self) -> PublicTotals:
        if self._totals is None or self._view.clock.now() - self._totals.as_of >= KEEP_TOTALS:
            self._totals, self._newest = self._view.totals(), self._view.results(NEWEST)
        return self._totals

    def refused(self, error: Rejected, **shown: Any) -> Answer:
        """Show the first page with what was refused."""
        return self._page(status_of(error), **shown)

    def _page(self, status: HTTPStatus, **shown: Any) -> Answer:
        totals = self._counted()
        newest = [self.shown(each) for each in self._newest]
        return render_template("home.html", totals=totals, newest=newest, **shown), status


def status_of(error: Rejected) -> HTTPStatus:
    """Return the HTTP status of a refusal."""
    if isinstance(error, TooMany | Paused):
        return HTTPStatus.TOO_MANY_REQUESTS
    if isinstance(error, Forbidden):
        return HTTPStatus.FORBIDDEN
    return HTTPStatus.NOT_FOUND if isinstance(error, NotFound) else HTTPStatus.BAD_REQUEST


def _at(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def _cursor(written: str) -> tuple[datetime, str] | None:
    """Return where the page before ended, as its link says. Raises Rejected."""
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
    """Return the address that the platform's front appended last; what stands before it anybody can write."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    return forwarded.rsplit(",", 1)[-1].strip() or request.remote_addr or ""
