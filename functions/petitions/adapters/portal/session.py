"""HTTP calls of the portal's gateway: one POST with its outcome, and the log-in session that all threads share."""

from __future__ import annotations

import json
import re
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import httpx

from petitions.adapters.portal.mapping import Mapping
from petitions.domain.shared.edges import Until
from petitions.domain.shared.outcome import Outcome
from petitions.ports.world import Clock

CALL_SECONDS = 20.0
TIMEOUT = httpx.Timeout(CALL_SECONDS, connect=5.0, pool=5.0)
MAX_BYTES = 16 * 1024 * 1024
SESSION = timedelta(minutes=10)
MARGIN = timedelta(minutes=1)

_CODE = re.compile(r"[-0-9A-Za-z_]{1,20}")


@dataclass(frozen=True)
class PortalPost:
    """The outcome of one POST to the portal.

    `body` is the JSON object of a successful call. For a failure, `reason` is a stable identifier such as `http_403`.
    """

    outcome: Outcome
    reason: str = ""
    body: dict[str, Any] = field(default_factory=dict)


class PortalWire:
    """Sends JSON to the portal over kept connections. Thread-safe."""

    def __init__(self, url: str, mapping: Mapping, transport: httpx.BaseTransport | None = None) -> None:
        self._http = httpx.Client(base_url=url, timeout=TIMEOUT, transport=transport, trust_env=False)
        self._success = mapping.success

    def post(self, path: str, body: dict[str, Any], headers: dict[str, str] | None = None) -> PortalPost:
        """POST a JSON object once and return the outcome.

        REFUSED means that the portal reported an error or no connection was made. UNKNOWN means that no reply could be
        read, so that the call may have had its effect.
        """
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        sent = {"Content-Type": "application/json; charset=utf-8", **(headers or {})}
        try:
            with self._http.stream("POST", path, content=content, headers=sent) as response:
                status, raw = response.status_code, _read(response)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            return PortalPost(Outcome.REFUSED, "connect")
        except httpx.HTTPError:
            return PortalPost(Outcome.UNKNOWN, "no_answer")
        if status == HTTPStatus.OK:
            return self._judged(raw)
        if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.REQUEST_TIMEOUT:
            return PortalPost(Outcome.REFUSED, f"http_{status}")
        return PortalPost(Outcome.UNKNOWN, f"http_{status}")

    def _judged(self, raw: bytes | None) -> PortalPost:
        if raw is None:
            return PortalPost(Outcome.UNKNOWN, "too_long")
        try:
            body = _without_surrogates(json.loads(raw))
        except (ValueError, RecursionError):
            return PortalPost(Outcome.UNKNOWN, "not_json")
        if not isinstance(body, dict):
            return PortalPost(Outcome.UNKNOWN, "not_an_answer")
        for name, good in (("error_code", self._success.error_code), ("response_code", self._success.response_code)):
            if name in body:
                code = str(body[name])
                if code in good:
                    return PortalPost(Outcome.OK, body=body)
                return PortalPost(Outcome.REFUSED, code if _CODE.fullmatch(code) else "strange")
        return PortalPost(Outcome.UNKNOWN, "not_an_answer")


def _without_surrogates(value: Any) -> Any:
    """Replace unpaired surrogates, which JSON can contain, but which can neither be stored nor sent."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {_without_surrogates(name): _without_surrogates(item) for name, item in value.items()}
    return value


def _read(response: httpx.Response) -> bytes | None:
    chunks, size, deadline = [], 0, time.monotonic() + CALL_SECONDS
    for chunk in response.iter_bytes():
        size += len(chunk)
        if size > MAX_BYTES or time.monotonic() > deadline:
            return None
        chunks.append(chunk)
    return b"".join(chunks)


class PortalSession:
    """The log-in at the portal, kept for ten minutes minus a margin (PLATFORM 6.2).

    One thread logs in while the others wait and share its result, even a failure. If every thread tried on its own,
    they would wait one after the other for a portal that hangs, longer than a lease on their petitions lasts.
    """

    def __init__(self, wire: PortalWire, path: str, username: str, password: str, clock: Clock) -> None:
        self._wire = wire
        self._path = path
        self._login = {"username": username, "password": password}
        self._clock = clock
        self._lock = threading.Lock()
        self._held: tuple[str, datetime] | None = None
        self._failed: tuple[PortalPost, float] | None = None

    def get(self, *, instead_of: str = "") -> str | PortalPost:
        """Return the session id, or the failed log-in.

        Log in first if the session is too old or is `instead_of`, i.e. the one that the portal no longer accepts.
        """
        asked = time.monotonic()
        with self._lock:
            now = self._clock.now()
            if self._held and self._held[0] != instead_of and now in Until(self._held[1]):
                return self._held[0]
            if self._failed and self._failed[1] >= asked:
                return self._failed[0]
            self._held = None
            answer = self._wire.post(self._path, self._login)
            session = answer.body.get("session")
            if answer.outcome is Outcome.OK and not (isinstance(session, str) and session):
                answer = PortalPost(Outcome.UNKNOWN, "not_an_answer")
            if answer.outcome is not Outcome.OK:
                self._failed = (answer, time.monotonic())
                return answer
            self._held = (str(session), now + SESSION - MARGIN)
            return self._held[0]
