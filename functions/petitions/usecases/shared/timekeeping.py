"""The deadlines ("clocks") and reminders of a petition. A change of a clock also moves the next reminder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from petitions.domain.clock.calendar import WorkingCalendar
from petitions.domain.clock.clock_effects import apply_effects
from petitions.domain.clock.clocks import (
    DeadlineRules,
    NoRuleError,
    PetitionClock,
    Term,
    TimeState,
    extend,
    given_anew,
    recompute,
    with_term,
    without_stop,
)
from petitions.domain.clock.ladder import ReminderLadder
from petitions.domain.clock.time_states import time_state
from petitions.domain.lifecycle.lifecycle import FILING_EFFECTS, ClockEffect, ClockName
from petitions.domain.lifecycle.states import Level
from petitions.domain.petition.classification import PetitionClass
from petitions.domain.petition.lateness import lateness_due
from petitions.domain.petition.petition import Petition
from petitions.domain.reminders.housekeeping import HousekeepingRules, next_chore
from petitions.domain.reminders.reminders import ReminderPlan, plan_reminders
from petitions.domain.shared.records import replace

DERIVED = ("clocks", "due_at", "next_attempt_at", "derived_from")
"""The fields of a petition that are computed from its clocks. A change of a clock writes them all."""


@dataclass(frozen=True)
class Timekeeping:
    """The rules in force for deadlines, working time, reminders and housekeeping."""

    rules: DeadlineRules
    calendar: WorkingCalendar
    ladder: ReminderLadder
    chores: HousekeepingRules

    def after(self, petition: Petition, effects: Sequence[ClockEffect], now: datetime) -> Petition:
        """Return the petition after a transition's effects on its clocks (start, stop, pause, resume)."""
        clocks = apply_effects(
            petition.clocks,
            effects,
            rules=self.rules,
            calendar=self.calendar,
            petition_class=petition.rules_class,
            level=petition.level,
            at=now,
        )
        return self.scheduled(replace(petition, clocks=clocks), now)

    def reception_due(self, received_at: datetime) -> datetime:
        """Return the time by which a petition received at `received_at` must be accepted."""
        kind, level, rules, calendar = "pakn", Level.NORMAL, self.rules, self.calendar
        clocks = apply_effects(
            {}, FILING_EFFECTS, rules=rules, calendar=calendar, petition_class=kind, level=level, at=received_at
        )
        return clocks[ClockName.RECEPTION].due_at

    def extended(self, petition: Petition, name: ClockName, amount: int, now: datetime) -> Petition:
        """Return the petition with a deadline extended by `amount` time units of its rule. Raise ClockError."""
        clock = extend(petition.clocks[name], self.calendar, now, amount)
        return self.scheduled(replace(petition, clocks={**petition.clocks, name: clock}), now)

    def recounted(
        self,
        petition: Petition,
        now: datetime,
        *,
        level: Level | None = None,
        petition_class: PetitionClass | None = None,
    ) -> Petition:
        """Return the petition with another level or class, and its open deadlines computed from their starts.

        A clock keeps its rule if the rule is the same for both. Raise NoRuleError.
        """
        changed = replace(
            petition,
            level=level.value if level else petition.level,
            petition_class=petition_class or petition.petition_class,
        )
        clocks = {}
        for name, clock in petition.clocks.items():
            old, new = (
                self.rules.find(clock.name, item.rules_class, Level(item.level), clock.started_at)
                for item in (petition, changed)
            )
            clocks[name] = with_term(clock, old, new, self.rules.version, self.calendar)
        return self.scheduled(replace(changed, clocks=clocks), now)

    def unstopped(self, petition: Petition, since: datetime, now: datetime) -> Petition:
        """Return the petition with its clocks running, without any stop at `since` or later."""
        clocks = {name: without_stop(clock, self.calendar, since) for name, clock in petition.clocks.items()}
        return self.scheduled(replace(petition, clocks=clocks), now)

    def recomputed(self, petition: Petition, now: datetime) -> Petition:
        """Return the petition with its open deadlines recomputed by the calendar in force.

        The clocks keep the rules that they got at first, except rules of a withdrawn version.
        """
        clocks = {}
        for name, clock in petition.clocks.items():
            term = self._term(petition, clock) if clock.rule_version in self.rules.withdrawn else None
            given = given_anew(clock, term, self.rules.version, self.calendar) if term else clock
            clocks[name] = recompute(given, self.calendar)
        return self.scheduled(replace(petition, clocks=clocks), now)

    def keeps(self, petition: Petition) -> frozenset[str]:
        """Return the versions of earlier rules whose time limits open clocks keep although the current rules differ."""
        found = set()
        for clock in petition.clocks.values():
            term = None if clock.stopped_at else self._term(petition, clock)
            if term and term != replace(clock.rule, id=term.id, source=term.source):
                found.add(clock.rule_version)
        return frozenset(found)

    def _term(self, petition: Petition, clock: PetitionClock) -> Term | None:
        try:
            return self.rules.find(clock.name, petition.rules_class, Level(petition.level), clock.started_at)
        except NoRuleError:
            return None

    @property
    def basis(self) -> str:
        """Return the versions of calendar and rules in force, as stored in `Petition.derived_from`."""
        return f"{self.calendar.version}/{self.rules.version}"

    def scheduled(self, petition: Petition, now: datetime) -> Petition:
        """Return the petition with the fields that are computed from its clocks.

        - `due_at` is the instant after which the office is late (`late_from`), if any.
        - `next_attempt_at` is the next time at which a reminder, a scheduled step or the end of a pause is due, if any.
        - `derived_from` has the versions of calendar and rules behind the open deadlines. It equals `basis` if all are
          up to date.
        """
        running = [clock for clock in petition.clocks.values() if clock.stopped_at is None]
        instants = []
        for clock in running:
            todo = self.plan(petition, clock, now)
            instants += [now] if todo.fire or todo.skipped else [todo.next_at] if todo.next_at else []
        instants += [end] if (end := pause_ends(petition)) else []
        late = lateness_due(petition)
        instants += [self.calendar.next_working_instant(max(late, now))] if late else []
        chore = next_chore(petition, self.chores, self.calendar)
        instants += [self.calendar.next_working_instant(max(chore.at, now))] if chore else []
        return replace(
            petition,
            due_at=petition.late_from,
            next_attempt_at=min(instants, default=None),
            derived_from=self._derived_from(running),
        )

    def _derived_from(self, running: Sequence[PetitionClock]) -> str | None:
        calendars = "+".join(sorted({clock.calendar_version for clock in running}))
        return f"{calendars}/{self.rules.version}" if running else None

    def plan(self, petition: Petition, clock: PetitionClock, now: datetime) -> ReminderPlan:
        """Return the reminders due now and the next one, given those already sent for the clock's deadline."""
        done = petition.rungs.get(rungs_key(clock), 0)
        return plan_reminders(clock, done, now, calendar=self.calendar, ladder=self.ladder)

    def state(self, clock: PetitionClock, now: datetime) -> TimeState:
        """Return the clock's state: within time, nearly due or overdue. A stopped clock stays in time or late."""
        return time_state(clock, self.calendar, now)

    def left(self, clock: PetitionClock, now: datetime) -> timedelta:
        """Return the working time until the clock's deadline, negative after it. It does not change during a pause."""
        return self.calendar.elapsed_working(clock.paused_at or now, clock.due_at)


def pause_ends(petition: Petition) -> datetime | None:
    """Return the instant at which the clocks resume even without a reply of the citizen, or None."""
    return min((clock.pause_ends_at for clock in petition.clocks.values() if clock.pause_ends_at), default=None)


def rungs_key(clock: PetitionClock) -> str:
    """Return the key under which `Petition.rungs` counts the reminders sent for the clock's present deadline."""
    return f"{clock.name}:{clock.due_version}"
