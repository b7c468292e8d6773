"""Officers of all units, who take the usual next step of a petition or another allowed action."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from petitions.domain.figures.periods import Period
from petitions.domain.lifecycle.lifecycle import Action, Role, allowed
from petitions.domain.lifecycle.states import State
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.history_counts import CITY
from petitions.domain.petition.history_entry import history_path
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.instants import hanoi
from petitions.errors import Conflict, Rejected
from petitions.usecases.files.office_files import checked_file
from petitions.usecases.lifecycle.command import Command
from petitions.usecases.lifecycle.commands import Submit, command
from tests import media
from tests.fakes import FakeStore
from tests.particulars import particulars
from tests.simulation.aims import ANSWERS, FIGURES
from tests.simulation.people.trying import in_words
from tests.simulation.scheduler import Scheduler
from tests.unit.petition.handling import FORWARD, officer

ZEAL = 0.5
FURTHER = FORWARD | {State.AWAITING_CITIZEN: Action.SUPPLEMENT}
"""The action that takes a petition further, by its state."""

FILES = {"pdf": media.PDF, "png": media.png(gps=False)}
UNITS = ("SXD", "SNV", "PX-00004")


@dataclass
class Deed:
    code: str
    action: Action
    version: int
    actor: str
    result: str


@dataclass
class Office:
    """The officers of all units. `aside` is the probability of an action other than the usual next step."""

    scheduler: Scheduler
    store: FakeStore
    parts: Callable[[], Any]
    """Return the use cases of the desk for the instance that runs."""
    on_desk: Callable[[Callable[[], object], Callable[[object | None], object]], None]
    aside: float = 0.0
    deeds: list[Deed] = field(default_factory=list)
    blamed: list[str] = field(default_factory=list)
    """Petitions with a wrong message of conflict: the desk named another person for the officer's own change."""
    shut: bool = False
    straight: bool = False
    """Whether the officers only finish petitions in progress."""
    holds: str = "SXD"
    """The unit to which the coordinators assign their petitions."""
    lazy: bool = False
    """Whether the officers never answer a petition."""

    def __post_init__(self) -> None:
        self.chance = self.scheduler.stream("office")

    def look(self) -> None:
        if self.shut:
            return
        for path in self.store.paths("petitions"):
            petition = Petition.model_validate(self.store.documents[path])
            if petition.routed is not None or petition.source == "portal":
                for _ in range(1 + (self.chance.random() < 0.1)):
                    if self.chance.random() < ZEAL:
                        self._do(petition)
        self.scheduler.after((30 + 60 * self.chance.random()) / self.scheduler.haste, self.look)

    def _do(self, petition: Petition) -> None:
        role = Role.COORDINATOR if petition.unit == "VPUB" else Role.HEAD
        action = FURTHER.get(petition.state)
        if self.chance.random() < self.aside and not self.straight:
            role = self.chance.choice((role, Role.COORDINATOR))
            action = self.chance.choice([row.action for row in allowed(petition.state, role)] or [action])
        if action is None or (self.lazy and action is Action.SUBMIT_ANSWER):
            return
        unit = "VPUB" if role is Role.COORDINATOR else petition.unit
        who = officer(unit, role, f"ai-{action}-{self.chance.randrange(3)}")
        deed = command(petition.code, action, petition.version, **self._particulars(petition, action))
        none = 0 if self.scheduler.aim == ANSWERS else 6
        files = self.chance.choices(([], ["pdf"], ["png"], ["pdf", "png"]), (none, 1, 1, 1))[0]
        deed_done = Deed(deed.code, action, deed.version, who.id, "no answer")

        def act() -> str:
            parts = self.parts()
            parts.lists(who)  # which is where it was found
            if self.scheduler.aim == FIGURES:
                today = hanoi(self.scheduler.clock.now()).date()
                parts.figures(CITY, Period(today, today + timedelta(days=1)))
            whole = self._with_files(parts, who, deed, files)
            return self._try(parts, who, whole) if whole else "a file was not taken"

        def on_result(result: object | None) -> None:
            deed_done.result = str(result) if result else "no answer"
            self.deeds.append(deed_done)

        self.scheduler.log("desk", f"{action} {petition.code}", "officers")
        self.on_desk(in_words(act), on_result)

    @staticmethod
    def _with_files(parts: Any, who: Officer, deed: Command, files: Sequence[str]) -> Command | None:
        if not isinstance(deed, Submit):
            return deed
        try:
            kept = [parts.draft.keep(who, deed.code, checked_file(f"ket-qua.{file}", FILES[file])).id for file in files]
        except Rejected:
            return None
        return replace(deed, attachments=tuple(kept))

    def _try(self, parts: Any, who: Officer, deed: Command) -> str:
        try:
            parts.act(who, deed)
        except Conflict:
            if parts.act.was_done(who, deed):  # as the desk's routes ask
                return "done"
            self._blame(who, deed)
            return "conflict"
        return "done"

    def _particulars(self, petition: Petition, action: Action) -> dict[str, Any]:
        more = {"sure": True, **particulars(action, petition)}
        match action:
            case Action.ASSIGN | Action.REASSIGN:
                to = petition.unit if petition.unit != "VPUB" else self.holds
                more |= {"unit": to if self.straight or not self.aside else self.chance.choice((to, *UNITS))}
            case Action.SET_LEVEL:
                more |= {"level": self.chance.choice(("normal", "urgent"))}
            case Action.MERGE:
                others = [path.partition("/")[2] for path in self.store.paths("petitions")]
                more |= {"text": self.chance.choice(others)}
        return more

    def _blame(self, who: Officer, deed: Command) -> None:
        entry = self.store.documents.get(history_path(deed.code, deed.version + 1), {})
        if (entry.get("actor"), entry.get("action")) == (who.id, str(deed.action)):
            self.blamed.append(deed.code)
