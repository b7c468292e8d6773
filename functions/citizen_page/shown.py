"""The base of all routes of a page: the client, the page open in the browser, and the sending of forms."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from browser import Browser, from_here
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
"""Returns the client's address for a WSGI request."""
Answer = Response | str | tuple[Any, int]
PATIENCE = 20
"""How many times a page without scripts reloads, every two seconds, until its post is applied."""
ENDS = {"drop", "erase"}
"""The actions that end a page."""
FINAL = {"withdraw", "erase"}
"""The actions that cannot be undone, so that they need a word from the chat."""
NEXT = {"split", "place"}
"""The pages to which the form of a draft leads once it is saved."""


class AskFirst(Rejected):
    """Raised if this browser has to be confirmed before the page is shown or an action is carried out."""

    def __init__(self, key: str, asked: str, then: str = "", because: str = "") -> None:
        super().__init__("not open in this browser", reason="not_open")
        self.key = key
        self.asked = asked
        """The proof asked of the browser."""
        self.then = then
        """The member of FINAL that the citizen wants, or ""."""
        self.because = because
        """`draft` or `correct`, the kind of action for which the link alone does not suffice, or ""."""


class Pages:
    """The checks, rendering and sending shared by the routes of a page."""

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
        """Return the browser of this request."""
        return Browser(secure=self._secure)

    def client(self) -> str:
        """Return the address of the client of this request."""
        return self._caller(request.environ)

    def check_rate(self) -> None:
        """Count a request of this network. Raise TooMany."""
        if not self._looks.allows(guesser(self.client())):
            raise TooMany("too many requests")

    def check_page(self, page: str, by: str) -> None:
        """Count a request for this page by one browser or network. Raise TooMany.

        The count is separate for every one of them, so that none uses up the requests of others.
        """
        who = f"{page} {by}"
        if not (self._page_looks.allows(who) and (request.method != "POST" or self._posts.allows(who))):
            raise TooMany("too many requests")

    def opened(self, page: str, needed: Right | None = None, then: str = "") -> tuple[str, PageView]:
        """Return the key and the content of a page open in this browser with a right. A form needs the right to act.

        Raise TooMany, NotFound, AskFirst or, for a form, Forbidden.
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
            from_here()
        view = self._seen(key, needed or (Right.ACT if request.method == "POST" else Right.READ), then)
        if request.method == "POST":
            browser.check(page, request.form.get("csrf", ""))
        return key, view

    def _seen(self, key: str, needed: Right, then: str = "", because: str = "") -> PageView:
        try:
            return self.open_page(key, self.browser().secret, needed)
        except NotOpen as error:
            raise AskFirst(key, error.asked, then, because) from error

    def tell_opened(self, key: str, secret: str, *, shuts_out: bool = False) -> None:
        """Notify the filer in the chat that this browser has opened the page, once per browser."""
        view = self.open_page.told_of(key)
        if view is not None:
            form = browser_mark(page_id(key), secret)
            self._send(key, view, form, PageOpened(shuts_out=shuts_out))

    def render(self, template: str, key: str, status: HTTPStatus = HTTPStatus.OK, **values: Any) -> Answer:
        """Return a page with the values that all its forms need: its address, `csrf`, and the key of the form."""
        page = page_id(key)
        shared = {"at": here(f"/p/{page}"), "csrf": self.browser().csrf(page), "form": secrets.token_hex(12)}
        shared["key"] = key
        return render_template(template, **{**shared, **values}), status

    def send(
        self, key: str, view: PageView, action: PageAction, files: Sequence[SentFile] = (), form: str | None = None
    ) -> Answer:
        """Publish a post and return to the page, which waits until it is applied. Raise AskFirst."""
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
        """Return the page's state of the last post: `words` once it is applied, until then the address to reload."""
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
        """Return, for scripts, whether the post is applied."""
        _, view = self.opened(page)
        sent = request.args.get("sent", "")
        return {"applied": any(post.key == sent for post in view.posts)}, HTTPStatus.OK

    def sure(self, page: str, what: str) -> Answer:
        """Ask for confirmation of an action that cannot be undone."""
        key, view = self.opened(page, Right.END if what in FINAL else Right.ACT, what)
        asked = ENDS if isinstance(view, DraftView) else FINAL & set(view.may)
        if what not in asked:
            raise NotFound("no such question")
        return self.render("sure.html", key, view=view, what=what)


def sent_files() -> tuple[list[SentFile], dict[str, str]]:
    """Return the files of the form, and the key of the text about a fault in them."""
    chosen = [file for file in request.files.getlist("files") if file.filename]
    if len(chosen) > MOST_FILES:
        return [], {"files": "fault_many_files"}
    files = [SentFile(file.filename or "", file.mimetype or "", file.read()) for file in chosen]
    if any(len(file.content) > MAX_FILE for file in files):
        return [], {"files": "fault_large_file"}
    if any(not file.content for file in files):
        return [], {"files": "fault_empty_file"}
    return files, {}
