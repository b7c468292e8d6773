"""A city's year of petitions as lists of steps, and as documents for the emulator's import."""

from __future__ import annotations

import json
import random
import urllib.request
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer
from petitions.adapters import reference
from petitions.domain.lifecycle.lifecycle import OPEN_STATES, Action, State
from petitions.domain.petition.codes import ALPHABET, make_code
from petitions.domain.petition.history_actions import HistoryAction, RecordedAction
from petitions.domain.petition.petition import COORDINATORS

DATABASE = "petitions"
BEGINS = datetime(2025, 12, 1, tzinfo=UTC)
"""Two weeks before the reporting year, so that some petitions are open at its beginning."""
DAYS = 395
CUT = datetime(2027, 1, 5, tzinfo=UTC)
NATURES, STATEMENTS = ("conduct", "content", "both"), ("report", "proposal")
OUTCOMES = ("resolved", "explained", "no_grounds", "amended", "proposed")
_ENDS: Mapping[Action | None, State] = {
    Action.REFUSE: State.REFUSED,
    Action.TRANSFER_OUT: State.TRANSFERRED_OUT,
    Action.WITHDRAW: State.WITHDRAWN,
    Action.MERGE: State.MERGED,
}


class Step(NamedTuple):
    """One line of a petition's history, with the state of the petition after it."""

    at: datetime
    action: HistoryAction
    state: State
    unit: str
    """The unit that has the petition after this step."""
    due: datetime
    nature: str | None
    statement: str | None
    outcome: str | None

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


class Life(NamedTuple):
    code: str
    steps: list[Step]


def lives(count: int, seed: int = 19) -> Iterator[Life]:
    """Yield the petitions of the year in the order of their filing."""
    chance = random.Random(seed)
    directory = reference.directory()
    units = [unit.code for unit in directory.units if unit.kind != "special"] + [ward.code for ward in directory.wards]
    for number in range(count):
        filed = BEGINS + timedelta(days=number * DAYS / count, minutes=chance.randrange(600))
        first, second = chance.sample(units, 2)
        yield Life(_code(filed, number), list(_steps(filed, first, second, chance)))


def _way(first: str, second: str, chance: random.Random) -> Iterator[tuple[HistoryAction, State, str]]:
    """Yield the random steps of a petition as (action, state, unit).

    It is usually answered, and seldom moved, merged, ended or reopened.
    """
    yield RecordedAction.FILED, State.NEW, COORDINATORS
    yield RecordedAction.ROUTED, State.NEW, first
    yield Action.ACCEPT, State.ACCEPTED, first
    yield Action.ASSIGN, State.ASSIGNED, first
    unit = first
    if chance.random() < 0.1:
        yield Action.GIVE_BACK, State.RETURNED, COORDINATORS
        yield Action.ASSIGN, State.ASSIGNED, second
        unit = second
    if chance.random() < 0.02:
        yield Action.MERGE, State.MERGED, unit
        yield Action.UNMERGE, State.ASSIGNED, unit
    if end := chance.choices((None, *_ENDS), (86, 5, 4, 3, 2))[0]:
        yield end, _ENDS[end], unit
        return
    if chance.random() < 0.1:
        yield Action.CLASSIFY, State.ASSIGNED, unit
    yield Action.START, State.IN_PROGRESS, unit
    yield Action.SUBMIT_ANSWER, State.AWAITING_APPROVAL, unit
    yield Action.APPROVE, State.ANSWERED, unit
    if chance.random() < 0.08:
        yield Action.REOPEN, State.REOPENED, unit
        yield Action.RESUME_WORK, State.IN_PROGRESS, unit
        yield Action.SUBMIT_ANSWER, State.AWAITING_APPROVAL, unit
        yield Action.APPROVE, State.ANSWERED, unit
    if chance.random() < 0.5:
        yield Action.PUBLISH, State.PUBLISHED, unit


def _steps(filed: datetime, first: str, second: str, chance: random.Random) -> Iterator[Step]:
    at, due = filed, filed + timedelta(days=15)
    forgotten_after = 5 if chance.random() < 0.05 else 99
    for number, (action, state, unit) in enumerate(_way(first, second, chance), 1):
        at += timedelta(hours=chance.choice((1, 5, 20, 60, 90))) * (number > 1)
        if at >= CUT or number > forgotten_after:
            return
        due = at + timedelta(days=10) if action is Action.REOPEN else due
        classified = action in {Action.ACCEPT, Action.CLASSIFY}
        yield Step(
            at, action, state, unit, due,
            chance.choice(NATURES) if classified else None, chance.choice(STATEMENTS) if classified else None,
            chance.choice(OUTCOMES) if state is State.ANSWERED else None,
        )  # fmt: skip


def stored(life: Life) -> Iterator[bytes]:
    """Yield the documents of a petition: all lines of its history, and the petition itself if it is still open."""
    before: Step | None = None
    for seq, step in enumerate(life.steps, 1):
        line: dict[str, Any] = {
            "schema_version": 1, "seq": seq, "at": step.at, "action": str(step.action), "role": "officer",
            "unit": step.unit, "to_state": str(step.state), "figures": _figures(before, step),
        }  # fmt: skip
        line |= {"from_state": str(before.state)} if before else {}
        if step.nature:
            given = {"nature": step.nature, "statement": step.statement}
            line["classified"] = {**given, "field": "khac", "by": "an", "at": step.at}
        line |= {"outcome": step.outcome} if step.outcome else {}
        yield _line(f"petitions/{life.code}/history/{seq}", line)
        before = step
    if before and before.is_open:
        fields = {"code": life.code, "state": str(before.state), "version": len(life.steps), "unit": before.unit}
        yield _line(f"petitions/{life.code}", fields)


def _figures(before: Step | None, step: Step) -> Mapping[str, Any]:
    def place(of: str) -> dict[str, str]:
        return {"unit": of, "field": "-", "ward": "-", "kind": "-"}

    found: dict[str, Any] = {"place": place(step.unit), "events": {}}
    found |= {"before": {"place": place(before.unit), "due_at": before.due}} if before and before.is_open else {}
    found |= {"after": {"place": place(step.unit), "due_at": step.due}} if step.is_open else {}
    if step.action is Action.APPROVE:
        found["events"] = {"handled": 1, "late" if step.at > step.due else "on_time": 1}
    return found


def _code(filed: datetime, number: int) -> str:
    letters = ""
    for _ in range(7):
        number, digit = divmod(number, len(ALPHABET))
        letters = ALPHABET[digit] + letters
    return make_code(filed.date(), letters)


def _line(path: str, fields: Mapping[str, Any]) -> bytes:
    place = {"project": CHECKED_PROJECT, "database": DATABASE, "path": path, "create_time": 1, "update_time": 1}
    encoded = {name: _value(value) for name, value in fields.items()}
    return (json.dumps({**place, "fields": encoded}) + "\n").encode()


def _value(value: Any) -> dict[str, Any]:
    if isinstance(value, datetime):
        return {"timestampValue": value.isoformat().replace("+00:00", "Z")}
    if isinstance(value, int):
        return {"integerValue": str(value)}
    if isinstance(value, Mapping):
        return {"mapValue": {"fields": {name: _value(item) for name, item in value.items()}}}
    return {"stringValue": str(value)}


def load(server: FirestoreServer, city: list[Life]) -> int:
    url = f"http://127.0.0.1:{server.admin_port}/import"
    lines = b"".join(line for life in city for line in stored(life))
    request = urllib.request.Request(url, lines, method="POST")
    with urllib.request.urlopen(request, timeout=1800) as response:
        return int(json.load(response)["documents"])
