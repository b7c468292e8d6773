"""A simple model of the national portal with planned failures, and petitions with a history to send to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from petitions.adapters import reference
from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.petition.codes import make_code
from petitions.domain.petition.petition import Petition
from petitions.domain.portal.portal_items import (
    PortalAnswer,
    PortalChange,
    PortalFile,
    PortalItem,
    PortalPage,
    PortalRating,
    PortalRecord,
    PortalReply,
    PortalStatus,
    PortalSubmission,
)
from petitions.domain.shared.outcome import Outcome
from tests.fakes import FakeClock, FakeIds, FakePublisher, FakeStore
from tests.portal_parts import PortalParts

CODE, CODE_2, CODE_3 = (make_code(date(2026, 11, 23), f"000000{number}") for number in (1, 2, 3))
NATIONAL = "PAKN.20261123.0001"


def unit_code(unit: str) -> str:
    return reference.national_units().code_of(unit) or ""


DOWN = PortalReply(Outcome.REFUSED, "connect", down=True)
SILENT = PortalReply(Outcome.UNKNOWN, "no_answer", down=True)


def refused_but_looked_up(what: str) -> PortalReply | None:
    """Refuse every call definitely, except a look-up."""
    return None if what.startswith("look up") else PortalReply(Outcome.REFUSED, "400")


class Crash(BaseException):
    """Raised when the process dies. No code under test may catch it."""


Fault = Callable[[str], PortalReply | None]


def no_fault(_: str) -> PortalReply | None:
    return None


@dataclass
class ModelPortal:
    """A simple portal in memory that records every call that had an effect.

    `before` and `after` may respond in its place, or raise Crash. Unlike the real portal it accepts the same key twice,
    so that a repeated call is noticed.
    """

    effects: list[tuple[str, PortalItem | PortalFile]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    before: Fault = no_fault
    after: Fault = no_fault
    feed: list[PortalChange] = field(default_factory=list)
    feed_outcome: Outcome = Outcome.OK
    read_since: list[datetime] = field(default_factory=list)
    page_size: int = 100
    most_bytes: int = 1000

    def _call(self, what: str, effect: Callable[[], PortalReply]) -> PortalReply:
        self.asked.append(what)
        early = self.before(what)
        if early is not None:
            return early
        reply = effect()
        return self.after(what) or reply

    def _write(self, key: str, item: PortalItem | PortalFile) -> PortalReply:
        def effect() -> PortalReply:
            self.effects.append((key, item))
            return PortalReply(Outcome.OK, found=True, national_code=NATIONAL)

        return self._call(key, effect)

    def submit(self, key: str, item: PortalSubmission) -> PortalReply:
        return self._write(key, item)

    def update_status(self, key: str, item: PortalStatus) -> PortalReply:
        return self._write(key, item)

    def answer(self, key: str, item: PortalAnswer) -> PortalReply:
        return self._write(key, item)

    def rate(self, key: str, item: PortalRating) -> PortalReply:
        return self._write(key, item)

    def takes(self, media_type: str, size: int) -> bool:
        return media_type == "application/pdf" and size < self.most_bytes

    def attach(self, key: str, item: PortalFile) -> PortalReply:
        return self._write(key, item)

    def look_up(self, key: str) -> PortalReply:
        def effect() -> PortalReply:
            found = any(key == known for known, _ in self.effects)
            return PortalReply(Outcome.OK, found=found, national_code=NATIONAL if found else None)

        return self._call(f"look up {key}", effect)

    def changes_since(self, since: datetime, page: int) -> PortalPage[PortalChange]:
        self.read_since.append(since)
        if self.feed_outcome is not Outcome.OK:
            return PortalPage(self.feed_outcome, "no_answer", down=True)
        start = (page - 1) * self.page_size
        rest = [change for change in self.feed if change.at is None or change.at >= since][start:]
        return PortalPage(Outcome.OK, items=tuple(rest[: self.page_size]), more=len(rest) >= self.page_size)

    def records_since(self, since: datetime, page: int) -> PortalPage[PortalRecord]:
        raise NotImplementedError

    def fetch(self, national_code: str) -> PortalPage[PortalRecord]:
        raise NotImplementedError

    def units(self) -> PortalPage[str]:
        raise NotImplementedError

    def word_of_state(self, state: str) -> str:
        return state

    def effect_keys(self) -> list[str]:
        return [key for key, _ in self.effects]


@dataclass
class PortalWorld:
    """A system that sends petitions to the model portal, with history lines one second apart."""

    store: FakeStore = field(default_factory=FakeStore)
    publisher: FakePublisher = field(default_factory=FakePublisher)
    clock: FakeClock = field(default_factory=FakeClock)
    portal: ModelPortal = field(default_factory=ModelPortal)
    reports_misconduct: Callable[[str], bool] | None = None

    def __post_init__(self) -> None:
        ports = (self.store, self.publisher, self.clock, FakeIds(), self.portal)
        self.parts = PortalParts(*ports, reports_misconduct=self.reports_misconduct)
        self.push, self.sweep, self.pull = self.parts.push, self.parts.sweep, self.parts.pull
        self.breaker = self.parts.breaker

    def file(self, code: str = CODE, **more: Any) -> None:
        self.parts.file(code, **more)

    def petition(self, code: str = CODE) -> Petition:
        return self.parts.petition(code)

    def line(
        self,
        action: str,
        to: State | None = None,
        *,
        code: str = CODE,
        role: str = "officer",
        updates: Mapping[str, Any] | None = None,
    ) -> int:
        self.clock.advance(seconds=1)
        return self.parts.line(code, action, to, role=role, updates=updates)

    def approve(self, text: str = "Đã thay bóng đèn ngày 24/11.", code: str = CODE) -> int:
        self.clock.advance(seconds=1)
        return self.parts.approve(code, text)

    def rate(self, level: int = 2, code: str = CODE) -> int:
        self.clock.advance(seconds=1)
        return self.parts.rate(code, level)

    def whole_life(self, code: str = CODE) -> list[str]:
        """Bring a petition from filing to rating. Return the keys of the calls that the portal must get, in order."""
        self.file(code)
        self.line("routed", code=code, role="system", updates={"unit": "SXD"})
        self.line("added", code=code, role="citizen")
        self.line("accept", State.ACCEPTED, code=code)
        self.line("assign", State.ASSIGNED, code=code)
        self.line("start", State.IN_PROGRESS, code=code)
        self.line("submit_answer", State.AWAITING_APPROVAL, code=code)
        self.approve(code=code)
        self.rate(code=code)
        return [f"{code}:{rest}" for rest in ("1", "2", "4", "5", "6", "7", "8", "8:answer", "9")]
