"""A world whose calendar of days off changes while petitions are open."""

from __future__ import annotations

import copy
from typing import Any

from petitions.adapters import reference
from petitions.adapters.reference import parsed
from petitions.domain.clock.calendar import WorkingCalendar
from petitions.domain.clock.clocks import DeadlineRules
from petitions.domain.lifecycle.lifecycle import Action, Role
from petitions.domain.petition.petition import Petition
from petitions.domain.reminders.deadline_moves import JOB_PATH
from petitions.usecases.officers.officer_mail import OfficerMail
from petitions.usecases.reference.recompute_deadlines import RecomputeDeadlines
from petitions.usecases.reference.tell_deadline_moves import TellDeadlineMoves
from petitions.usecases.shared.timekeeping import Timekeeping
from tests.unit.clock.seeds import at
from tests.unit.petition.handling import COORDINATOR, act, officer
from tests.unit.world import World

ROUTED_TO = "UBND phường chậm trả giấy khai sinh"


def calendar_with(version: str, *days: str) -> WorkingCalendar:
    raw: dict[str, Any] = copy.deepcopy(parsed("calendars.json"))
    raw["version"] = version
    for day in days:
        raw["years"][3]["off"][day] = "nghỉ lễ bổ sung"
    return WorkingCalendar.load(raw)


def clocked(calendar: WorkingCalendar, rules: DeadlineRules | None = None) -> Timekeeping:
    return Timekeeping(rules or reference.rules(), calendar, reference.ladder(), reference.chores())


class Clockwork(World):
    """A world with a changeable calendar. A published calendar applies at once."""

    def in_force(self, calendar: WorkingCalendar, rules: DeadlineRules | None = None) -> None:
        self.timekeeping = clocked(calendar, rules)

    def job(self) -> RecomputeDeadlines:
        texts, directory = reference.texts(), reference.directory()
        tell = TellDeadlineMoves(
            self.store, self.publisher, self.clock, OfficerMail(texts, directory, "https://desk.example.vn")
        )
        return RecomputeDeadlines(self.store, self.publisher, self.clock, self.timekeeping, texts, tell)

    def minutes(self, number: int) -> None:
        for _ in range(number):
            self.clock.advance(minutes=1)
            self.job()()

    def accepted(self, number: int) -> list[Petition]:
        """Return `number` petitions of one ward, accepted on Monday 23/11/2026 and due on Tuesday 8/12."""
        for item in range(number):
            self.files(ROUTED_TO, user=str(10**18 + item))
        for petition in self.petitions():
            self.routing(petition.code)
        for petition in self.petitions():
            act(self, COORDINATOR, petition, Action.ACCEPT)
        for person in (officer("SXD"), COORDINATOR):
            self.store.create(f"officers/{person.id}", person.stored())
        unit = self.petitions()[0].unit
        for person in (officer(unit), officer(unit, Role.HEAD, "truong")):
            self.store.create(f"officers/{person.id}", person.stored())
        return self.petitions()

    def move_notices(self) -> list[dict[str, Any]]:
        notices = [self.store.documents[path] for path in self.store.paths("notices")]
        return [notice for notice in notices if notice["kind"] == "moved"]

    def dues(self) -> set[str]:
        return {
            f"{petition.clocks['answer'].due_at.astimezone(at('2026-11-23 00:00').tzinfo):%d/%m}"
            for petition in self.petitions()
        }

    def state(self) -> str:
        return str(self.store.documents[JOB_PATH]["state"])
