"""The Flask application of the public site: its addresses, response headers and error pages.

It reads only the public database, in which data that identify filers are encrypted. Filers open their own petition
through the function `citizen_page`. Every page has a Vietnamese address, and an English one below `/en`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

import segno
from about_pages import AboutPages
from figure_pages import FigurePages
from flask import Flask, Response, make_response, render_template, request
from kept_pages import KeptPages
from open_data import OpenData
from page_words import ENGLISH, elsewhere, here, language, say
from report_pages import ReportPages
from result_pages import ResultPages, is_chosen
from status_pages import Answer, Caller, StatusPages, status_of
from werkzeug.exceptions import HTTPException
from xml_forms import fit_for_xml, in_form

from petitions import telemetry
from petitions.domain.citizen.citizen import PRIVACY_PAGE
from petitions.domain.language.texts import hanoi_time
from petitions.domain.privacy.data_storage import DataStorage
from petitions.domain.routing.boundaries import Boundaries
from petitions.domain.shared.instants import hanoi
from petitions.errors import Rejected, Retryable
from petitions.usecases.publishing.public_view import PublicView
from petitions.web import ASSETS, RETRY_AFTER, RateLimit, TooMany, headers_for, read_ids_in

HERE = Path(__file__).parent
LONGEST_BODY = 16 * 1024
FORM = "<any(xml, json):form>"
"""The ending of an Open311 address: `xml` or `json`."""
STATUS = "/api/status"
A_MINUTE = 30
"""The most look-ups of petitions per minute, by one client in one process."""
READS_A_MINUTE = 300
"""The most rendered pages per minute, by one client, as many people can share a network address."""


def make_app(
    view: PublicView,
    caller: Caller,
    *,
    public_url: str,
    citizen_url: str,
    chat_url: str,
    storage: DataStorage,
    boundaries: Boundaries | None = None,
    look_ups: RateLimit | None = None,
    reads: RateLimit | None = None,
) -> Flask:
    """Return the Flask application of the public site.

    `caller` returns the client's address from a WSGI environment. `public_url` is this site, `citizen_url` the site
    with citizens' own pages, and `chat_url` opens the chat with the Official Account. Without `boundaries` the map
    shows equal tiles instead of the outlines of the wards. Without `look_ups` and `reads`, default rate limits apply.
    """
    app = Flask("public_site", root_path=str(HERE), static_folder="assets", static_url_path=ASSETS)
    app.config["MAX_CONTENT_LENGTH"] = LONGEST_BODY
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider has it
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.autoescape = True
    app.url_map.strict_slashes = False
    read_ids_in(app)
    app.jinja_env.filters.update(long_time=_long_time, day=_day, xml=fit_for_xml)
    qr = segno.make(chat_url, error="m").svg_inline(omitsize=True, border=4)
    app.jinja_env.globals.update(
        say=say,
        here=here,
        elsewhere=elsewhere,
        lang=language,
        chosen=is_chosen,
        chat_url=chat_url,
        citizen_url=citizen_url,
        qr=qr,
        usual_days=_usual_days,
        decimal=_decimal,
    )
    pages = StatusPages(view, look_ups or RateLimit(A_MINUTE), reads or RateLimit(READS_A_MINUTE), caller)
    about = AboutPages(view, storage)
    results = ResultPages(pages, view, public_url)
    data = OpenData(pages, results, view, public_url)
    figures = FigurePages(pages, view, boundaries)
    in_both: Mapping[str, tuple[Callable[..., Any], list[str]]] = {
        "/": (pages.home, ["GET", "POST"]),
        PRIVACY_PAGE: (about.privacy, ["GET"]),
        "/contact": (about.contact, ["GET"]),
        "/accessibility": (about.accessibility, ["GET"]),
        "/how": (about.how, ["GET"]),
        "/results": (results.results, ["GET"]),
        "/results/<public_id>": (results.result, ["GET"]),
        "/figures": (figures.page, ["GET"]),
        "/reports": (ReportPages(pages, view).page, ["GET"]),
        "/data": (data.describe, ["GET"]),
    }
    in_one: Mapping[str, Callable[..., Any]] = {
        "/results.atom": results.feed,
        "/data/results.csv": data.as_csv,
        "/data/results.json": data.as_json,
        "/data/openapi.json": data.description,
        "/data/figures.csv": figures.as_csv,
        "/data/figures.json": figures.as_json,
        f"/open311/discovery.{FORM}": data.discovery,
        f"/open311/v2/services.{FORM}": data.services,
        f"/open311/v2/requests.{FORM}": data.requests,
        f"/open311/v2/requests/<public_id>.{FORM}": data.request_by_id,
        "/robots.txt": results.robots,
        "/sitemap.xml": results.sitemap,
    }
    for path, (shows, methods) in in_both.items():
        app.add_url_rule(path, path, shows, methods=methods)
        app.add_url_rule(ENGLISH + path, ENGLISH + path, shows, methods=methods)
    for path, shows in in_one.items():
        app.add_url_rule(path, path, shows)
    app.add_url_rule(STATUS, STATUS, pages.status, methods=["POST"])
    public = {*in_both, *in_one}
    kept = KeptPages(view, frozenset(public | {ENGLISH + path for path in public}))
    app.before_request(kept.find)
    app.after_request(kept.keep)
    app.after_request(partial(_secured, citizen_url=citizen_url))  # runs first
    app.register_error_handler(Exception, _answer)
    return app


def _secured(response: Response, citizen_url: str) -> Response:
    response.headers.update(headers_for(request.path))
    policy = response.headers["Content-Security-Policy"]
    response.headers["Content-Security-Policy"] = policy.replace("form-action", f"form-action {citizen_url}")
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
        words = say("not_found" if status is HTTPStatus.NOT_FOUND else "bad_request")
        return _told(status, status.phrase.lower().replace(" ", "_"), words)
    telemetry.log("ERROR", "public site failed", metric="public_failed", error=type(error).__name__)
    if isinstance(error, Retryable):
        return _told(HTTPStatus.SERVICE_UNAVAILABLE, error.reason, say("busy"))
    return _told(HTTPStatus.INTERNAL_SERVER_ERROR, "unexpected", say("unexpected"))


def _told(status: HTTPStatus, reason: str, words: str) -> Answer:
    if request.path.startswith("/open311/"):
        form = "json" if request.path.endswith(".json") else "xml"
        return in_form(form, "errors", [{"code": status.value, "description": words}], status)
    if request.path.startswith(("/api/", "/data/")):
        return {"error": reason, "message": words}, status
    return render_template("trouble.html", words=words), status


def _usual_days(hours: float | None) -> str:
    return _decimal(None if hours is None else round(hours / 24, 1))


def _decimal(number: float | None) -> str:
    """Return a number with the decimal mark of the language, or "–" for None."""
    words = "–" if number is None else f"{number:g}"
    return words.replace(".", ",") if language() == "vi" else words


def _long_time(text: str) -> str:
    moment = datetime.fromisoformat(text)
    return hanoi_time(moment) if language() == "vi" else f"{hanoi(moment):%H:%M, %-d %B %Y}"


def _day(of: str | date) -> str:
    """Return a date, or the date in Hanoi of an instant, written in the language of the request."""
    if isinstance(of, str):
        day = date.fromisoformat(of) if len(of) == len("2026-01-01") else hanoi(datetime.fromisoformat(of)).date()
    else:
        day = of
    return f"{day:%-d/%-m/%Y}" if language() == "vi" else f"{day:%-d %B %Y}"
