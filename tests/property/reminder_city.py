"""A random city for the reminders: petitions, officers, calendar changes, outages, parallel runs and crashes.

The real schedule of reminders works on a store in memory. A slow independent model runs beside it.
"""

from __future__ import annotations

import copy
import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from petitions.adapters import reference
from petitions.domain.clock.calendar import WorkingCalendar
from petitions.domain.clock.clocks import extension_left, recompute
from petitions.domain.lifecycle.lifecycle import (
    FILING_EFFECTS,
    OPEN_STATES,
    TRANSITIONS,
    Action,
    Role,
    State,
    transition,
)
from petitions.domain.lifecycle.states import ClockName
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.history_actions import HistoryAction, RecordedAction
from petitions.domain.petition.petition import Contact, Petition, petition_path
from petitions.domain.petition.stored_answer import StoredAnswer
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import COORDINATORS
from petitions.errors import Retryable
from petitions.ports.messages import Message
from petitions.ports.store import DELETE, Document, Fields, Query, Reader, Transaction
from petitions.usecases.officers.officer_mail import OfficerMail
from petitions.usecases.reminders.close_answered import CloseAnswered
from petitions.usecases.reminders.end_pause import is_waited_out
from petitions.usecases.reminders.fire_reminders import FireReminders
from petitions.usecases.shared.petition_changes import Actor, Change, move_petition, petition_in
from petitions.usecases.shared.tell_lateness import TellLateness
from petitions.usecases.shared.timekeeping import Timekeeping
from tests.fakes import FakeClock, FakeIds
from tests.property.reminder_model import Days, Model, Running
from tests.unit.petition.handling import FORWARD

T = TypeVar("T")
UNITS = ("SYT", "SXD", "STP", "SGDDT")
FORGOTTEN = ("inbox", "notices", "citizens", "digests", "audit")
LATE = 20
"""The delay of some hourly runs in minutes. 17:20 is after the last reminder of a day and before closing time."""
FIRST, LAST = date(2023, 1, 1), date(2030, 12, 31)


class Silence:
    def publish(self, messages: Sequence[Message]) -> None:
        del messages


class Memory:
    """A fast store (`ports.Store`) for one thread, without copies. `crash` decides whether a commit fails."""

    def __init__(self, crash: Callable[[], str]) -> None:
        self.kept: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
        self.versions: dict[str, int] = defaultdict(int)
        self.crash = crash
        self.crashed: list[str] = []

    def snapshot(self) -> Reader:
        raise NotImplementedError

    def get(self, path: str) -> Fields | None:
        collection, _, name = path.rpartition("/")
        return self.kept[collection].get(name)

    def get_all(self, paths: Sequence[str]) -> list[Fields | None]:
        return [self.get(path) for path in paths]

    def find(self, query: Query) -> list[Document]:
        documents = list(self.kept[query.collection].items())
        for field, operator, value in query.where[:1]:
            if operator == "<=":
                documents = [(name, item) for name, item in documents if field in item and item[field] <= value]
                documents.sort(key=lambda document: document[1][field])
            else:
                documents = [(name, item) for name, item in documents if item.get(field) == value]
        return [
            Document(name, dict(fields), self.versions[f"{query.collection}/{name}"])
            for name, fields in documents[: query.limit]
        ]

    def transact(self, body: Callable[[Transaction], T]) -> T:
        attempt = _Attempt(self)
        result = body(attempt)
        end = self.crash()
        if end == "before":
            self.crashed += attempt.petitions()
            raise Retryable("crashed before the commit", reason="crash")
        attempt.apply()
        if end == "after":
            raise Retryable("crashed after the commit", reason="crash")
        return result

    def create(self, path: str, fields: Fields) -> bool:
        self.write(path, fields)
        return True

    def update(self, path: str, fields: Fields) -> None:
        self.write(path, fields)

    def update_unchanged(self, collection: str, changes: Sequence[tuple[Document, Fields]]) -> list[Document]:
        ours = [(item, fields) for item, fields in changes if self.versions[f"{collection}/{item.id}"] == item.version]
        for document, fields in ours:
            self.write(f"{collection}/{document.id}", fields)
        return [replace(item, version=self.versions[f"{collection}/{item.id}"]) for item, _ in ours]

    def create_all(self, documents: Mapping[str, Fields]) -> int:
        return sum(self.create(path, fields) for path, fields in documents.items())

    def count(self, query: Query) -> int:
        return len(self.find(query))

    def write(self, path: str, fields: Fields) -> None:
        collection, _, name = path.rpartition("/")
        if collection.startswith(FORGOTTEN) or collection.endswith("/history"):
            return
        document = self.kept[collection].setdefault(name, {})
        self.versions[path] += 1
        for field, value in fields.items():
            if value is DELETE:
                document.pop(field, None)
            else:
                document[field] = value


class _Attempt:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._writes: list[tuple[str, Fields]] = []
        self.get, self.get_all, self.find = memory.get, memory.get_all, memory.find

    def create(self, path: str, fields: Fields) -> None:
        assert self._memory.get(path) is None, f"{path} was created twice"
        self._writes.append((path, fields))

    def update(self, path: str, fields: Fields) -> None:
        self._writes.append((path, fields))

    def delete(self, path: str) -> None:
        raise NotImplementedError(path)

    def written(self, path: str) -> int | None:
        return self._memory.versions[path] if any(item == path for item, _ in self._writes) else None

    def apply(self) -> None:
        for path, fields in self._writes:
            self._memory.write(path, fields)

    def petitions(self) -> list[str]:
        return [path.removeprefix("petitions/") for path, _ in self._writes if path.startswith("petitions/")]


class City:
    def __init__(self, seed: int, start: datetime) -> None:
        self.random = random.Random(seed)
        self.clock = FakeClock(start)
        self.raw: dict[str, Any] = copy.deepcopy(reference.parsed("calendars.json"))
        self.crashes = True
        self.store = Memory(self._end)
        self.codes: list[str] = []
        self.open: set[str] = set()
        self.waiting: set[str] = set()
        officers: dict[str, dict[str, list[str]]] = {COORDINATORS: {"coordinator": ["c-1", "c-2"]}}
        officers |= {unit: {"officer": [f"{unit}-a", f"{unit}-b"], "head": [f"{unit}-h"]} for unit in UNITS[:-1]}
        officers[UNITS[-1]] = {"officer": [f"{UNITS[-1]}-a"]}  # without a head
        for unit, roles in officers.items():
            for role, ids in roles.items():
                for item in ids:
                    person = Officer(id=item, name=item, email=f"{item}@example.vn", unit=unit, role=Role(role))
                    self.store.create(f"officers/{item}", person.stored())
        self.officers = officers
        self.model = Model(self._days(), officers)
        self._equip()

    def _end(self) -> str:
        chance = self.random.random() if self.crashes else 1.0
        return "before" if chance < 0.01 else "after" if chance < 0.02 else ""

    def _days(self) -> Days:
        years = self.raw["years"]
        off = {day for year in years for day in year["off"]}
        extra = {day for year in years for day in year["extra_working"]}
        return Days.between(FIRST, LAST, off, extra)

    def _equip(self) -> None:
        self.keeping = Timekeeping(
            reference.rules(), WorkingCalendar.load(self.raw), reference.ladder(), reference.chores()
        )
        mail = OfficerMail(reference.texts(), reference.directory(), "https://desk.example.vn")
        house = CloseAnswered(reference.texts(), self.keeping)
        lateness = TellLateness(reference.texts(), reference.directory())
        self.sweep = FireReminders(self.store, Silence(), self.clock, FakeIds(), mail, self.keeping, house, lateness)

    def tick(self, *, up: bool, times: int) -> None:
        """Run the reminders `times` times, as one call of the scheduler. With `up=False` the system is down."""
        if not up:
            return
        self.store.crashed.clear()
        self._end_waits()
        for _ in range(times):
            self.sweep()
        self.model.tick(self.clock.now(), self.store.crashed)

    def _end_waits(self) -> None:
        for code in sorted(self.waiting):
            petition, now = self._petition(code), self.clock.now()
            if is_waited_out(petition, now):
                step = transition(petition.state, Action.SUPPLEMENT, Role.SYSTEM, petition.came_from)
                moved = replace(petition, state=step.to, came_from=step.came_from)
                self._write(petition, self.keeping.after(moved, step.effects, now), step.action)

    def edit_calendar(self) -> None:
        """Turn a coming working day into a day off or back, and compute all open deadlines again."""
        year = self.clock.now().year
        data = next(item for item in self.raw["years"] if item["year"] == year)
        day = self.clock.now().date() + timedelta(days=self.random.randrange(1, 15))
        if day.year != year:
            return
        name = day.isoformat()
        if name in data["off"]:
            del data["off"][name]
        elif name in data["extra_working"]:
            data["extra_working"].remove(name)
        elif day.weekday() < 5:
            data["off"][name] = "nghỉ"
        else:
            data["extra_working"] = sorted([*data["extra_working"], name])
        self.raw["version"] = f"{self.raw['version'][:10]}-{self.random.random()}"
        self._equip()
        self.model.edited(self._days())
        for code in sorted(self.open):
            petition = self._petition(code)
            clocks = {name: recompute(clock, self.keeping.calendar) for name, clock in petition.clocks.items()}
            moved = replace(petition, clocks=clocks)
            self._write(petition, self.keeping.scheduled(moved, self.clock.now()))

    def file(self, level: str) -> None:
        """File a petition of the given level with a random unit. Its clocks start, also in the model."""
        number, now = len(self.codes), self.clock.now()
        filed_petition = Petition.model_validate(
            {
                "code": f"HN-{number:06}",
                "citizen": "c",
                "level": level,
                "title": "t",
                "content": "c",
                "address": "a",
                "contact": Contact(name="n", phone="84912345678"),
                "state": State.NEW,
                "unit": self.random.choice((*UNITS, COORDINATORS)),
                "filed_at": now,
            }
        )
        petition = self.keeping.after(filed_petition, FILING_EFFECTS, now)
        self.store.create(petition_path(petition.code), petition.stored())
        self.codes.append(petition.code)
        self._tell(petition)

    def act(self) -> None:
        """Take an action on a random open petition: mostly the usual next one, sometimes any allowed one."""
        if not self.open:
            return None
        petition, now = self._petition(self.random.choice(sorted(self.open))), self.clock.now()
        action = FORWARD.get(petition.state)
        rows = [
            row
            for row in TRANSITIONS
            if petition.state in row.sources
            and row.action not in {Action.EXTEND, Action.SET_LEVEL, Action.UNASSIGN, Action.UNMERGE}
        ]
        if action is None or self.random.random() < 0.25:
            row = self.random.choice(rows)
        elif self.random.random() < 0.15:
            return self._extend(petition)
        else:
            row = next(row for row in rows if row.action is action)
        step = transition(petition.state, row.action, min(row.roles), petition.came_from)
        updates: dict[str, Any] = {"state": step.to, "came_from": step.came_from, **self._given(row.action, petition)}
        after = self.keeping.after(replace(petition, **updates), step.effects, now)
        return self._write(petition, after, row.action)

    def _given(self, action: Action, petition: Petition) -> dict[str, Any]:
        if action is Action.ASSIGN:
            unit = self.random.choice(UNITS)
            handlers = [None, *self.officers[unit]["officer"]]
            return {"unit": unit, "handler": self.random.choice(handlers)}
        if action is Action.GIVE_BACK:
            return {"unit": COORDINATORS, "handler": None}
        if action is Action.APPROVE:
            reply = StoredAnswer(
                text="t", author="a", unit=petition.unit, written_at=self.clock.now(), approved_at=self.clock.now()
            )
            return {"reply": reply}
        return {}

    def _extend(self, petition: Petition) -> None:
        clock, now = petition.clocks.get(ClockName.ANSWER), self.clock.now()
        left = extension_left(clock, now) if clock else 0
        if left:
            amount = self.random.randint(1, left)
            self._write(petition, self.keeping.extended(petition, ClockName.ANSWER, amount, now))

    def _petition(self, code: str) -> Petition:
        found = self.store.get(petition_path(code))
        assert found is not None
        return Petition.model_validate(found)

    def _write(self, before: Petition, after: Petition, action: HistoryAction = RecordedAction.RECOMPUTED) -> None:
        def change(tx: Transaction) -> None:
            assert petition_in(tx, before.code).version == before.version
            names = [name for name in type(after).model_fields if name != "version"]
            updates = {name: getattr(after, name) for name in names}
            actor, now = Actor(Role.SYSTEM), self.clock.now()
            move_petition(tx, before, updates, reference.directory(), Change(action, actor, now))

        crashes, self.crashes = self.crashes, False
        self.store.transact(change)
        self.crashes = crashes
        self._tell(after)

    def _tell(self, petition: Petition) -> None:
        running = [
            Running(
                name=str(clock.name),
                version=clock.due_version,
                due=clock.due_at,
                started=clock.started_at,
                hours=clock.rule.amount + clock.extended if clock.rule.unit == "working_hours" else None,
            )
            for clock in petition.clocks.values()
            if clock.is_running
        ]
        waits = petition.state is State.AWAITING_CITIZEN
        (self.waiting.add if waits else self.waiting.discard)(petition.code)
        to_approve, approves = self.model.to_approve, petition.state is State.AWAITING_APPROVAL
        (to_approve.add if approves else to_approve.discard)(petition.code)
        self.model.changed(petition.code, petition.unit, petition.handler, running)
        if petition.state in OPEN_STATES:
            self.open.add(petition.code)
        else:
            self.open.discard(petition.code)

    def recorded(self) -> dict[str, tuple[datetime, bool]]:
        """Return all stored reminders by id, as (time, whether it was skipped)."""
        return {name: (item["at"], item["skipped"]) for name, item in self.store.kept["reminders"].items()}


def live(seed: int, *, start: datetime, days: int, petitions: int) -> City:
    """Let this number of days pass with a run every hour, and with actions and changes in between. Return the city."""
    city = City(seed, start)
    chance, hours, down = city.random, days * 24, 0
    for hour in range(hours):
        filed = round(petitions * min(1, (hour + 1) / (hours * 0.8))) - len(city.codes)
        moves = filed + sum(chance.random() < 0.01 for _ in city.open)
        for minute in sorted(chance.randrange(LATE + 1, 59) for _ in range(moves)):
            city.clock.at = start + timedelta(hours=hour, minutes=minute)
            if filed and chance.random() < 0.5:
                city.file(chance.choice(("normal", "normal", "complex", "urgent")))
                filed -= 1
            else:
                city.act()
        for _ in range(filed):
            city.file("normal")
        if chance.random() < 0.004:
            city.edit_calendar()
        if down == 0 and chance.random() < 0.01:
            down = chance.choice((1, 3, 24, 80))
        city.clock.at = start + timedelta(hours=hour + 1, minutes=chance.choice((0, 0, LATE)))
        city.tick(up=down == 0, times=chance.choice((1, 1, 2, 3)))
        down = max(0, down - 1)
    return city


def start_of(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
