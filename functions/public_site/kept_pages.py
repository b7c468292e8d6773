"""A cache of pages that are the same for everybody.

A page is cached for one minute, by this process, by proxies and by browsers.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from datetime import datetime, timedelta
from http import HTTPStatus

from flask import Response, request

from petitions.domain.shared.edges import Until
from petitions.usecases.publishing.public_view import PublicView

KEPT_FOR = timedelta(seconds=60)
OLDEST = timedelta(seconds=70)
"""The greatest age of a cached page. After KEPT_FOR, one request renders it again while others still get it."""
MOST_KEPT = 500
LONGEST_KEPT = 400_000
"""The size in bytes above which a page is not cached."""


class KeptPages:
    """The pages cached by this process, keyed by address and query.

    `public` names the pages that are the same for everybody. Errors, and pages requested with a petition's code, are
    never cached.
    """

    def __init__(self, view: PublicView, public: frozenset[str]) -> None:
        self._view = view
        self._public = public
        self._kept: OrderedDict[str, tuple[datetime, bytes, list[tuple[str, str]]]] = OrderedDict()
        self._renewed: OrderedDict[str, datetime] = OrderedDict()
        """The creation time of the page that a request is renewing, by address."""
        self._lock = threading.Lock()

    def is_public(self) -> bool:
        """Return whether the requested page is the same for everybody."""
        return request.method in {"GET", "HEAD"} and request.endpoint in self._public and "code" not in request.args

    def find(self) -> Response | None:
        """Return the cached page for the request, or None if it has to be rendered."""
        path = request.full_path
        kept = self._kept.get(path) if self.is_public() else None
        now = self._view.clock.now()
        if kept is None or Until(kept[0] + OLDEST).is_over(now):
            return None
        if Until(kept[0] + KEPT_FOR).is_over(now) and self._is_first(path, kept[0]):
            return None
        return Response(kept[1], headers=kept[2])

    def keep(self, response: Response) -> Response:
        """Cache a rendered page and add cache headers. Return status 304 if the client already has this version."""
        path = request.full_path
        if not self.is_public() or response.status_code != HTTPStatus.OK:
            return response
        if "ETag" not in response.headers:  # this request has rendered it
            body = response.get_data()
            response.set_etag(hashlib.sha256(body).hexdigest()[:20])
            if len(body) <= LONGEST_KEPT:
                self._kept[path] = (self._view.clock.now(), body, list(response.headers))
                self._kept.move_to_end(path)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        response.headers["Cache-Control"] = f"public, max-age={int(KEPT_FOR.total_seconds())}"
        response.make_conditional(request)
        return response

    def _is_first(self, path: str, made_at: datetime) -> bool:
        """Return whether this request is the first to renew the page. Concurrent requests get the old one."""
        with self._lock:
            if self._renewed.get(path) == made_at:
                return False
            self._renewed[path] = made_at
            while len(self._renewed) > MOST_KEPT:
                self._renewed.popitem(last=False)
            return True
