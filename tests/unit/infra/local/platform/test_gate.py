"""The local gateway: paths that only the platform may call, and the instance that gets a call."""

from __future__ import annotations

import asyncio
import socket

import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer, TestClient, TestServer

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


async def _asked(instances: int, dead: int, calls: int) -> list[str]:
    """Return the responses to `calls` calls, each with the number of the instance, of which `dead` do not run."""
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
                audience="http://desk",
                private_urls=[url.rstrip("/") for url in urls],
                key=b"k" * 32,
                push_secret=None,
                session=session,
                event_log=EventLog(LocalClock.from_environment()),
                pushes=Pushes(),
            )
            async with TestClient(RawTestServer(gate.handle)) as client:
                answers = [await client.post("/x", data=b"body") for _ in range(calls)]
                answers_read = [f"{answer.status} {await answer.text()}" for answer in answers]
    for server in servers:
        await server.close()
    return answers_read


def _instance(number: int) -> web.Application:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=f"{number} got {(await request.read()).decode()}")

    app = web.Application()
    app.router.add_post("/x", answer)
    return app


def test_instances_take_turns_and_one_that_is_not_there_is_passed_over() -> None:
    assert asyncio.run(_asked(2, 0, 4)) == ["200 0 got body", "200 1 got body"] * 2
    assert asyncio.run(_asked(1, 1, 3)) == ["200 0 got body"] * 3
    assert asyncio.run(_asked(0, 2, 1)) == ["503 The function is starting\n"]
