"""How often four digits may be guessed: at one petition, from one address, and on the whole site (database `tries`).

Ten thousand endings are few. An address has five wrong ones for a code, and all addresses together forty; of either
one comes back each day. So one address stops itself and nobody else, however long it goes on, some of them shut nobody
out, and any number of them have 404 tries in a year. Somebody with many codes is stopped by what is counted over all
of them: by address, and for the site in parts of equal size, as one document takes about one write a second.

Strangers with many addresses can use all that up, so it must shut nobody out: a word from the chat or, without a chat,
the whole number opens the page meanwhile. The number cannot be guessed, and is then counted for a code and an address
alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from petitions.domain.shared.records import Instant, Root, replace

MOST_WRONG = 5
"""Wrong tries for a code from an address; of endings one comes back each day, whole numbers all at once."""
LOCKED_FOR = timedelta(days=1)
MOST_OF_CODE = 40
"""Wrong tries for a code from all addresses; one comes back each day."""
MOST_FROM_ADDRESS = 30
"""Wrong tries a day over all codes from an address; many people can share one."""
SITE_PARTS = 10
MOST_OF_PART = 50
"""Wrong tries a day for the codes of one part of the site; 500 in all."""


class GuessBudget(Root):
    """`tries/{name}`: the wrong tries of one of the budgets below."""

    wrong: int
    began_at: Instant
    """The first of them, or when some came back last."""
    expires_at: Instant


@dataclass(frozen=True)
class Budget:
    """A budget: where it is counted, and its size."""

    path: str
    scope: str
    """`digits` or `number` for those of an address at one petition; `page`, `address` or `site` for all endings."""
    most: int
    regained: int
    """The wrong tries that come back with each day."""

    def closed_until(self, spent: GuessBudget | None, now: datetime) -> datetime | None:
        """Return when it opens again, or None if there is something left."""
        left = self._left_of(spent, now)
        return left.began_at + LOCKED_FOR if left and left.wrong >= self.most else None

    def spend(self, before: GuessBudget | None, now: datetime) -> GuessBudget:
        """Return what is spent after one more wrong try."""
        left = self._left_of(before, now)
        wrong, began = (left.wrong + 1, left.began_at) if left else (1, now)
        days = -(-wrong // self.regained)
        return GuessBudget(wrong=wrong, began_at=began, expires_at=now + (days + 1) * LOCKED_FOR)

    def _left_of(self, spent: GuessBudget | None, now: datetime) -> GuessBudget | None:
        """Return what is spent of it now, or None if all of it has come back."""
        if spent is None:
            return None
        days = (now - spent.began_at) // LOCKED_FOR
        wrong = spent.wrong - days * self.regained
        changes: dict[str, Any] = {"wrong": wrong, "began_at": spent.began_at + days * LOCKED_FOR}
        return replace(spent, **changes) if wrong > 0 else None


def budgets(code: str, address_mark: str, *, whole: bool) -> tuple[Budget, ...]:
    """Return the budgets of a try for `code` from an address that `address_mark` stands for, its own one first.

    `whole` is for the whole number of a filer without a chat.
    """
    if whole:
        return (Budget(tries_path(f"number-{code}-{address_mark}"), "number", MOST_WRONG, MOST_WRONG),)
    part = crc32(code.encode()) % SITE_PARTS
    return (
        Budget(tries_path(f"digits-{code}-{address_mark}"), "digits", MOST_WRONG, 1),
        Budget(tries_path(f"code-{code}"), "page", MOST_OF_CODE, 1),
        Budget(tries_path(f"from-{address_mark}"), "address", MOST_FROM_ADDRESS, MOST_FROM_ADDRESS),
        Budget(tries_path(f"site-{part}"), "site", MOST_OF_PART, MOST_OF_PART),
    )


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
