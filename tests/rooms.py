"""A check of the sub-packages of the layers, called rooms: their order, and the imports between them.

A room may import only rooms that come before it in the declared order. `python -m tests.rooms` prints all rooms from
the bottom up, with the number of their modules and the rooms that they import.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MOST_MODULES = 18

ORDER: dict[str, tuple[str, ...]] = {
    "functions/petitions/domain": (
        "shared", "lifecycle", "language", "units", "files", "zalo", "clock", "watch", "petition", "routing",
        "understanding", "citizen", "officers", "jobs", "papers", "reminders", "contact", "mailbox", "difficulties",
        "conversation", "figures", "reports", "scoring", "notices", "portal", "publishing", "pages", "channels",
        "management", "privacy",
    ),
    "functions/petitions/usecases": (
        "shared", "watch", "zalo", "officers", "contact", "figures", "files", "difficulties", "routing", "privacy",
        "notices", "reminders", "reference", "petition", "lifecycle", "accusations", "papers", "desk", "conversation",
        "pages", "portal", "publishing", "dead_letters", "jobs", "channels", "mailbox", "exports", "reports", "scoring",
        "management",
    ),
    "functions/desk": (
        "shell", "words", "api", "account", "petition", "team", "mailbox", "contact", "difficulties", "boards", "jobs",
        "reports", "scoring", "admin", "guide", "training",
    ),
}  # fmt: skip
"""The sub-packages of every layer in order. Each imports only sub-packages before it."""

OWN_NAMES: dict[str, dict[str, str]] = {
    "functions/petitions/usecases": {
        "reference": "puts data of many subjects into force",
        "accusations": "keeps apart the words about misconduct in texts of several subjects",
        "desk": "reads several subjects for one page",
        "dead_letters": "handles messages of every subject",
        "exports": "makes files of several subjects",
    },
    "functions/desk": {
        "shell": "what every page shares",
        "words": "what every page shares",
        "api": "one door to several subjects",
        "account": "the officer's own sign-in and profile",
        "team": "the people and petitions of one unit",
        "boards": "several subjects on one page",
        "admin": "the pages of administrators",
        "guide": "the help",
        "training": "exercises on an emptied copy",
    },
}
"""Sub-packages that are not named after a subject of the domain, with the reason."""

PREFIXES = {
    "functions/petitions/domain": "petitions.domain.",
    "functions/petitions/usecases": "petitions.usecases.",
    "functions/desk": "desk.",
}
"""The beginning of a sub-package's dotted name, by layer."""


@dataclass(frozen=True)
class Room:
    """A sub-package of a layer, with its modules and the sub-packages of the same layer that it imports."""

    wall: str
    name: str
    modules: tuple[str, ...]
    stands_on: frozenset[str]
    text: str

    @property
    def above(self) -> list[str]:
        """The imported sub-packages that come later in the order, which is forbidden."""
        order = ORDER[self.wall]
        return sorted(other for other in self.stands_on if order.index(other) > order.index(self.name))

    @property
    def last_paragraph(self) -> str:
        return f"Stands on: {', '.join(sorted(self.stands_on)) or 'nothing'}."


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms(wall: str) -> list[Room]:
    """Return the sub-packages of a layer in their declared order. `wall` is the layer's folder."""
    return [_room(wall, name) for name in ORDER[wall]]


def _room(wall: str, name: str) -> Room:
    folder, prefix = ROOT / wall / name, PREFIXES[wall]
    names = [module for path in folder.glob("*.py") for module in imported(path) if module.startswith(prefix)]
    used = {module.removeprefix(prefix).split(".")[0] for module in names}
    return Room(
        wall,
        name,
        tuple(sorted(path.stem for path in folder.glob("*.py") if path.name != "__init__.py")),
        frozenset(used & set(ORDER[wall])) - {name},
        ast.get_docstring(ast.parse((folder / "__init__.py").read_text())) or "",
    )


def folders(*tops: str) -> dict[str, int]:
    """Return the number of modules, without `__init__.py`, of every folder below `tops` that has any."""
    found = sorted({path.parent for top in tops for path in (ROOT / top).rglob("*.py") if path.name != "__init__.py"})
    return {
        folder.relative_to(ROOT).as_posix(): sum(path.name != "__init__.py" for path in folder.glob("*.py"))
        for folder in found
    }


def main() -> int:
    faults = 0
    for wall in ORDER:
        sys.stdout.write(f"{wall}\n")
        for room in rooms(wall):
            wrong = f"  UPWARD: {', '.join(room.above)}" if room.above else ""
            faults += bool(wrong)
            sys.stdout.write(f"  {room.name:<14}{len(room.modules):>3} modules  {room.last_paragraph}{wrong}\n")
    counts = folders("functions", "infra")
    largest = max(counts, key=lambda name: counts[name])
    faults += counts[largest] > MOST_MODULES
    sys.stdout.write(f"{len(counts)} folders of modules; the largest: {largest}, {counts[largest]} of {MOST_MODULES}\n")
    sys.stdout.write(f"{faults} faults\n")
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())
