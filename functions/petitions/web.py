"""Response headers, the rate limit and the reading of ids in paths, for the functions with pages."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from urllib.parse import quote

from flask import Flask
from werkzeug.routing import UnicodeConverter, ValidationError

from petitions.domain.shared.written import is_id
from petitions.errors import Rejected

ASSETS = "/assets"
MOST_CALLERS = 10_000
SECONDS = 60.0
RETRY_AFTER = 60
"""Seconds, as in the refusal's text."""

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
    """The caller sends too many requests."""

    reason = "too_many_requests"


class IdInPath(UnicodeConverter):
    """An argument of a path that is the id of a document. A value that is no id leads to the "not found" page."""

    def to_python(self, value: str) -> str:
        """Return the id. Raise ValidationError."""
        if not is_id(value):
            raise ValidationError
        return value


def read_ids_in(app: Flask) -> None:
    """Read every argument of a path that has no type of its own as an id. Call it before the routes are added."""
    app.url_map.converters = {**app.url_map.converters, "default": IdInPath}


def headers_for(path: str) -> dict[str, str]:
    """Return the headers of every response. Browsers never store pages, and they store assets for five minutes."""
    return HEADERS | {"Cache-Control": "public, max-age=300" if path.startswith(ASSETS + "/") else "no-store"}


def disposition(name: str, *, shown: bool = False) -> str:
    """Return the Content-Disposition of a file of this name, to be saved or shown (RFC 6266).

    The name is percent-encoded, so that none of its characters reaches the header.
    """
    return f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{quote(name, safe='')}"


class RateLimit:
    """A limit of requests by caller in this process: a burst of `a_minute`, then evenly as many a minute.

    Callers that were not seen for the longest time are forgotten first.
    """

    def __init__(self, a_minute: int, now: Callable[[], float] = time.monotonic) -> None:
        self._most = float(a_minute)
        self._now = now
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def allows(self, caller: str) -> bool:
        """Take one token of the caller. Return whether there was one."""
        with self._lock:
            now = self._now()
            tokens, at = self._buckets.pop(caller, (self._most, now))
            tokens = min(self._most, tokens + (now - at) * self._most / SECONDS)
            allowed = tokens >= 1
            self._buckets[caller] = tokens - allowed, now
            if len(self._buckets) > MOST_CALLERS:
                self._buckets.popitem(last=False)
            return allowed
