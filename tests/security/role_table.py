"""A reader of `who_may.txt`, the table of expected responses to every person at every route and step of a petition."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from petitions.domain.lifecycle.states import Action, State

PEOPLE = {
    "nobody": ("-", "sxd-left"),
    "own": ("sxd-officer", "sxd-head", "sxd-deputy"),
    "foreign": ("sdl-officer", "sdl-head"),
    "invited": ("syt-officer", "syt-head"),
    "accused": ("px-officer", "px-head"),
    "former": ("stp-officer", "stp-head"),
    "coordinator": ("coordinator", "coordinator of the accused"),
    "inspector": ("inspector", "inspector of the accused"),
    "admin": ("admin",),
}
"""The accounts of every column, in the table's order. "-" is a visitor that is not signed in."""

ROLES = {"o": ("sxd-officer",), "h": ("sxd-head", "sxd-deputy"), "c": PEOPLE["coordinator"]}
"""The accounts for every letter in the table of steps."""

_ROUTE = re.compile(r"(GET|POST) +(/\S*)(?: (\w+))?(?:  +(\S.*))?")


@dataclass(frozen=True)
class Row:
    method: str
    rule: str
    variant: str
    answers: dict[str, str]

    def __str__(self) -> str:
        return " ".join(filter(None, (self.method, self.rule, self.variant)))


def _blocks() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in Path(__file__).with_name("who_may.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            lines = found.setdefault(line.strip("[]"), [])
        elif line.strip():
            lines.append(line)
    return found


def _row(line: str) -> Row:
    found = _ROUTE.fullmatch(line)
    assert found, line
    method, rule, variant, letters = found.groups()
    given = (letters or "").split()
    assert not letters or [len(item) for item in given] == [len(person) for person in PEOPLE.values()], line
    people = [who for group in PEOPLE.values() for who in group]
    return Row(method, rule, variant or "", dict(zip(people, "".join(given), strict=bool(given))))


BLOCKS = {
    name: [_row(item) for item in lines if _ROUTE.match(item)] for name, lines in _blocks().items() if name != "steps"
}
"""The rows of routes, by the heading above them in the table."""
STEPS: dict[Action, dict[State, frozenset[str]]] = {}
"""The accounts with the right to take a step, by the petition's state."""
for _line in _blocks()["steps"]:
    _action, *_cells = _line.split()
    STEPS[Action(_action)] = {
        state: frozenset(who for letter in cell.strip("-") for who in ROLES[letter])
        for state, cell in zip(State, _cells, strict=True)
    }
