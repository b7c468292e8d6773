"""A graph of the imports between the files of this repository, read from their text without importing anything."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

SOURCES = ("functions", "infra", "tests")
TEXTS = (".py", ".html", ".js", ".json")


def files(root: Path) -> list[Path]:
    found = (path for folder in SOURCES for path in (root / folder).rglob("*") if path.suffix in TEXTS)
    return sorted(path.relative_to(root) for path in found if ".local" not in path.parts)


_IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+(\([^)]*\)|.+)|import[ \t]+(.+))$", re.MULTILINE)
_NAME = re.compile(r"[\w.]+")


def imported(text: str) -> Iterator[str]:
    """Yield every name that a module may import. For `from a.b import c` these are `a.b` and `a.b.c`."""
    for module, names, plain in _IMPORT.findall(text):
        if module:
            yield module
            yield from (f"{module}.{name}" for name in _NAME.findall(names))
        else:
            yield from _NAME.findall(plain)


class Users(Mapping[Path, set[Path]]):
    """The files that use a file: for a module its importers, for another file all files that contain its name."""

    def __init__(self, root: Path) -> None:
        known = files(root)
        self._texts = {path: (root / path).read_text(encoding="utf-8") for path in known}
        self._users: dict[Path, set[Path]] = {path: set() for path in known if path.suffix == ".py"}
        modules = _modules(self._users)
        for path in modules["*"]:
            for name in imported(self._texts[path]):
                parts = name.split(".")
                for length in range(1, len(parts) + 1):
                    for target in modules.get(".".join(parts[:length]), ()):
                        self._users[target].add(path)
        for path in self._users:
            if path.name == "conftest.py":
                self._users[path] |= {test for test in known if path.parent in test.parents and _is_test(test)}

    def __getitem__(self, path: Path) -> set[Path]:
        if path not in self._users:
            _ = self._texts[path]
            self._users[path] = {other for other, text in self._texts.items() if path.name in text}
        return self._users[path]

    def __iter__(self) -> Iterator[Path]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


def _is_test(path: Path) -> bool:
    return path.name.startswith("test_")


def _modules(paths: Iterable[Path]) -> dict[str, list[Path]]:
    """Return the files by module name, and all files under the key `*`.

    A file below `functions` has several names, because `functions` and its subfolders are on the import path.
    """
    found: dict[str, list[Path]] = defaultdict(list)
    for path in paths:
        found["*"].append(path)
        parts = path.parent.parts if path.stem == "__init__" else (*path.parent.parts, path.stem)
        starts = (0, 1, 2) if parts[0] == "functions" else (0,)
        for start in starts:
            if parts[start:]:
                found[".".join(parts[start:])].append(path)
    return found


def distances(changed: Iterable[Path], users: Mapping[Path, set[Path]]) -> dict[Path, int]:
    """Return the number of import steps from every dependent file to the nearest changed one, nearest first."""
    found = dict.fromkeys(changed, 0)
    queue = list(found)
    for path in queue:
        for user in sorted(users.get(path, ())):
            if user not in found:
                found[user] = found[path] + 1
                queue.append(user)
    return found
