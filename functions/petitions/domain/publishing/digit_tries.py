"""Limits on guessing the digits that open a petitioner's page: per petition, per address, and for the whole site.

A filer opens the page with the petition's code and the last four digits of the telephone number. There are only ten
thousand endings. An address has five wrong tries for a code and all addresses together have forty, and in both cases
one try comes back every day. So a single address locks out only itself, a few addresses lock out nobody else, and any
number of addresses have at most 404 tries in a year. Guessing at many codes is limited by counts over all codes: one
for the address, and one for the site. The site's count is split into parts, because one document takes about one write
a second. The counts are in the database `tries`.

An attacker with many addresses can use up these limits, but must not lock out the petitioner. Then a one-time code from
the chat opens the page or, for a filer without a chat, the whole telephone number. Nobody can guess that, so its tries
are counted only per code and address.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from petitions.domain.shared.edges import AtMost
from petitions.domain.shared.records import Instant, Root, replace

MOST_WRONG = 5
"""The most wrong tries for a code from one IP address.

After each day one more try of last digits is allowed, and all tries of whole telephone numbers.
"""
LOCKED_FOR = timedelta(days=1)
MOST_OF_CODE = 40
"""The most wrong tries for a code from all IP addresses together. After each day one more is allowed."""
MOST_FROM_ADDRESS = 30
"""The most wrong tries from one IP address per day, for all codes. Many people can share an address."""
SITE_PARTS = 10
MOST_OF_PART = 50
"""The most wrong tries per day for one of the SITE_PARTS groups of codes, so that 500 are possible for all codes."""


class GuessBudget(Root):
    """The wrong tries counted for one limit, stored as `tries/{name}`."""

    wrong: int
    began_at: Instant
    """The time of the first wrong try. It moves on by a day whenever tries come back."""
    expires_at: Instant


@dataclass(frozen=True)
class Budget:
    """A limit on wrong tries, with the path of its count."""

    path: str
    scope: str
    """`digits` or `number` for an address at one petition, `page`, `address` or `site` for all endings."""
    most: int
    regained: int
    """The number of tries that come back every day."""

    def closed_until(self, spent: GuessBudget | None, now: datetime) -> datetime | None:
        """Return the time at which tries are possible again, or None while some are left."""
        left = self._left_of(spent, now)
        return left.began_at + LOCKED_FOR if left and not AtMost(self.most).has_room(left.wrong) else None

    def spend(self, before: GuessBudget | None, now: datetime) -> GuessBudget:
        """Return the count with one more wrong try."""
        left = self._left_of(before, now)
        wrong, began = (left.wrong + 1, left.began_at) if left else (1, now)
        days = -(-wrong // self.regained)
        return GuessBudget(wrong=wrong, began_at=began, expires_at=now + (days + 1) * LOCKED_FOR)

    def _left_of(self, spent: GuessBudget | None, now: datetime) -> GuessBudget | None:
        if spent is None:
            return None
        days = (now - spent.began_at) // LOCKED_FOR
        wrong = spent.wrong - days * self.regained
        changes: dict[str, Any] = {"wrong": wrong, "began_at": spent.began_at + days * LOCKED_FOR}
        return replace(spent, **changes) if wrong > 0 else None


def budgets(code: str, address_mark: str, *, whole: bool) -> tuple[Budget, ...]:
    """Return the limits for a try at `code` from the address behind `address_mark`, the address's own first.

    `whole` is True for a try with the whole telephone number, by a filer without a chat.
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
    """Return the part of an IP address that identifies a subscriber: all of IPv4, the first 64 bits of IPv6."""
    if ":" not in address:
        return address
    head, _, tail = address.partition("::")
    groups = head.split(":") if head else []
    rest = tail.split(":") if tail else []
    zeros = ["0"] * max(0, 8 - len(groups) - len(rest)) if "::" in address else []
    return ":".join([group.lstrip("0").lower() or "0" for group in (groups + zeros + rest)[:4]])


def tries_path(name: str) -> str:
    return f"tries/{name}"
