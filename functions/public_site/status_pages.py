"""The start page of the public site, and the look-up of a petition's status by code, as a page and as JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import redirect, render_template, request
from page_words import catalogue, here, language, say, state_label
from werkzeug.wrappers import Response

from petitions.domain.figures.published_periods import four_weeks
from petitions.domain.lifecycle.states import State
from petitions.domain.petition.codes import find_code, looks_like_code
from petitions.domain.publishing.digit_tries import guesser
from petitions.domain.publishing.late_step import LateStep
from petitions.domain.publishing.public import PublicStatus, find_result_id
from petitions.domain.publishing.published import PublishedResult, ResultSearch
from petitions.errors import Forbidden, NotFound, Rejected
from petitions.usecases.publishing.public_view import PublicView
from petitions.web import RateLimit, TooMany

NEWEST = 3
"""The number of results on the start page."""
_NATIONAL = re.compile(r"PAKN[.\- ]?[0-9]", re.IGNORECASE)

Caller = Callable[[Mapping[str, Any]], str]
"""Returns the address of the client from a WSGI environment."""
Answer = Response | str | tuple[Any, int]


class StatusPages:
    """Handlers of the start page and of status look-ups.

    `look_ups` limits look-ups per client, `reads` limits pages rendered per client, and `caller` returns the client's
    address.
    """

    def __init__(self, view: PublicView, look_ups: RateLimit, reads: RateLimit, caller: Caller) -> None:
        self._view = view
        self._caller = caller
        self._look_ups = look_ups
        self._reads = reads

    def home(self) -> Answer:
        """Show the start page. For a code in the form, add the petition's status or the reason for the refusal.

        A code in the URL is not looked up, because URLs stay in logs and histories. The page asks for it again.
        """
        asked = request.form.get("code", "").strip()
        if not asked:
            return self._page(HTTPStatus.OK, hinted="code" in request.args)
        if wanted := find_result_id(asked):
            return redirect(here(f"/results/{wanted}"), HTTPStatus.SEE_OTHER)
        try:
            return self._page(HTTPStatus.OK, asked=asked, found=self.shown(self.find(asked)))
        except TooMany:
            raise
        except Rejected as error:
            return self.refused(error, asked=asked, refusal=str(error))

    def status(self) -> Answer:
        """Return the public status of a petition as JSON. The code is read from the form."""
        return self.shown(self.find(request.form.get("code", ""))), HTTPStatus.OK

    def find(self, asked: str) -> PublicStatus:
        """Return the public status of a petition by its code, in any spelling.

        Raise Rejected if `asked` is not a code, NotFound if no petition has it, and TooMany after too many look-ups by
        this client.
        """
        self.check_rate()
        code = find_code(asked[:200])
        if code is None:
            if looks_like_code(asked[:200]):
                raise Rejected(say("wrong_code"), reason="wrong_code")
            if _NATIONAL.match(asked.strip()):
                raise Rejected(say("look_national"), reason="national_code")
            raise Rejected(say("no_code"), reason="no_code")
        found = self._view.status(code)
        if found is None:
            raise NotFound(say("no_petition", code=code))
        return found

    def check_rate(self) -> None:
        """Count a look-up by this client. Raise TooMany over the limit, as the client may be guessing codes."""
        if not self._look_ups.allows(guesser(self.client())):
            raise TooMany(say("too_many"))

    def check_reads(self) -> None:
        """Count a page rendered from the database for this client. Raise TooMany over the limit."""
        if not self._reads.allows(guesser(self.client())):
            raise TooMany(say("too_many"))

    def client(self) -> str:
        return self._caller(request.environ)

    def shown(self, status: PublicStatus) -> dict[str, Any]:
        """Return a status as a dictionary for pages and JSON, with labels in the language of the request."""
        return _result(status) | {
            "code": status.code,
            "state": status.state.value,
            "state_label": state_label(status.state),
            "next": _next(status.state),
            "unit": status.unit_name or status.unit,
            "filed_at": at_text(status.filed_at),
            "due_at": at_text(status.due_at),
            "due_why": status.due_why,
            "late": _late(status.late_step, self._view.clock.now()),
            "answered_at": at_text(status.answered_at),
            "merged_into": status.merged_into,
        }

    def refused(self, error: Rejected, **shown: Any) -> Answer:
        """Show the start page with the reason why a look-up was refused."""
        return self._page(status_of(error), **shown)

    def _page(self, status: HTTPStatus, **shown: Any) -> Answer:
        if "found" in shown:
            return render_template("home.html", **shown), status
        newest = self._view.results(ResultSearch(), NEWEST)
        city = self._view.city()
        return render_template(
            "home.html",
            row=city.latest.row if city.latest else None,
            days=four_weeks(city.last_week) if city.last_week else None,
            newest=[_newest(result) for result in newest.results],
            published=newest.count,
            **shown,
        ), status


def _late(step: LateStep | None, now: datetime) -> dict[str, Any] | None:
    """Return a petition's overdue step with the unit's explanation, or None if no step is overdue."""
    if step is None or not step.is_late(now):
        return None
    return {
        "step": step.clock.value,
        "since": at_text(step.due_at),
        "reason": step.reason or None,
        "until": step.until.isoformat() if step.until else None,
        "missed": step.is_missed(now),
        "reminded": step.reminded.value,
        "keyed_late": step.keyed_late,
    }


def _next(state: State) -> str | None:
    key = f"next_{state}"
    return say(key) if key in catalogue(language()) else None


def _result(status: PublicStatus) -> dict[str, Any]:
    return {"published_at": at_text(status.published_at), **status.result.stored()} if status.result else {}


def _newest(result: PublishedResult) -> dict[str, Any]:
    return result.result.stored() | {
        "id": result.result_id,
        "unit": result.unit_name,
        "published_at": at_text(result.published_at),
    }


def status_of(error: Rejected) -> HTTPStatus:
    """Return the HTTP status for a refusal: 429, 403 or 404 for the matching classes, otherwise 400."""
    if isinstance(error, TooMany):
        return HTTPStatus.TOO_MANY_REQUESTS
    if isinstance(error, Forbidden):
        return HTTPStatus.FORBIDDEN
    return HTTPStatus.NOT_FOUND if isinstance(error, NotFound) else HTTPStatus.BAD_REQUEST


def at_text(instant: datetime | None) -> str | None:
    """Return an instant in ISO 8601, or None for None."""
    return instant.isoformat() if instant else None
