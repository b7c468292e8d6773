from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1]
PACKAGE = "infra.emulators"
MAX_MODULES = 18
ROOMS = {
    "": ("shared", "firestore", "pubsub", "testing", "tests"),
    "firestore": (
        *("wire", "documents", "metering", "indexes", "storage", "queries", "writes", "transactions", "listening"),
        *("calls", "service"),
    ),
    "pubsub": ("wire", "resources", "storage", "faults", "subscriptions", "broker", "push", "rpcs", "transports"),
}
"""The packages ("rooms") of each emulator in order: a package imports only packages before it."""


def modules(folder: Path = FOLDER) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*.py")))


def folders() -> list[Path]:
    return sorted({path.parent for path in modules()})


def imported(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names)
