"""The pages for everyone: the status of a petition by its code, the newest results, totals; and the same as JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from petitions.domain.lifecycle.lifecycle import STATE_LABELS
from petitions.domain.petition.codes import find_code, looks_like_code
from petitions.domain.publishing.digit_tries import guesser
from petitions.domain.publishing.public import PublicStatus, find_result_id
from petitions.errors import Forbidden, NotFound, Rejected
from petitions.usecases.publishing.public_view import PublicTotals, PublicView
from petitions.usecases.publishing.see_own import Paused
from petitions.web import RateLimit, TooMany

KEEP_TOTALS = timedelta(seconds=60)
NEWEST = 3
A_PAGE = 20
_LISTED_AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")

Caller = Callable[[Mapping[str, Any]], str]
"""Returns the client's address of a WSGI request."""
Answer = Response | str | tuple[Any, int]


class StatusPages:
    """The routes."""

    def __init__(self, view: PublicView, limit: RateLimit, caller: Caller) -> None:
        self._view = view
        self._caller = caller
        self._limit = limit
        self._totals: PublicTotals | None = None
        self._newest: list[PublicStatus] = []

    def home(self) -> Answer:
        """Show the first page; with a code, its status or why there is none."""
        asked = (request.form if request.method == "POST" else request.args).get("code", "").strip()
        if not asked:
            return self._page(HTTPStatus.OK)
        if wanted := find_result_id(asked):
            return redirect(f"/results/{wanted}", HTTPStatus.SEE_OTHER)
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
        more = found[A_PAGE - 1].listed if len(found) > A_PAGE else None
        shown = [_published(each) for each in found[:A_PAGE]]
        return render_template("results.html", results=shown, more=more), HTTPStatus.OK

    def result(self, public_id: str) -> Answer:
        """Show one published result, under its public id."""
        self.check_rate()
        wanted = find_result_id(public_id)
        found = self._view.result(wanted) if wanted else None
        if found is None:
            raise NotFound("Không có kết quả nào với số này.")
        return render_template("result.html", result=_published(found)), HTTPStatus.OK

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
        if not self._limit.allows(guesser(self.client())):
            raise TooMany("Anh/chị đã tra cứu quá nhiều lần. Xin đợi một phút rồi thử lại.")

    def client(self) -> str:
        """Return the address of the client of this request."""
        return self._caller(request.environ)

    def shown(self, status: PublicStatus) -> dict[str, Any]:
        """Return the status as pages and JSON give it."""
        return _result(status) | {
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
        newest = [_published(each) for each in self._newest]
        return render_template("home.html", totals=totals, newest=newest, **shown), status


def _result(status: PublicStatus) -> dict[str, Any]:
    return {"published_at": _at(status.published_at), **status.result.stored()} if status.result else {}


def _published(status: PublicStatus) -> dict[str, Any]:
    """Return a result as lists give it: without the code of its petition."""
    return _result(status) | {
        "id": status.result_id,
        "unit": status.unit_name or status.unit,
        "filed_at": _at(status.filed_at),
        "answered_at": _at(status.answered_at),
    }


def status_of(error: Rejected) -> HTTPStatus:
    """Return the HTTP status of a refusal."""
    if isinstance(error, TooMany | Paused):
        return HTTPStatus.TOO_MANY_REQUESTS
    if isinstance(error, Forbidden):
        return HTTPStatus.FORBIDDEN
    return HTTPStatus.NOT_FOUND if isinstance(error, NotFound) else HTTPStatus.BAD_REQUEST


def _at(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def _cursor(written: str) -> str:
    """Return where the page before ended, as its link says. Raises Rejected."""
    at, _, public_id = written.partition("/")
    if written and (find_result_id(public_id) != public_id or not _LISTED_AT.fullmatch(at)):
        raise Rejected("Liên kết này không đúng. Xin quay lại trang đầu.", reason="wrong_page")
    return written
