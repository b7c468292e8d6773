"""A city's year of petitions with whole histories, as lines for the emulator's import."""

from __future__ import annotations

import json
import random
import urllib.request
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer
from petitions.adapters import reference
from petitions.domain.lifecycle.lifecycle import OPEN_STATES, Action, State
from petitions.domain.petition.codes import ALPHABET, make_code
from petitions.domain.petition.history_actions import RecordedAction
from petitions.domain.petition.petition import COORDINATORS

DATABASE = "petitions"
BEGINS = datetime(2025, 12, 1, tzinfo=UTC)
"""Two weeks before the reporting year, so that something is carried into it."""
DAYS = 379
CUT = datetime(2026, 12, 20, tzinfo=UTC)
NATURES, STATEMENTS = ("conduct", "content", "both"), ("report", "proposal")
OUTCOMES = ("resolved", "explained", "no_grounds", "amended", "proposed")
_WAY = (
    (RecordedAction.FILED, State.NEW), (RecordedAction.ROUTED, State.NEW), (Action.ACCEPT, State.ACCEPTED),
    (Action.ASSIGN, State.ASSIGNED), (Action.START, State.IN_PROGRESS),
    (Action.SUBMIT_ANSWER, State.AWAITING_APPROVAL), (Action.APPROVE, State.ANSWERED),
    (Action.PUBLISH, State.PUBLISHED),
)  # fmt: skip
_TURNS: dict[State, Action] = {
    State.REFUSED: Action.REFUSE,
    State.TRANSFERRED_OUT: Action.TRANSFER_OUT,
    State.WITHDRAWN: Action.WITHDRAW,
}


def stored(count: int, seed: int = 19) -> Iterator[bytes]:
    """Yield the documents: of each petition all lines, and the petition where it is still open."""
    chance = random.Random(seed)
    directory = reference.directory()
    units = [each.code for each in directory.units if each.kind != "special"] + [each.code for each in directory.wards]
    for number in range(count):
        filed = BEGINS + timedelta(days=number * DAYS / count, minutes=chance.randrange(600))
        code = _code(filed, number)
        yield from _petition(code, filed, chance.choice(units), chance)


def _petition(code: str, filed: datetime, unit: str, chance: random.Random) -> Iterator[bytes]:
    at, due, seq, before, holder = filed, filed + timedelta(days=15), 0, None, COORDINATORS
    ends = chance.choices((None, *_TURNS), (88, 5, 4, 3))[0]
    stops = chance.choices((len(_WAY), len(_WAY) - 1, 5), (45, 50, 5))[0]
    for action, state in _WAY[:stops]:
        step, to = (_TURNS[ends], ends) if ends and state is State.ASSIGNED else (action, state)
        at += timedelta(hours=chance.choice((1, 5, 20, 60, 90))) * (seq > 0)
        if at >= CUT:
            break
        seq += 1
        was, holder = holder, unit if seq > 1 else COORDINATORS
        line: dict[str, Any] = {
            "schema_version": 1, "seq": seq, "at": at, "action": str(step), "role": "officer", "unit": holder,
            "to_state": str(to), "figures": _figures(before, to, was, holder, due, at),
        }  # fmt: skip
        line |= {"from_state": str(before)} if before else {}
        if step is Action.ACCEPT:
            given = {"nature": chance.choice(NATURES), "statement": chance.choice(STATEMENTS)}
            line["classified"] = {**given, "field": "khac", "by": "an", "at": at}
        if to is State.ANSWERED:
            line["outcome"] = chance.choice(OUTCOMES)
        yield _line(f"petitions/{code}/history/{seq}", line)
        before = to
        if ends is to:
            break
    if before in OPEN_STATES:
        yield _line(f"petitions/{code}", {"code": code, "state": str(before), "version": seq, "unit": holder})


def _figures(before: State | None, after: State, was: str, unit: str, due: datetime, at: datetime) -> Mapping[str, Any]:
    def place(of: str) -> dict[str, str]:
        return {"unit": of, "field": "-", "ward": "-", "kind": "-"}

    found: dict[str, Any] = {"place": place(unit), "events": {}}
    found |= {"before": {"place": place(was), "due_at": due}} if before in OPEN_STATES else {}
    found |= {"after": {"place": place(unit), "due_at": due}} if after in OPEN_STATES else {}
    if after is State.ANSWERED:
        found["events"] = {"handled": 1, "late" if at > due else "on_time": 1}
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
        return {"mapValue": {"fields": {name: _value(each) for name, each in value.items()}}}
    return {"stringValue": str(value)}


def load(server: FirestoreServer, count: int) -> None:
    """Put the city into the emulator, in place of what it holds."""
    url = f"http://127.0.0.1:{server.admin_port}/import"
    request = urllib.request.Request(url, b"".join(stored(count)), method="POST")
    with urllib.request.urlopen(request, timeout=1800) as response:
        response.read()
