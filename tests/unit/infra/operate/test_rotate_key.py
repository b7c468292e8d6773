"""`make rotate-key` with a fake webhook and quarantine: keys in force, and events replayed and acknowledged."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from infra.local.commands.zalo_event import sign
from infra.local.stack.folder import StackError
from infra.operate import rotate_key
from infra.operate.options import Selection
from tests.fakes import FakeClock

APP = "11"
OLD, NEW, THIRD, FOURTH = "key-of-old", "key-of-new", "key-of-3rd", "key-of-4th"
QUARANTINE = "https://pubsub.example/v1/projects/p/subscriptions/zalo-quarantine-rotation"


class FakeKeyRotation:
    project = "p"
    webhook_url = "https://webhook.example"
    pubsub_url = "https://pubsub.example"
    settles_in = 7.0

    def __init__(self, keys: str = OLD) -> None:
        self.clock = FakeClock()
        self.in_force = keys
        self.done: list[str] = []
        """What happened, in its order."""
        self.waiting: dict[str, dict[str, Any]] = {}
        self.knows_after = 0
        """The number of probes that the webhook refuses first."""
        self.stores_after = 0
        """The number of events that the webhook refuses first."""
        self.empty_first = 0
        """The number of empty answers that Pub/Sub gives first, although events wait."""
        self.slept = 0.0
        self.bearer = ""

    def keys(self) -> str:
        return self.in_force

    def keep(self, keys: str) -> None:
        self.in_force = keys
        self.done.append(f"keep {keys}")

    def token(self) -> str:
        return self.bearer

    def identity(self) -> tuple[str, str]:
        return APP, "22"

    def now(self) -> datetime:
        return self.clock.now()

    def monotonic(self) -> float:
        return self.slept

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.slept += seconds

    def quarantine(self, name: str, key: str, *, minutes: int = 0) -> None:
        """Quarantine an event signed with a key, received `minutes` after the current time."""
        body = json.dumps({"app_id": APP, "timestamp": "1", "name": name}).encode()
        attributes = {"signature": sign(body, APP, key)}
        arrived = (self.clock.now() + timedelta(minutes=minutes)).isoformat()
        data = base64.b64encode(body).decode()
        message = {"messageId": name, "publishTime": arrived, "data": data, "attributes": attributes}
        self.waiting[f"ack-{name}"] = {"ackId": f"ack-{name}", "message": message}

    def probe(self, url: str, app_id: str, oa_id: str, key: str, now: datetime) -> str:
        assert (url, app_id, oa_id, now) == (self.webhook_url, APP, "22", self.now())
        self.knows_after -= 1
        return "probe" if self.knows_after < 0 and key in self.in_force.replace(" ", "").split(",") else "unsigned"

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> str:
        if url == self.webhook_url:
            self.stores_after -= 1
            if self.stores_after >= 0:
                return "busy"
            assert headers == {"X-ZEvent-Signature": sign(body, APP, NEW)}
            self.done.append(f"stored {json.loads(body)['name']}")
            return "stored\n"
        assert headers == ({"Authorization": f"Bearer {self.bearer}"} if self.bearer else {})
        asked = json.loads(body)
        if url == f"{QUARANTINE}:acknowledge":
            for one in asked["ackIds"]:
                del self.waiting[one]
                self.done.append(one)
            return "{}"
        assert url == f"{QUARANTINE}:pull"
        self.empty_first -= 1
        return "{}" if self.empty_first >= 0 else json.dumps({"receivedMessages": [*self.waiting.values()]})


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> FakeKeyRotation:
    made = FakeKeyRotation()
    monkeypatch.setattr(rotate_key, "post", made.post)
    monkeypatch.setattr(rotate_key, "probe_answer", made.probe)
    monkeypatch.setattr(rotate_key, "time", made)
    return made


def rotated(system: FakeKeyRotation, key: str = NEW) -> tuple[rotate_key.Replay, str]:
    lines: list[str] = []
    return rotate_key.rotate(system, key, lines.append), "\n".join(lines)


def ended(system: FakeKeyRotation, key: str, *, yes: bool = True) -> tuple[bool, str]:
    lines: list[str] = []
    return rotate_key.end_old_keys(system, key, Selection(yes=yes), lines.append), "\n".join(lines)


def foreseen(system: FakeKeyRotation, key: str | None, *, finishing: bool = False) -> str:
    lines: list[str] = []
    rotate_key.foresee(system, key, finishing=finishing, say=lines.append)
    assert system.done == []
    return "\n".join(lines)


def test_events_are_replayed_in_their_order_and_each_is_acknowledged_after_the_webhook_stored_it(
    system: FakeKeyRotation,
) -> None:
    system.quarantine("second", NEW, minutes=1)
    system.quarantine("first", NEW)
    done, output = rotated(system)
    assert system.done == [
        f"keep {OLD},{NEW}",
        *("stored first", "ack-first", "stored second", "ack-second"),
        f"keep {NEW},{OLD}",
    ]
    assert (done.verified, done.replayed, done.left) == (2, 2, 0)
    assert output.splitlines() == [
        "In force now: …old, …new; the new one is …new.",
        "The webhook knows the new key.",
        "Quarantine: 2 verified again, 2 replayed, 0 not made by this key.",
    ]


def test_a_key_that_cannot_be_written_is_not_called_in_force(
    system: FakeKeyRotation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: str) -> None:
        raise StackError("no right to write the secret")

    monkeypatch.setattr(system, "keep", refuse)
    lines: list[str] = []
    with pytest.raises(StackError, match="no right"):
        rotate_key.rotate(system, NEW, lines.append)
    assert lines == []


def test_an_event_that_the_webhook_does_not_store_stays_in_the_quarantine(system: FakeKeyRotation) -> None:
    system.quarantine("first", NEW)
    system.stores_after = 1000
    with pytest.raises(StackError, match="the webhook does not store a replayed event; run this again"):
        rotated(system)
    assert list(system.waiting) == ["ack-first"]
    assert 60 < system.slept <= 60 + system.settles_in + 2


def test_an_event_that_the_webhook_stores_late_is_acknowledged_once(system: FakeKeyRotation) -> None:
    system.quarantine("first", NEW)
    system.stores_after = 3
    done, _ = rotated(system)
    assert (done.replayed, system.waiting) == (1, {})


def test_nothing_is_replayed_before_the_webhook_knows_the_key(system: FakeKeyRotation) -> None:
    system.quarantine("first", NEW)
    system.knows_after = 1000
    lines: list[str] = []
    with pytest.raises(StackError, match="did not take the new key within 60 s; nothing was replayed"):
        rotate_key.rotate(system, NEW, lines.append)
    assert lines == ["In force now: …old, …new; the new one is …new."]
    assert list(system.waiting) == ["ack-first"]
    assert system.done == [f"keep {OLD},{NEW}"]


def test_it_is_said_at_once_that_the_webhook_knows_the_key(system: FakeKeyRotation) -> None:
    spoken: dict[object, float] = {}
    rotate_key.rotate(system, NEW, lambda words: spoken.update({words: system.slept}))
    assert spoken["The webhook knows the new key."] == 0
    assert max(spoken.values()) == system.settles_in


@pytest.mark.parametrize(("refused", "slept"), [(0, 7.0), (3, 7.0), (9, 9.0)])
def test_every_instance_of_the_webhook_has_read_the_keys_before_a_replay(
    system: FakeKeyRotation, refused: int, slept: float
) -> None:
    """The time that the first instance took counts towards the wait, too."""
    system.knows_after = refused
    rotated(system)
    assert system.slept == slept


def test_others_events_stay_and_are_counted_once_however_often_they_are_read(system: FakeKeyRotation) -> None:
    system.quarantine("forged", FOURTH, minutes=5)
    system.quarantine("older", FOURTH)
    system.quarantine("ours", NEW, minutes=9)
    done, output = rotated(system)
    assert (done.verified, done.replayed, done.left) == (3, 1, 2)
    assert list(system.waiting) == ["ack-forged", "ack-older"]
    assert "mistyped" not in output
    assert "2 events, of 09:00 thứ Hai 23/11/2026 to 09:05 thứ Hai 23/11/2026, were signed by another key" in output
    assert "the last at 09:05 thứ Tư 25/11/2026" in output
    assert "No event waits" not in output


def test_without_an_event_of_the_key_it_is_doubted_and_not_put_first(system: FakeKeyRotation) -> None:
    system.quarantine("forged", FOURTH)
    _, output = rotated(system)
    assert system.in_force == f"{OLD},{NEW}"
    assert "Is the key mistyped? Compare its end (…new)" in output


@pytest.mark.parametrize(("empty", "replayed"), [(0, 1), (2, 1), (3, 0)])
def test_an_empty_answer_is_no_end_but_three_are(system: FakeKeyRotation, empty: int, replayed: int) -> None:
    system.quarantine("first", NEW)
    system.empty_first = empty
    done, output = rotated(system)
    assert done.replayed == replayed
    assert ("No event waits, or a run of the last minute still holds them" in output) == (replayed == 0)


def test_the_token_goes_to_pubsub_and_not_to_the_webhook(system: FakeKeyRotation) -> None:
    system.bearer = "of-an-operator"
    system.quarantine("first", NEW)
    assert rotated(system)[0].replayed == 1


def test_a_refusing_pubsub_is_named(system: FakeKeyRotation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotate_key, "post", lambda *_: "")
    with pytest.raises(StackError, match="Pub/Sub refused to pull from zalo-quarantine-rotation"):
        rotated(system)


@pytest.mark.parametrize(
    ("before", "key", "kept", "fallen"),
    [
        ([OLD], NEW, [OLD, NEW], []),
        ([OLD, THIRD], NEW, [OLD, NEW, THIRD], []),
        ([OLD, THIRD, FOURTH], NEW, [OLD, NEW, THIRD], [FOURTH]),
        ([OLD, NEW, THIRD], NEW, [OLD, NEW, THIRD], []),
    ],
)
def test_the_key_that_verified_last_stays_first_and_no_more_than_three_are_kept(
    system: FakeKeyRotation, before: Sequence[str], key: str, kept: Sequence[str], fallen: Sequence[str]
) -> None:
    system.in_force = ", ".join(before)
    _, output = rotated(system, key)
    assert system.in_force.replace(" ", "") == ",".join(kept)
    assert ("This key (…new) is in force already." in output) == (key in before)
    assert ("Fell out, as no more than 3 are in force: …4th." in output) == bool(fallen)


def test_a_key_in_force_that_verified_an_event_is_first_from_then_on(system: FakeKeyRotation) -> None:
    system.in_force = f"{OLD},{THIRD},{NEW}"
    system.quarantine("first", NEW)
    rotated(system)
    assert system.in_force == f"{NEW},{OLD},{THIRD}"


def test_a_first_key_that_verified_an_event_is_not_written_again(system: FakeKeyRotation) -> None:
    system.in_force = f"{NEW},{OLD}"
    system.quarantine("first", NEW)
    rotated(system)
    assert system.done == ["stored first", "ack-first"]


def test_old_keys_end_when_it_is_agreed_to(system: FakeKeyRotation) -> None:
    system.in_force = f"{OLD},{NEW},{THIRD}"
    done, output = ended(system, NEW)
    assert (done, system.done) == (True, [f"keep {NEW}"])
    assert "…new stays; what Zalo signed with …old, …3rd is refused" in output
    assert "…old is the last that verified an event here, …new has verified none yet." in output
    assert "Ended: …old, …3rd." in output


def test_nothing_is_said_of_a_first_key_when_it_stays(system: FakeKeyRotation) -> None:
    system.in_force = f"{NEW},{OLD}"
    assert "verified none yet" not in ended(system, NEW)[1]


def test_without_a_yes_no_key_ends(system: FakeKeyRotation) -> None:
    system.in_force = f"{OLD},{NEW}"
    assert not ended(system, NEW, yes=False)[0]
    assert system.done == []


def test_a_single_key_that_stays_is_nothing_to_end(system: FakeKeyRotation) -> None:
    done, output = ended(system, OLD)
    assert (done, output, system.done) == (True, "Only the key …old is in force already.", [])


def test_a_key_that_is_not_in_force_ends_no_other(system: FakeKeyRotation) -> None:
    with pytest.raises(StackError, match=r"…new is not in force \(…old are\): nothing was ended"):
        ended(system, NEW)
    assert system.done == []


@pytest.mark.parametrize(
    ("in_force", "key", "finishing", "preview"),
    [
        ([OLD, NEW], None, True, "All would end but the one that you give (KEY=, or you are asked)."),
        ([OLD], NEW, True, "…new is not in force: nothing would be ended."),
        ([OLD, NEW], NEW, True, "…old would end."),
        ([NEW], NEW, True, "Only one is in force already: nothing would change."),
        (
            [OLD, NEW],
            NEW,
            False,
            "The key …new is in force already. Quarantined events signed with it would be replayed.",
        ),
        (
            [OLD],
            None,
            False,
            "The new key would be in force beside them. Quarantined events signed with it would be replayed.",
        ),
    ],
)
def test_what_would_happen_is_said_and_nothing_happens(
    system: FakeKeyRotation, in_force: Sequence[str], key: str | None, *, finishing: bool, preview: str
) -> None:
    system.in_force = ",".join(in_force)
    first, rest = foreseen(system, key, finishing=finishing).split("\n", 1)
    ends = ", ".join(f"…{one[-3:]}" for one in in_force)
    assert first == f"Keys in force at https://webhook.example: {len(in_force)} ({ends})."
    assert rest == preview


@pytest.mark.parametrize("key", [NEW, None])
def test_who_would_fall_out_is_foreseen(system: FakeKeyRotation, key: str | None) -> None:
    system.in_force = f"{OLD},{THIRD},{FOURTH}"
    assert foreseen(system, key).endswith("…4th would fall out: no more than 3 are in force at a time.")


@pytest.mark.parametrize("given", [" ", "one,two", "one two", "one\ttwo"])
def test_what_cannot_be_a_key_is_refused(given: str) -> None:
    with pytest.raises(StackError, match="one word without a comma"):
        rotate_key._key(given)


def test_a_key_is_taken_without_blanks_around_it() -> None:
    assert rotate_key._key(f" {NEW}\n") == NEW
