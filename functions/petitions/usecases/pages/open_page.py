"""The opening of a citizen's page: by the link of the chat, or by code and digits; in one browser, or a confirmed one.

`tries` is the only database that is written. Malformed tries are rejected at once; of the others each is counted, also
a right one, in one transaction: during a pause even the right digits are refused, or the answer would tell them.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from petitions import telemetry
from petitions.domain.pages.browsers import (
    Asked,
    PageBrowsers,
    browser_mark,
    browsers_path,
    opened_by,
    word_mark,
)
from petitions.domain.pages.links import KEY, copy_path, page_id
from petitions.domain.pages.page_copy import VIEWS, PageView
from petitions.domain.pages.petition_view import PetitionView
from petitions.domain.publishing.digit_tries import (
    MOST_WRONG,
    Budget,
    DigitTries,
    GuessBudget,
    budgets,
    count_try,
    guesser,
    spend,
    tries_path,
)
from petitions.domain.publishing.own_view import sealed_path
from petitions.domain.shared.records import Root
from petitions.errors import NotFound, Rejected
from petitions.ports.store import DELETE, Store, Transaction
from petitions.ports.world import Clock, Seals

T = TypeVar("T")
_DIGITS = re.compile(r"[0-9]{4}")
_WORD = re.compile(r"[0-9]{6}")


class NotOpen(Rejected):
    """Raised if this browser may not see the page yet."""

    reason = "not_open"

    def __init__(self, asked: Asked) -> None:
        super().__init__("the page is not open in this browser", reason="not_open")
        self.asked = asked
        """What the browser is asked for."""


class WrongTry(Rejected):
    """Raised for wrong digits, or a wrong word."""

    reason = "wrong_digits"

    def __init__(self, left: int) -> None:
        super().__init__("wrong", reason="wrong_digits")
        self.left = left
        """The tries that are left."""


class Paused(Rejected):
    """Raised after too many wrong tries: for this page, from this network, or on the whole site."""

    reason = "paused"

    def __init__(self, scope: str, until: datetime) -> None:
        super().__init__("paused", reason="paused")
        self.scope = scope
        """`page`, `address` or `site`."""
        self.until = until


@dataclass(frozen=True)
class OpenPage:
    """A use case of `citizen_page`. A `secret` is what a browser's cookie holds."""

    public: Store
    tries: Store
    seals: Seals
    clock: Clock

    def __call__(self, key: str, secret: str) -> PageView:
        """Return what the page shows. Raise NotFound if there is none, NotOpen if this browser may not see it."""
        view, page = self._view(key), page_id(key)
        found = self.tries.get(browsers_path(page))
        browsers = PageBrowsers.model_validate(found) if found else None
        self._admit(view, browsers, _marks(page, secret, view))
        return view

    def first(self, key: str, secret: str) -> None:
        """Bind the page to the browser that opens it first. Raise NotFound, or NotOpen if another one has."""
        view, page, now = self._view(key), page_id(key), self.clock.now()

        def work(tx: Transaction) -> None:
            before = _browsers(tx, page)
            if before is not None or _has_ended(view, now):
                self._admit(view, before, _marks(page, secret, view), opened=True)
            else:
                tx.create(browsers_path(page), opened_by(browser_mark(page, secret), now).stored())

        self.tries.transact(work)

    def confirm(self, key: str, secret: str, typed: str, address: str) -> None:
        """Admit another browser by the digits of the telephone or the word from the chat.

        Raise NotFound, Rejected (malformed), WrongTry or Paused.
        """
        view, page = self._view(key), page_id(key)
        if not (_DIGITS if view.digits else _WORD).fullmatch(typed):
            raise Rejected("malformed", reason="no_digits")
        mark = browser_mark(page, secret, view.digits or "")

        def right(before: PageBrowsers, now: datetime) -> bool:
            if view.digits:
                return hmac.compare_digest(view.digits, typed)
            return before.is_word(word_mark(page, typed), now)

        def work(tx: Transaction) -> tuple[int, list[tuple[str, int, int]]]:
            now, found = self.clock.now(), _browsers(tx, page)
            before = found or PageBrowsers(at=now, expires_at=now)
            if until := before.paused_until(now):
                raise Paused("page", until)
            charged = self._charged(tx, page, address, now)
            if right(before, now):
                _put(tx, browsers_path(page), found, before.with_browser(mark, now))
                return 0, []
            after = before.tried(now)
            _put(tx, browsers_path(page), found, after)
            return after.wrong, _charge(tx, charged, now)

        self._count(work)

    def word(self, key: str, word: str) -> PageView:
        """Remember the word that is sent to the chat, and return the page's view.

        Raise NotFound, or Rejected if enough were sent today or the digits of a telephone are asked for.
        """
        view, page, now = self._view(key), page_id(key), self.clock.now()
        if view.digits:
            raise Rejected("the digits are asked for", reason="no_word")

        def work(tx: Transaction) -> None:
            found = _browsers(tx, page)
            before = found or PageBrowsers(at=now, expires_at=now)
            after = before.with_word(word_mark(page, word), now)
            if after is None:
                raise Rejected("enough words were sent today", reason="words_enough")
            _put(tx, browsers_path(page), found, after)

        self.tries.transact(work)
        return view

    def by_code(self, code: str, digits: str, address: str, secret: str) -> str:
        """Return the key of a petition's page to who knows its code and digits, and admit the browser.

        Raise Rejected (malformed), WrongTry or Paused; a petition without a page gets the same words as wrong digits.
        """
        if not _DIGITS.fullmatch(digits):
            raise Rejected("malformed", reason="no_digits")
        found = self.public.get(sealed_path(code))
        key = self.seals.open(sealed_path(code), digits, found["box"]) if found else None

        def work(tx: Transaction) -> tuple[int, list[tuple[str, int, int]]]:
            now, path = self.clock.now(), tries_path(code)
            known = tx.get(path)
            before = None if known is None else DigitTries.model_validate(known)
            if before and (until := before.paused_until(now)):
                raise Paused("page", until)
            charged = self._charged(tx, code, address, now)
            page = page_id(key.decode()) if key is not None else None
            browsers = _browsers(tx, page) if page else None
            _put(tx, path, before, count_try(before, now, right=page is not None))
            if page is None:
                return count_try(before, now, right=False).wrong, _charge(tx, charged, now)
            mark = browser_mark(page, secret, digits)
            admitted = browsers.with_browser(mark, now) if browsers else opened_by(mark, now)
            _put(tx, browsers_path(page), browsers, admitted)
            return 0, []

        self._count(work)
        return key.decode() if key else ""

    def _view(self, key: str) -> PageView:
        if not KEY.fullmatch(key):
            raise NotFound("no such page")
        path = copy_path(page_id(key))
        found = self.public.get(path)
        content = self.seals.open(path, key, found["box"]) if found else None
        if content is None:
            raise NotFound("no such page")
        return VIEWS.validate_json(content)

    def _admit(
        self, view: PageView, browsers: PageBrowsers | None, marks: Sequence[str], *, opened: bool = False
    ) -> None:
        now = self.clock.now()
        if browsers is None and not opened and not _has_ended(view, now):
            raise NotOpen("first")
        until = view.until if isinstance(view, PetitionView) else None
        if browsers is None or not any(browsers.admits(mark, now, until) for mark in marks):
            raise NotOpen("digits" if view.digits else "word")

    def _charged(
        self, tx: Transaction, name: str, address: str, now: datetime
    ) -> list[tuple[Budget, GuessBudget | None]]:
        """Return the budgets that a wrong try is charged to. Raise Paused if one is spent."""
        mark = self.seals.mark("tries", "", guesser(address).encode())
        charged = [(budget, _spent(tx, budget)) for budget in budgets(name, mark)]
        for budget, spent in charged:
            if until := budget.closed_until(spent, now):
                raise Paused(budget.scope, until)
        return charged

    def _count(self, work: Callable[[Transaction], tuple[int, list[tuple[str, int, int]]]]) -> None:
        """Do the counted try; raise WrongTry if it was wrong."""
        wrong, spent = self.tries.transact(work)
        for scope, count, most in spent:
            if count in {most // 2, most}:
                telemetry.log("WARNING", "guesses at many petitions", metric="own_view_budget", reason=scope, of=most)
        if wrong >= MOST_WRONG:
            telemetry.log("WARNING", "five wrong tries to open a petition", metric="own_view_paused")
        if wrong:
            raise WrongTry(MOST_WRONG - wrong)


def _marks(page: str, secret: str, view: PageView) -> tuple[str, ...]:
    """Return what a browser may be known by: as such, or with the digits that have confirmed it."""
    return browser_mark(page, secret), *([browser_mark(page, secret, view.digits)] if view.digits else [])


def _has_ended(view: PageView, now: datetime) -> bool:
    return isinstance(view, PetitionView) and view.until is not None and view.until <= now


def _browsers(tx: Transaction, page: str) -> PageBrowsers | None:
    found = tx.get(browsers_path(page))
    return None if found is None else PageBrowsers.model_validate(found)


def _spent(tx: Transaction, budget: Budget) -> GuessBudget | None:
    found = tx.get(budget.path)
    return None if found is None else GuessBudget.model_validate(found)


def _charge(
    tx: Transaction, charged: list[tuple[Budget, GuessBudget | None]], now: datetime
) -> list[tuple[str, int, int]]:
    """Charge a wrong try to these budgets; return scope, wrong tries and size of each."""
    counts = []
    for budget, spent in charged:
        one_more = spend(spent, now)
        _put(tx, budget.path, spent, one_more)
        counts.append((budget.scope, one_more.wrong, budget.most))
    return counts


def _put(tx: Transaction, path: str, before: Root | None, after: Root) -> None:
    """Write all fields, so that it is always a write."""
    if before is None:
        tx.create(path, after.stored())
    else:
        tx.update(path, {**dict.fromkeys(before.stored(), DELETE), **after.stored()})
