"""The minute's sweep: oldest first, some pages, and no notice in the way of another."""

from __future__ import annotations

from datetime import timedelta

import pytest

from petitions.domain.notices.notice import notice_path
from petitions.usecases.shared import sweeping
from tests.unit.notices.channel import Channel, refuse


@pytest.fixture
def channel() -> Channel:
    return Channel()


def waiting(channel: Channel, notice_id: str, minutes_ago: int) -> None:
    due = channel.clock.now() - timedelta(minutes=minutes_ago)
    channel.plan(notice_id, notice_id, state="waiting", next_attempt_at=due, created_at=due)


def test_oldest_first_some_pages_at_most(channel: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "PAGE", 4)
    most = 4 * sweeping.MOST_PAGES
    for number in range(most + 3):
        waiting(channel, f"n{number}", number)
    waiting(channel, "later", -5)
    assert channel.sweep() == most
    assert channel.zalo.texts() == [f"n{number}" for number in range(most + 2, 2, -1)]
    assert channel.sweep() == 3
    assert channel.sweep() == 0
    assert channel.state("later") == "waiting"


def test_one_failing_notice_stops_no_other(channel: Channel, capsys: pytest.CaptureFixture[str]) -> None:
    waiting(channel, "bad", 9)
    channel.store.update(notice_path("bad"), {"kind": "unheard of"})
    waiting(channel, "good", 1)
    assert channel.sweep() == 2
    assert channel.state("good") == "sent"
    assert "ValidationError" in capsys.readouterr().out


def test_a_full_minute_waits_for_the_next(channel: Channel) -> None:
    channel.clock.advance(seconds=20)
    channel.zalo.faults["cs"] = [refuse(-32)]
    channel.send(channel.plan())
    assert channel.sweep() == 0
    channel.clock.advance(seconds=40)
    assert channel.sweep() == 1
    assert channel.state() == "sent"


def test_a_long_run_leaves_the_rest_to_the_next(channel: Channel) -> None:
    for number in range(3):
        waiting(channel, f"n{number}", number)

    def slow(_request: object, act: object) -> object:
        channel.clock.advance(seconds=16)
        return act()  # type: ignore[operator]

    channel.zalo.faults["cs"] = [slow]  # type: ignore[list-item]
    assert channel.sweep() == 1
    assert channel.sweep() == 2
