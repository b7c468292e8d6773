"""Identifies officers by the signed header of Google's Identity-Aware Proxy. Implements `ports.Identities`.

The algorithm is ES256, the issuer https://cloud.google.com/iap, and the audience the desk's own backend service.
Google's keys are chosen by `kid` and kept as long as their Cache-Control allows. Since keys rotate, an unknown `kid`
causes another fetch, at most once a minute.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Mapping

import httpx
from google.auth import exceptions as google_errors
from google.auth import jwt

from petitions.errors import Forbidden, Retryable

KEYS_URL = "https://www.gstatic.com/iap/verify/public_key"
ISSUER = "https://cloud.google.com/iap"
ALGORITHM = "ES256"
FETCH_SECONDS = 3.0
SKEW_SECONDS = 30
KEEP_SECONDS = 3600.0
AGAIN_SECONDS = 60.0
_MAX_AGE = re.compile(r"max-age=(\d{1,6})")


class IapIdentities:
    """Checks assertions, i.e. values of the proxy's header. Thread-safe, one object per process."""

    def __init__(self, audience: str, client: httpx.Client, now: Callable[[], float] = time.monotonic) -> None:
        self._audience = audience
        self._client = client
        self._now = now
        self._lock = threading.Lock()
        self._keys: Mapping[str, str] = {}
        self._fetched_at = float("-inf")
        self._good_until = float("-inf")

    def email(self, assertion: str) -> str:
        """Return the e-mail address, in lower case, of the user that the assertion names.

        Raise Forbidden for an invalid assertion, and Retryable while no key could be fetched yet.
        """
        try:
            header = jwt.decode_header(assertion)
            kid = str(header.get("kid") or "")
            if header.get("alg") != ALGORITHM or not kid:
                raise _refused("algorithm")
            claims = jwt.decode(
                assertion, certs=self._keys_with(kid), audience=self._audience, clock_skew_in_seconds=SKEW_SECONDS
            )
        except (google_errors.GoogleAuthError, ValueError, TypeError, AttributeError) as error:
            raise _refused(type(error).__name__) from error
        if claims.get("iss") != ISSUER:
            raise _refused("issuer")
        email = claims.get("email")
        if not isinstance(email, str) or "@" not in email:
            raise _refused("email")
        return email.lower()

    def _keys_with(self, kid: str) -> Mapping[str, str]:
        """Return Google's keys. Fetch them first if they are old or if `kid` is unknown.

        Requests with invented ids do not cause more than one fetch a minute.
        """
        with self._lock:
            now = self._now()
            rotated = kid not in self._keys and now - self._fetched_at >= AGAIN_SECONDS
            if now >= self._good_until or rotated:
                self._fetch(now)
            return self._keys

    def _fetch(self, now: float) -> None:
        try:
            answer = self._client.get(KEYS_URL, timeout=FETCH_SECONDS)
            answer.raise_for_status()
            keys = {str(kid): str(pem) for kid, pem in answer.json().items()}
        except (httpx.HTTPError, ValueError, AttributeError) as error:
            if not self._keys:
                raise Retryable("the keys of the proxy cannot be fetched", reason="iap_keys") from error
            self._good_until = now + AGAIN_SECONDS
            return
        max_age = _MAX_AGE.search(answer.headers.get("Cache-Control", ""))
        self._keys = keys
        self._fetched_at, self._good_until = now, now + (float(max_age[1]) if max_age else KEEP_SECONDS)


def _refused(why: str) -> Forbidden:
    return Forbidden(f"Không xác nhận được tài khoản đăng nhập ({why}). Xin đăng nhập lại.", reason="assertion")
