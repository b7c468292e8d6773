"""The sub-packages of `infra` are small (at most 18 modules) and import each other in one declared order."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from infra.paths import ROOT

ROOMS = (
    "infra.paths",
    "infra.json_lines",
    "infra.manifest",
    "infra.capacity",
    "infra.reference_data",
    "infra.build",
    "infra.local.clock",
    "infra.local.oidc",
    "infra.local.simulators",
    "infra.local.zalo.settings",
    "infra.local.zalo.oauth",
    "infra.local.zalo",
    "infra.local.portal",
    "infra.local.mail",
    "infra.local.platform",
    "infra.local.stack",
    "infra.local.training",
    "infra.local.console",
    "infra.local.runner",
    "infra.local.commands",
    "infra.local",
    "infra.operate.errors",
    "infra.operate.options",
    "infra.operate.deployment.cloud",
    "infra.operate.target",
    "infra.operate.webhook_probe",
    "infra.operate.pause",
    "infra.operate.preflight",
    "infra.operate.deployment",
    "infra.operate.recovery",
    "infra.operate",
    "infra.rehearsal.control_plane",
    "infra.rehearsal.deployed",
    "infra.rehearsal.stub",
    "infra.rehearsal.walk",
    "infra.rehearsal",
    "infra.conversation",
    "infra.routing",
)
"""The sub-packages and shared modules in order. Each imports only itself and earlier ones."""

EMULATORS = "infra/emulators"
"""The emulators are checked by a test of their own."""

MOST_MODULES = 18


def paths() -> list[Path]:
    found = (
        path for path in (ROOT / "infra").rglob("*.py") if not path.relative_to(ROOT).as_posix().startswith(EMULATORS)
    )
    return sorted(found)


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {name_of(path): path for path in paths()}


def imports(path: Path) -> Iterator[str]:
    """Yield the modules of `infra` that a file imports, including imports inside functions."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module:
            named = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in MODULES else node.module for name in named if node.module in MODULES)


def room_of(module: str) -> str:
    """Return the longest entry of ROOMS that is the module or contains it."""
    return max((room for room in ROOMS if f"{module}.".startswith(f"{room}.")), key=len)


def test_a_room_imports_only_rooms_below_it() -> None:
    wrong = [
        f"{name} imports {imported}"
        for name, path in MODULES.items()
        if name != "infra"
        for imported in imports(path)
        if ROOMS.index(room_of(imported)) > ROOMS.index(room_of(name))
    ]
    assert wrong == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {name: set(imports(path)) - {name} for name, path in MODULES.items()}
    assert len(tuple(TopologicalSorter(graph).static_order())) == len(MODULES)  # raises CycleError with the circle


@pytest.mark.parametrize("folder", sorted({path.parent for path in paths()}), ids=lambda path: path.name)
def test_room_is_small_and_has_a_docstring(folder: Path) -> None:
    modules = [path.name for path in folder.glob("*.py") if path.name != "__init__.py"]
    assert len(modules) <= MOST_MODULES, modules
    assert ast.get_docstring(ast.parse((folder / "__init__.py").read_text())), "a docstring says what lives here"


def test_the_command_line_of_the_stack_loads_the_standard_library_alone() -> None:
    """`event`, `talk`, `clock`, `fire` and `status` start under any Python 3.11, even if no package is installed."""
    code = (
        "import sys; before = set(sys.modules); import infra.local.commands.cli;"
        "print(sorted(name for name in {each.split('.')[0] for each in set(sys.modules) - before}"
        " if name not in sys.stdlib_module_names and name != 'infra'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
