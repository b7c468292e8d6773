"""Find the modules, data files and locked packages (with dependencies) that a function needs.

The syntax trees are read, and nothing is imported. A module is followed as a whole, including imports inside functions.
The package `wiring` is an exception, because it builds the parts of all functions: only those of its functions are
followed that are called.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

from infra.paths import FUNCTIONS

LOCK = FUNCTIONS / "requirements.txt"
SHARED_DATA = ("data", "templates")
"""The folders of the package `petitions` with files that are read."""
SERVER = "functions-framework"
"""The package of the server with which the platform starts every function."""

_WIRING = FUNCTIONS / "petitions" / "wiring"
_LINUX = {
    "sys_platform": "linux",
    "platform_system": "Linux",
    "os_name": "posix",
    "platform_python_implementation": "CPython",
}
_PYTHONS = ("3.11", "3.12", "3.13")
_BLOCK = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==.*?(?=^\S|\Z)", re.MULTILINE | re.DOTALL)


def name_of(raw: str) -> str:
    """Return a package's normalized name, as in the lock file: `"Google_Auth"` -> `"google-auth"`."""
    return re.sub(r"[-_.]+", "-", raw).lower()


@cache
def locked() -> dict[str, str]:
    """Return the lock file's entries by package name, without packages that are not for Linux."""
    blocks = _BLOCK.finditer(LOCK.read_text(encoding="utf-8"))
    return {
        name_of(found[1]): found[0] for found in blocks if _fits(Requirement(found[0].partition("\n")[0].rstrip("\\ ")))
    }


def _fits(wanted: Requirement, extra: str = "") -> bool:
    """Return whether a requirement applies on Linux, with a supported Python version and this extra."""
    return not wanted.marker or any(
        wanted.marker.evaluate(
            {**_LINUX, "extra": extra, "python_version": python, "python_full_version": f"{python}.0"}
        )
        for python in _PYTHONS
    )


def requirements(function: str) -> str:
    """Return the text of the lock file reduced to the packages that `function` needs."""
    wanted = packages(function)
    return "".join(block for name, block in locked().items() if name in wanted)


def shared_files(function: str) -> frozenset[str]:
    """Return the files of the package `petitions` that `function` can import or read, as paths below `functions/`."""
    reach, package = Reach(function), FUNCTIONS / "petitions"
    data = {path for folder in SHARED_DATA for path in (package / folder).iterdir() if path.name in reach.mentioned}
    found = data | {path for path in reach.own if package in path.parents}
    return frozenset(path.relative_to(FUNCTIONS).as_posix() for path in found)


@cache
def packages(function: str) -> frozenset[str]:
    """Return the names of the locked packages that `function` needs."""
    found: set[str] = set()
    queue = [(SERVER, ""), *((_owner(module), "") for module in sorted(Reach(function).foreign))]
    seen = set(queue)
    for name, extra in queue:
        if name not in locked():
            continue
        found.add(name)
        for following in _needs(name, extra):
            if following not in seen:
                seen.add(following)
                queue.append(following)
    return frozenset(found)


def _needs(name: str, extra: str) -> Iterator[tuple[str, str]]:
    for line in metadata.requires(name) or ():
        wanted = Requirement(line)
        if _fits(wanted, extra):
            yield name_of(wanted.name), ""
            yield from ((name_of(wanted.name), name_of(item)) for item in wanted.extras)


@cache
def _owners() -> dict[str, str]:
    """Return the locked package of every importable module, by dotted name, without namespace packages."""
    found: dict[str, str] = {}
    for name in locked():
        try:
            files = metadata.files(name) or []
        except metadata.PackageNotFoundError:
            continue  # for another platform
        for file in files:
            if file.suffix == ".py":
                parts = file.parent.parts if file.stem == "__init__" else (*file.parent.parts, file.stem)
                found[".".join(parts)] = name
    return found


@cache
def _tops() -> frozenset[str]:
    return frozenset(name for name in _owners() if "." not in name and "_" in name)


def _owner(module: str) -> str:
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        owner = _owners().get(".".join(parts[:length]))
        if owner:
            return owner
    raise LookupError(f"{module} is of no package in {LOCK.name}")


class Reach:
    """The modules that a function's `main.py` may import, directly or indirectly.

    `own` are source files of this project, `foreign` are module names of third-party packages, and `mentioned` are all
    string constants in the source files. A data file counts as read if its whole name is among `mentioned`.
    """

    def __init__(self, function: str) -> None:
        self._roots = (FUNCTIONS / function, FUNCTIONS)
        self._followed: set[tuple[Path, str]] = set()
        self.own: set[Path] = set()
        self.foreign: set[str] = set()
        self.mentioned: set[str] = set()
        self._module(FUNCTIONS / function / "main.py")

    def _module(self, path: Path) -> None:
        if path in self.own:
            return
        self.own.add(path)
        if FUNCTIONS in path.parents and (package := path.parent / "__init__.py").is_file():
            self._module(package)
        nodes = _nodes(path, "" if path.parent == _WIRING else "*")
        self._imports(nodes)
        if path.parent != _WIRING:
            self._calls(path, nodes)

    def _imports(self, nodes: Iterable[ast.AST]) -> None:
        for node in nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    self._name(alias.name)
            elif isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    self._name(f"{node.module}.{alias.name}", node.module)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                self.mentioned.add(node.value)
                if node.value in _tops():
                    self.foreign.add(node.value)  # a package with data files, which are found by its name

    def _name(self, name: str, module: str = "") -> None:
        """Follow the import of `name`, a module or an attribute of `module`, with everything that it imports."""
        found = self._file(name) or (self._file(module) if module else None)
        if found:
            self._module(found)
        elif name.partition(".")[0] not in sys.stdlib_module_names:
            self.foreign.add(module if module and module in _owners() and name not in _owners() else name)

    def _file(self, name: str) -> Path | None:
        return next((file for root in self._roots if (file := _found(root, name))), None)

    def _calls(self, path: Path, nodes: Iterable[ast.AST]) -> None:
        """Follow the functions of `wiring` that are named in these syntax nodes."""
        modules, things = _wired(path)
        for node in nodes:
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
                self._follow(modules[node.value.id], node.attr)
            elif isinstance(node, ast.Name):
                if node.id in things:
                    self._follow(*things[node.id])
                elif path.parent == _WIRING:
                    self._follow(path, node.id)

    def _follow(self, path: Path, name: str) -> None:
        """Follow one function of a `wiring` module: its imports, and the functions that it uses."""
        if (path, name) in self._followed:
            return
        self._followed.add((path, name))
        if nodes := _nodes(path, name):
            self._module(path)
            self._imports(nodes)
            self._calls(path, nodes)
        elif name in (things := _wired(path)[1]):
            self._follow(*things[name])


@cache
def _found(root: Path, name: str) -> Path | None:
    path = root.joinpath(*name.split("."))
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)


@cache
def _wired(path: Path) -> tuple[dict[str, Path], dict[str, tuple[Path, str]]]:
    """Return the local names of imported `wiring` modules, and of functions imported from them."""
    modules: dict[str, Path] = {}
    things: dict[str, tuple[Path, str]] = {}
    for node in _nodes(path, "*"):
        if not isinstance(node, ast.ImportFrom) or not node.module:
            continue
        for alias in node.names:
            known = alias.asname or alias.name
            if node.module == "petitions.wiring":
                modules[known] = _WIRING / f"{alias.name}.py"
            elif node.module.startswith("petitions.wiring."):
                things[known] = _WIRING / f"{node.module.rpartition('.')[2]}.py", alias.name
    return modules, things


@cache
def _nodes(path: Path, function: str) -> tuple[ast.AST, ...]:
    """Return the syntax nodes of a module that are imports, names or constants.

    `function` selects those in one function, everywhere (`*`), or outside all functions ("").
    """
    parts = [
        node
        for node in _tree(path).body
        if function == "*" or (node.name if isinstance(node, ast.FunctionDef) else "") == function
    ]
    kinds = (ast.Import, ast.ImportFrom, ast.Name, ast.Attribute, ast.Constant)
    return tuple(node for node in _walk(parts) if isinstance(node, kinds))


def _walk(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield all syntax nodes except those below `if TYPE_CHECKING`."""
    queue = list(nodes)
    while queue:
        node = queue.pop()
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            queue.extend(node.orelse)
            continue
        yield node
        queue.extend(ast.iter_child_nodes(node))


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))
