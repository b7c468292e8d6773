"""Response headers, the rate limit, and ids in paths, for all functions with web pages."""

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
"""The seconds to wait after too many requests, as in the text of the refusal."""

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
    """Raised if a caller sends too many requests. The response has status 429."""

    reason = "too_many_requests"


class IdInPath(UnicodeConverter):
    """A part of a URL path that is a document id. Any other value gives status 404."""

    def to_python(self, value: str) -> str:
        """Return the id. Raise ValidationError if it is malformed."""
        if not is_id(value):
            raise ValidationError
        return value


def read_ids_in(app: Flask) -> None:
    """Treat every part of a path without a declared type as a document id. Call it before adding routes."""
    app.url_map.converters = {**app.url_map.converters, "default": IdInPath}


def headers_for(path: str) -> dict[str, str]:
    """Return the security and cache headers of a response. Pages are never cached, assets for five minutes."""
    return HEADERS | {"Cache-Control": "public, max-age=300" if path.startswith(ASSETS + "/") else "no-store"}


def disposition(name: str, *, shown: bool = False) -> str:
    """Return the Content-Disposition header of a file (RFC 6266), to be downloaded or, with `shown`, displayed.

    The name is percent-encoded, so that none of its characters can break the header.
    """
    return f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{quote(name, safe='')}"


class RateLimit:
    """A limit on requests per caller, counted in this process.

    A caller may send `a_minute` requests at once, and then as many per minute, evenly. Callers that were not seen for
    the longest time are forgotten first.
    """

    def __init__(self, a_minute: int, now: Callable[[], float] = time.monotonic) -> None:
        self._most = float(a_minute)
        self._now = now
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def allows(self, caller: str) -> bool:
        """Count a request of the caller. Return False if the caller has none left."""
        with self._lock:
            now = self._now()
            tokens, at = self._buckets.pop(caller, (self._most, now))
            tokens = min(self._most, tokens + (now - at) * self._most / SECONDS)
            allowed = tokens >= 1
            self._buckets[caller] = tokens - allowed, now
            if len(self._buckets) > MOST_CALLERS:
                self._buckets.popitem(last=False)
            return allowed
