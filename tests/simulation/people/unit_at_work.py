"""A unit whose head is on leave: a deputy acts, a clerk hands petitions over, two officers decide on one answer."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from petitions.domain.lifecycle.lifecycle import Action, Role
from petitions.domain.lifecycle.states import State
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import replace
from petitions.errors import Conflict, NotFound, Rejected
from petitions.usecases.lifecycle.command import Command
from petitions.usecases.lifecycle.commands import command
from tests.particulars import WORDS
from tests.simulation.people.office import Deed
from tests.simulation.people.trying import AGAIN, Trying, in_words
from tests.unit.petition.handling import ANSWER, WHY_NONE, officer

HEAD, DEPUTY, CLERK = "truong", "pho", "can-bo"
NAMES = {HEAD: "Lê Văn Minh", DEPUTY: "Trần Thị Hoa", CLERK: "Phạm Quốc Anh"}
"""The names of these officers, which the portal requires in place of account names."""

LOOKS_EVERY = (10.0, 40.0)
TOMORROW = timedelta(days=1)


@dataclass
class Appointment:
    deputy: str
    since: date | None
    until: date | None
    asked_at: float
    done_at: float = math.inf
    """The second at which the appointment was known to be done."""

    def days(self, day: date) -> bool:
        return self.since is not None and self.until is not None and self.since <= day <= self.until


@dataclass
class Asked:
    deed: Deed
    began: float
    ended: float = math.inf


@dataclass
class UnitAtWork:
    world: Any
    appointments: list[Appointment] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    clerk_left_at: float = math.inf
    """The second at which the clerk was known to have left."""

    def __post_init__(self) -> None:
        self.scheduler = self.world.scheduler
        self.chance = self.scheduler.stream("unit at work")
        self.unit = ""
        self._trying = Trying(self.world)
        self._planned = 0
        today = hanoi(self.scheduler.clock.now()).date()
        self._since = today + self.chance.choice((timedelta(0), timedelta(0), TOMORROW))
        self._comes_back = self.chance.random() < 0.5
        self._clerk_leaves = self.chance.choice(("", "for a while", "for good"))

    @property
    def is_busy(self) -> bool:
        return self._trying.under_way > 0 or self._planned > 0

    def begin(self) -> None:
        routed = [petition for petition in self._petitions() if petition.routed is not None and petition.unit != "VPUB"]
        if not routed:
            if not self.world.office.shut:
                self.scheduler.after(AGAIN, self.begin)
            return
        self.unit = routed[0].unit
        for name, role in ((HEAD, Role.HEAD), (DEPUTY, Role.OFFICER), (CLERK, Role.OFFICER)):
            who = replace(officer(self.unit, role, name), name=NAMES[name])
            self.world.store.put_beforehand(f"officers/{who.id}", who.stored())
        self._appoint(self.id(DEPUTY), self._since, self._since)
        if self._comes_back:
            self._plan(lambda: self._appoint("", None, None))
        if self._clerk_leaves:
            self._plan(self._hand_over)
        self._look()

    def _plan(self, deed: Callable[[], None]) -> None:
        def do() -> None:
            self._planned -= 1
            deed()

        self._planned += 1
        self.scheduler.after(self.chance.uniform(120, 400), do)

    def id(self, name: str) -> str:
        return officer(self.unit, name=name).id

    def _petitions(self) -> list[Petition]:
        store = self.world.store
        return [Petition.model_validate(store.documents[path]) for path in store.paths("petitions")]

    def _appoint(self, deputy: str, since: date | None, until: date | None) -> None:
        asked = Appointment(deputy, since, until, self.scheduler.now)
        self.appointments.append(asked)
        self._until_done(
            lambda parts: parts.staffing.stand_in(
                officer(self.unit, Role.HEAD, HEAD), self.id(HEAD), deputy, since, until
            ),
            lambda: setattr(asked, "done_at", self.scheduler.now),
        )

    def _hand_over(self) -> None:
        if self._clerk_leaves == "for good":
            admin, to = officer("VPUB", Role.ADMIN, "quan-tri"), self.chance.choice((self.id(DEPUTY), "unit"))
            self._until_done(
                lambda parts: parts.leaving(admin, self.id(CLERK), to),
                lambda: setattr(self, "clerk_left_at", self.scheduler.now),
            )
        else:
            head = officer(self.unit, Role.HEAD, HEAD)
            self._until_done(
                lambda parts: parts.staffing.hand_over(head, self.unit, self.id(CLERK), self.id(DEPUTY)), lambda: None
            )

    def _until_done(self, action: Callable[[Any], object], done: Callable[[], None]) -> None:
        def tried() -> bool:
            try:
                action(self.world.parts())
            except Conflict:
                raise
            except Rejected as error:
                return error.reason != "open_work"
            return True

        self._trying.until_done(tried, done)

    def stood_in(self, day: date, since: float, until: float) -> bool:
        """Return whether the deputation may have been in force on the day at some time between the two seconds."""
        for number, appointment in enumerate(self.appointments):
            over = min((later.done_at for later in self.appointments[number + 1 :]), default=math.inf)
            if appointment.deputy and appointment.asked_at <= until and since <= over and appointment.days(day):
                return True
        return False

    def surely_stands_in(self, day: date, since: float, until: float) -> bool:
        """Return whether the deputation was in force throughout the period and known to every function."""
        for number, appointment in enumerate(self.appointments):
            over = min((later.asked_at for later in self.appointments[number + 1 :]), default=math.inf)
            if appointment.deputy and appointment.done_at <= since and until <= over and appointment.days(day):
                return True
        return False

    def _look(self) -> None:
        if self.world.office.shut:
            return
        for petition in self._petitions():
            if petition.unit == self.unit:
                for name, action in self._next(petition):
                    self._do(petition, self.id(name), action)
        self.scheduler.after(self.chance.uniform(*LOOKS_EVERY), self._look)

    def _next(self, petition: Petition) -> list[tuple[str, Action]]:
        match petition.state:
            case State.ASSIGNED:
                return [(CLERK, Action.START)]
            case State.IN_PROGRESS if not self.world.office.lazy:
                return [(self.chance.choice((CLERK, DEPUTY)), Action.SUBMIT_ANSWER)]
            case State.AWAITING_APPROVAL:
                other = (HEAD, Action.RETURN_FOR_REDO)
                races = self.chance.random() < 0.15 and not self.world.office.straight
                return [(DEPUTY, Action.APPROVE), *([other] if races else [])]
            case _:
                return []

    def _do(self, petition: Petition, who: str, action: Action) -> None:
        more = {"text": ANSWER, "no_evidence": WHY_NONE} if action is Action.SUBMIT_ANSWER else {"text": WORDS}
        deed = command(petition.code, action, petition.version, **more)
        asked = Asked(Deed(deed.code, action, deed.version, who, "no answer"), self.scheduler.now)

        def act() -> str:
            parts = self.world.parts()
            found = parts.staff.find(who)
            return self._act(parts, found, deed) if found else "left"

        def on_result(result: object | None) -> None:
            asked.deed = replace(asked.deed, result=str(result) if result else "no answer")
            asked.ended = self.scheduler.now
            self.world.office.deeds.append(asked.deed)

        self.asked.append(asked)
        self.scheduler.log("desk", f"{action} {petition.code}", "officers")
        self.world.start("desk", in_words(act), on_result)

    @staticmethod
    def _act(parts: Any, who: Officer, deed: Command) -> str:
        try:
            parts.act(who, deed)
        except Conflict:
            return "done" if parts.act.was_done(who, deed) else "conflict"
        except NotFound:
            return "not found"
        return "done"
