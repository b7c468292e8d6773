"""Zalo's access tokens: refreshed by one instance at a time, stored before use, with an alarm if that fails."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from petitions.domain.shared.records import replace
from petitions.domain.zalo.grant import GRANT_PATH, MARGIN, ZaloGrant
from petitions.errors import NeedsHuman, Retryable
from petitions.usecases.zalo.zalo_tokens import TokenPending
from tests.fakes import FakeStore
from tests.unit.notices.channel import FIRST, Channel, Fault, answer, no_answer, no_connection, refuse

LASTING = {"code": "HN-261123-0000-0001", "seq": 0}
"""The subject of a reply that a later reply does not replace."""


@pytest.fixture
def channel() -> Channel:
    return Channel()


def critical(output: str) -> int:
    return sum(json.loads(line)["severity"] == "CRITICAL" for line in output.splitlines())


def test_the_first_refresh_token_is_for_the_empty_store_only(channel: Channel) -> None:
    assert channel.tokens.current().value == "access-1"
    stored = channel.tokens_store.documents[GRANT_PATH]
    assert (stored["access_token"], stored["refresh_token"], stored["generation"]) == ("access-1", "refresh-1", 1)
    assert (stored["project"], stored["app_id"], stored["oa_id"]) == ("hanoi", "app-1", "oa-1")
    assert stored["expires_at"] == channel.clock.now() + timedelta(hours=25)
    assert "lease_until" not in stored
    assert channel.twin().tokens.current().value == "access-1"
    assert channel.zalo.refreshes == 1


def test_twenty_threads_with_a_dead_token_refresh_once(channel: Channel) -> None:
    channel.send(channel.plan("n0"))
    channel.zalo.access_token = "dead"
    notices = [channel.plan(f"n{number}", f"Tin {number}") for number in range(1, 21)]
    run = [threading.Thread(target=channel.send, args=(notice,)) for notice in notices]
    for thread in run:
        thread.start()
    for thread in run:
        thread.join()
    assert channel.zalo.refreshes == 2
    channel.clock.advance(minutes=1)
    channel.sweep()
    assert sorted(channel.zalo.texts()) == sorted(["Xin chào", *(f"Tin {number}" for number in range(1, 21))])


def test_twenty_instances_with_an_expired_token_refresh_once(channel: Channel) -> None:
    channel.tokens.current()
    channel.clock.advance(hours=26)
    notices = [channel.plan(f"n{number}", f"Tin {number}") for number in range(20)]
    run = [threading.Thread(target=channel.twin().send, args=(notice,)) for notice in notices]
    for thread in run:
        thread.start()
    for thread in run:
        thread.join()
    assert channel.zalo.refreshes == 2
    channel.clock.advance(minutes=1)
    channel.sweep()
    assert sorted(channel.zalo.texts()) == sorted(f"Tin {number}" for number in range(20))
    assert {channel.state(notice) for notice in notices} == {"sent"}


def test_another_instance_has_refreshed(channel: Channel) -> None:
    old = channel.tokens.current()
    other = channel.twin()
    other.clock.advance(hours=13)
    other.tokens.refresh_early()
    assert channel.tokens.current() == old
    assert channel.tokens.renew(old).value == "access-2"
    assert channel.zalo.refreshes == 2


@pytest.mark.parametrize("process", ["same", "another"])
@pytest.mark.parametrize(("left", "refreshes"), [(-1, 2), (0, 2), (1, 1)])
def test_a_token_is_used_only_if_more_than_the_margin_is_left(
    channel: Channel, process: str, left: int, refreshes: int
) -> None:
    """A call that starts with a token ends before the token expires, whether the token is cached or read."""
    until = channel.tokens.current().expires_at
    now = until - MARGIN - timedelta(microseconds=left)
    channel.clock.advance(seconds=(now - channel.clock.now()).total_seconds())
    assert channel.clock.now() == now
    (channel if process == "same" else channel.twin()).tokens.current()
    assert channel.zalo.refreshes == refreshes


def test_the_schedule_refreshes_after_twelve_hours(channel: Channel) -> None:
    for hours, refreshes in ((0, 1), (11, 1), (2, 2), (1, 2)):
        channel.clock.advance(hours=hours)
        channel.tokens.refresh_early()
        assert channel.zalo.refreshes == refreshes


def test_while_someone_refreshes_others_wait(channel: Channel) -> None:
    lease = {"lease_owner": "x", "lease_until": channel.clock.now() + timedelta(seconds=120)}
    channel.tokens_store.create(GRANT_PATH, FIRST.stored() | lease)
    channel.send(channel.plan())
    assert (channel.state(), channel.notice().error) == ("waiting", "token_pending")
    channel.clock.advance(minutes=2)  # the holder of the lease is gone: the old token is tried
    channel.sweep()
    assert channel.state() == "sent"


def test_silence_is_tried_once_more_then_alarms(channel: Channel, capsys: pytest.CaptureFixture[str]) -> None:
    channel.zalo.faults["access_token"] = [answer(503), no_answer]
    with pytest.raises(TokenPending):
        channel.tokens.current()
    assert critical(capsys.readouterr().out) == 0
    with pytest.raises(TokenPending):
        channel.tokens.current()
    assert len(channel.zalo.faults["access_token"]) == 1
    channel.clock.advance(seconds=31)
    with pytest.raises(TokenPending):
        channel.tokens.current()
    assert critical(capsys.readouterr().out) == 1
    channel.clock.advance(seconds=31)
    with pytest.raises(NeedsHuman):  # the second one had been spent
        channel.tokens.current()
    assert channel.zalo.refreshes == 1


@pytest.mark.parametrize("fault", [no_connection, refuse(-32), answer(503), answer(200, "?"), answer(200, "{}")])
def test_passing_trouble_passes(channel: Channel, fault: object) -> None:
    channel.zalo.faults["access_token"] = [fault]  # type: ignore[list-item]
    channel.send(channel.plan())
    assert channel.state() == "waiting"
    channel.clock.advance(minutes=1)
    channel.sweep()
    assert channel.state() == "sent"


def test_a_refusal_is_for_a_person_and_notices_wait(channel: Channel, capsys: pytest.CaptureFixture[str]) -> None:
    channel.zalo.refresh_token = "elsewhere"
    for number in range(5):
        channel.send(channel.plan(f"n{number}", f"Tin {number}", about=LASTING))
    assert {channel.state(f"n{number}") for number in range(5)} == {"waiting"}
    assert channel.zalo.calls == 0
    output = capsys.readouterr().out
    assert output.count("tokens not refreshed") == 1
    assert critical(output) >= 1
    assert "first" not in output
    with pytest.raises(NeedsHuman):
        channel.tokens.refresh_early()
    channel.zalo.refresh_token = "first"  # put right at Zalo
    channel.clock.advance(minutes=15)
    channel.sweep()
    assert {channel.state(f"n{number}") for number in range(5)} == {"sent"}


@pytest.mark.parametrize("field", ["project", "app_id", "oa_id"])
def test_tokens_of_others_are_refused(channel: Channel, field: str) -> None:
    channel.tokens_store.create(GRANT_PATH, FIRST.stored() | {field: "other"})
    with pytest.raises(NeedsHuman):
        channel.tokens.current()
    with pytest.raises(NeedsHuman):
        channel.tokens.refresh_early()
    channel.send(channel.plan())
    assert channel.state() == "waiting"
    assert channel.zalo.refreshes == 0


class FailingStore(FakeStore):
    failing = 0

    def transact(self, action: Any) -> Any:
        if self.failing:
            self.failing -= 1
            raise Retryable("down", reason="store")
        return super().transact(action)


def fails_after_the_answer(channel: Channel, times: int) -> FailingStore:
    store = FailingStore()
    channel.tokens_store = store
    channel.tokens._store = store

    def crash(_request: httpx.Request, act: Callable[[], httpx.Response]) -> httpx.Response:
        store.failing = times
        return act()

    channel.zalo.faults["access_token"] = [crash]
    return store


def test_a_pair_that_could_not_be_stored_is_tried_again(channel: Channel) -> None:
    store = fails_after_the_answer(channel, 20)
    assert channel.tokens.current().value == "access-1"
    assert (store.documents[GRANT_PATH]["refresh_token"], channel.vault.pair) == ("refresh-1", None)
    assert channel.zalo.refreshes == 1


def test_after_thirty_seconds_the_pair_goes_to_the_vault_and_any_instance_finds_it(
    channel: Channel, capsys: pytest.CaptureFixture[str]
) -> None:
    store = fails_after_the_answer(channel, 1000)
    began = channel.clock.now()
    with pytest.raises(Retryable):
        channel.tokens.current()
    assert timedelta(seconds=30) <= channel.clock.now() - began < timedelta(seconds=40)
    assert "refresh-1" in (channel.vault.pair or "")
    store.failing = 0
    other = channel.twin()
    channel.clock.advance(minutes=3)
    assert other.tokens.current().value == "access-1"
    assert store.documents[GRANT_PATH]["generation"] == 1
    assert channel.tokens.current().value == "access-1"
    channel.clock.advance(hours=13)
    other.tokens.refresh_early()
    assert (channel.zalo.refreshes, store.documents[GRANT_PATH]["refresh_token"]) == (2, "refresh-2")
    output = capsys.readouterr().out
    assert "refresh-1" not in output
    assert "access-1" not in output


def test_what_is_in_the_vault_is_no_answer_to_another_generation(channel: Channel) -> None:
    channel.tokens.current()
    stale = ZaloGrant.model_validate(channel.tokens_store.documents[GRANT_PATH])
    channel.vault.keep(stale.model_dump_json())
    channel.zalo.refresh_token = "elsewhere"
    channel.clock.advance(hours=13)
    with pytest.raises(NeedsHuman):
        channel.tokens.refresh_early()


@pytest.fixture
def unconsented() -> Channel:
    channel = Channel(first=replace(FIRST, refresh_token=""))
    channel.zalo.refresh_token = ""
    return channel


def test_without_a_first_token_a_consent_begins(unconsented: Channel, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(5):
        unconsented.send(unconsented.plan(f"n{number}", about=LASTING))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["consent"] for line in lines if "consent" in line] == ["https://desk.test/zalo"]
    unconsented.zalo.code = "code-1"
    unconsented.tokens.accept("code-1", "v" * 43)
    unconsented.clock.advance(minutes=15)
    unconsented.sweep()
    assert {unconsented.state(f"n{number}") for number in range(5)} == {"sent"}
    assert unconsented.tokens_store.documents[GRANT_PATH]["oa_id"] == "oa-1"


def test_a_consent_ends_a_refusal(channel: Channel) -> None:
    channel.zalo.refresh_token = "elsewhere"
    with pytest.raises(NeedsHuman):
        channel.tokens.current()
    channel.zalo.code = "code-1"
    channel.tokens.accept("code-1", "v" * 43)
    assert channel.tokens.current().value == "access-1"
    stored = channel.tokens_store.documents[GRANT_PATH]
    assert (stored["generation"], "refused" in stored, "lease_until" in stored) == (1, False, False)


@pytest.mark.parametrize("fault", [None, no_answer, answer(503)])
def test_a_consent_that_comes_to_nothing_leaves_the_tokens_as_they_were(
    channel: Channel, fault: Fault | None, capsys: pytest.CaptureFixture[str]
) -> None:
    channel.tokens.current()
    before = channel.tokens_store.documents[GRANT_PATH] | {}
    channel.zalo.faults["access_token"] = [fault] if fault else []
    with pytest.raises(NeedsHuman):
        channel.tokens.accept("code-of-someone", "v" * 43)
    assert channel.tokens_store.documents[GRANT_PATH] == before
    assert critical(capsys.readouterr().out) == 1


def test_a_consent_does_not_cut_a_refresh_short(channel: Channel) -> None:
    channel.tokens.current()
    lease = {"lease_owner": "x", "lease_until": channel.clock.now() + timedelta(seconds=120)}
    channel.tokens_store.update(GRANT_PATH, lease)
    with pytest.raises(TokenPending):
        channel.tokens.accept("code-1", "v" * 43)


def test_a_consent_does_not_replace_the_tokens_of_others(channel: Channel) -> None:
    channel.tokens_store.create(GRANT_PATH, FIRST.stored() | {"oa_id": "other"})
    channel.zalo.code = "code-1"
    with pytest.raises(NeedsHuman):
        channel.tokens.accept("code-1", "v" * 43)
    assert channel.zalo.code == "code-1"


def test_a_late_pair_does_not_overwrite_a_newer_one(channel: Channel) -> None:
    def overtaken(_request: object, act: object) -> object:
        late = act()  # type: ignore[operator]
        newer = {"access_token": "newer", "refresh_token": "newer-r", "generation": 1}
        times = {"expires_at": channel.clock.now() + timedelta(hours=25), "refreshed_at": channel.clock.now()}
        channel.tokens_store.update(GRANT_PATH, newer | times)
        return late

    channel.zalo.faults["access_token"] = [overtaken]  # type: ignore[list-item]
    assert channel.tokens.current().value == "newer"
    assert channel.tokens_store.documents[GRANT_PATH]["refresh_token"] == "newer-r"


def test_tokens_are_not_shown(channel: Channel) -> None:
    token = channel.tokens.current()
    assert "access-1" not in repr(token)
    assert "first" not in repr(FIRST)
