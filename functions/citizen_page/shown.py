"""Base of the citizen page's request handlers: rate limits, access checks, rendering and sending of forms."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from browser import Browser, check_origin
from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from petitions.domain.files.attachment import MAX_FILE
from petitions.domain.pages.browsers import Right, browser_mark
from petitions.domain.pages.draft_view import DraftView
from petitions.domain.pages.links import PAGE, page_id
from petitions.domain.pages.needed_rights import needed_right
from petitions.domain.pages.page_copy import PageView
from petitions.domain.pages.posts import MOST_FILES, DraftEdit, PageAction, PageOpened
from petitions.domain.publishing.digit_tries import guesser
from petitions.domain.shared.records import replace
from petitions.domain.shared.written import written_number
from petitions.errors import NotFound, Rejected
from petitions.two_languages import here
from petitions.usecases.pages.open_page import NotOpen, OpenPage
from petitions.usecases.pages.send_post import SendPost, SentFile
from petitions.web import RateLimit, TooMany

Caller = Callable[[Mapping[str, Any]], str]
"""Returns the address of the client from a WSGI environment."""
Answer = Response | str | tuple[Any, int]
PATIENCE = 20
"""How many times a page without scripts reloads, every two seconds, while its form waits to be applied."""
ENDS = {"drop", "erase"}
"""The citizen's actions that end a page, such as discarding a draft."""
FINAL = {"withdraw", "erase"}
"""The actions that cannot be undone, for which the browser needs a one-time code from the chat."""
NEXT = {"split", "place"}
"""The pages to which the buttons of a draft's form lead after saving."""


class AskFirst(Rejected):
    """Raised if the browser has to give a proof before it is shown the page or may carry out an action."""

    def __init__(self, key: str, asked: str, then: str = "", because: str = "") -> None:
        super().__init__("not open in this browser", reason="not_open")
        self.key = key
        self.asked = asked
        """The proof required: `digits` of the telephone, `word` (a one-time code from the chat), or `either`."""
        self.then = then
        """The action in FINAL that the citizen wanted, or ""."""
        self.because = because
        """The kind of action (`draft` or `correct`) that needs more proof than the link, or ""."""


class Pages:
    """Base class with the checks, rendering and sending shared by the handlers of drafts and petitions.

    `caller` returns the address of the client. `looks` limits the requests from one IP network, `page_looks` those for
    a page, and `posts` the forms sent from a page.
    """

    def __init__(
        self,
        open_page: OpenPage,
        send: SendPost,
        caller: Caller,
        looks: RateLimit,
        page_looks: RateLimit,
        posts: RateLimit,
        *,
        secure: bool,
    ) -> None:
        self.open_page = open_page
        self._send = send
        self._caller = caller
        self._looks, self._page_looks, self._posts = looks, page_looks, posts
        self._secure = secure

    def browser(self) -> Browser:
        return Browser(secure=self._secure)

    def client(self) -> str:
        """Return the IP network of the current request's client. Rate limits count requests per network."""
        return self._caller(request.environ)

    def check_rate(self) -> None:
        """Count a request of the client's IP network. Raise TooMany if there were too many in the last minute."""
        if not self._looks.allows(guesser(self.client())):
            raise TooMany("too many requests")

    def check_page(self, page: str, by: str) -> None:
        """Count a request for a page under `by`, a browser or an IP network. Raise TooMany if there were too many.

        Browsers and networks are counted separately, so that a stranger cannot use up the requests of the citizen.
        """
        who = f"{page} {by}"
        if not (self._page_looks.allows(who) and (request.method != "POST" or self._posts.allows(who))):
            raise TooMany("too many requests")

    def opened(self, page: str, needed: Right | None = None, then: str = "") -> tuple[str, PageView]:
        """Return the key and the content of a page that this browser has opened.

        The browser needs the right `needed`: by default ACT for a form and READ otherwise. `then` is the action to
        return to after a proof. Raise TooMany, NotFound if the browser has not opened the page, AskFirst if its right
        does not suffice, and Forbidden for a form without a valid token.
        """
        if not PAGE.fullmatch(page):
            raise NotFound("no such page")
        self.check_rate()
        browser = self.browser()
        self.check_page(page, browser.secret)
        key = browser.key_of(page)
        if key is None:
            raise NotFound("not open in this browser")
        if request.method == "POST":
            check_origin()
        view = self._seen(key, needed or (Right.ACT if request.method == "POST" else Right.READ), then)
        if request.method == "POST":
            browser.check(page, request.form.get("csrf", ""))
        return key, view

    def _seen(self, key: str, needed: Right, then: str = "", because: str = "") -> PageView:
        try:
            return self.open_page(key, self.browser().secret, needed)
        except NotOpen as error:
            raise AskFirst(key, error.asked, then, because) from error

    def notify_opened(self, key: str, secret: str, *, shuts_out: bool = False) -> None:
        """Publish a message that notifies the filer in the chat that a browser opened the page.

        A filer is notified once per browser. `shuts_out` is true if other browsers lose their access by this opening.
        """
        view = self.open_page.view_with_chat(key)
        if view is not None:
            form = browser_mark(page_id(key), secret)
            self._send(key, view, form, PageOpened(shuts_out=shuts_out))

    def render(self, template: str, key: str, status: HTTPStatus = HTTPStatus.OK, **values: Any) -> Answer:
        """Return a rendered template. Its forms get the page's address, its anti-forgery token and a random form id."""
        page = page_id(key)
        shared = {"at": here(f"/p/{page}"), "csrf": self.browser().csrf(page), "form": secrets.token_hex(12)}
        shared["key"] = key
        return render_template(template, **{**shared, **values}), status

    def send(
        self, key: str, view: PageView, action: PageAction, files: Sequence[SentFile] = (), form: str | None = None
    ) -> Answer:
        """Publish an action of the citizen with its files, and redirect to the page, which shows when it is applied.

        Raise AskFirst if the browser's right does not suffice. Changes of a draft are saved even then. A repeated form
        with the same `form` id has no further effect.
        """
        form = (form or request.form.get("form", ""))[:64]
        needed = needed_right(action, view, files=bool(files))
        if needed > Right.ACT:
            try:
                self._seen(key, needed, *((action.kind,) if action.kind in FINAL else ("", action.kind)))
            except AskFirst:
                if isinstance(action, DraftEdit) and (files or not action.only_sends):  # the typed values are not lost
                    self._send(key, view, form, replace(action, sends=False), files)
                raise
        sent = self._send(key, view, form, action, files)
        if action.kind in ENDS:
            return redirect(here(f"/done/{action.kind}"), HTTPStatus.SEE_OTHER)
        do = request.form.get("do", "")
        then = f"&next={do}" if do in NEXT else ""
        return redirect(here(f"/p/{page_id(key)}?sent={sent}{then}"), HTTPStatus.SEE_OTHER)

    def waiting(self, view: PageView) -> dict[str, Any]:
        """Return the progress of the last sent form, for the template.

        `sent` is the form's key, or None if none was sent. `words` is its result once it is applied. `again` is the
        address to reload until then, or None after PATIENCE reloads.
        """
        sent, tries = request.args.get("sent", ""), request.args.get("tries", "0")
        if not sent:
            return {"sent": None}
        applied = next((post for post in view.posts if post.key == sent), None)
        known = written_number(tries, 2)
        count = PATIENCE if known is None else known
        then = f"&next={request.args['next']}" if request.args.get("next") in NEXT else ""
        looks_again = applied is None and count < PATIENCE
        again = f"{request.path}?sent={sent[:64]}&tries={count + 1}{then}" if looks_again else None
        return {"sent": sent[:64], "words": applied.words if applied else None, "again": again}

    def state(self, page: str) -> Answer:
        """Return `{"applied": bool}` as JSON: whether the form with the key `?sent=` is applied. Scripts poll it."""
        _, view = self.opened(page)
        sent = request.args.get("sent", "")
        return {"applied": any(post.key == sent for post in view.posts)}, HTTPStatus.OK

    def ask_to_confirm(self, page: str, what: str) -> Answer:
        """Ask the citizen to confirm the action `what`, which cannot be undone.

        Raise NotFound if there is no such action.
        """
        key, view = self.opened(page, Right.END if what in FINAL else Right.ACT, what)
        asked = ENDS if isinstance(view, DraftView) else FINAL & set(view.may)
        if what not in asked:
            raise NotFound("no such question")
        return self.render("sure.html", key, view=view, what=what)


def sent_files() -> tuple[list[SentFile], dict[str, str]]:
    """Return the uploaded files, and their faults: the key of an error text by field.

    Too many files, a file that is too large and an empty file are faults. No file is returned then.
    """
    chosen = [file for file in request.files.getlist("files") if file.filename]
    if len(chosen) > MOST_FILES:
        return [], {"files": "fault_many_files"}
    files = [SentFile(file.filename or "", file.mimetype or "", file.read()) for file in chosen]
    if any(len(file.content) > MAX_FILE for file in files):
        return [], {"files": "fault_large_file"}
    if any(not file.content for file in files):
        return [], {"files": "fault_empty_file"}
    return files, {}
