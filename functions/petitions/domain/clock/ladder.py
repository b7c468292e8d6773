"""The ladder of reminders as data: which rungs a clock has, who is told at each, and who answers for it from there.

Source: LAW 7.2. Days count from the due day, hours from the due instant; the last rung of a ladder may
repeat for ever. The clock of a supplement has a ladder of its own: its lateness is the citizen's, what follows is a
task of the handler.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from petitions.domain.clock.deadline_rules import Unit
from petitions.domain.lifecycle.states import ClockName
from petitions.domain.shared.reference_data import ReferenceModel, parse


class Recipient(StrEnum):
    """Who is reminded, or answers for a petition. Without a handler, the officers of the unit stand in."""

    HANDLER = "handler"
    HEAD = "head"
    COORDINATORS = "coordinators"


class Step(ReferenceModel):
    """One rung. `at_once`: told without waiting for the next morning's digest. `every`: the rung repeats so often."""

    name: Annotated[str, Field(min_length=1, pattern=r"^[^:/]+$")]
    recipients: Annotated[tuple[Recipient, ...], Field(min_length=1)]
    at_once: bool = False
    accountable: Recipient | None = None
    every: Annotated[int, Field(gt=0)] | None = None


class DayStep(Step):
    """At opening time of the working day so many before (negative) or after the due day; `every` in working days."""

    working_days: int

    def later(self, times: int) -> DayStep:
        """The rung's repetition number `times`."""
        days = self.working_days + times * (self.every or 0)
        return self.model_copy(update={"name": f"T{days:+d}", "working_days": days})


class HourStep(Step):
    """When `part` of the working time is used up, and `hours_after` working hours later; `every` in working hours.

    What falls on a closing time is told shortly before it (`reminders.LAST_CALL`).
    """

    part: Annotated[float, Field(ge=0, le=1)]
    hours_after: Annotated[int, Field(ge=0)] = 0

    def later(self, times: int) -> HourStep:
        """The rung's repetition number `times`."""
        hours = self.hours_after + times * (self.every or 0)
        return self.model_copy(update={"name": f"T+{hours}h", "hours_after": hours})


class Ladder(ReferenceModel):
    """The rungs for clocks in days, for clocks in hours and for the supplement's, lowest first."""

    version: Annotated[str, Field(min_length=1)]
    days: tuple[DayStep, ...]
    hours: tuple[HourStep, ...]
    supplement: tuple[DayStep, ...]

    @classmethod
    def load(cls, raw: Mapping[str, Any]) -> Ladder:
        """The ladder from its document. Raises ReferenceFaults that lists every fault."""
        return parse(cls, raw, "reminder ladder")

    def step(self, clock: ClockName, unit: Unit, index: int) -> DayStep | HourStep | None:
        """The rung number `index`, from 0, of such a clock; None above the last."""
        steps: Sequence[DayStep | HourStep] = self.hours if unit is Unit.WORKING_HOURS else self.days
        if clock is ClockName.SUPPLEMENT:
            steps = self.supplement
        if index < len(steps):
            return steps[index]
        last = steps[-1] if steps else None
        return last.later(index - len(steps) + 1) if last and last.every else None

    @model_validator(mode="after")
    def _checked(self) -> Self:
        faults = []
        ladders: dict[str, tuple[DayStep, ...] | tuple[HourStep, ...]]
        ladders = {"days": self.days, "hours": self.hours, "supplement": self.supplement}
        for kind, steps in ladders.items():
            names = [step.name for step in steps]
            if len(set(names)) != len(names):
                faults.append(f"{kind}: two rungs have the same name: {names}")
            order = [_place(step) for step in steps]
            if order != sorted(set(order)):
                faults.append(f"{kind}: rungs must rise: {names}")
            if any(step.every for step in steps[:-1]):
                faults.append(f"{kind}: only the last rung may repeat")
            if steps and steps[-1].every and steps[-1].later(0).name != steps[-1].name:
                faults.append(f"{kind}: a rung that repeats is named {steps[-1].later(0).name}")
        if faults:
            raise ValueError("\n".join(faults))
        return self


def _place(step: DayStep | HourStep) -> tuple[float, int]:
    return (0, step.working_days) if isinstance(step, DayStep) else (step.part, step.hours_after)
