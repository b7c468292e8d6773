"""A plain count of what a period comes to, from the petitions and their histories as they are stored.

It knows nothing of the figures, reports and scores: it goes through every line of every petition.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

CITY = "HANOI"
OPEN = frozenset({
    "new", "awaiting_citizen", "accepted", "assigned", "returned", "in_progress", "awaiting_approval", "redo", "reopened",
})  # fmt: skip
OFFICES = ("reception", "transfer", "answer")
"""The clocks that an office can be late with."""
Documents = Mapping[str, Mapping[str, Any]]


@dataclass
class Numbers:
    """What a unit, or the city, comes to."""

    arrived: int = 0
    answered: int = 0
    in_time: int = 0
    """Of those answered, how many had no step too late."""
    open: int = 0
    """When the period ended."""
    overdue: int = 0

    @property
    def on_time(self) -> tuple[int, int]:
        """Return how many are on time, of those answered and those open and overdue."""
        return self.in_time, self.answered + self.overdue


def recount(documents: Documents, since: datetime, until: datetime) -> dict[str, Numbers]:
    """Return the numbers of the city and of every unit that has any, of a half-open period that has just ended.

    What is overdue is told by the clocks as they are stored now.
    """
    found: dict[str, Numbers] = defaultdict(Numbers)
    for petition, lines in _petitions(documents):
        unit, is_open = "", False
        for line in lines:
            if line["at"] >= until:
                break
            held_by, was_open = unit, is_open
            unit, is_open = line["unit"], line["to_state"] in OPEN
            if line["at"] < since:
                continue
            if line is lines[0]:
                found[CITY].arrived += 1
            if line is lines[0] or (was_open and is_open and unit != held_by):
                found[unit].arrived += 1
            if was_open and line["to_state"] == "answered":
                for numbers in (found[unit], found[CITY]):
                    numbers.answered += 1
                    numbers.in_time += not _was_late(petition, line["at"])
        if is_open:
            for numbers in (found[unit], found[CITY]):
                numbers.open += 1
                numbers.overdue += _is_overdue(petition, until)
    return dict(found)


def _petitions(documents: Documents) -> Iterator[tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]]:
    histories: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for path, fields in documents.items():
        kind, code, *rest = path.split("/")
        if kind == "petitions" and rest and rest[0] == "history":
            histories[code].append(fields)
    for code, lines in histories.items():
        yield documents[f"petitions/{code}"], sorted(lines, key=lambda line: int(line["seq"]))


def _was_late(petition: Mapping[str, Any], by: datetime) -> bool:
    """Whether any step that had ended by then ended after it was due."""
    clocks = (petition["clocks"][name] for name in OFFICES if name in petition["clocks"])
    ends = [end for clock in clocks for end in (clock, *clock.get("runs", ()))]
    return any(end.get("stopped_at") and end["due_at"] < end["stopped_at"] <= by for end in ends)


def _is_overdue(petition: Mapping[str, Any], at: datetime) -> bool:
    clocks = [petition["clocks"][name] for name in OFFICES if name in petition["clocks"]]
    dues = [_due(clock) for clock in clocks if not clock.get("stopped_at")]
    return any(due is not None and due < at for due in dues)


def _due(clock: Mapping[str, Any]) -> datetime | None:
    """When it is due; of one that was paused in time, once the pause has lasted as long as it may."""
    due: datetime | None = clock.get("latest_due_at") if _waits(clock) else clock["due_at"]
    return due


def _waits(clock: Mapping[str, Any]) -> bool:
    turns = [entry for entry in clock["ledger"] if entry["kind"] != "extend"]
    return bool(turns[-1]["kind"] == "pause" and turns[-1]["at"] <= clock["due_at"])
