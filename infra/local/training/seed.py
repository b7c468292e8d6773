"""Create the practice cases with the desk's own use cases, every step at its own time in the past.

Only the routing result of a petition is given instead of computed. This is a separate process, like `provision`, with
the environment of the stack's `desk`. It rejects a stack that already has practice cases. It also refuses to run
outside working hours, because an answer due "today" must be due today.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from infra.local.clock import LocalClock
from petitions.adapters.clock import make_clock
from petitions.domain.clock.clocks import start_clock
from petitions.domain.lifecycle.refusal_reasons import RefusalReason
from petitions.domain.lifecycle.reopening_reasons import ReopeningReason
from petitions.domain.lifecycle.states import Action, ClockName, Level, Role, State
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.codes import make_code
from petitions.domain.petition.petition import Contact, Petition, RoutingResult, UnitProposal
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import HANOI
from petitions.domain.units.directory import COORDINATORS
from petitions.ports.store import Query
from petitions.usecases.lifecycle.commands import command
from petitions.usecases.shared.outbox import commit
from petitions.usecases.shared.petition_changes import Actor, begin_petition
from petitions.wiring.desk import Parts

CASES = Path(__file__).with_name("cases.json")
WARD = "PX-00175"
PLACE = "training/current"
"""The document that `functions/desk/training` reads: code of every case, and its version when the training began."""
STEP = timedelta(minutes=25)
FARTHEST = 60


class Step(BaseModel):
    """An officer's action on a practice case, before the training begins."""

    model_config = ConfigDict(extra="forbid")

    by: Literal["officer", "head", "coordinator"]
    do: Action
    after_days: int = 0
    handler: str | None = None
    into: str = ""
    """For a merger: the id of the case into which this case is merged."""
    text: str = ""
    basis: str = ""
    no_evidence: str = ""
    summary: str = ""
    why: RefusalReason | None = None
    reopen_for: ReopeningReason | None = None


class Case(BaseModel):
    """A practice case: a petition, and the actions on it before the training begins."""

    model_config = ConfigDict(extra="forbid")

    id: str
    unit: str
    level: Level
    matter: str
    place: str
    name: str
    phone: str
    residence: str
    source: Literal["zalo", "paper"] = "zalo"
    days_ago: int
    at: time
    answer_due: Literal["", "today"] = ""
    """With "today", the time of filing is chosen so that the answer is due today, and `days_ago` is ignored."""
    steps: list[Step] = Field(default_factory=list)


class MovableClock(Protocol):
    """The clock of the use cases. `seed` sets `at` to the time of every step."""

    at: datetime

    def now(self) -> datetime:
        """Return the time last set in `at`."""
        ...


class NotNowError(Exception):
    """Raised if the practice cases cannot be created at present. The message gives the reason in Vietnamese."""


class Past:
    """A clock that always returns the time `at`, until another time is assigned."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


def cases() -> list[Case]:
    """Return the practice cases in order of creation."""
    return [Case.model_validate(load) for load in json.loads(CASES.read_text(encoding="utf-8"))]


def seed(parts: Parts, clock: MovableClock, now: datetime) -> dict[str, list[Any]]:
    """Create the practice cases as of `now`. Return the petition code and version of every case by the case's id.

    Raise NotNowError outside working hours, or if there are practice cases already. `clock` must be the clock of the
    use cases in `parts`.
    """
    if parts.store.get(PLACE):
        raise NotNowError("Đã có bài tập. Muốn làm lại từ đầu, xin xóa dữ liệu rồi bắt đầu lại.")
    if not parts.timekeeping.calendar.is_working_time(now):
        raise NotNowError("Đang ngoài giờ làm việc. Xin chuyển đồng hồ tới sáng ngày làm việc sau rồi bắt đầu.")
    people = _people(parts)
    known: dict[str, str] = {}
    for case in cases():
        clock.at = _filed_at(parts, case, now)
        code = known[case.id] = _file(parts, case, clock.at)
        for step in case.steps:
            _act(parts, clock, now, people, known, code, step)
    clock.at = now
    made = {name: [code, parts.act.find(code).version] for name, code in known.items()}
    parts.store.create(PLACE, {"cases": made, "at": now})
    return made


def _people(parts: Parts) -> dict[str, Officer]:
    everyone = parts.staff.everyone(fresh=True)
    unit = {"officer": WARD, "head": WARD, "coordinator": COORDINATORS}
    return {
        role: next(officer for officer in everyone if officer.unit == where and officer.role is Role(role))
        for role, where in unit.items()
    }


def _filed_at(parts: Parts, case: Case, now: datetime) -> datetime:
    """Return the filing time of a case, which is on a working day and always before `now`."""
    if case.answer_due:
        return _due_today(parts, case, now)
    at = datetime.combine(hanoi(now).date() - timedelta(days=case.days_ago), case.at, HANOI)
    while not parts.timekeeping.calendar.is_working_day(at.date()):
        at -= timedelta(days=1)
    return min(at, now - timedelta(minutes=20))


def _due_today(parts: Parts, case: Case, now: datetime) -> datetime:
    times, today = parts.timekeeping, hanoi(now).date()
    days = [today - timedelta(days=days) for days in range(FARTHEST)]
    for day in filter(times.calendar.is_working_day, days):
        start = datetime.combine(day, case.at, HANOI)
        term = times.rules.find(ClockName.ANSWER, "pakn", case.level, start)
        clock = start_clock(ClockName.ANSWER, term, times.rules.version, times.calendar, start)
        if hanoi(clock.due_at).date() == today and now < clock.due_at:
            return start
    raise NotNowError("Hôm nay không phải ngày đến hạn của hồ sơ nào. Xin chuyển đồng hồ sang sáng mai.")


def _file(parts: Parts, case: Case, at: datetime) -> str:
    """File a case's petition and return its code. The filer is not a real citizen and gets no messages."""
    code = make_code(hanoi(at).date(), parts.ids.code_letters())
    text = case.matter
    routed = RoutingResult(
        proposals=[UnitProposal(unit=case.unit, score=1.0)],
        why=["Hồ sơ của bài tập"],
        confidence=1.0,
        auto=True,
        directory_version=parts.directory.version,
        at=at,
    )
    created = Petition(
        code=code,
        source=case.source,
        citizen=f"training-{case.id}",
        kind="phan_anh_hanh_vi",
        level=case.level.value,
        title=f"{text[:87].rpartition(' ')[0]}…" if len(text) > 90 else text,  # noqa: PLR2004 - as on Zalo
        content=text,
        address=case.place,
        ward=WARD,
        contact=Contact(name=case.name, phone=case.phone, address=case.residence),
        state=State.NEW,
        unit=case.unit,
        held_by=[case.unit] if case.unit != COORDINATORS else [],
        routed=routed,
        filed_at=at,
    )
    begin = partial(begin_petition, new=created, timekeeping=parts.timekeeping, by=Actor(Role.CITIZEN), now=at)
    commit(parts.store, parts.publisher, parts.clock, producer="training", key=code, body=lambda tx: [begin(tx)[1]])
    return code


def _act(
    parts: Parts,
    clock: MovableClock,
    now: datetime,
    people: dict[str, Officer],
    known: dict[str, str],
    code: str,
    step: Step,
) -> None:
    clock.at = min(clock.at + STEP + timedelta(days=step.after_days), now - timedelta(minutes=1))
    given = step.model_dump(exclude={"by", "do", "after_days", "into", "handler"})
    if step.handler:
        given["handler"] = people[step.handler].id
    if step.into:
        given["text"] = known[step.into]
    parts.act(people[step.by], command(code, step.do, parts.act.find(code).version, **given))


def main(arguments: list[str]) -> int:
    """Create the practice cases in the stack of this environment. Print their number, or why it was refused."""
    from petitions.wiring import desk  # noqa: PLC0415 - it reads the settings of the desk

    if "--morning" in arguments:
        _move_to_the_morning(desk.parts())
    now = make_clock().now()
    clock = Past(now)
    try:
        made = seed(replace(desk.parts(), clock=clock), clock, now)
    except NotNowError as refusal:
        sys.stdout.write(f"{refusal}\n")
        return 1
    sys.stdout.write(f"{len(made)} hồ sơ để tập đã sẵn sàng: mở bàn làm việc, trang /training.\n")
    return 0


def _move_to_the_morning(parts: Parts) -> None:
    """Move the clock of a stack without petitions to the next working hours. Schedules on the way are not run."""
    calendar, clock = parts.timekeeping.calendar, LocalClock.from_environment()
    if not calendar.is_working_time(clock.now()) and not parts.store.find(Query("petitions", limit=1)):
        clock.move_to(calendar.next_working_instant(clock.now()) + timedelta(minutes=5))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
