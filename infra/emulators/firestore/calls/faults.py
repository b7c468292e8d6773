"""Fault injection: calls that fail, wait, lose their reply after the effect, or kill the process.

A fault selects calls by method, caller, written documents, count and seeded chance, so that the same calls in the same
order meet the same faults. Faults are kept in memory only. After a fault has killed the process, it restarts without
faults.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Self

import grpc

from infra.emulators.firestore.wire.errors import FirestoreError

BEFORE_COMMIT, AFTER_COMMIT = "before_commit", "after_commit"
EVERY_METHOD = "*"
_KINDS = {"code", "delay_ms", "drop_reply", "crash"}
_FIELDS = _KINDS | {"rpc", "caller", "writes", "count", "skip", "probability", "seed", "responses"}
_CODES = {code.name: code for code in grpc.StatusCode if code is not grpc.StatusCode.OK}

_crash_at: ContextVar[str | None] = ContextVar("crash_at", default=None)


def kill_process() -> None:
    """Kill this process with SIGKILL."""
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass(slots=True)
class Fault:
    """An injected fault. With `code` alone the call is refused. With `drop_reply` it takes effect and then fails.

    The fault hits `count` calls (None: all) after the first `skip`, each with `probability`. With `writes` it hits only
    calls that write a document whose name contains this text. With `responses` it hits the responses of bidirectional
    streams instead of calls, including those of streams that are already open.
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
    writes: str | None
    responses: bool
    hits: int = 0
    _chance: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311 - must be repeatable

    @classmethod
    def parse(cls, body: Any, methods: frozenset[str]) -> Self:
        """Parse the JSON of `POST /faults`. Raise ValueError with an explanation."""
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
            writes=body.get("writes"),
            responses=responses,
        )

    def hit(self, rpc: str, caller: str, written: Sequence[str], *, response: bool) -> bool:
        """Return whether the fault hits this call or response, and count the hit."""
        if self.responses is not response:
            return False
        if self.writes is not None and not any(self.writes in name for name in written):
            return False
        if self.rpc not in {rpc, EVERY_METHOD} or self.caller not in {None, caller} or self.hits == self.count:
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.probability < 1 and self._chance.random() >= self.probability:
            return False
        self.hits += 1
        return True

    def described(self) -> dict[str, Any]:
        shown = {name: getattr(self, name) for name in sorted(_FIELDS - {"code"})}
        return {**shown, "struck": self.hits, "code": self.code.name if self.code is not None else None}


def _number(body: dict[str, Any], name: str) -> int:
    value = body.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{name} is a whole number, 0 or more")
    return value


class Faults:
    """The active faults, in the order in which they were added."""

    def __init__(self, methods: frozenset[str], kill: Callable[[], None] = kill_process) -> None:
        self._methods = methods
        self._kill = kill
        self._faults: list[Fault] = []

    def add(self, body: Any) -> Fault:
        """Parse a fault and activate it. Raise ValueError if it cannot be parsed."""
        fault = Fault.parse(body, self._methods)
        self._faults.append(fault)
        return fault

    def clear(self) -> None:
        self._faults.clear()

    def described(self) -> list[dict[str, Any]]:
        return [fault.described() for fault in self._faults]

    def for_call(self, rpc: str, caller: str, *, written: Sequence[str] = (), response: bool = False) -> InjectedFaults:
        """Return the faults that hit this call, or this response of a stream.

        `written` holds the names of the documents that the call writes.
        """
        hitting = [fault for fault in self._faults if fault.hit(rpc, caller, written, response=response)]
        return InjectedFaults(hitting, self._kill)

    def at_commit_point(self, point: str) -> None:
        """Kill the process if a fault crashes the current call at `point`: "before_commit" or "after_commit"."""
        if _crash_at.get() == point:
            self._kill()


class InjectedFaults:
    """The faults that hit one call, with their effects before, during and after it."""

    def __init__(self, faults: list[Fault], kill: Callable[[], None]) -> None:
        self._faults = faults
        self._kill = kill

    async def before(self) -> None:
        """Delay the call, or raise FirestoreError before it has any effect."""
        for fault in self._faults:
            if fault.delay_ms:
                await asyncio.sleep(fault.delay_ms / 1000)
            if fault.code is not None and not fault.drop_reply:
                raise FirestoreError(fault.code, "A fault was asked for: the call is refused.")

    @contextmanager
    def crashing(self) -> Iterator[None]:
        """Kill the process at the commit point of a fault, if a call inside this context reaches it.

        If the call commits nothing, the process is killed at the end of the context, before the reply.
        """
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
        """Raise the error of a fault with `drop_reply`, after the call has taken effect."""
        for fault in self._faults:
            if fault.drop_reply:
                code = fault.code or grpc.StatusCode.UNAVAILABLE
                raise FirestoreError(code, "A fault was asked for: the reply is lost.")
