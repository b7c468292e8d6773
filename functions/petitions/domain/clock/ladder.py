"""The ladder of reminders as data: the times before and after a deadline at which somebody is reminded.

A rung of the ladder names its time, its recipients, and the person accountable from then on. Source: LAW 7.2. Days
count from the due day, hours from the due instant. The last rung may repeat without end. The clock of a supplement has
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
    """A person to be reminded or held accountable, the most senior last.

    Without a handler, HANDLER stands for every officer of the petition's unit, or for its heads if it has no officers.
    """

    HANDLER = "handler"
    HEAD = "head"
    COORDINATORS = "coordinators"


RECIPIENT_LABELS = {
    "handler": "Người xử lý",
    "head": "Lãnh đạo đơn vị",
    "coordinators": "Cán bộ điều phối",
}
RECIPIENTS_IN_TEXT = {value: label[0].lower() + label[1:] for value, label in RECIPIENT_LABELS.items()}
"""The labels as they are written within a sentence."""


class Rung(ReferenceModel):
    """One step of the ladder, i.e. one reminder before or after a deadline."""

    name: Annotated[str, Field(min_length=1, pattern=r"^[^:/]+$")]
    recipients: Annotated[tuple[Recipient, ...], Field(min_length=1)]
    """The people recorded as reminded. They get a mail each only if the petition is urgent.

    Those of the petition's own unit have it in their digests, which follow the rungs in days for every clock.
    Coordinators have all overdue petitions in theirs.
    """
    at_once: bool = False
    """Whether the unit is notified within minutes, unless this morning's digest lists the petition or is still to come.

    Without it, that happens only if the petition is due before the next digest. Urgent ones are mailed in any case.
    """
    accountable: Recipient | None = None
    """The person accountable for the petition from this rung on, or None for no change."""
    every: Annotated[int, Field(gt=0)] | None = None
    """The interval at which the rung repeats, in working days or working hours. None for a rung that does not repeat.
    """


class DayRung(Rung):
    """A rung at the opening time of a working day. Its interval is in working days."""

    working_days: int
    """The number of working days after the due day. Negative before the due day."""

    def later(self, times: int) -> DayRung:
        """Return the rung for repetition number `times`, with its own name."""
        days = self.working_days + times * (self.every or 0)
        return replace(self, name=f"T{days:+d}", working_days=days)


class HourRung(Rung):
    """A rung of a clock in hours. Its interval is in working hours.

    A reminder that falls on a closing time is sent shortly before it (`reminders.LAST_CALL`).
    """

    part: Annotated[float, Field(ge=0, le=1)]
    """The part of the clock's working time that must have passed, 0 to 1."""
    hours_after: Annotated[int, Field(ge=0)] = 0
    """The working hours between the instant given by `part` and the reminder."""

    def later(self, times: int) -> HourRung:
        """Return the rung for repetition number `times`, with its own name."""
        hours = self.hours_after + times * (self.every or 0)
        return replace(self, name=f"T+{hours}h", hours_after=hours)


class ReminderLadder(ReferenceModel):
    """The ladders of reminders for all kinds of clocks, the earliest rung first."""

    version: Annotated[str, Field(min_length=1)]
    days: tuple[DayRung, ...]
    """The rungs for clocks that count in days."""
    hours: tuple[HourRung, ...]
    """The rungs for clocks that count in hours."""
    supplement: tuple[DayRung, ...]
    """The rungs for the clock of a supplement, i.e. of the filer's reply to a question."""
    approval: tuple[DayRung, ...] = ()
    """The rungs for an answer that waits for approval, in working days from the day of its submission."""

    @classmethod
    def load(cls, raw: Mapping[str, Any]) -> ReminderLadder:
        """Return the ladder read from its document. Raise ReferenceFaults with all faults."""
        return parse(cls, raw, "reminder ladder")

    def rung(self, clock: ClockName, unit: TermUnit, index: int) -> DayRung | HourRung | None:
        """Return rung number `index` (from 0) of this clock's ladder. None after the last rung, unless it repeats."""
        rungs: Sequence[DayRung | HourRung] = self.hours if unit is TermUnit.WORKING_HOURS else self.days
        if clock is ClockName.SUPPLEMENT:
            rungs = self.supplement
        if index < len(rungs):
            return rungs[index]
        last = rungs[-1] if rungs else None
        return last.later(index - len(rungs) + 1) if last and last.every else None

    @model_validator(mode="after")
    def _checked(self) -> Self:
        faults = []
        ladders: dict[str, tuple[DayRung, ...] | tuple[HourRung, ...]]
        ladders = {"days": self.days, "hours": self.hours, "supplement": self.supplement, "approval": self.approval}
        for kind, rungs in ladders.items():
            names = [rung.name for rung in rungs]
            if len(set(names)) != len(names):
                faults.append(f"{kind}: two rungs have the same name: {names}")
            order = [_place(rung) for rung in rungs]
            if order != sorted(set(order)):
                faults.append(f"{kind}: rungs must rise: {names}")
            if any(rung.every for rung in rungs[:-1]):
                faults.append(f"{kind}: only the last rung may repeat")
            if rungs and rungs[-1].every and rungs[-1].later(0).name != rungs[-1].name:
                faults.append(f"{kind}: a rung that repeats is named {rungs[-1].later(0).name}")
        if faults:
            raise ValueError("\n".join(faults))
        return self


def _place(rung: DayRung | HourRung) -> tuple[float, int]:
    return (0, rung.working_days) if isinstance(rung, DayRung) else (rung.part, rung.hours_after)
