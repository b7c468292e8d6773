"""The first steps of a petition, which officers mostly take together: accepting, assigning, starting work."""

from __future__ import annotations

from dataclasses import dataclass

from petitions.domain.lifecycle.lifecycle import Action, Role, State
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import holds
from petitions.domain.petition.classification import GivenClassification
from petitions.domain.petition.history_entry import history_path
from petitions.domain.petition.petition import Petition
from petitions.usecases.lifecycle.act_on_petition import ActOnPetition
from petitions.usecases.lifecycle.command import Command
from petitions.usecases.lifecycle.commands import Accept, Assign, Start

_OWN = (Action.ACCEPT, Action.ASSIGN, Action.START)
_TOGETHER = {Role.OFFICER: _OWN, Role.HEAD: _OWN, Role.COORDINATOR: (Action.ACCEPT, Action.ASSIGN)}


def steps_together(role: Role, petition: Petition) -> tuple[Action, ...]:
    """Return the steps that the role can take together now, in order. Empty if fewer than two are left.

    A petition that may accuse an unknown office has none: an officer must first decide on the accused office.
    """
    steps = () if petition.is_doubted else _TOGETHER.get(role, ())
    left = {State.NEW: steps, State.ACCEPTED: steps[1:], State.RETURNED: steps[1:]}.get(petition.state, ())
    return left if len(left) > 1 else ()


@dataclass(frozen=True)
class Taking:
    """An officer's request to take several steps on a petition at once."""

    code: str
    version: int
    """The version of the petition that the officer saw."""
    text: str = ""
    unit: str | None = None
    handler: str | None = None
    level: str | None = None
    classified: GivenClassification | None = None
    sure: bool = False
    """Whether the officer has confirmed the warnings."""
    apart: bool = False
    """Whether the officer has confirmed that the petition does not accuse the unit that it goes to."""

    def command(self, action: Action, version: int, handler: str | None, text: str) -> Command:
        """Return the command for one of the steps."""
        match action:
            case Action.ACCEPT:
                return Accept(self.code, version, text, level=self.level, classified=self.classified, sure=self.sure)
            case Action.ASSIGN:
                return Assign(
                    self.code, version, text, unit=self.unit, handler=handler, sure=self.sure, apart=self.apart
                )
            case _:
                return Start(self.code, version, text)


@dataclass(frozen=True)
class TakeUp:
    """Takes several steps, each in its own transaction, as if the officer had taken them one after another."""

    act: ActOnPetition

    def left(self, officer: Officer, version: int, petition: Petition) -> tuple[Action, ...] | None:
        """Return the steps that an officer who saw `version` can still take together, or None if there are none.

        If the same officer began the steps after that version and was interrupted, return the missing steps. () means
        that all were taken.
        """
        steps, since = _TOGETHER.get(officer.role, ()), petition.version - version
        if since == 0:
            return steps_together(officer.role, petition) or None
        if not 0 < since <= len(steps):
            return None
        lines = self.act.store.get_all([history_path(petition.code, version + item) for item in range(1, since + 1)])
        done = [(line.get("actor"), line["action"]) for line in lines if line]
        for first in range(len(steps)):
            if done == [(officer.id, step) for step in steps[first : first + since]]:
                return steps[first + since :]
        return None

    def __call__(self, officer: Officer, taking: Taking) -> Petition:
        """Take the steps that are left since `taking.version`, and return the petition after the last step.

        An officer of a unit becomes the handler, unless `taking.handler` names another person to start the work. If a
        step moves the petition out of the officer's reach, the steps end there. If no steps can be taken together,
        nothing happens. A repeated request continues after an interruption.

        Raise the errors of `ActOnPetition`. If one of the steps would be refused, none is taken.
        """
        petition = self.act.find(taking.code)
        left = self.left(officer, taking.version, petition)
        own = officer.role is not Role.COORDINATOR
        handler, text = taking.handler or (officer.id if own else None), "" if own else taking.text
        steps = [
            action
            for action in (steps_together(officer.role, petition) if left is None else left)
            if action is not Action.START or handler == officer.id
        ]
        version = taking.version if left is None else petition.version
        for at in range(len(steps)):
            if at and not holds(officer, petition):
                break
            step, *then = (taking.command(action, version, handler, text) for action in steps[at:])
            petition = self.act(officer, step, then)
            version = petition.version
        return petition
