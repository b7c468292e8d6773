"""A plain recount of the numbers of a period from stored petitions and their histories.

It uses no code of figures, reports or scores, and goes through every line of every petition.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

CITY = "HANOI"
OPEN = frozenset({
    "new", "awaiting_citizen", "accepted", "assigned", "returned", "in_progress", "awaiting_approval", "redo",
    "reopened",
})  # fmt: skip
OFFICES = ("reception", "transfer", "answer")
"""The clocks that a unit can be late with."""
Fields = Mapping[str, Any]
Documents = Mapping[str, Fields]


@dataclass
class Numbers:
    arrived: int = 0
    answered: int = 0
    in_time: int = 0
    """The number of answered petitions without a late step."""
    open: int = 0
    """The number of open petitions at the end of the period."""
    overdue: int = 0

    @property
    def on_time(self) -> tuple[int, int]:
        """Return the number on time, and the number that counts: answered, and open but overdue."""
        return self.in_time, self.answered + self.overdue


def recount(documents: Documents, since: datetime, until: datetime) -> dict[str, Numbers]:
    """Return the numbers of the city and of every unit with petitions, for a period that has just ended.

    `until` does not belong to the period. The current clocks decide whether a petition is overdue.
    """
    found: dict[str, Numbers] = defaultdict(Numbers)
    for petition, lines in _petitions(documents):
        known = [line for line in lines if line["at"] < until]
        for before, line in zip([None, *known], known, strict=False):
            if line["at"] >= since:
                _happened(found, petition, before, line)
        if known and known[-1]["to_state"] in OPEN:
            for numbers in (found[known[-1]["unit"]], found[CITY]):
                numbers.open += 1
                numbers.overdue += _is_overdue(petition, until)
    return dict(found)


def _happened(found: dict[str, Numbers], petition: Fields, before: Fields | None, line: Fields) -> None:
    was_open, is_open = before is not None and before["to_state"] in OPEN, line["to_state"] in OPEN
    if before is None:
        found[CITY].arrived += 1
    if before is None or (was_open and is_open and line["unit"] != before["unit"]):
        found[line["unit"]].arrived += 1
    if was_open and line["to_state"] == "answered":
        for numbers in (found[line["unit"]], found[CITY]):
            numbers.answered += 1
            numbers.in_time += not _was_late(petition, line["at"])


def _petitions(documents: Documents) -> Iterator[tuple[Fields, Sequence[Fields]]]:
    histories: dict[str, list[Fields]] = defaultdict(list)
    for path, fields in documents.items():
        kind, code, *rest = path.split("/")
        if kind == "petitions" and rest and rest[0] == "history":
            histories[code].append(fields)
    for code, lines in histories.items():
        yield documents[f"petitions/{code}"], sorted(lines, key=lambda line: int(line["seq"]))


def _was_late(petition: Fields, by: datetime) -> bool:
    clocks = (petition["clocks"][name] for name in OFFICES if name in petition["clocks"])
    ends = [end for clock in clocks for end in (clock, *clock.get("runs", ()))]
    return any(end.get("stopped_at") and end["due_at"] < end["stopped_at"] <= by for end in ends)


def _is_overdue(petition: Fields, at: datetime) -> bool:
    clocks = [petition["clocks"][name] for name in OFFICES if name in petition["clocks"]]
    dues = [_due(clock) for clock in clocks if not clock.get("stopped_at")]
    return any(due is not None and due < at for due in dues)


def _due(clock: Fields) -> datetime | None:
    """Return the clock's deadline. A clock paused in time counts with the longest possible pause."""
    due: datetime | None = clock.get("latest_due_at") if _waits(clock) else clock["due_at"]
    return due


def _waits(clock: Fields) -> bool:
    turns = [entry for entry in clock["ledger"] if entry["kind"] != "extend"]
    return bool(turns[-1]["kind"] == "pause" and turns[-1]["at"] <= clock["due_at"])
