"""Injected faults of deliveries never break Pub/Sub's guarantees."""

from __future__ import annotations

import time
from typing import Any

import pytest

from infra.emulators.testing.pubsub_server import PubsubServer
from infra.emulators.testing.pubsub_workspace import Workspace
from infra.emulators.testing.push_receiver import Receiver
from infra.emulators.testing.waiting import eventually

MANY = 40


def fault(names: Workspace, sub: str, kind: str, **fields: Any) -> None:
    answer = names.server.admin("POST", "/faults", {"subscription": sub, "kind": kind, **fields})
    assert "error" not in answer, answer


def drained(names: Workspace, sub: str) -> list[str]:
    got: list[str] = []
    while names.server.stats(sub)["backlog"]:
        got += names.pull_numbers(sub, wait=False)
    return got


def doubled(folder: Any, seed: int, kind: str = "duplicate") -> list[str]:
    server = PubsubServer(folder)
    server.start()
    names = Workspace(server)
    try:
        sub = names.make_subscription()
        fault(names, sub, kind, probability=0.4, seed=seed)
        names.publish(*range(MANY))
        got = drained(names, sub)
        return got if kind == "reorder" else sorted((one for one in set(got) if got.count(one) == 2), key=int)
    finally:
        names.close()
        server.kill()


@pytest.mark.parametrize("kind", ["duplicate", "reorder"])
def test_the_same_seed_meets_the_same_messages(tmp_path: Any, kind: str) -> None:
    runs = []
    for number, seed in enumerate((7, 7, 8)):
        folder = tmp_path / str(number)
        folder.mkdir()
        runs.append(doubled(folder, seed, kind))
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]
    if kind == "duplicate":
        assert MANY * 0.2 < len(runs[0]) < MANY * 0.6
    else:
        assert sorted(runs[0], key=int) == [str(number) for number in range(MANY)]
        assert runs[0] != sorted(runs[0], key=int)


def test_a_count_bounds_a_fault(ps: Workspace) -> None:
    sub = ps.make_subscription()
    fault(ps, sub, "duplicate", count=3)
    ps.publish(*range(10))
    assert len(drained(ps, sub)) == 13
    (shown,) = ps.server.admin("GET", "/faults")["deliveries"]
    assert (shown["kind"], shown["left"], shown["probability"]) == ("duplicate", 0, 1.0)


def test_a_fault_is_for_one_subscription(ps: Workspace) -> None:
    sub, other = ps.make_subscription(), ps.make_subscription("other")
    fault(ps, sub, "duplicate")
    ps.publish(1, 2)
    assert sorted(drained(ps, other)) == ["1", "2"]
    assert sorted(drained(ps, sub)) == ["1", "1", "2", "2"]


def test_a_lost_acknowledgement_with_a_probability(ps: Workspace, receiver: Receiver) -> None:
    policy = {"minimum_backoff": {"seconds": 0}, "maximum_backoff": {"seconds": 0}}
    sub = ps.make_subscription(push_config={"push_endpoint": receiver.url()}, retry_policy=policy)
    fault(ps, sub, "drop_ack", probability=0.5, seed=3)
    ps.publish(*range(MANY))
    eventually(lambda: ps.server.stats(sub)["backlog"] == 0)
    assert set(receiver.numbers()) == {str(number) for number in range(MANY)}
    assert MANY * 1.3 < len(receiver.pushes) < MANY * 4


def test_a_delay_holds_a_message_back_once(ps: Workspace) -> None:
    sub = ps.make_subscription()
    fault(ps, sub, "delay", seconds=0.4, count=1)
    begun = time.monotonic()
    ps.publish(1, 2)
    assert ps.pull_numbers(sub) == ["2"]
    received = ps.pull(sub)
    assert [one.message.attributes["n"] for one in received] == ["1"]
    assert time.monotonic() - begun >= 0.39
    ps.deadline(sub, received, 0)
    assert ps.pull_numbers(sub, wait=False) == ["1"]


def test_a_delay_keeps_the_order_of_a_key(ps: Workspace, receiver: Receiver) -> None:
    push = {"push_endpoint": receiver.url()}
    sub = ps.make_subscription(push_config=push, enable_message_ordering=True)
    fault(ps, sub, "delay", seconds=0.05, probability=0.5, seed=1)
    for number in range(12):
        ps.publish(number, key="k")
    eventually(lambda: ps.server.stats(sub)["backlog"] == 0)
    assert receiver.numbers() == [str(number) for number in range(12)]


def test_a_batch_of_which_all_are_delayed_comes_later(ps: Workspace) -> None:
    sub = ps.make_subscription(enable_message_ordering=True)
    fault(ps, sub, "delay", seconds=0.1)
    ps.publish(1, 2, 3, key="k")
    ps.publish(4, 5)
    got: list[str] = []
    while len(got) < 5:
        got += ps.pull_numbers(sub)
    assert [number for number in got if number < "4"] == ["1", "2", "3"]


def test_reordering_puts_messages_behind_the_others(ps: Workspace) -> None:
    sub = ps.make_subscription()
    fault(ps, sub, "reorder", count=2)
    ps.publish(*range(6))
    assert ps.pull_numbers(sub) == ["2", "3", "4", "5", "0", "1"]


def test_reordering_lets_later_ones_overtake(ps: Workspace, receiver: Receiver) -> None:
    sub = ps.make_subscription(push_config={"push_endpoint": receiver.url()})
    fault(ps, sub, "reorder", count=1, seconds=0.3)
    for number in range(3):
        ps.publish(number)
    eventually(lambda: ps.server.stats(sub)["backlog"] == 0)
    assert receiver.numbers()[-1] == "0"
    assert sorted(receiver.numbers()) == ["0", "1", "2"]


def test_nothing_with_a_key_is_reordered(ps: Workspace, receiver: Receiver) -> None:
    push = {"push_endpoint": receiver.url()}
    sub = ps.make_subscription(push_config=push, enable_message_ordering=True)
    fault(ps, sub, "reorder", probability=0.5, seconds=0.05)
    fault(ps, sub, "duplicate", probability=0.3, seed=2)
    for number in range(20):
        ps.publish(number, key=f"k{number % 2}")
    eventually(lambda: ps.server.stats(sub)["backlog"] == 0)
    for key in ("k0", "k1"):
        firsts = [
            int(push.data)
            for position, push in enumerate(receiver.pushes)
            if push.body["message"]["orderingKey"] == key
            and push.data not in [earlier.data for earlier in receiver.pushes[:position]]
        ]
        assert firsts == sorted(firsts)


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "duplicate"},
        {"subscription": "s", "kind": "nothing"},
        {"subscription": "s", "kind": "duplicate", "probability": 0},
        {"subscription": "s", "kind": "duplicate", "probability": 1.5},
        {"subscription": "s", "kind": "duplicate", "probability": "often"},
        {"subscription": "s", "kind": "duplicate", "seed": "x"},
        {"subscription": "s", "kind": "duplicate", "count": 0},
        {"subscription": "s", "kind": "delay"},
        {"subscription": "s", "kind": "delay", "seconds": -1},
        {"subscription": "s", "kind": "delay", "seconds": 90_000},
        {"subscription": "s", "kind": "delay", "minutes": 1},
    ],
)
def test_a_fault_of_deliveries_that_is_not_understood_is_refused(ps: Workspace, body: Any) -> None:
    assert "error" in ps.server.admin("POST", "/faults", body)
    assert ps.server.admin("GET", "/faults")["deliveries"] == []
