from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer, TestClient, TestServer

from infra.local import oidc
from infra.local.clock import LocalClock
from infra.local.platform.backlog import Pushes
from infra.local.platform.event_log import EventLog
from infra.local.platform.gate import Gate, client_session, is_internal


@pytest.mark.parametrize(
    "path", ["/push/x", "/push", "/schedule/y", "//push/x", "/a/../push/x", "/./schedule/", "///schedule//z"]
)
def test_internal_paths_however_spelt(path: str) -> None:
    assert is_internal(path)


@pytest.mark.parametrize("path", ["/", "/pushing", "/petitions/push/x", "/scheduled"])
def test_other_paths_are_not_internal(path: str) -> None:
    assert not is_internal(path)


Header = str | None
AUDIENCE, KEY = "http://desk", b"k" * 32


async def _asked(instances: int, dead: int, headers: Sequence[Header], path: str = "/x") -> list[str]:
    """Return the responses to requests with these Authorization headers, each with the number of the instance.

    `dead` of the instances are not running.
    """
    servers = [TestServer(_instance(number)) for number in range(instances)]
    for server in servers:
        await server.start_server()
    urls = [str(server.make_url("")) for server in servers]
    with socket.socket() as closed:  # bound, but nobody listens
        closed.bind(("127.0.0.1", 0))
        urls += [f"http://127.0.0.1:{closed.getsockname()[1]}"] * dead
        client: TestClient[web.BaseRequest, None]
        async with client_session() as session:
            gate = Gate(
                "desk",
                public=True,
                timeout=60,
                audience=AUDIENCE,
                private_urls=[url.rstrip("/") for url in urls],
                key=KEY,
                push_secret=None,
                session=session,
                event_log=EventLog(LocalClock.from_environment()),
                pushes=Pushes(),
            )
            async with TestClient(RawTestServer(gate.handle)) as client:
                own = [{"Authorization": header} if header else {} for header in headers]
                answers = [await client.post(path, data=b"body", headers=one) for one in own]
                answers_read = [f"{answer.status} {await answer.text()}" for answer in answers]
    for server in servers:
        await server.close()
    return answers_read


def _instance(number: int) -> web.Application:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=f"{number} got {(await request.read()).decode()}")

    app = web.Application()
    app.router.add_post("/x", answer)
    app.router.add_post("/push/x", answer)
    return app


def test_instances_take_turns_and_one_that_is_not_there_is_passed_over() -> None:
    assert asyncio.run(_asked(2, 0, [None] * 4)) == ["200 0 got body", "200 1 got body"] * 2
    assert asyncio.run(_asked(1, 1, [None] * 3)) == ["200 0 got body"] * 3
    assert asyncio.run(_asked(0, 2, [None])) == ["503 The function is starting\n"]


@pytest.mark.parametrize(("expires", "checks"), [(2**40, 2), (1, 3)])
def test_a_token_is_checked_once_until_it_expires(monkeypatch: pytest.MonkeyPatch, expires: int, checks: int) -> None:
    verified, check = 0, oidc.verify

    def counted(key: bytes, token: str, audience: str) -> dict[str, Any]:
        nonlocal verified
        verified += 1
        return check(key, token, audience) | {"exp": expires}

    monkeypatch.setattr(oidc, "verify", counted)
    good, other = (f"Bearer {oidc.issue(KEY, audience, 'a@b.vn')}" for audience in (AUDIENCE, "http://elsewhere"))
    found = asyncio.run(_asked(1, 0, [good, good, other, None], "/push/x"))
    assert [answer[:3] for answer in found] == ["200", "200", "403", "401"]
    assert verified == checks
