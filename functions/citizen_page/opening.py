"""Opening a citizen's page in a browser: by a link from the chat, or by petition code and digits of the telephone.

The first browser that uses a fresh link may open the page at once. Another browser, or one with an old link, has to
prove that it belongs to the filer: by the last four digits of the telephone, or by a one-time code that the filer
receives in the chat (called `word`, to distinguish it from the petition's code).
"""

from __future__ import annotations

import re
import secrets
from http import HTTPStatus
from typing import Any

from browser import check_origin
from flask import make_response, redirect, render_template, request
from own_words import long_time, say
from shown import ENDS, FINAL, Answer, Pages
from werkzeug.wrappers import Response

from petitions.domain.pages.links import KEY, LINK, page_id, page_key, page_of
from petitions.domain.pages.posts import WordWanted
from petitions.domain.petition.codes import find_code
from petitions.errors import NotFound, Rejected
from petitions.two_languages import here
from petitions.usecases.pages.open_page import NotOpen, PageEnded, Paused, WrongTry

WORD_DIGITS = 6
MORE_TRIES = {"0", "1", "2", "3", "4", "5"}
"""The permitted values of the form field `tries`. It counts the attempts to open a page that is not created yet."""
_REASONS = {"no_digits", "words_enough", "no_word", "no_chat"}
LONGEST_BODY = 16 * 1024
"""The most bytes accepted in a form from a browser that has no page open yet."""


class Opening:
    """Request handlers that open a citizen's page in a browser. `public_url` is the site with public results."""

    def __init__(self, pages: Pages, public_url: str) -> None:
        self._pages = pages
        self._public_url = public_url

    def home(self) -> Answer:
        self._pages.check_rate()
        return render_template("home.html"), HTTPStatus.OK

    def link(self, link: str) -> Answer:
        """Show a page with one button, which opens the citizen's page.

        Opening takes a POST, so that a program that fetches the link for a preview in the chat does not use it up.
        Raise NotFound for a malformed link.
        """
        self._pages.check_rate()
        if not LINK.fullmatch(link):
            raise NotFound("no such page")
        return render_template("open.html", link=link, tries=0), HTTPStatus.OK

    def open(self) -> Answer:
        """Open the page of the link in this browser.

        Redirect to the page, or ask for a proof if the link is old or was used in another browser. Status 410 if the
        page has ended. If the page does not exist yet, because it is created some moments after the chat gives its
        link, show the button again, at most six times.
        """
        link = self._sent("link", LINK)
        self._pages.check_page(page_of(link), self._pages.client())
        browser = self._pages.browser()
        tries = request.form.get("tries", "0")
        try:
            key = self._pages.open_page.first(link, browser.secret)
        except NotOpen as error:
            return browser.remember(make_response(self._ask(page_key(link), error.asked, because=error.because)))
        except PageEnded:
            return render_template("trouble.html", words=say("page_over"), forget=True), HTTPStatus.GONE
        except NotFound:
            if tries not in MORE_TRIES:
                raise
            # The page of a link that was just given may be some moments behind the chat.
            return render_template("open.html", link=link, tries=int(tries) + 1), HTTPStatus.NOT_FOUND
        self._pages.notify_opened(key, browser.secret)
        return browser.remember(self._to_page(key), key)

    def confirm(self) -> Answer:
        """Open the page in this browser if the digits or the one-time code are right. Otherwise show the form again."""
        key = self._key()
        browser = self._pages.browser()
        typed = "".join(request.form.get("typed", "").split())[:20]
        asked = request.form.get("asked", "digits")
        asked, shuts_out = asked if asked in {"word", "either"} else "digits", False
        try:
            if asked == "word" or len(typed) == WORD_DIGITS:
                shuts_out = self._pages.open_page.confirm(key, browser.secret, typed)
            else:
                self._pages.open_page.by_digits(key, browser.secret, typed, self._pages.client())
        except NotFound:
            raise
        except Rejected as error:
            return self._ask(key, asked, fault=_words(error), status=_status(error))
        self._pages.notify_opened(key, browser.secret, shuts_out=shuts_out)
        return browser.remember(self._to_page(key), key)

    def word(self) -> Answer:
        """Send a one-time code of six digits to the filer's chat, and show the form in which to enter it.

        Status 429 if enough codes were sent today, or if the filer has no chat.
        """
        key = self._key()
        browser = self._pages.browser()
        word = "".join(secrets.choice("0123456789") for _ in range(WORD_DIGITS))
        try:
            view = self._pages.open_page.word(key, browser.secret, word)
        except NotFound:
            raise
        except Rejected as error:
            return self._ask(key, "word", fault=_words(error), status=HTTPStatus.TOO_MANY_REQUESTS)
        self._pages.send(key, view, WordWanted(word=word), form=secrets.token_hex(12))
        return browser.remember(make_response(self._ask(key, "word", sent=True)))

    def done(self, what: str) -> Answer:
        """Confirm that a draft was discarded or data erased (`what`). Raise NotFound for another `what`."""
        self._pages.check_rate()
        if what not in ENDS:
            raise NotFound("no such end")
        return render_template("trouble.html", words=say("ended"), forget=True), HTTPStatus.OK

    def by_code(self) -> Answer:
        """Show the form for petition code and the last four digits of the telephone, or open the page by them.

        Wrong digits give status 400 with the number of tries left, too many tries status 429.
        """
        self._pages.check_rate()
        if request.method == "GET":
            return render_template("home.html"), HTTPStatus.OK
        check_origin(beside=self._public_url)
        request.max_content_length = LONGEST_BODY
        browser = self._pages.browser()
        typed, digits = request.form.get("code", "")[:200], "".join(request.form.get("digits", "").split())[:20]
        code = find_code(typed)
        if code is None:
            return render_template("home.html", fault=say("no_code"), code=typed), HTTPStatus.BAD_REQUEST
        try:
            key = self._pages.open_page.by_code(code, digits, self._pages.client(), browser.secret)
        except Rejected as error:
            return render_template("home.html", fault=_words(error), code=typed), _status(error)
        self._pages.notify_opened(key, browser.secret)
        return browser.remember(self._to_page(key), key)

    def _key(self) -> str:
        key = self._sent("key", KEY)
        self._pages.check_page(page_id(key), self._pages.client())
        return key

    def _sent(self, name: str, form: re.Pattern[str]) -> str:
        """Return the link or key in the form field `name`, after a check of rate and origin.

        Raise NotFound if the value does not match `form`.
        """
        self._pages.check_rate()
        check_origin()
        request.max_content_length = LONGEST_BODY
        sent = request.form.get(name, "")
        if not form.fullmatch(sent):
            raise NotFound("no such page")
        return sent

    def _ask(self, key: str, asked: str, status: HTTPStatus = HTTPStatus.OK, **values: Any) -> Answer:
        return render_template("confirm.html", key=key, asked=asked, then=_wanted_action(), **values), status

    def _to_page(self, key: str) -> Response:
        action = _wanted_action()
        path = f"/p/{page_id(key)}" + (f"/sure/{action}" if action else "")
        return redirect(here(path), HTTPStatus.SEE_OTHER)


def _wanted_action() -> str:
    """Return the action that the citizen wanted before the browser had to be confirmed, or "" if there is none."""
    then = request.form.get("then", "")
    return then if then in FINAL else ""


def _words(error: Rejected) -> str:
    if isinstance(error, WrongTry):
        return say("wrong_try", left=error.left)
    if isinstance(error, Paused):
        return say("paused_number" if error.scope == "number" else "paused_digits", until=long_time(error.until))
    return say(error.reason if error.reason in _REASONS else "bad_request")


def _status(error: Rejected) -> HTTPStatus:
    return HTTPStatus.TOO_MANY_REQUESTS if isinstance(error, Paused) else HTTPStatus.BAD_REQUEST
