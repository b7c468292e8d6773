"""The browsers that opened a citizen's page, with their rights and their proofs (database `tries`).

A stranger may be the first to try. One-time codes and wrong tries are therefore counted per browser, so that nobody can
lock out others. A new link, or the citizen's chat, renews tries used up by strangers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any, Literal

from pydantic import Field

from petitions.domain.publishing.digit_tries import LOCKED_FOR, MOST_WRONG
from petitions.domain.shared.edges import AtMost, Until
from petitions.domain.shared.records import Instant, Record, Root, replace

KEPT_FOR = timedelta(days=400)
"""How long a record is kept after the last try, which is longer than any page is open."""
OPEN_AGAIN = timedelta(hours=1)
"""How long a page with an expired link stays open in a browser that was confirmed again."""
END_FOR = timedelta(hours=1)
"""How long a browser confirmed by a word may withdraw and erase. Later, others may use the same browser."""
FRESH_FOR = timedelta(minutes=10)
"""How long a new link alone gives a browser access. Later, the link may have been passed on."""
MOST_BROWSERS = 5
"""The most browsers with access by the same kind of proof. A further one replaces the oldest."""
WORD_FOR = timedelta(minutes=10)
MOST_WORDS = 3
"""The most words sent to the chat in a day, or since the citizen last got the link."""
_REMEMBERED = 4 * MOST_WORDS


class Right(IntEnum):
    """The right of a browser on a page. A right includes those with lower numbers."""

    READ = 1
    """Read texts and files, except the citizen's personal data."""
    ACT = 2
    """Send posts in the citizen's name."""
    SEND = 3
    """File a draft that was changed on the page, and change the citizen's personal data."""
    END = 4
    """Withdraw the petition and erase the data."""


Way = Literal["digits", "link", "word"]
"""The proof that gave a browser access: code and last digits of the phone, a fresh link, or a word from the chat."""
RIGHTS: dict[Way, Right] = {"digits": Right.READ, "link": Right.ACT, "word": Right.END}


class KnownBrowser(Record):
    """A browser that may open a citizen's page."""

    mark: str
    by: Way
    at: Instant

    def right(self, now: datetime) -> Right:
        """Return the right of this browser at a time. The right to withdraw and erase ends after `END_FOR`."""
        return min(RIGHTS[self.by], Right.END if now in Until(self.at + END_FOR) else Right.SEND)


class SentWord(Record):
    """A one-time code sent to the chat to confirm one browser."""

    browser: str
    """The mark (a hash) of the browser's secret."""
    word: str
    """The mark (a hash) of the word."""
    at: Instant
    wrong: int = 0
    """The number of wrong tries. It is set to the limit once the word was used."""


class PageBrowsers(Root):
    """The stored record of a page's browsers: `tries/page-{page}`."""

    known: list[KnownBrowser] = Field(default_factory=list)
    """The browsers that may open the page, the oldest first."""
    sent: list[SentWord] = Field(default_factory=list)
    """The words sent to the chat, the oldest first."""
    at: Instant
    """The time of the last change."""
    expires_at: Instant

    def right_of(self, marks: Collection[str], now: datetime, until: datetime | None) -> Right | None:
        """Return the highest right of the browser with these marks (hashes of its secrets), or None without access.

        `until` is the expiry of the page's link. After that, a browser has to be confirmed again.
        """
        ended = until is not None and Until(until).is_over(now)
        mine = [
            one for one in self.known if one.mark in marks and not (ended and Until(one.at + OPEN_AGAIN).is_over(now))
        ]
        return max((one.right(now) for one in mine), default=None)

    def is_taken(self) -> bool:
        """Return whether any browser got access by the link or by a one-time code."""
        return any(one.by != "digits" for one in self.known)

    def with_browser(self, browser: str, by: Way, now: datetime) -> PageBrowsers:
        """Return the record after a browser got access by the proof `by`.

        A one-time code from the chat takes access from browsers that have it by the link alone, as these may belong to
        somebody else.
        """
        others = [one for one in self.known if one.mark != browser and not (by == "word" and one.by == "link")]
        alike = [one for one in others if one.by == by]
        kept = [one for one in others if one not in alike[: max(0, len(alike) - MOST_BROWSERS + 1)]]
        return self._at(now, known=[*kept, KnownBrowser(mark=browser, by=by, at=now)])

    def shut_out_by(self, browser: str) -> bool:
        """Return whether confirming this browser by a one-time code takes access from browsers that used the link."""
        return any(one.by == "link" and one.mark != browser for one in self.known)

    def with_word(self, browser: str, word: str, now: datetime, given: datetime | None) -> PageBrowsers | None:
        """Return the record with a new one-time code to send to the chat, or None if enough were sent.

        Only codes of the last day count, and only those sent after the link was last `given`.
        """
        since = max(now - LOCKED_FOR, given or now - LOCKED_FOR)
        if not AtMost(MOST_WORDS).has_room(sum(Until(since).is_over(one.at) for one in self.sent)):
            return None
        return self._at(now, sent=[*self.sent, SentWord(browser=browser, word=word, at=now)][-_REMEMBERED:])

    def word_for(self, browser: str, now: datetime) -> SentWord | None:
        """Return the one-time code that this browser may still enter, or None."""
        sent = next((one for one in reversed(self.sent) if one.browser == browser), None)
        may_enter = sent and AtMost(MOST_WRONG).has_room(sent.wrong) and now in Until(sent.at + WORD_FOR)
        return sent if may_enter else None

    def tried(self, sent: SentWord, now: datetime, *, right: bool) -> PageBrowsers:
        """Return the record after a try at this one-time code.

        A right try gives the browser access and uses up the code.
        """
        after = replace(sent, wrong=MOST_WRONG if right else sent.wrong + 1)
        page = self._at(now, sent=[after if one is sent else one for one in self.sent])
        return page.with_browser(sent.browser, "word", now) if right else page

    def _at(self, now: datetime, **changes: Any) -> PageBrowsers:
        return replace(self, **changes, at=now, expires_at=now + KEPT_FOR)


Asked = Literal["digits", "either", "word", "office"]
"""The proof asked of a browser: digits of the phone, a word from the chat, either, or a visit to the office."""


def unopened(now: datetime) -> PageBrowsers:
    """Return the record of a page that no browser has opened yet."""
    return PageBrowsers(at=now, expires_at=now + KEPT_FOR)


def browser_mark(page: str, secret: str, digits: str = "") -> str:
    """Return the hash of a browser's secret: 32 hexadecimal digits, different on every page.

    For a browser confirmed by digits of the phone number, the hash also depends on them, so that it becomes invalid
    with a new number.
    """
    return hashlib.sha256(f"browser {page} {secret} {digits}".encode()).hexdigest()[:32]


def word_mark(page: str, word: str) -> str:
    """Return the stored hash of a one-time code: 32 hexadecimal digits, different on every page."""
    return hashlib.sha256(f"word {page} {word}".encode()).hexdigest()[:32]


def browsers_path(page: str) -> str:
    return f"tries/page-{page}"
