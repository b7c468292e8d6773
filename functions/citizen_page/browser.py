"""The cookies of the citizen's page: a secret that identifies a browser, and the keys of the pages opened in it."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from typing import TypeVar
from urllib.parse import urlsplit

from flask import request
from werkzeug.wrappers import Response as BaseResponse

from petitions.domain.pages.links import KEY, page_id
from petitions.errors import Forbidden

B = TypeVar("B", bound=BaseResponse)
_SECRET = re.compile(r"[0-9a-f]{48}")
_LASTS = 40 * 24 * 3600
"""The lifetime of the cookies, in seconds."""


class Browser:
    """The browser that sent the current request, identified by a random secret in a cookie.

    A new secret is drawn if the cookie is missing or malformed. `secure` is true where the site is served over https,
    as always in the cloud. Cookies are then sent over https only.
    """

    def __init__(self, *, secure: bool) -> None:
        self._secure = secure
        self._prefix = "__Host-" if secure else ""
        known = request.cookies.get(f"{self._prefix}browser", "")
        self._new = not _SECRET.fullmatch(known)
        self.secret = secrets.token_hex(24) if self._new else known

    def key_of(self, page: str) -> str | None:
        """Return the secret key of a page by its public id, or None if this browser has not opened the page."""
        key = request.cookies.get(self._name(page), "")
        return key if KEY.fullmatch(key) and page_id(key) == page else None

    def remember(self, answer: B, key: str | None = None) -> B:
        """Set this browser's cookies on a response and return the response.

        With `key`, the browser is from now on able to open that page without its link.
        """
        if self._new:
            self._set(answer, f"{self._prefix}browser", self.secret)
        if key is not None:
            self._set(answer, self._name(page_id(key)), key)
        return answer

    def csrf(self, page: str) -> str:
        """Return the anti-forgery token (CSRF) that forms of this page have to send back from this browser."""
        return hashlib.sha256(f"form {page} {self.secret}".encode()).hexdigest()[:32]

    def check(self, page: str, sent: str) -> None:
        """Raise Forbidden unless `sent` is the anti-forgery token of this page in this browser."""
        if not hmac.compare_digest(self.csrf(page).encode(), sent.encode()):
            raise Forbidden("the form is of another page", reason="csrf")

    def _name(self, page: str) -> str:
        return f"{self._prefix}page-{page[:16]}"

    def _set(self, answer: BaseResponse, name: str, value: str) -> None:
        answer.set_cookie(name, value, max_age=_LASTS, path="/", secure=self._secure, httponly=True, samesite="Lax")


def check_origin(*, beside: str = "") -> None:
    """Raise Forbidden if the request comes from a form on a foreign site.

    Forms of the site with the address `beside` are accepted too, if it is on the same domain. An origin of "null" is
    accepted, because browsers send it for forms of pages without a referrer, as ours are.
    """
    allowed = {"same-origin", "none", *(["same-site"] if beside else [])}
    hosts = {request.host, *([urlsplit(beside).netloc] if beside else [])}
    origin = request.headers.get("Origin", "null")
    foreign = origin != "null" and urlsplit(origin).netloc not in hosts
    if foreign or request.headers.get("Sec-Fetch-Site", "same-origin") not in allowed:
        raise Forbidden("the form is of another site", reason="other_site")
