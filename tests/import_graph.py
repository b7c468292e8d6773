"""The imports between the files of the tree, read from the syntax trees without importing anything."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

SOURCES = ("functions", "infra", "tests")
TEXTS = (".py", ".html", ".js", ".json")


def files(root: Path) -> list[Path]:
    """Return the files of code and data that lie under SOURCES, relative to `root`."""
    found = (path for folder in SOURCES for path in (root / folder).rglob("*") if path.suffix in TEXTS)
    return sorted(path.relative_to(root) for path in found if ".local" not in path.parts)


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield the names that a module may import: `a.b` and `a.b.c` for `from a.b import c`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def users(root: Path) -> dict[Path, set[Path]]:
    """Return the importers of every file. For other files than modules, these are the files that contain its name."""
    known = files(root)
    texts = {path: (root / path).read_text(encoding="utf-8") for path in known}
    modules = _modules(path for path in known if path.suffix == ".py")
    found: dict[Path, set[Path]] = defaultdict(set)
    for path in modules["*"]:
        for name in imported(ast.parse(texts[path])):
            parts = name.split(".")
            for length in range(1, len(parts) + 1):
                for target in modules.get(".".join(parts[:length]), ()):
                    found[target].add(path)
    for path in known:
        if path.suffix != ".py":
            found[path] = {other for other, text in texts.items() if path.name in text}
    for path in known:
        if path.name == "conftest.py":
            found[path] |= {test for test in known if path.parent in test.parents and test.name.startswith("test_")}
    return found


def _modules(paths: Iterable[Path]) -> dict[str, list[Path]]:
    """Return the files by module name, and all of them as `*`. Both `functions` and its subfolders are on the path."""
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
    """Return the number of import steps between every file and the nearest changed one, nearest first."""
    found = dict.fromkeys(changed, 0)
    queue = list(found)
    for path in queue:
        for user in sorted(users.get(path, ())):
            if user not in found:
                found[user] = found[path] + 1
                queue.append(user)
    return found
