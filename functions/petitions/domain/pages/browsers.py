"""Who may open a page: the browser that opened it first, and others once they are confirmed (database `tries`).

`tries/page-{page}` is changed in one transaction for each try, so that of many at once no more than five are checked.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field

from petitions.domain.publishing.digit_tries import LOCKED_FOR, MOST_WRONG
from petitions.domain.shared.records import Instant, Root

KEPT_FOR = timedelta(days=400)
"""How long a record is kept after the last try: longer than any page is open."""
OPEN_AGAIN = timedelta(hours=1)
"""How long a page whose link has ended stays open in a browser that was confirmed."""
MOST_BROWSERS = 5
WORD_FOR = timedelta(minutes=10)
MOST_WORDS = 3
"""Words sent to the chat in a day."""


class PageBrowsers(Root):
    """`tries/page-{page}`."""

    browsers: list[str] = Field(default_factory=list)
    """Marks of the browsers that may open it, the oldest first."""
    wrong: int = 0
    """Wrong tries, until a day passes without one."""
    wrong_at: Instant | None = None
    word: str | None = None
    """The mark of the word that was sent to the chat."""
    word_at: Instant | None = None
    words: int = 0
    """How many words were sent since `words_at`."""
    words_at: Instant | None = None
    confirmed_at: Instant | None = None
    """When a browser was admitted last."""
    at: Instant
    """The last try, stored so that every try is a write."""
    expires_at: Instant

    def paused_until(self, now: datetime) -> datetime | None:
        """Return the end of the pause in which nothing more is checked, or None."""
        until = self.wrong_at + LOCKED_FOR if self.wrong_at and self.wrong >= MOST_WRONG else None
        return until if until and until > now else None

    def admits(self, browser: str, now: datetime, until: datetime | None) -> bool:
        """Return whether a browser may see the page whose link holds `until` then.

        Once the link has ended, a browser is confirmed anew.
        """
        again = self.confirmed_at is not None and self.confirmed_at + OPEN_AGAIN > now
        return browser in self.browsers and (until is None or now < until or again)

    def with_browser(self, browser: str, now: datetime) -> PageBrowsers:
        """Return the page with another browser."""
        kept = [known for known in self.browsers if known != browser][-(MOST_BROWSERS - 1) :]
        return self._at(now, browsers=[*kept, browser], word=None, word_at=None, confirmed_at=now)

    def tried(self, now: datetime) -> PageBrowsers:
        """Return the page after a wrong try."""
        fresh = self.wrong_at is None or self.wrong_at + LOCKED_FOR <= now
        return self._at(now, wrong=1 if fresh else self.wrong + 1, wrong_at=now)

    def with_word(self, word: str, now: datetime) -> PageBrowsers | None:
        """Return the page with a word that is sent to the chat; None if enough were sent today."""
        fresh = self.words_at is None or self.words_at + LOCKED_FOR <= now
        if not fresh and self.words >= MOST_WORDS:
            return None
        begun = {"words": 1, "words_at": now} if fresh else {"words": self.words + 1}
        return self._at(now, word=word, word_at=now, **begun)

    def is_word(self, word: str, now: datetime) -> bool:
        """Return whether this is the mark of the word that was sent within the last minutes."""
        return self.word is not None and self.word == word and bool(self.word_at and self.word_at + WORD_FOR > now)

    def _at(self, now: datetime, **changes: object) -> PageBrowsers:
        return self.model_copy(update={**changes, "at": now, "expires_at": now + KEPT_FOR})


Asked = Literal["first", "digits", "word"]
"""What a browser is asked for: nothing but a tap, the digits of the telephone, or the word from the chat."""


def opened_by(browser: str, now: datetime) -> PageBrowsers:
    """Return a page that this browser opens first."""
    return PageBrowsers(browsers=[browser], at=now, expires_at=now + KEPT_FOR)


def browser_mark(page: str, secret: str, digits: str = "") -> str:
    """Return what is stored of a browser's secret, another one for each page.

    Of a browser that was confirmed by the digits of a telephone it depends on these, too: it is admitted no more once
    another telephone is given.
    """
    return hashlib.sha256(f"browser {page} {secret} {digits}".encode()).hexdigest()[:32]


def word_mark(page: str, word: str) -> str:
    """Return what is stored of a word."""
    return hashlib.sha256(f"word {page} {word}".encode()).hexdigest()[:32]


def browsers_path(page: str) -> str:
    """Return the path of the record, in a database of its own."""
    return f"tries/page-{page}"
