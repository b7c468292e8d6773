"""The kinds of faults for the running system. `cases.py` combines them."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Protocol

import httpx

from infra.local.zalo.account import TOO_MANY
from infra.local.zalo.oauth.tokens import EXPIRED_TOKEN, INVALID_TOKEN
from tests.e2e.stack import LocalStack

SENDING = "/v3.0/oa/message/cs"
EVER = 1_000_000


class Trouble(Protocol):
    """A kind of fault that lasts for a while. None of its methods blocks."""

    def hits(self, stack: LocalStack, /) -> int: ...

    def begin(self, stack: LocalStack, /) -> None:
        """Start the fault. Called at the beginning of every round."""

    def keep_up(self, stack: LocalStack, /) -> None:
        """Keep the fault active. Called many times a second."""

    def end(self, stack: LocalStack, /) -> None:
        """Stop the fault and restore normal behaviour. Called at the end of every round."""


@dataclass
class Faults:
    """Faults that the simulator or emulator at the setting `url` is asked to produce.

    They are requested again if the server lost the request in a crash, or has produced all of them.
    """

    url: str
    path: str
    fault: dict[str, Any]
    struck: int = 0

    def begin(self, stack: LocalStack) -> None:
        stack.http.post(f"{stack.url(self.url)}{self.path}", json=self.fault).raise_for_status()

    def keep_up(self, stack: LocalStack) -> None:
        with suppress(httpx.TransportError):
            if not self.open(stack):
                self.struck += 1
                self.begin(stack)

    def open(self, stack: LocalStack) -> list[dict[str, Any]]:
        answer = stack.http.get(f"{stack.url(self.url)}{self.path}").json()
        lists = [answer] if isinstance(answer, list) else [item for item in answer.values() if isinstance(item, list)]
        return [fault for item in lists for fault in item]

    def hits(self, stack: LocalStack) -> int:
        with suppress(httpx.TransportError):  # a server that has just died makes no faults any more
            return self.struck + sum(self._hit(item) for item in self.open(stack))
        return self.struck

    def _hit(self, item: dict[str, Any]) -> int:
        return int(item["struck"] if "struck" in item else self.fault["count"] - item.get("left", item.get("count")))

    def end(self, stack: LocalStack) -> None:
        self.struck = self.hits(stack)
        with suppress(httpx.TransportError):
            stack.http.delete(f"{stack.url(self.url)}{self.path}").raise_for_status()


def firestore(**fault: Any) -> Faults:
    """Return faults of calls to the Firestore emulator, by default of commits. `fault` describes them."""
    return Faults("firestore_admin_url", "/faults", {"rpc": "Commit", "seed": 1, **fault})


def deliveries(**fault: Any) -> Faults:
    return Faults("pubsub_admin_url", "/faults", {"subscription": "", "seed": 1, "count": EVER, **fault})


def publishing(**fault: Any) -> Faults:
    return Faults("pubsub_admin_url", "/faults", {"rpc": "Publish", "count": EVER, **fault})


def zalo(**fault: Any) -> Faults:
    return Faults("zalo_url", "/sim/faults", {"path": SENDING, "count": EVER, **fault})


def portal(**fault: Any) -> Faults:
    return Faults("portal_url", "/sim/faults", {"service": "*", "count": EVER, **fault})


@dataclass
class Kills:
    """`kill -9` at an interval, of one of the given processes at random or of all at once."""

    processes: tuple[str, ...]
    every: float
    together: bool = False
    struck: int = 0
    _next: float = field(default=0.0, init=False)
    _chance: random.Random = field(default_factory=lambda: random.Random(2), init=False)

    def hits(self, _stack: LocalStack) -> int:
        return self.struck

    def begin(self, _stack: LocalStack) -> None:
        self._next = monotonic() + self.every / 2

    def keep_up(self, stack: LocalStack) -> None:
        if monotonic() >= self._next:
            for name in self.processes if self.together else [self._chance.choice(self.processes)]:
                with suppress(ProcessLookupError):  # it is being started again
                    stack.kill(name)
                    self.struck += 1
            self._next = monotonic() + self.every

    def end(self, _stack: LocalStack) -> None: ...


@dataclass
class KillsAtCall:
    """`kill -9` of the function `notifications` during a call to Zalo, before its arrival or its response."""

    fault: Faults
    struck: int = 0

    def hits(self, _stack: LocalStack) -> int:
        return self.struck

    def begin(self, stack: LocalStack) -> None:
        self.fault.begin(stack)

    def keep_up(self, stack: LocalStack) -> None:
        if not self.fault.open(stack):  # the call is under way
            with suppress(ProcessLookupError):
                stack.kill("notifications")
                self.struck += 1
            self.fault.begin(stack)

    def end(self, stack: LocalStack) -> None:
        self.fault.end(stack)


@dataclass
class Refusals:
    """An action at an interval that makes Zalo refuse calls with one of the given errors. Every refusal is counted."""

    errors: tuple[int, ...]
    act: Callable[[LocalStack], object]
    every: float
    after: Callable[[LocalStack], object] = lambda _: None
    _before: int | None = field(default=None, init=False)
    _next: float = field(default=0.0, init=False)

    def hits(self, stack: LocalStack) -> int:
        return self._refused(stack) - (self._before or 0)

    def _refused(self, stack: LocalStack) -> int:
        refusals = stack.http.get(f"{stack.url('zalo_url')}/sim/refusals").json()
        return sum(refusals.get(str(error), 0) for error in self.errors)

    def begin(self, stack: LocalStack) -> None:
        if self._before is None:
            self._before = self._refused(stack)
        self._next = monotonic()

    def keep_up(self, stack: LocalStack) -> None:
        if monotonic() >= self._next:
            self.act(stack)
            self._next = monotonic() + self.every

    def end(self, stack: LocalStack) -> None:
        self.after(stack)


def old_tokens() -> Refusals:
    """Return a fault in which Zalo's access token expires every second, so that senders use an old one."""
    return Refusals((INVALID_TOKEN, EXPIRED_TOKEN), _expire, 1)


def too_many_calls() -> Refusals:
    """Return a fault in which Zalo accepts one call a minute and refuses all others."""
    return Refusals((TOO_MANY,), lambda stack: _allow(stack, 1), 60, lambda stack: _allow(stack, 4000))


def _expire(stack: LocalStack) -> None:
    stack.http.post(f"{stack.url('zalo_url')}/sim/tokens/expire").raise_for_status()


def _allow(stack: LocalStack, calls: int) -> None:
    stack.http.post(f"{stack.url('zalo_url')}/sim/account", json={"rate_limit": calls}).raise_for_status()
