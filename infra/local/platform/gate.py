"""A proxy in front of a function, like Cloud Run's: it checks the caller, forwards the request, streams the response.

As in production, `/push/*` and `/schedule/*` need a token with this function as its audience. Other paths are rejected
unless the function is public.
"""

from __future__ import annotations

import hmac
import itertools
import posixpath
import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext, suppress

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from infra.local import oidc
from infra.local.platform.backlog import Pushes
from infra.local.platform.event_log import EventLog

HOP_BY_HOP = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
INTERNAL = ("/push", "/schedule")
BEARER = "Bearer "
# gunicorn closes an idle connection after 2 s. Reusing one at that moment would lose a request.
KEEP_ALIVE_SECONDS = 1.0
MOST_TOKENS = 64
"""The number of accepted tokens that a gate remembers."""


def client_session() -> aiohttp.ClientSession:
    """Return the HTTP client shared by all proxies and the scheduler, without a connection limit.

    Response bodies are not decoded, so that they are forwarded unchanged.
    """
    connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_ALIVE_SECONDS)
    return aiohttp.ClientSession(connector=connector, auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar())


def is_internal(path: str) -> bool:
    """Return whether only the platform may call this decoded path: `/push/...` or `/schedule/...` in any spelling."""
    plain = posixpath.normpath("/" + path.lstrip("/"))
    return any(plain == prefix or plain.startswith(f"{prefix}/") for prefix in INTERNAL)


class Gate:
    """A proxy in front of a function with the base URL `audience`. Its instances get requests in turn.

    `push_secret` is for an external Pub/Sub emulator that signs no tokens, or signs with another key. Its push
    addresses contain the secret instead.
    """

    def __init__(
        self,
        name: str,
        *,
        public: bool,
        timeout: float,
        audience: str,
        private_urls: Sequence[str],
        key: bytes,
        push_secret: str | None,
        session: aiohttp.ClientSession,
        event_log: EventLog,
        pushes: Pushes,
    ) -> None:
        self._name = name
        self._pushes = pushes
        self._public = public
        self._timeout = aiohttp.ClientTimeout(total=timeout, sock_connect=1)
        self._audience = audience
        self._private_urls = itertools.cycle(private_urls)
        self._instances = len(private_urls)
        self._key = key
        self._push_secret = push_secret
        self._accepted: dict[str, float] = {}
        """When every accepted token expires, in seconds since 1970."""
        self._session = session
        self._event_log = event_log

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Reject or forward a request, and return the response."""
        begun = time.perf_counter()
        refusal = self._refusal(request)
        with nullcontext() if request.method == "GET" else self._pushes.passing():
            response = refusal or await self._forward(request)
        self._event_log.add(
            "request",
            function=self._name,
            method=request.method,
            path=request.path,
            status=response.status,
            ms=round((time.perf_counter() - begun) * 1000, 1),
        )
        return response

    def _refusal(self, request: web.BaseRequest) -> web.Response | None:
        if not is_internal(request.path):
            return None if self._public else web.Response(status=403, text="This function is not public\n")
        if self._push_secret and hmac.compare_digest(request.query.get("token", ""), self._push_secret):
            return None
        header = request.headers.get("Authorization", "")
        if not header.startswith(BEARER):
            return web.Response(status=401, text="A bearer token is needed\n", headers={"WWW-Authenticate": "Bearer"})
        try:
            self._verify(header.removeprefix(BEARER))
        except oidc.TokenError as error:
            return web.Response(status=403, text=f"The token is refused: {error}\n")
        return None

    def _verify(self, token: str) -> None:
        """Raise TokenError for a token that this function does not accept. Accepted ones are cached until they expire.

        Pub/Sub and the scheduler send the same token for half an hour.
        """
        if self._accepted.get(token, 0.0) > time.time():
            return
        claims = oidc.verify(self._key, token, self._audience)
        if len(self._accepted) >= MOST_TOKENS:
            self._accepted.clear()
        self._accepted[token] = float(claims["exp"])

    async def _forward(self, request: web.BaseRequest) -> web.StreamResponse:
        headers = _passed_on(request.headers)
        headers["X-Forwarded-For"] = ", ".join(
            part for part in (request.headers.get("X-Forwarded-For"), request.remote) if part
        )
        headers["X-Forwarded-Proto"] = "http"
        try:
            for _ in range(self._instances - 1):
                with suppress(aiohttp.ClientConnectorError):  # this instance is starting, another one is there
                    return await self._ask(request, headers)
            return await self._ask(request, headers)
        except TimeoutError:
            return web.Response(status=504, text="The function did not answer in time\n")
        except aiohttp.ClientError:
            return web.Response(status=503, text="The function is starting\n", headers={"Retry-After": "1"})

    async def _ask(self, request: web.BaseRequest, headers: CIMultiDict[str]) -> web.StreamResponse:
        async with self._session.request(
            request.method,
            URL(next(self._private_urls) + request.raw_path, encoded=True),
            headers=headers,
            data=request.content if request.body_exists else None,
            allow_redirects=False,
            timeout=self._timeout,
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
        ) as answer:
            return await _stream(request, answer)


def _passed_on(headers: Mapping[str, str]) -> CIMultiDict[str]:
    """Return the headers to forward, without those that concern a single connection."""
    passed = CIMultiDict(headers)
    for name in HOP_BY_HOP:
        passed.popall(name, None)
    return passed


async def _stream(request: web.BaseRequest, answer: aiohttp.ClientResponse) -> web.StreamResponse:
    response = web.StreamResponse(status=answer.status, reason=answer.reason, headers=_passed_on(answer.headers))
    await response.prepare(request)
    async for chunk in answer.content.iter_any():
        await response.write(chunk)
    await response.write_eof()
    return response
