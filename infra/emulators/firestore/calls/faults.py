"""Faults on demand: calls that fail, wait, lose their reply after the effect, or take the process with them.

Which calls a fault strikes is decided by method, caller, count and, with a seed, by chance: the same calls in the same
order meet the same faults. Faults live in memory alone: a process that a crash has ended starts again without any.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Self

import grpc

from infra.emulators.firestore.wire.errors import Refused

BEFORE_COMMIT, AFTER_COMMIT = "before_commit", "after_commit"
EVERY_METHOD = "*"
_KINDS = {"code", "delay_ms", "drop_reply", "crash"}
_FIELDS = _KINDS | {"rpc", "caller", "count", "skip", "probability", "seed", "responses"}
_CODES = {code.name: code for code in grpc.StatusCode if code is not grpc.StatusCode.OK}

_crash_at: ContextVar[str | None] = ContextVar("crash_at", default=None)


def die() -> None:
    """End this process as `kill -9` does."""
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass(slots=True)
class Fault:
    """One fault in force. `code` alone refuses the call; with `drop_reply` the effect stays and this is told.

    `count` calls are struck (None: all) after `skip` that were spared, each with `probability`; with `responses` not
    calls but the single responses of streams in both directions, also of those that were open before.
    """

    rpc: str
    code: grpc.StatusCode | None
    delay_ms: int
    drop_reply: bool
    crash: str | None
    count: int | None
    skip: int
    probability: float
    seed: int
    caller: str | None
    responses: bool
    struck: int = 0
    _chance: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311 - repeatable on purpose

    @classmethod
    def parse(cls, body: Any, methods: frozenset[str]) -> Self:
        """Read the JSON of `POST /faults`; raises ValueError in words."""
        if not isinstance(body, dict) or not set(body) <= _FIELDS or not set(body) & _KINDS:
            raise ValueError(f"a fault is an object of {sorted(_FIELDS)} with one of {sorted(_KINDS)}")
        if body.get("rpc") not in methods | {EVERY_METHOD}:
            raise ValueError(f"rpc must be * or one of {sorted(methods)}")
        if "code" in body and body["code"] not in _CODES:
            raise ValueError(f"code must be one of {sorted(_CODES)}")
        if body.get("crash") not in {None, BEFORE_COMMIT, AFTER_COMMIT}:
            raise ValueError(f"crash is {BEFORE_COMMIT} or {AFTER_COMMIT}")
        probability = body.get("probability", 1)
        if not isinstance(probability, int | float) or not 0 < probability <= 1:
            raise ValueError("probability is more than 0 and at most 1")
        if probability < 1 and "seed" not in body:
            raise ValueError("a probability needs a seed")
        responses = body.get("responses") is True
        if responses and "crash" in body:
            raise ValueError("a crash is of calls, not of responses")
        return cls(
            rpc=body["rpc"],
            code=_CODES[body["code"]] if "code" in body else None,
            delay_ms=_number(body, "delay_ms"),
            drop_reply=body.get("drop_reply") is True,
            crash=body.get("crash"),
            count=_number(body, "count") if "count" in body else None,
            skip=_number(body, "skip"),
            probability=float(probability),
            seed=_number(body, "seed"),
            caller=body.get("caller"),
            responses=responses,
        )

    def strikes(self, rpc: str, caller: str, *, response: bool) -> bool:
        """Whether this call (or response of a stream) is struck; counts it if so."""
        if self.responses is not response:
            return False
        if self.rpc not in {rpc, EVERY_METHOD} or self.caller not in {None, caller} or self.struck == self.count:
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.probability < 1 and self._chance.random() >= self.probability:
            return False
        self.struck += 1
        return True

    def described(self) -> dict[str, Any]:
        """As JSON, for `GET /faults`."""
        shown = {name: getattr(self, name) for name in sorted((_FIELDS | {"struck"}) - {"code"})}
        return {**shown, "code": self.code.name if self.code is not None else None}


def _number(body: dict[str, Any], name: str) -> int:
    value = body.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{name} is a whole number, 0 or more")
    return value


class Faults:
    """All faults in force, in the order in which they were given."""

    def __init__(self, methods: frozenset[str], kill: Callable[[], None] = die) -> None:
        self._methods = methods
        self._kill = kill
        self._inside: list[Fault] = []

    def add(self, body: Any) -> Fault:
        """Put one fault into force; raises ValueError for what is not understood."""
        fault = Fault.parse(body, self._methods)
        self._inside.append(fault)
        return fault

    def clear(self) -> None:
        """No fault is in force any more."""
        self._inside.clear()

    def described(self) -> list[dict[str, Any]]:
        """All of them, with how many calls each has struck."""
        return [fault.described() for fault in self._inside]

    def meet(self, rpc: str, caller: str, *, response: bool = False) -> Struck:
        """What happens to this call, or to this response of a stream."""
        struck = [fault for fault in self._inside if fault.strikes(rpc, caller, response=response)]
        return Struck(struck, self._kill)

    def reach(self, point: str) -> None:
        """A commit has come to this point: a call that is to crash here ends the process."""
        if _crash_at.get() == point:
            self._kill()


class Struck:
    """The faults of one call."""

    def __init__(self, faults: list[Fault], kill: Callable[[], None]) -> None:
        self._faults = faults
        self._kill = kill

    async def before(self) -> None:
        """Wait, or refuse the call before it has had any effect."""
        for fault in self._faults:
            if fault.delay_ms:
                await asyncio.sleep(fault.delay_ms / 1000)
            if fault.code is not None and not fault.drop_reply:
                raise Refused(fault.code, "A fault was asked for: the call is refused.")

    @contextmanager
    def crashing(self) -> Iterator[None]:
        """Around the call's work: crash where a commit reaches the point; without a commit, before the reply."""
        points = [fault.crash for fault in self._faults if fault.crash is not None]
        if not points:
            yield
            return
        token = _crash_at.set(points[0])
        try:
            yield
        finally:
            _crash_at.reset(token)
        self._kill()

    def after(self) -> None:
        """Lose the reply: the effect stays."""
        for fault in self._faults:
            if fault.drop_reply:
                code = fault.code or grpc.StatusCode.UNAVAILABLE
                raise Refused(code, "A fault was asked for: the reply is lost.")
