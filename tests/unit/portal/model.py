"""A model of the portal that obeys a plan of faults, and petitions with a history to tell it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from petitions.adapters import reference
from petitions.domain.codes import make_code
from petitions.domain.lifecycle import State
from petitions.domain.petition import Contact, HistoryEntry, Petition, Rating, Reply, history_path, petition_path
from petitions.ports import (
    Outcome,
    PortalAnswer,
    PortalChange,
    PortalChanges,
    PortalItem,
    PortalRating,
    PortalReply,
    PortalStatus,
    PortalSubmission,
)
from petitions.usecases.push_petition import PushPetition
from petitions.usecases.sweep_portal import SweepPortal
from petitions.usecases.timekeeping import Timekeeping
from tests.fakes import FakeClock, FakePublisher, FakeStore

CODE, CODE_2, CODE_3 = (make_code(date(2026, 11, 23), f"000000{number}") for number in (1, 2, 3))
NATIONAL = "PAKN.20261123.0001"


class Crash(BaseException):
    """The process dies: nothing may catch it."""


Fault = Callable[[str], PortalReply | None]


def no_fault(_: str) -> PortalReply | None:
    return None


@dataclass
class ModelPortal:
    """Keeps every call that had its effect. `before` and `after` may answer in its place, or raise Crash.

    It is stricter than the real one: a key that comes twice makes a twin, so that a repeated call shows.
    """

    effects: list[tuple[str, PortalItem]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    before: Fault = no_fault
    after: Fault = no_fault
    feed: list[PortalChange] = field(default_factory=list)
    feed_outcome: Outcome = Outcome.OK
    read_since: list[datetime] = field(default_factory=list)

    def _call(self, what: str, effect: Callable[[], PortalReply]) -> PortalReply:
        self.asked.append(what)
        early = self.before(what)
        if early is not None:
            return early
        reply = effect()
        return self.after(what) or reply

    def _write(self, key: str, item: PortalItem) -> PortalReply:
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

    def look_up(self, key: str) -> PortalReply:
        def effect() -> PortalReply:
            found = any(key == known for known, _ in self.effects)
            return PortalReply(Outcome.OK, found=found, national_code=NATIONAL if found else None)

        return self._call(f"look up {key}", effect)

    def changes_since(self, since: datetime) -> PortalChanges:
        self.read_since.append(since)
        if self.feed_outcome is not Outcome.OK:
            return PortalChanges(self.feed_outcome, "no_answer")
        return PortalChanges(Outcome.OK, changes=tuple(self.feed))

    def told(self) -> list[str]:
        return [key for key, _ in self.effects]


@dataclass
class PortalWorld:
    """The push and its surroundings."""

    store: FakeStore = field(default_factory=FakeStore)
    publisher: FakePublisher = field(default_factory=FakePublisher)
    clock: FakeClock = field(default_factory=FakeClock)
    portal: ModelPortal = field(default_factory=ModelPortal)

    def __post_init__(self) -> None:
        self.push = PushPetition(self.store, self.clock, self.portal, reference.directory())
        self.sweep = SweepPortal(self.store, self.clock, self.push)
        self.timekeeping = Timekeeping(reference.rules(), reference.calendar(), reference.ladder(), reference.chores())

    def file(self, code: str = CODE, **more: Any) -> None:
        petition = Petition(
            code=code,
            citizen="pseudonym",
            title="Đèn đường hỏng",
            content="Đèn đường trước số 5 hỏng đã một tuần.",
            address="5 phố Huế",
            contact=Contact(name="Nguyễn Thị Lan", phone="0912345678"),
            state=State.NEW,
            filed_at=self.clock.now(),
            **more,
        )
        entry = HistoryEntry(seq=1, at=self.clock.now(), action="filed", role="citizen", to_state=State.NEW)
        self.store.create(petition_path(code), petition.stored())
        self.store.create(history_path(code, 1), entry.stored())

    def petition(self, code: str = CODE) -> Petition:
        return Petition.model_validate(self.store.documents[petition_path(code)])

    def line(
        self,
        action: str,
        to: State | None = None,
        *,
        code: str = CODE,
        role: str = "officer",
        updates: Mapping[str, Any] | None = None,
    ) -> int:
        """One more line of history, as `changes.change` writes it."""
        self.clock.advance(seconds=1)
        before = self.petition(code)
        state, seq = to or before.state, before.version + 1
        fields: dict[str, Any] = {"state": state, "version": seq, **(updates or {})}
        entry = HistoryEntry(
            seq=seq,
            at=self.clock.now(),
            action=action,
            role=role,
            unit=fields.get("unit", before.unit),
            from_state=before.state,
            to_state=state,
        )
        self.store.update(petition_path(code), fields)
        self.store.create(history_path(code, seq), entry.stored())
        return seq

    def approve(self, text: str = "Đã thay bóng đèn ngày 24/11.", code: str = CODE) -> int:
        at = self.clock.now()
        reply = Reply(text=text, author="lan", unit="SXD", written_at=at, approved_by="minh", approved_at=at)
        return self.line("approve", State.ANSWERED, code=code, role="head", updates={"reply": reply.stored()})

    def rate(self, level: int = 2, code: str = CODE) -> int:
        rating = Rating.model_validate({"level": level, "at": self.clock.now()})
        return self.line("rated", code=code, role="citizen", updates={"rating": rating.stored()})

    def whole_life(self, code: str = CODE) -> list[str]:
        """A petition from filing to rating; returns the keys of the calls that the portal must get."""
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
