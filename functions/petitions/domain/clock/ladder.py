"""The ladder of reminders as data: the times before and after a deadline at which somebody is reminded.

A step of the ladder names its time, its recipients, and the person accountable from then on. Source: LAW 7.2. Days
count from the due day, hours from the due instant. The last step may repeat without end. The clock of a supplement has
its own ladder, because there the citizen is late, and the handler has to react.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from petitions.domain.clock.deadline_rules import TermUnit
from petitions.domain.lifecycle.states import ClockName
from petitions.domain.shared.records import replace
from petitions.domain.shared.reference_data import ReferenceModel, parse


class Recipient(StrEnum):
    """A person to be reminded or held accountable. If a petition has no handler, that is every officer of the unit."""

    HANDLER = "handler"
    HEAD = "head"
    COORDINATORS = "coordinators"


class ReminderStep(ReferenceModel):
    """One step of the ladder, i.e. one reminder before or after a deadline."""

    name: Annotated[str, Field(min_length=1, pattern=r"^[^:/]+$")]
    recipients: Annotated[tuple[Recipient, ...], Field(min_length=1)]
    at_once: bool = False
    """Whether the reminder goes out without waiting for the next morning's digest."""
    accountable: Recipient | None = None
    """The person accountable for the petition from this step on, or None for no change."""
    every: Annotated[int, Field(gt=0)] | None = None
    """The interval at which the step repeats, in working days or working hours. None for a step that does not repeat.
    """


class DayReminderStep(ReminderStep):
    """A step at the opening time of a working day. Its interval is in working days."""

    working_days: int
    """Working days after the due day. Negative before it."""

    def later(self, times: int) -> DayReminderStep:
        """Return the step for repetition number `times`, with its own name."""
        days = self.working_days + times * (self.every or 0)
        return replace(self, name=f"T{days:+d}", working_days=days)


class HourReminderStep(ReminderStep):
    """A step of a clock in hours. Its interval is in working hours.

    A reminder that falls on a closing time is sent shortly before it (`reminders.LAST_CALL`).
    """

    part: Annotated[float, Field(ge=0, le=1)]
    """The part of the clock's working time that must have passed, 0 to 1."""
    hours_after: Annotated[int, Field(ge=0)] = 0
    """Working hours to add to that time."""

    def later(self, times: int) -> HourReminderStep:
        """Return the step for repetition number `times`, with its own name."""
        hours = self.hours_after + times * (self.every or 0)
        return replace(self, name=f"T+{hours}h", hours_after=hours)


class ReminderLadder(ReferenceModel):
    """The ladders of reminders for all kinds of clocks, the earliest step first."""

    version: Annotated[str, Field(min_length=1)]
    days: tuple[DayReminderStep, ...]
    """For clocks in days."""
    hours: tuple[HourReminderStep, ...]
    """For clocks in hours."""
    supplement: tuple[DayReminderStep, ...]
    """For the clock of a supplement."""
    approval: tuple[DayReminderStep, ...] = ()
    """For an answer that waits to be approved, in working days from the day on which it was submitted."""

    @classmethod
    def load(cls, raw: Mapping[str, Any]) -> ReminderLadder:
        """Return the ladder read from its document. Raise ReferenceFaults with all faults."""
        return parse(cls, raw, "reminder ladder")

    def step(self, clock: ClockName, unit: TermUnit, index: int) -> DayReminderStep | HourReminderStep | None:
        """Return step number `index` (from 0) of this clock's ladder. None after the last step, unless it repeats."""
        steps: Sequence[DayReminderStep | HourReminderStep] = (
            self.hours if unit is TermUnit.WORKING_HOURS else self.days
        )
        if clock is ClockName.SUPPLEMENT:
            steps = self.supplement
        if index < len(steps):
            return steps[index]
        last = steps[-1] if steps else None
        return last.later(index - len(steps) + 1) if last and last.every else None

    @model_validator(mode="after")
    def _checked(self) -> Self:
        faults = []
        ladders: dict[str, tuple[DayReminderStep, ...] | tuple[HourReminderStep, ...]]
        ladders = {"days": self.days, "hours": self.hours, "supplement": self.supplement, "approval": self.approval}
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


def _place(step: DayReminderStep | HourReminderStep) -> tuple[float, int]:
    return (0, step.working_days) if isinstance(step, DayReminderStep) else (step.part, step.hours_after)
