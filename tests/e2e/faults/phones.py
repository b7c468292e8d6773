"""Phones on the running system: they write through the signed webhook and show messages sent to the Zalo simulator."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Lock
from time import sleep
from typing import Any

import httpx

from tests.e2e.faults.clockwork import Clockwork
from tests.e2e.stack import LocalStack

ANSWER_WITHIN = 2.0
"""Seconds that Zalo waits for a 200 (PLATFORM 1.6)."""
PAUSE = 0.5
"""Seconds before the same body is posted again. Zalo waits for thirty seconds."""
SPREAD = 20.0
"""Seconds within which the copies of an event are delivered."""


class Phones:
    """All phones of a case. The simulation's counterpart is `tests.simulation.around.zalo.SimulatedZalo`.

    Every event is delivered at least once, and up to `copies` times.
    """

    def __init__(self, stack: LocalStack, clockwork: Clockwork, copies: int = 1) -> None:
        self._stack, self._clockwork, self._copies = stack, clockwork, copies
        self._chance = clockwork.stream("copies")
        self._lock = Lock()
        self._seen_until = 0
        self.reads: dict[str, Callable[[], None]] = {}
        self.acknowledged: list[dict[str, Any]] = []
        """The events that the webhook has acknowledged, without repetitions."""
        self.accepted_at: dict[str, float] = {}
        """The second of the case in which a citizen wrote a message, by the message's id."""
        self.package = True
        """Whether the account may read its conversations. The simulator allows it."""
        self.refused = 0
        """The number of posts without a 200 in time. They are repeated, as Zalo does."""
        self.copied = 0
        """The number of additional deliveries of events."""
        self.messages: list[dict[str, Any]] = []
        """All messages from the account, in order."""
        clockwork.each_turn.append(self.look)

    def writes(self, user: str, text: str = "") -> None:
        body = self._stack.event(user, text)
        self._observed(body)
        self._clockwork.beside(lambda: self._deliver(body))
        for _ in range(self._chance.randint(1, self._copies) - 1):
            pause = self._chance.random() * SPREAD
            self._clockwork.beside(lambda pause=pause: self._again(body, pause))  # type: ignore[misc]

    def _observed(self, body: bytes) -> None:
        """Register the sender with the simulator, which refuses messages to citizens without messages of their own."""
        self._stack.http.post(
            f"{self._stack.url('zalo_url')}/sim/observe", json={"event": body.decode()}
        ).raise_for_status()

    def _deliver(self, body: bytes) -> None:
        while not self._acknowledged(body):
            self.refused += 1
            sleep(PAUSE)
        with self._lock:
            self.acknowledged.append(json.loads(body))

    def note_times(self, begun: datetime) -> None:
        """Fill `accepted_at` from the acknowledged events. `begun` is the start of the case."""
        for event in self.acknowledged:
            seconds = int(event["timestamp"]) / 1000 - begun.timestamp()
            self.accepted_at[str(event.get("message", {}).get("msg_id"))] = seconds

    def _again(self, body: bytes, pause: float) -> None:
        sleep(pause)
        while not self._acknowledged(body):
            sleep(PAUSE)
        with self._lock:
            self.copied += 1

    def _acknowledged(self, body: bytes) -> bool:
        try:
            return self._stack.post_event(body, patience=ANSWER_WITHIN).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def look(self) -> None:
        url, since = f"{self._stack.url('zalo_url')}/sim/messages", {"since": str(self._seen_until)}
        known = {message["seq"] for message in self.messages[-50:]}
        found = [item for item in self._stack.http.get(url, params=since).json() if item["direction"] == "out"]
        new = [item for item in found if item["seq"] not in known]
        self.messages += new
        self._seen_until = max([self._seen_until, *(int(item["at"]) for item in new)])
        for user in dict.fromkeys(item["user_id"] for item in new):
            self.reads.get(user, lambda: None)()

    def phone(self, user: str) -> list[str]:
        return [shown(message) for message in self.messages if message["user_id"] == user]

    def seen(self) -> Counter[tuple[str, str]]:
        """Return for every (user, text) how many times the text was sent to the user."""
        return Counter((user, text) for user, text, _ in self.sent)

    @property
    def sent(self) -> list[tuple[str, str, str]]:
        return [(message["user_id"], shown(message), message["msg_id"]) for message in self.messages]

    @property
    def times(self) -> list[datetime]:
        return [datetime.fromtimestamp(int(message["at"]) / 1000, UTC) for message in self.messages]


def shown(message: dict[str, Any]) -> str:
    """Return the text of a message, or its title in brackets if it has no text, like `promises.read_world.shown`."""
    if message["text"]:
        return str(message["text"])
    payload = message["attachments"][0]["payload"]
    return f"[{payload.get('title') or payload.get('name')}]"
