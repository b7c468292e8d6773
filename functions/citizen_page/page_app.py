"""The Flask application of the citizen's page: its addresses, response headers and error pages.

The link in the chat shows only a button, so that a program that fetches the link for a preview opens nothing. The
button binds the page to the browser by a cookie. No later address contains the secret.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from draft_pages import DraftPages
from flask import Flask, Response, make_response, render_template, request
from opening import Opening
from own_words import long_time, rating_label, say, size, state_label
from petition_pages import PetitionPages
from shown import Answer, AskFirst, Caller, Pages
from ward_map import WardMap
from werkzeug.exceptions import HTTPException

from petitions import telemetry
from petitions.domain.petition.contacts import dialled
from petitions.domain.privacy.data_storage import DataStorage
from petitions.domain.routing.boundaries import Boundaries
from petitions.errors import Forbidden, NotFound, Rejected, Retryable
from petitions.form_parts import share_fields
from petitions.two_languages import ENGLISH, elsewhere, here, language
from petitions.usecases.pages.answer_file import AnswerFile
from petitions.usecases.pages.open_page import OpenPage
from petitions.usecases.pages.send_post import SendPost
from petitions.usecases.pages.ward_names import WardNames
from petitions.web import ASSETS, RETRY_AFTER, RateLimit, TooMany, headers_for, read_ids_in

HERE = Path(__file__).parent
LONGEST_BODY = 30 * 2**20
"""The most bytes of a form with its files. Cloud Run itself accepts 32 MiB."""
LONGEST_FIELDS = 512 * 1024
"""The most bytes of all form fields that are not files."""
LOOKS_A_MINUTE = 240
"""The most requests per minute from one IP network, such as an office or a home, which many people can share."""
PAGE_A_MINUTE = 60
"""The most requests per minute for one page, from one browser or one IP network."""
POSTS_A_MINUTE = 20
"""The most forms per minute for one page, from one browser or one IP network."""


def make_app(
    open_page: OpenPage,
    send: SendPost,
    answer_file: AnswerFile,
    wards: WardNames,
    caller: Caller,
    *,
    public_url: str,
    citizen_url: str,
    chat_url: str,
    storage: DataStorage,
    boundaries: Boundaries | None = None,
    looks: RateLimit | None = None,
    page_looks: RateLimit | None = None,
    posts: RateLimit | None = None,
) -> Flask:
    """Return the Flask application of the citizen's page.

    `caller` returns the client's address for a WSGI environment. `public_url` is the site with public results,
    `citizen_url` this site, and `chat_url` opens the chat with the Official Account. Without `boundaries` of the wards
    there is no map. The three rate limits have defaults.
    """
    app = Flask("citizen_page", root_path=str(HERE), static_folder="assets", static_url_path=ASSETS)
    app.config.update(MAX_CONTENT_LENGTH=LONGEST_BODY, MAX_FORM_MEMORY_SIZE=LONGEST_FIELDS, MAX_FORM_PARTS=300)
    share_fields(app)
    app.jinja_env.autoescape = True
    app.url_map.strict_slashes = False
    read_ids_in(app)
    app.jinja_env.filters.update(long_time=long_time, size=size, dialled=dialled)
    app.jinja_env.globals.update(
        say=say,
        here=here,
        elsewhere=elsewhere,
        lang=language,
        state_label=state_label,
        rating_label=rating_label,
        public_url=public_url,
        chat_url=chat_url,
        storage=storage,
    )
    pages = Pages(
        open_page,
        send,
        caller,
        looks or RateLimit(LOOKS_A_MINUTE),
        page_looks or RateLimit(PAGE_A_MINUTE),
        posts or RateLimit(POSTS_A_MINUTE),
        secure=citizen_url.startswith("https:"),
    )
    opening, drafts = Opening(pages, public_url), DraftPages(pages, wards, WardMap(boundaries) if boundaries else None)
    petitions = PetitionPages(pages, answer_file)

    def page(page: str) -> Answer:
        key, view = pages.opened(page)
        if request.method == "POST":
            return (drafts if view.kind == "draft" else petitions).take(key, view)
        return (drafts if view.kind == "draft" else petitions).show(key, view)

    routes: Mapping[str, tuple[Callable[..., Any], list[str]]] = {
        "/": (opening.home, ["GET"]),
        "/<link>": (opening.link, ["GET"]),
        "/open": (opening.open, ["POST"]),
        "/confirm": (opening.confirm, ["POST"]),
        "/word": (opening.word, ["POST"]),
        "/code": (opening.by_code, ["GET", "POST"]),
        "/done/<what>": (opening.done, ["GET"]),
        "/p/<page>": (page, ["GET", "POST"]),
        "/p/<page>/state": (pages.state, ["GET"]),
        "/p/<page>/split": (drafts.split, ["GET", "POST"]),
        "/p/<page>/place": (drafts.place, ["GET", "POST"]),
        "/p/<page>/map.svg": (drafts.picture, ["GET"]),
        "/p/<page>/sure/<what>": (pages.ask_to_confirm, ["GET"]),
        "/p/<page>/file": (petitions.file, ["POST"]),
    }
    for path, (shows, methods) in routes.items():
        app.add_url_rule(path, path, shows, methods=methods)
        app.add_url_rule(ENGLISH + path, ENGLISH + path, shows, methods=methods)
    app.add_url_rule("/robots.txt", "/robots.txt", _robots)
    app.after_request(_secured)
    app.register_error_handler(Exception, _answer)
    return app


def _robots() -> Response:
    return Response("User-agent: *\nDisallow: /\n", mimetype="text/plain")


def _secured(response: Response) -> Response:
    response.headers.update(headers_for(request.path))
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    # A picture about to be sent is shown from the browser's own memory.
    policy = response.headers["Content-Security-Policy"]
    response.headers["Content-Security-Policy"] = policy.replace("img-src 'self'", "img-src 'self' blob:")
    response.headers["Permissions-Policy"] = "camera=(), geolocation=(self), microphone=()"
    return response


def _answer(error: Exception) -> Answer:
    if isinstance(error, Rejected):
        answer = make_response(_refused(error))
        if isinstance(error, TooMany):
            answer.headers["Retry-After"] = str(RETRY_AFTER)
        return answer
    if isinstance(error, HTTPException) and error.code:
        if error.code < HTTPStatus.BAD_REQUEST:
            return error.get_response()
        status = HTTPStatus(error.code)
        known = {HTTPStatus.NOT_FOUND: "gone", HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large"}
        return _trouble(status, known.get(status, "bad_request"))
    telemetry.log("ERROR", "citizen page failed", metric="page_failed", error=type(error).__name__)
    if isinstance(error, Retryable):
        return _trouble(HTTPStatus.SERVICE_UNAVAILABLE, "busy")
    return _trouble(HTTPStatus.INTERNAL_SERVER_ERROR, "unexpected")


def _refused(error: Rejected) -> Answer:
    if isinstance(error, AskFirst):
        asked = render_template(
            "confirm.html", key=error.key, asked=error.asked, then=error.then, because=error.because
        )
        return asked, HTTPStatus.FORBIDDEN
    if isinstance(error, NotFound):
        return _trouble(HTTPStatus.NOT_FOUND, "gone")
    if isinstance(error, TooMany):
        return _trouble(HTTPStatus.TOO_MANY_REQUESTS, "too_many")
    if isinstance(error, Forbidden):
        return _trouble(HTTPStatus.FORBIDDEN, "other_page")
    return _trouble(HTTPStatus.BAD_REQUEST, "bad_request")


def _trouble(status: HTTPStatus, key: str) -> Answer:
    return render_template("trouble.html", words=say(key)), status
