"""The state of sending: since when it is paused or refused, and how many messages wait."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from infra.operate import pause
from petitions.usecases.notices import read_sending
from petitions.usecases.notices.read_sending import NO_TOKEN, SendingState, wake_refused, watch_sending
from petitions.usecases.notices.sending_limits import set_switch
from tests.unit.notices.channel import Channel, refuse


@pytest.fixture
def channel() -> Channel:
    return Channel()


def state(channel: Channel) -> SendingState:
    return read_sending.read_sending(channel.store, channel.clock)


def in_words(channel: Channel) -> list[str]:
    return pause.state_in_words(state(channel), channel.clock.now())


def without_tokens(channel: Channel) -> None:
    channel.zalo.faults["access_token"] = [refuse(-14004)]
    channel.send(channel.plan("n1"))
    assert channel.notice("n1").error == NO_TOKEN


def test_nothing_waits_while_all_goes_out(channel: Channel) -> None:
    channel.send(channel.plan("n1"))
    assert state(channel) == SendingState(None, 0, {}, None, None)
    assert in_words(channel) == ["sending is on, 0 messages are due now"]


def test_of_several_that_are_refused_the_first_times_are_shown(channel: Channel) -> None:
    now = channel.clock.now()
    for number, since in ((1, 3), (2, 9), (3, 5)):
        at, due = now - timedelta(minutes=since), now + timedelta(seconds=20 - since)
        channel.plan(f"n{number}", state="waiting", error=NO_TOKEN, created_at=at, next_attempt_at=due)
    found = state(channel)
    assert found.refused == {NO_TOKEN: 3}
    assert (found.refused_since, found.next_try) == (now - timedelta(minutes=9), now + timedelta(seconds=11))


def test_pause_is_shown_with_the_waiting_messages(channel: Channel) -> None:
    since = channel.clock.now()
    set_switch(channel.store, channel.clock, paused=True)
    channel.send(channel.plan("n1"))
    channel.send(channel.plan_mail("n2"))
    channel.clock.advance(minutes=40)
    channel.sweep()
    found = state(channel)
    assert (found.paused_since, found.waiting, found.refused) == (since, 2, {})
    assert in_words(channel) == ["PAUSED since 09:00 thứ Hai 23/11/2026, 2 messages wait"]


def test_refused_tokens_are_shown_with_the_next_try(channel: Channel) -> None:
    without_tokens(channel)
    found = state(channel)
    assert (found.waiting, found.refused) == (0, {NO_TOKEN: 1})
    assert found.refused_since == channel.notice("n1").created_at
    assert found.next_try == channel.clock.now() + timedelta(minutes=1)
    (line, last) = in_words(channel)
    assert last == "sending is on, 0 messages are due now"
    assert line.startswith(f"REFUSED ({NO_TOKEN}: 1): 1 messages wait, the oldest since 09:00")
    assert line.endswith("next try at 09:01 thứ Hai 23/11/2026")


def test_notice_due_later_does_not_block(channel: Channel) -> None:
    channel.send(channel.plan("n1"))
    channel.store.update(
        "notices/n1", {"state": "waiting", "next_attempt_at": channel.clock.now() + timedelta(hours=9)}
    )
    assert state(channel).waiting == 0


def test_more_than_are_read_are_not_counted(channel: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_sending, "MOST", 2)
    set_switch(channel.store, channel.clock, paused=True)
    for number in range(3):
        channel.send(channel.plan(f"n{number}"))
    assert not state(channel).is_counted
    assert "2 or more messages wait" in in_words(channel)[0]


def test_first_sweep_that_has_a_token_sends_what_waited_for_one(channel: Channel) -> None:
    without_tokens(channel)
    channel.store.update("notices/n1", {"next_attempt_at": channel.clock.now() + timedelta(minutes=14)})
    channel.clock.advance(minutes=1)
    channel.sweep()
    assert channel.state("n1") == "waiting"
    channel.zalo.code = "code-1"
    channel.tokens.accept("code-1", channel.zalo.verifier)
    channel.sweep()
    assert channel.state("n1") == "sent"


def test_waiting_notices_are_tried_by_the_next_sweep_after_new_tokens(channel: Channel) -> None:
    without_tokens(channel)
    assert wake_refused(channel.store, channel.clock) == 1
    assert channel.notice("n1").next_attempt_at == channel.clock.now()
    assert wake_refused(channel.store, channel.clock) == 1, "harmless to repeat"
    channel.clock.advance(minutes=1)
    assert in_words(channel)[0].endswith("; the next goes out within a minute")


def logged(channel: Channel, capsys: pytest.CaptureFixture[str]) -> list[str]:
    capsys.readouterr()
    watch_sending(channel.store, channel.clock)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [line["metric"] for line in lines if line["severity"] == "ERROR"]


def test_a_pause_of_hours_is_logged_as_an_error(channel: Channel, capsys: pytest.CaptureFixture[str]) -> None:
    assert logged(channel, capsys) == []
    set_switch(channel.store, channel.clock, paused=True)
    channel.clock.advance(minutes=119)
    assert logged(channel, capsys) == []
    channel.clock.advance(minutes=2)
    assert logged(channel, capsys) == ["sending_paused"]
    set_switch(channel.store, channel.clock, paused=False)
    assert logged(channel, capsys) == []


def test_messages_refused_for_half_a_day_are_logged_as_an_error(
    channel: Channel, capsys: pytest.CaptureFixture[str]
) -> None:
    without_tokens(channel)
    channel.clock.advance(minutes=719)
    assert logged(channel, capsys) == []
    channel.clock.advance(minutes=2)
    assert logged(channel, capsys) == ["sending_refused"]
