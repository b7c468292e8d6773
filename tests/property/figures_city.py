"""A random city whose totals are counted while petitions change, and a slow count to compare with."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from petitions.adapters import reference
from petitions.domain.clock.clocks import ClockError
from petitions.domain.figures.figures import OUTCOME_COUNTERS
from petitions.domain.lifecycle.lifecycle import OPEN_STATES, TRANSITIONS, Action, ClockName, Role, State, transition
from petitions.domain.petition.classification import Classification, Nature, Statement
from petitions.domain.petition.history_actions import HistoryAction, RecordedAction
from petitions.domain.petition.history_counts import CITY
from petitions.domain.petition.petition import Contact, Petition, Rating
from petitions.domain.shared.records import replace
from petitions.errors import Retryable
from petitions.ports.store import Transaction
from petitions.usecases.figures.fold_figures import FoldFigures
from petitions.usecases.shared.petition_changes import Actor, Change, begin_petition, move_petition, petition_in
from petitions.usecases.shared.timekeeping import Timekeeping
from tests.fakes import FakeClock, FakeStore

Diary = list[tuple[datetime, Petition | None, Petition]]
UNITS, WARDS, KINDS = ("VPUB", "SXD", "SYT", "PX-00004"), (None, "PX-00004", "PX-00166"), (None, "question")
FIELDS = ("khac", "y_te", "thue")
BEGIN = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
TIMES = Timekeeping(reference.rules(), reference.calendar(), reference.ladder(), reference.chores())
DIRECTORY = reference.directory()


class City:
    def __init__(self) -> None:
        self.store, self.clock = FakeStore(), FakeClock(BEGIN)
        self.fold = FoldFigures(self.store, self.clock)
        self.diary: Diary = []
        self.codes: list[str] = []
        self.merged: dict[str, tuple[datetime, State | None]] = {}

    def file(self, unit: str) -> None:
        code = f"HN-261120-0000-{len(self.codes):04d}"
        fresh = Petition(code=code, citizen="c", title="t", content="c", address="a", unit=unit, state=State.NEW,
                        contact=Contact(name="n", phone="84900000000"), filed_at=self.clock.now())  # fmt: skip
        now = self.clock.now()
        petition, _ = self.store.transact(lambda tx: begin_petition(tx, fresh, TIMES, Actor(Role.CITIZEN), now))
        self.codes.append(code)
        self.diary.append((now, None, petition))

    def alter(self, code: str, action: HistoryAction, **updates: Any) -> None:
        now, seen = self.clock.now(), list[tuple[Petition, Petition]]()

        def change(tx: Transaction) -> None:
            before = petition_in(tx, code)
            moved = move_petition(tx, before, updates, DIRECTORY, Change(action, Actor(Role.SYSTEM), now))
            seen[:] = [(before, moved.petition)]

        self.store.transact(change)
        self.diary.append((now, *seen[0]))

    def petition(self, code: str) -> Petition:
        return Petition.model_validate(self.store.documents[f"petitions/{code}"])

    def act(self, code: str, choice: int) -> None:
        before = self.petition(code)
        assigned = before.came_from is not None  # and by nothing but an assignment
        rows = [
            row
            for row in TRANSITIONS
            if before.state in row.sources and (assigned or row.action is not Action.UNASSIGN)
        ]
        if not rows:
            return
        row = rows[choice % len(rows)]
        step = transition(before.state, row.action, min(row.roles), before.came_from)
        moved = replace(before, state=step.to, came_from=step.came_from)
        if row.action in {Action.GIVE_BACK, Action.TAKE_BACK, Action.UNASSIGN}:
            moved = replace(moved, unit="VPUB")
        if row.action is Action.EXTEND:
            try:
                timed = TIMES.extended(moved, ClockName.ANSWER, 1, self.clock.now())
            except (ClockError, KeyError):
                return
        elif row.action is Action.UNMERGE:
            at, awaited_from = self.merged[code]
            moved = replace(moved, came_from=awaited_from)
            timed = TIMES.unstopped(moved, at, self.clock.now())
        else:
            timed = TIMES.after(moved, step.effects, self.clock.now())
        if row.action is Action.MERGE:
            self.merged[code] = (self.clock.now(), before.came_from)
        names = ("state", "came_from", "unit", "clocks", "due_at", "next_attempt_at")
        self.alter(code, row.action, **{name: getattr(timed, name) for name in names})

    def fold_with(self, crash: str) -> None:
        self.store.crash = crash or None
        for _ in range(3):  # a run that dies, the next one, and one that finds nothing to do
            try:
                self.fold()
            except Retryable:
                continue
        self.store.crash = None


STEP = st.one_of(
    st.tuples(st.just("file"), st.sampled_from(UNITS), st.integers(0, 0)),
    st.tuples(st.just("act"), st.integers(0, 50), st.integers(0, 50)),
    st.tuples(st.just("act"), st.integers(0, 50), st.integers(0, 50)),
    st.tuples(st.just("move"), st.integers(0, 50), st.integers(0, 50)),
    st.tuples(st.just("classify"), st.integers(0, 50), st.integers(0, 50)),
    st.tuples(st.just("rate"), st.integers(0, 50), st.integers(1, 3)),
    st.tuples(st.just("fold"), st.sampled_from(["", "before", "after"]), st.integers(0, 0)),
    st.tuples(st.just("wait"), st.integers(1, 90), st.integers(0, 0)),
)


def do(city: City, step: tuple[str, Any, int]) -> None:
    verb, what, how = step
    if verb == "file":
        city.file(what)
    elif verb == "fold":
        city.fold_with(what)
    elif verb == "wait":
        city.clock.advance(hours=what)
    elif city.codes:
        code = city.codes[what % len(city.codes)]
        if verb == "act":
            city.act(code, how)
        elif verb == "move":
            place = {"unit": UNITS[how % 4], "ward": WARDS[how % 3], "kind": KINDS[how % 2]}
            city.alter(code, RecordedAction.ROUTED, **place)
        elif verb == "classify":
            decided = Classification(
                nature=Nature.CONDUCT, statement=Statement.REPORT, field=FIELDS[how % 3], by="o", at=city.clock.now()
            )
            city.alter(code, Action.CLASSIFY, classified=decided, kind=KINDS[how % 2])
        else:
            city.alter(code, RecordedAction.RATED, rating=Rating.model_validate({"level": how, "at": city.clock.now()}))


OFFICES = ("reception", "transfer", "answer")


def was_late(petition: Petition, step: str) -> bool:
    """Return whether the petition was late in the given step, also in an earlier run of the step."""
    clock = petition.clocks.get(step)
    if clock is None:
        return False
    ends = [(run.stopped_at, run.due_at) for run in clock.runs]
    ends += [(clock.stopped_at, clock.due_at)] if clock.stopped_at else []
    return any(stopped > due for stopped, due in ends)


def happened(diary: Diary, unit: str, group: str = "total", key: str = "") -> Counter[str]:
    """Count the events in a unit from the diary, for petitions that belong to the group at the end."""
    found = Counter[str]()
    now = {after.code: after for _, _, after in diary}
    for _, before, after in diary:
        if group != "total" and matter(now[after.code])[group] != key:
            continue
        was, is_now = before is not None and before.state in OPEN_STATES, after.state in OPEN_STATES
        ours = unit in {CITY, after.unit}
        if was and before and before.unit != after.unit:
            found["moved"] += unit == CITY
            found["moved_out"] += before.unit == unit
            found["moved_in"] += after.unit == unit
        found["received"] += ours and before is None
        found["via_zalo"] += ours and before is None
        again = "unmerged" if before is not None and before.state is State.MERGED else "reopened"
        found[again] += ours and before is not None and is_now and not was
        if was and not is_now and ours:
            found[OUTCOME_COUNTERS[after.state]] += 1
            if after.state is State.ANSWERED:
                found["late" if any(was_late(after, step) for step in OFFICES) else "on_time"] += 1
            if after.state in {State.ANSWERED, State.REFUSED, State.TRANSFERRED_OUT}:
                for step in OFFICES:
                    found[f"late_{step}"] += was_late(after, step)
        new = after.rating and (before is None or before.rating is None or before.rating.at != after.rating.at)
        if after.rating and new and ours:
            found[f"rated_{after.rating.level}"] += 1
    return +found


def matter(petition: Petition) -> dict[str, str]:
    """Return the groups in which the totals count a petition: its field, its ward and its kind."""
    field = petition.classified.field if petition.classified else "-"
    return {"fields": field, "wards": petition.ward or "-", "kinds": petition.kind or "-"}
