"""Messages committed with a transaction are published exactly once, despite crashes.

A relay completes the publishing.
"""

from __future__ import annotations

import base64
import contextlib
import json
import random
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petitions.errors import NotFound, Retryable
from petitions.ports.messages import Message
from petitions.ports.store import DELETE, Transaction
from petitions.usecases.dead_letters.keep_dead_letter import DeadLetter, KeepDeadLetter
from petitions.usecases.shared.outbox import apply_once, commit
from petitions.usecases.shared.relay import GIVE_UP, RelayUnpublished
from tests.fakes import FakeClock, FakePublisher, FakeStore


@settings(max_examples=60)
@given(st.integers(min_value=0, max_value=2**32))
def test_event_counts_once_and_is_published_after_any_crash(seed: int) -> None:
    chance = random.Random(seed)
    store, publisher, clock = FakeStore(), FakePublisher(), FakeClock()
    store.create("counters/one", {"value": 0})

    def work_for(event: int) -> list[Message]:
        def change(tx: Transaction) -> list[Message]:
            before = tx.get("counters/one") or {}
            tx.update("counters/one", {"value": before["value"] + 1})
            return [Message("notices", {"id": str(event)}, str(event % 2))]

        with contextlib.suppress(Retryable):
            likely_new = chance.random() < 0.5
            apply_once(store, publisher, clock, consumer="test", key=str(event), body=change, likely_new=likely_new)
        return []

    deliveries = [event for event in range(5) for _ in range(3)]
    chance.shuffle(deliveries)
    for event in deliveries:
        store.crash = chance.choice([None, None, "before", "after"])
        publisher.failing = chance.random() < 0.3
        work_for(event)
    store.crash, publisher.failing = None, False
    for event in range(5):
        work_for(event)
    clock.advance(seconds=31)
    RelayUnpublished(store, publisher, clock)()
    assert store.documents["counters/one"]["value"] == 5
    assert {dict(message.data)["id"] for message in publisher.published} == {"0", "1", "2", "3", "4"}
    assert not any("unpublished_since" in store.documents[path] for path in store.paths("inbox"))


@pytest.mark.parametrize("fault", [NotFound("gone"), ValueError("no longer readable")])
def test_repeated_event_is_no_failure_and_has_no_effect(fault: Exception) -> None:
    store, publisher, clock = FakeStore(), FakePublisher(), FakeClock()

    def impossible(_: Transaction) -> list[Message]:
        raise fault

    once = partial(apply_once, store, publisher, clock, consumer="c", key="k", likely_new=True)
    publisher.failing = True
    with contextlib.suppress(Retryable):
        once(body=lambda _: [Message("notices", {"id": "1"})])
    publisher.failing = False
    assert once(body=impossible) is False
    assert [dict(message.data)["id"] for message in publisher.published] == ["1"]
    with pytest.raises(type(fault)):
        apply_once(store, publisher, clock, consumer="c", key="other", body=impossible, likely_new=True)


def test_relay_leaves_fresh_messages_to_their_publisher() -> None:
    store, publisher, clock = FakeStore(), FakePublisher(), FakeClock()
    publisher.failing = True
    with contextlib.suppress(Retryable):
        apply_once(store, publisher, clock, consumer="c", key="k", body=lambda _: [Message("notices", {"id": "1"})])
    publisher.failing = False
    relay = RelayUnpublished(store, publisher, clock)
    assert relay() == 0
    clock.at += timedelta(seconds=30)
    assert relay() == 1
    assert relay() == 0
    assert len(publisher.published) == 1


def test_a_dead_letter_of_an_entry_is_kept_once_with_its_payload() -> None:
    store, clock = FakeStore(), FakeClock()
    wrapped = json.dumps({"data": base64.b64encode(b"\xffraw").decode(), "key": "k", "attempts": 5}).encode()
    attributes = {"consumer": "zalo-events-intake", "message_id": "77", "reason": "malformed"}
    letter = DeadLetter("900", wrapped, attributes, "")
    keep = KeepDeadLetter(store, clock, b"0123456789abcdef-test")
    assert keep(letter) == keep(letter) == "zalo-events-intake:77"
    kept = store.documents["dead_letters/zalo-events-intake:77"]
    assert (kept["payload"], kept["reason"], kept["attempts"]) == (b"\xffraw", "malformed", 5)


def test_a_dead_letter_of_pubsub_itself_names_its_subscription() -> None:
    store, clock = FakeStore(), FakeClock()
    source = "CloudPubSubDeadLetterSource"
    attributes = {f"{source}Subscription": "notices-notifications", f"{source}DeliveryCount": "100"}
    KeepDeadLetter(store, clock, b"0123456789abcdef-test")(DeadLetter("5", b"{}", attributes, "who"))
    kept = store.documents["dead_letters/notices-notifications:5"]
    assert (kept["reason"], kept["attempts"]) == ("attempts_exhausted", 100)


@pytest.mark.parametrize(("microseconds", "is_kept"), [(-1, False), (0, False), (1, True)])
def test_a_letter_with_words_from_before_an_erasure_is_not_kept(microseconds: int, *, is_kept: bool) -> None:
    """A post from a citizen's page gives its time in microseconds."""
    store, clock, who = FakeStore(), FakeClock(), "ab" * 16
    store.create(f"citizens/{who}", {"erased_at": clock.now()})
    sent = clock.now() + timedelta(microseconds=microseconds)
    body = json.dumps({"page": {"text": "tôi"}, "at": sent.isoformat()}).encode()
    attributes = {"CloudPubSubDeadLetterSourceSubscription": "zalo-events-intake"}
    KeepDeadLetter(store, clock, b"0123456789abcdef-test")(DeadLetter("5", body, attributes, who))
    assert bool(store.paths("dead_letters")) == is_kept


class Choosy(FakePublisher):
    def publish(self, messages: Sequence[Message]) -> None:
        if any(message.key == "poison" for message in messages):
            raise Retryable("refused", reason="publish")
        super().publish(messages)


def _said(message: Message, _: Transaction) -> list[Message]:
    return [message]


def left_behind(store: FakeStore, clock: FakeClock, keys: Sequence[str], consumer: str = "c") -> None:
    down = FakePublisher()
    down.failing = True
    for number, key in enumerate(keys):
        clock.advance(seconds=1)
        message = Message("notices", {"id": str(number)}, key)
        with contextlib.suppress(Retryable):
            apply_once(store, down, clock, consumer=consumer, key=str(number), body=partial(_said, message))
    clock.advance(seconds=31)


def test_a_document_that_cannot_be_published_stops_no_other() -> None:
    store, clock, publisher = FakeStore(), FakeClock(), Choosy()
    left_behind(store, clock, ["poison", "a", "poison", "b"])
    assert RelayUnpublished(store, publisher, clock)() == 2
    assert [message.key for message in publisher.published] == ["a", "b"]


def test_the_relay_gives_up_when_nothing_goes_out() -> None:
    store, clock, publisher = FakeStore(), FakeClock(), FakePublisher()
    left_behind(store, clock, ["a"] * 9)
    publisher.failing = True
    with pytest.raises(Retryable):
        RelayUnpublished(store, publisher, clock)()


def test_documents_that_can_never_be_published_do_not_keep_the_later_ones_back() -> None:
    store, clock, publisher = FakeStore(), FakeClock(), Choosy()
    left_behind(store, clock, ["poison"] * (GIVE_UP + 2))
    left_behind(store, clock, ["a"], consumer="later")
    relay = RelayUnpublished(store, publisher, clock)
    with pytest.raises(Retryable):
        relay()
    assert publisher.published == []
    assert relay() == 1
    assert [message.key for message in publisher.published] == ["a"]
    for _ in range(60):
        clock.advance(minutes=1)
        with contextlib.suppress(Retryable):
            relay()
    tries = [store.documents[path].get("tries", 0) for path in store.paths("inbox")]
    assert max(tries) < 8, "they are tried less and less often"
    assert sum("unpublished_since" in store.documents[path] for path in store.paths("inbox")) == GIVE_UP + 2


def test_a_document_that_cannot_be_read_stops_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    store, clock, publisher = FakeStore(), FakeClock(), FakePublisher()
    store.create("inbox/odd", {"unpublished_since": clock.now(), "messages": [{"topic": "x"}]})
    left_behind(store, clock, ["a"])
    assert RelayUnpublished(store, publisher, clock)() == 1
    assert "relay_failed" in capsys.readouterr().out


class Late(FakePublisher):
    """A publisher that fails after another instance has published the same messages."""

    def __init__(self, store: FakeStore, path: str) -> None:
        super().__init__()
        self.store, self.path = store, path

    def publish(self, messages: Sequence[Message]) -> None:
        self.store.update(self.path, {"unpublished_since": DELETE})
        raise Retryable(f"{len(messages)} late", reason="publish")


def test_one_that_was_published_meanwhile_is_not_brought_back() -> None:
    store, clock = FakeStore(), FakeClock()
    left_behind(store, clock, ["a"])
    [path] = store.paths("inbox")
    assert RelayUnpublished(store, Late(store, path), clock)() == 0
    assert "unpublished_since" not in store.documents[path]


def test_failed_mark_is_no_failure_of_the_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    store, publisher, clock = FakeStore(), FakePublisher(), FakeClock()

    def down(*_: object) -> None:
        raise Retryable("down", reason="firestore")

    with monkeypatch.context() as patched:
        patched.setattr(store, "update", down)
        commit(store, publisher, clock, producer="desk", key="k", body=lambda _: [Message("notices", {"id": "1"})])
    clock.advance(minutes=1)
    assert RelayUnpublished(store, publisher, clock)() == 1
    assert len(publisher.published) == 2, "twice, which consumers bear"


def test_a_commit_without_an_answer_is_neither_an_error_nor_done_twice() -> None:
    store, publisher, clock = FakeStore(), FakePublisher(), FakeClock()
    store.create("counters/one", {"value": 0})

    def change(tx: Transaction) -> list[Message]:
        before = tx.get("counters/one") or {}
        tx.update("counters/one", {"value": before["value"] + 1})
        return [Message("notices", {"id": "1"})]

    store.crash = "after"
    commit(store, publisher, clock, producer="desk", key="k", body=change)
    assert store.documents["counters/one"]["value"] == 1
    assert [dict(message.data)["id"] for message in publisher.published] == ["1"]
