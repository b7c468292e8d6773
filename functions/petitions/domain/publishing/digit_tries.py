"""How often four digits may be guessed: for one petition, from one address, and on the whole site (database `tries`).

Ten thousand endings are few. Five wrong ones a day for a code stop somebody who has that code, not somebody who has
many. So wrong tries are also counted over all codes: by address, and for the site in parts of equal size, as one
document takes about one write a second.

Strangers can use all that up, so it must shut nobody out: a word from the chat or, without a chat, the whole number
opens the page meanwhile. The number cannot be guessed, and is counted for a code and an address alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

from petitions.domain.shared.records import Instant, Root

MOST_WRONG = 5
"""Wrong tries for a code."""
LOCKED_FOR = timedelta(days=1)
MOST_FROM_ADDRESS = 30
"""Wrong tries a day over all codes from an address; many people can share one."""
SITE_PARTS = 10
MOST_OF_PART = 50
"""Wrong tries a day for the codes of one part of the site; 500 in all."""
_KEPT_FOR = 2 * LOCKED_FOR


class DigitTries(Root):
    """`tries/{code}`: the count of wrong digits; `tries/{code}-{mark of an address}`: that of wrong whole numbers."""

    wrong: int = 0
    """Wrong tries, until a day passes without one."""
    wrong_at: Instant | None = None
    at: Instant
    """The last try, stored so that every try is a write."""
    expires_at: Instant | None = None

    def paused_until(self, now: datetime) -> datetime | None:
        """Return the end of the pause in which no more digits are checked, or None."""
        until = self.wrong_at + LOCKED_FOR if self.wrong_at and self.wrong >= MOST_WRONG else None
        return until if until and until > now else None


def count_try(before: DigitTries | None, now: datetime, *, right: bool) -> DigitTries:
    """Return the count after another try. A right one clears no wrong ones; a day without a wrong one does."""
    fresh = before is None or before.wrong_at is None or before.wrong_at + LOCKED_FOR <= now
    wrong = 0 if fresh or before is None else before.wrong
    if not right:
        return DigitTries(wrong=wrong + 1, wrong_at=now, at=now, expires_at=now + _KEPT_FOR)
    wrong_at = before.wrong_at if before and wrong else None
    return DigitTries(wrong=wrong, wrong_at=wrong_at, at=now, expires_at=now + _KEPT_FOR)


class GuessBudget(Root):
    """`tries/from-{mark of an address}` and `tries/site-{part}`: the wrong tries of a day over all their codes."""

    wrong: int
    began_at: Instant
    """The first of them; the day ends 24 hours later."""
    expires_at: Instant

    def is_over(self, now: datetime) -> bool:
        """Return whether its day has ended."""
        return self.began_at + LOCKED_FOR <= now


@dataclass(frozen=True)
class Budget:
    """A budget: where it is counted, and its size."""

    path: str
    scope: str
    """`address` or `site`."""
    most: int

    def closed_until(self, spent: GuessBudget | None, now: datetime) -> datetime | None:
        """Return when it opens again, or None if there is something left."""
        if spent is None or spent.is_over(now) or spent.wrong < self.most:
            return None
        return spent.began_at + LOCKED_FOR


def budgets(code: str, address_mark: str) -> tuple[Budget, Budget]:
    """Return the budgets of a try for `code` from an address that `address_mark` stands for."""
    part = crc32(code.encode()) % SITE_PARTS
    return (
        Budget(tries_path(f"from-{address_mark}"), "address", MOST_FROM_ADDRESS),
        Budget(tries_path(f"site-{part}"), "site", MOST_OF_PART),
    )


def spend(before: GuessBudget | None, now: datetime) -> GuessBudget:
    """Return the budget after one more wrong try."""
    if before is None or before.is_over(now):
        return GuessBudget(wrong=1, began_at=now, expires_at=now + _KEPT_FOR)
    return before.model_copy(update={"wrong": before.wrong + 1})


def guesser(address: str) -> str:
    """Return what one subscriber has of addresses: an IPv4 address, or the first 64 bits of an IPv6 one."""
    if ":" not in address:
        return address
    head, _, tail = address.partition("::")
    groups = head.split(":") if head else []
    rest = tail.split(":") if tail else []
    zeros = ["0"] * max(0, 8 - len(groups) - len(rest)) if "::" in address else []
    return ":".join([group.lstrip("0").lower() or "0" for group in (groups + zeros + rest)[:4]])


def tries_path(name: str) -> str:
    """Return the path of a count, in a database of its own: of a code, an address or a part of the site."""
    return f"tries/{name}"
