"""What the two functions with pages share: the headers of every answer, and how often one caller may ask."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from petitions.errors import Rejected

ASSETS = "/assets"
MOST_CALLERS = 10_000
SECONDS = 60.0
RETRY_AFTER = 60
"""Seconds: what the words of a refusal say."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
}


class TooMany(Rejected):
    """This caller asks too often."""

    reason = "too_many_requests"


def headers_for(path: str) -> dict[str, str]:
    """What every answer carries; pages are never kept by browsers, files of ours for a while."""
    return HEADERS | {"Cache-Control": "public, max-age=300" if path.startswith(ASSETS + "/") else "no-store"}


class RateLimit:
    """`a_minute` requests at once, then evenly as many a minute, in this process. Callers longest unseen go first."""

    def __init__(self, a_minute: int, now: Callable[[], float] = time.monotonic) -> None:
        self._most = float(a_minute)
        self._now = now
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def allows(self, caller: str) -> bool:
        """Take one token of this caller's, if there is one."""
        with self._lock:
            now = self._now()
            tokens, at = self._buckets.pop(caller, (self._most, now))
            tokens = min(self._most, tokens + (now - at) * self._most / SECONDS)
            allowed = tokens >= 1
            self._buckets[caller] = tokens - allowed, now
            if len(self._buckets) > MOST_CALLERS:
                self._buckets.popitem(last=False)
            return allowed
