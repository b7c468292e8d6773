"""Pages that are the same for everybody: kept for a minute in this process, by caches on the way, and by browsers."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from datetime import datetime, timedelta
from http import HTTPStatus

from flask import Response, request

from petitions.usecases.publishing.public_view import PublicView

KEPT_FOR = timedelta(seconds=60)
MOST_KEPT = 500
LONGEST_KEPT = 400_000
"""Bytes of a page; a longer one is made anew."""


class KeptPages:
    """The pages of one instance, by their whole address. Errors and whatever names a petition are never kept."""

    def __init__(self, view: PublicView, public: frozenset[str]) -> None:
        self._view = view
        self._public = public
        self._kept: OrderedDict[str, tuple[datetime, bytes, list[tuple[str, str]]]] = OrderedDict()

    def is_public(self) -> bool:
        """Return whether this request asks for a page that is the same for everybody."""
        return request.method in {"GET", "HEAD"} and request.endpoint in self._public and "code" not in request.args

    def find(self) -> Response | None:
        """Return the kept page of this request, or None."""
        kept = self._kept.get(request.full_path) if self.is_public() else None
        if kept is None or self._view.clock.now() - kept[0] >= KEPT_FOR:
            return None
        return Response(kept[1], headers=kept[2])

    def keep(self, response: Response) -> Response:
        """Keep the page, and let others keep it; answer 304 where they have it already."""
        if not self.is_public() or response.status_code != HTTPStatus.OK:
            return response
        if request.full_path not in self._kept or self.find() is None:
            body = response.get_data()
            response.set_etag(hashlib.sha256(body).hexdigest()[:20])
            if len(body) <= LONGEST_KEPT:
                self._kept[request.full_path] = (self._view.clock.now(), body, list(response.headers))
                self._kept.move_to_end(request.full_path)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        response.headers["Cache-Control"] = f"public, max-age={int(KEPT_FOR.total_seconds())}"
        response.make_conditional(request)
        return response
