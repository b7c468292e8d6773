from __future__ import annotations

import asyncio

import aiohttp
import pytest

from infra.local.platform import backlog


def test_idle_means_nothing_but_retries() -> None:
    def figures(unacknowledged: int, retries: int) -> dict[str, object]:
        one = {"backlog": unacknowledged, "outstanding": 0, "waiting_retry": retries, "attempts": 0}
        return {"published": 1, "subscriptions": {"s": one}}

    assert backlog.is_idle(figures(0, 0))
    assert backlog.is_idle(figures(2, 2))
    assert not backlog.is_idle(figures(3, 2))


def test_without_figures_a_push_under_way_is_unhandled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog, "LONG_QUIET_SECONDS", backlog.QUIET_SECONDS)

    async def looks() -> list[dict[str, int]]:
        pushes = backlog.Pushes()
        async with aiohttp.ClientSession() as session:
            known = backlog.Backlog(session, None, (), pushes)
            with pushes.passing():
                during = await known.unhandled()
            just_after = await known.unhandled()
            await asyncio.sleep(2 * backlog.QUIET_SECONDS)
            return [look["waiting"] for look in (during, just_after, await known.unhandled())]

    assert asyncio.run(looks()) == [{"pushes": 1}, {"pushes": 1}, {}]


def test_push_under_way_is_awaited_without_figures_of_pubsub() -> None:
    async def settles() -> list[bool]:
        pushes = backlog.Pushes()
        async with aiohttp.ClientSession() as session:
            known = backlog.Backlog(session, None, (), pushes)
            with pushes.passing():
                settling = asyncio.create_task(known.settle())
                await asyncio.wait({settling}, timeout=4 * backlog.QUIET_SECONDS)
                during = settling.done()
            await settling
            return [during, settling.done()]

    assert asyncio.run(settles()) == [False, True]
