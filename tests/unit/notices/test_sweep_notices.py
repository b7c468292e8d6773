from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest

from petitions.domain.citizen.citizen import Citizen, citizen_path
from petitions.domain.notices.notice import notice_path
from petitions.domain.shared.identity import pseudonym
from petitions.errors import Retryable
from petitions.ports.zalo import Delivery
from petitions.usecases.notices import sweep_notices
from petitions.usecases.notices.sweep_notices import SweepNotices
from petitions.usecases.shared import sweeping
from tests.fakes import FakeStore
from tests.unit.notices.channel import ID_KEY, Channel, refuse


@pytest.fixture
def channel() -> Channel:
    return Channel()


def waiting(channel: Channel, notice_id: str, minutes_ago: int) -> None:
    due = channel.clock.now() - timedelta(minutes=minutes_ago)
    channel.plan(notice_id, notice_id, state="waiting", next_attempt_at=due, created_at=due)


def test_oldest_first_some_pages_at_most(channel: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "PAGE", 4)
    most = 4 * sweep_notices.MOST_PAGES
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


def test_fault_of_the_database_costs_a_minute_and_a_faulty_notice_ten(channel: Channel) -> None:
    waiting(channel, "n1", 1)

    def fail(*_: Any) -> None:
        raise Retryable("down", reason="firestore")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(FakeStore, "transact", fail)
        channel.sweep()
    waiting(channel, "bad", 9)
    channel.store.update(notice_path("bad"), {"kind": "unheard of"})
    channel.clock.advance(minutes=1)
    assert channel.sweep() == 2
    assert channel.state("n1") == "sent"
    due = channel.store.documents[notice_path("bad")]["next_attempt_at"]
    assert due == channel.clock.now() + timedelta(minutes=10)


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
        channel.clock.advance(seconds=41)
        return act()  # type: ignore[operator]

    channel.zalo.faults["cs"] = [slow]  # type: ignore[list-item]
    assert channel.sweep() == 1
    assert channel.sweep() == 2


def test_recipients_are_written_to_at_once_and_each_in_order(channel: Channel) -> None:
    """Four calls wait for one another, so a sweep that makes one call at a time would hang."""
    users = [str(1000 + number) for number in range(4)]
    for number, user in enumerate(users):
        who = pseudonym(ID_KEY, user)
        citizen = Citizen(zalo_id=user, last_interaction_at=channel.clock.now())
        channel.store.create(citizen_path(who), citizen.stored())
        for turn in range(3):
            at = channel.clock.now() - timedelta(minutes=9, seconds=-turn - number)
            more: dict[str, Any] = {"state": "waiting", "next_attempt_at": at, "created_at": at}
            channel.plan(f"{user}-{turn}", f"Tin {turn}", citizen=who, **more)
    channel.tokens.current()
    together, sent = threading.Barrier(4, timeout=60), channel.messages.send_text

    def meet(access_token: str, user_id: str, text: str) -> Delivery:
        together.wait()
        return sent(access_token, user_id, text)

    channel.messages.send_text = meet  # type: ignore[method-assign]
    sweep = SweepNotices(
        channel.store, channel.clock, channel.send, channel.switch, channel.budget, lambda: 0, senders=4
    )
    assert sweep() == 12
    for user in users:
        assert [text for item, text, _ in channel.zalo.sent if item == user] == ["Tin 0", "Tin 1", "Tin 2"]
