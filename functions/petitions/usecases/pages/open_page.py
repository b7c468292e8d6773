"""Opening of a citizen's web page in a browser, by the link from the chat or by code and digits of the phone.

`tries` is the only database that is written. Malformed attempts are rejected at once. All others are counted in one
transaction, right ones included: during a pause even the right digits are refused, so that a refusal reveals nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from petitions import telemetry
from petitions.domain.pages.browsers import (
    FRESH_FOR,
    Asked,
    PageBrowsers,
    Right,
    browser_mark,
    browsers_path,
    unopened,
    word_mark,
)
from petitions.domain.pages.draft_view import DraftView
from petitions.domain.pages.links import KEY, LINK, copy_path, page_id, page_key
from petitions.domain.pages.page_copy import VIEWS, PageView
from petitions.domain.publishing.digit_tries import (
    MOST_WRONG,
    Budget,
    GuessBudget,
    budgets,
    guesser,
)
from petitions.domain.publishing.own_view import DIGITS, sealed_path, typed_digits
from petitions.domain.shared.edges import Until
from petitions.domain.shared.records import Root
from petitions.errors import NotFound, Rejected
from petitions.ports.store import DELETE, Store, Transaction
from petitions.ports.world import Clock, Seals

_WORD = re.compile(r"[0-9]{6}")


class NotOpen(Rejected):
    """Raised if this browser may not see the page yet, or not carry out an action there."""

    reason = "not_open"

    def __init__(self, asked: Asked, because: Literal["old", "taken"] | None = None) -> None:
        super().__init__("the page is not open in this browser", reason="not_open")
        self.asked = asked
        """The proof asked of the browser, such as a word (one-time code) from the chat."""
        self.because = because
        """Why the link was not enough: it is too old, or another browser used it first. None for other reasons."""


class PageEnded(NotFound):
    """Raised for a page that was opened before and no longer exists."""


class WrongTry(Rejected):
    """Raised for wrong digits of the phone, or a wrong one-time code."""

    reason = "wrong_digits"

    def __init__(self, left: int) -> None:
        super().__init__("wrong", reason="wrong_digits")
        self.left = left
        """The number of tries left."""


class Paused(Rejected):
    """Raised after too many wrong attempts: from this network address, at this page, or on the whole site."""

    reason = "paused"

    def __init__(self, scope: str, until: datetime) -> None:
        super().__init__("paused", reason="paused")
        self.scope = scope
        """The limit reached: `page`, `address`, `site`, or for one address at this page `digits` or `number`."""
        self.until = until


class Spent(NamedTuple):
    """A limit on wrong attempts, after one wrong attempt was counted against it."""

    scope: str
    wrong: int
    """The number of wrong tries, including this one."""
    most: int


@dataclass(frozen=True)
class OpenPage:
    """Opens citizens' pages and gives browsers access to them. Every `secret` is the value of a browser's cookie."""

    public: Store
    tries: Store
    seals: Seals
    clock: Clock

    def __call__(self, key: str, secret: str, needed: Right = Right.READ) -> PageView:
        """Return the content of a page for a browser that needs the right `needed`.

        Raise NotFound if there is no page, or if no browser can have this right on it. Raise NotOpen if this browser
        lacks the right. A browser that may only read gets the content without the sender's personal data.
        """
        view, page = self._view(key), page_id(key)
        if needed > Right.READ and not _has_chat(view):
            if needed > Right.ACT or isinstance(view, DraftView) or not view.may:
                raise NotFound("nothing can be sent from this page")
            needed = Right.READ  # a reader of an office's request may answer it
        found = self.tries.get(browsers_path(page))
        right = self._right(view, page, secret, PageBrowsers.model_validate(found) if found else None)
        if right is None or right < max(needed, _least(view)):
            raise NotOpen(_asked(view, needed))
        return view if isinstance(view, DraftView) or right > Right.READ else view.without_filer()

    def first(self, link: str, secret: str) -> str:
        """Return the key of a link's page, and give the browser access if it is the first to use a new link.

        The link of a petition without a chat is printed on paper, which others may find. It gives no access by itself.
        Raise NotFound, PageEnded if there was a page, or NotOpen if another browser was first or the link is old.
        """
        if not LINK.fullmatch(link):
            raise NotFound("no such page")
        key = page_key(link)
        page, now = page_id(key), self.clock.now()
        try:
            view = self._view(key)
        except NotFound:
            if self.tries.get(browsers_path(page)) is not None:
                raise PageEnded("the page has ended") from None
            raise

        def admit_first(tx: Transaction) -> None:
            before = _browsers(tx, page)
            right = self._right(view, page, secret, before)
            taken = before is not None and before.is_taken()
            if not _has_chat(view):
                if right is None:
                    raise NotOpen(_asked(view))
            elif _is_fresh(view, now) and not taken:
                after = (before or unopened(now)).with_browser(browser_mark(page, secret), "link", now)
                _put(tx, browsers_path(page), before, after)
            elif right is None or right < _least(view):
                raise NotOpen(_asked(view), "taken" if taken else "old")

        self.tries.transact(admit_first)
        return key

    def word(self, key: str, secret: str, word: str) -> PageView:
        """Store a one-time code for the browser, and return the page's content. The caller sends the code to the chat.

        Raise NotFound, or Rejected if enough codes were sent today or the page has no chat.
        """
        view, page, now = self._view(key), page_id(key), self.clock.now()
        if not _has_chat(view):
            raise Rejected("no chat", reason="no_chat")

        def keep_word(tx: Transaction) -> None:
            found, browser = _browsers(tx, page), browser_mark(page, secret)
            after = (found or unopened(now)).with_word(browser, word_mark(page, word), now, view.given)
            if after is None:
                raise Rejected("enough words were sent today", reason="words_enough")
            _put(tx, browsers_path(page), found, after)

        self.tries.transact(keep_word)
        return view

    def confirm(self, key: str, secret: str, typed: str) -> bool:
        """Give a browser access by the one-time code that was sent to the chat.

        Return whether the browser that used the link loses its access by that. Raise NotFound, Rejected (malformed, or
        no code was sent) or WrongTry.
        """
        self._view(key)
        page, shut_out = page_id(key), False
        if not _WORD.fullmatch(typed):
            raise Rejected("malformed", reason="no_digits")

        def try_word(tx: Transaction) -> list[Spent]:
            nonlocal shut_out
            now, before = self.clock.now(), _browsers(tx, page)
            sent = before.word_for(browser_mark(page, secret), now) if before else None
            if before is None or sent is None:
                raise Rejected("no word is out", reason="no_word")
            right = sent.word == word_mark(page, typed)
            shut_out = right and before.shut_out_by(sent.browser)
            _put(tx, browsers_path(page), before, before.tried(sent, now, right=right))
            return [] if right else [Spent("word", sent.wrong + 1, MOST_WRONG)]

        self._count(try_word)
        return shut_out

    def by_digits(self, key: str, secret: str, typed: str, address: str) -> None:
        """Let a browser that has the link read the petition, given digits of the filer's phone number.

        Raise NotFound, or the errors of `by_code`.
        """
        view = self._view(key)
        if isinstance(view, DraftView):
            raise Rejected("a draft is opened by a word", reason="no_digits")
        self.by_code(view.code, typed, address, secret)

    def by_code(self, code: str, typed: str, address: str, secret: str) -> str:
        """Let a browser read a petition, given its code and digits of the phone number. Return the key of its page.

        `typed` are the last four digits of the phone number or the whole number. Raise Rejected (malformed), WrongTry
        or Paused. A petition without a page gets the same reply as wrong digits.

        A whole number that opens the page identifies the sender. To stop people from trying the numbers of suspects,
        wrong whole numbers count like wrong endings. If the sender has no chat, they have a limit of their own.
        """
        digits = typed_digits(typed)
        if digits is None:
            raise Rejected("malformed", reason="no_digits")
        is_whole = len(digits) != DIGITS
        found = self.public.get(sealed_path(code))
        box = found.get("whole" if is_whole else "box") if found else None
        key = self.seals.open(sealed_path(code), digits, box) if box else None
        mark = self.seals.mark("tries", "", guesser(address).encode())
        apart = is_whole and found is not None and box is not None and not found.get("has_chat")

        def try_digits(tx: Transaction) -> list[Spent]:
            now = self.clock.now()
            charged = self._charged(tx, budgets(code, mark, whole=apart), now)
            if key is None:
                return _charge(tx, charged, now)
            page = page_id(key.decode())
            before = _browsers(tx, page)
            known = browser_mark(page, secret, digits[-DIGITS:])
            _put(tx, browsers_path(page), before, (before or unopened(now)).with_browser(known, "digits", now))
            return []

        self._count(try_digits)
        return key.decode() if key else ""

    def view_with_chat(self, key: str) -> PageView | None:
        """Return the page's content if its sender has a chat in which to report the opening, else None."""
        try:
            view = self._view(key)
        except NotFound:
            return None
        return view if _has_chat(view) else None

    def _view(self, key: str) -> PageView:
        if not KEY.fullmatch(key):
            raise NotFound("no such page")
        path = copy_path(page_id(key))
        found = self.public.get(path)
        content = self.seals.open(path, key, found["box"]) if found else None
        if content is None:
            raise NotFound("no such page")
        return VIEWS.validate_json(content)

    def _right(self, view: PageView, page: str, secret: str, browsers: PageBrowsers | None) -> Right | None:
        marks, until = {browser_mark(page, secret)} if _has_chat(view) else set(), None
        if not isinstance(view, DraftView):
            until = view.until
            marks |= {browser_mark(page, secret, view.digits)} if view.digits else set()
        return browsers.right_of(marks, self.clock.now(), until) if browsers else None

    @staticmethod
    def _charged(tx: Transaction, counted: Sequence[Budget], now: datetime) -> list[tuple[Budget, GuessBudget | None]]:
        charged = [(budget, _spent(tx, budget)) for budget in counted]
        for budget, spent in charged:
            if until := budget.closed_until(spent, now):
                raise Paused(budget.scope, until)
        return charged

    def _count(self, attempt: Callable[[Transaction], list[Spent]]) -> None:
        spent = self.tries.transact(attempt)
        for scope, wrong, most in spent:
            if scope in {"address", "site"} and wrong in {most // 2, most}:
                telemetry.log("WARNING", "guesses at many petitions", metric="own_view_budget", reason=scope, of=most)
            elif scope not in {"address", "site"} and wrong == most:
                telemetry.log(
                    "WARNING", "too many tries at a petition", metric="own_view_paused", reason=scope, of=most
                )
        if spent:
            raise WrongTry(spent[0].most - spent[0].wrong)


def _least(view: PageView) -> Right:
    """Return the least right with which a page is shown. The page of a draft requires the right to change it."""
    return Right.ACT if isinstance(view, DraftView) else Right.READ


def _has_chat(view: PageView) -> bool:
    return isinstance(view, DraftView) or view.has_chat


def _asked(view: PageView, needed: Right = Right.READ) -> Asked:
    if needed is Right.READ and not isinstance(view, DraftView) and view.digits:
        return "either" if _has_chat(view) else "digits"
    return "word" if _has_chat(view) else "office"


def _is_fresh(view: PageView, now: datetime) -> bool:
    return view.given is not None and now in Until(view.given + FRESH_FOR)


def _browsers(tx: Transaction, page: str) -> PageBrowsers | None:
    found = tx.get(browsers_path(page))
    return None if found is None else PageBrowsers.model_validate(found)


def _spent(tx: Transaction, budget: Budget) -> GuessBudget | None:
    found = tx.get(budget.path)
    return None if found is None else GuessBudget.model_validate(found)


def _charge(tx: Transaction, charged: list[tuple[Budget, GuessBudget | None]], now: datetime) -> list[Spent]:
    found = []
    for budget, before in charged:
        after = budget.spend(before, now)
        _put(tx, budget.path, before, after)
        found.append(Spent(budget.scope, after.wrong, budget.most))
    return found


def _put(tx: Transaction, path: str, before: Root | None, after: Root) -> None:
    if before is None:
        tx.create(path, after.stored())
    else:
        tx.update(path, {**dict.fromkeys(before.stored(), DELETE), **after.stored()})
