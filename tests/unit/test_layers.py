"""The direction of imports between layers, checked in syntax trees (functions/README.md)."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from infra.manifest import load
from tests.rooms import imported

ROOT = Path(__file__).resolve().parents[2]
FUNCTIONS = ROOT / "functions"
PACKAGE = FUNCTIONS / "petitions"

OWN = "petitions"
ANY_THIRD_PARTY = "*"

# Layer -> (parts of our package it may import, third parties it may import).
LAYERS: dict[str, tuple[set[str], set[str]]] = {
    "domain": ({"domain"}, {"pydantic"}),
    "usecases": ({"domain", "ports", "errors", "telemetry", "usecases"}, set()),
    "adapters": ({"domain", "ports", "errors", "telemetry", "adapters"}, {ANY_THIRD_PARTY}),
    "ports": ({"domain", "ports"}, set()),
    "errors.py": (set(), set()),
    "web.py": ({"domain", "errors"}, {"flask", "werkzeug"}),
    "charts.py": (set(), {"markupsafe"}),
    "two_languages.py": (set(), {"flask"}),
    "form_parts.py": (set(), {"flask", "jinja2"}),
    "ward_outlines.py": ({"domain"}, set()),
    "telemetry.py": ({"domain"}, set()),
    "config.py": ({"errors"}, set()),
    "entry.py": ({"domain", "errors", "ports", "telemetry"}, set()),
    "wiring": ({"adapters", "config", "domain", "entry", "errors", "ports", "usecases", "wiring"}, {ANY_THIRD_PARTY}),
}
# Typing errors in ward names need a fast edit distance (PLATFORM 8.1). It is imported where it is used.
EXCEPTIONS = {("domain/routing/typos.py", "rapidfuzz")}


def files(layer: str) -> list[Path]:
    path = PACKAGE / layer
    return [path] if path.suffix else sorted(path.rglob("*.py"))


@pytest.mark.parametrize("layer", LAYERS)
def test_layer_has_only_allowed_imports(layer: str) -> None:
    ours, others = LAYERS[layer]
    wrong = []
    for path in files(layer):
        name = path.relative_to(PACKAGE).as_posix()
        for module in imported(path):
            top, _, rest = module.partition(".")
            if top == OWN:
                allowed = rest.split(".")[0] in ours
            else:
                allowed = top in sys.stdlib_module_names or top in others or ANY_THIRD_PARTY in others
            if not allowed and (name, top) not in EXCEPTIONS:
                wrong.append(f"{name} imports {module}")
    assert wrong == []


def test_every_module_of_the_package_belongs_to_a_layer() -> None:
    known = {*LAYERS, "__init__.py", "data", "templates"}
    assert {path.name for path in PACKAGE.iterdir() if path.name != "__pycache__"} <= known


def test_nobody_imports_an_entry_point() -> None:
    entries = set(load().functions)
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for folder in (FUNCTIONS, ROOT / "infra")
        for path in folder.rglob("*.py")
        for module in imported(path)
        if (module.split(".")[0] in entries and not path.is_relative_to(FUNCTIONS / module.split(".")[0]))
        or module.split(".")[:2] == ["functions", "main"]
    ]
    assert wrong == []


@pytest.mark.parametrize("name", sorted(load().functions))
def test_an_entry_point_knows_wiring_use_cases_and_errors_only(name: str) -> None:
    main = FUNCTIONS / name / "main.py"
    siblings = {name, *(path.stem for path in main.parent.iterdir())}
    allowed = {"wiring", "usecases", "errors", "entry"}
    wrong = []
    for module in imported(main):
        top, _, rest = module.partition(".")
        fine = top in sys.stdlib_module_names or top in siblings or top in {"functions_framework", "flask"}
        if not fine and not (top == OWN and rest.split(".")[0] in allowed):
            wrong.append(module)
    assert wrong == []


CHANCE_AND_TIME = {"datetime.now", "datetime.utcnow", "uuid4", "random", "time.time", "secrets"}


@pytest.mark.parametrize("layer", ["domain", "usecases"])
def test_clock_chance_and_ids_are_ports(layer: str) -> None:
    wrong = [
        f"{path.name}: {ast.unparse(node)}"
        for path in files(layer)
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.Attribute) and ast.unparse(node) in CHANCE_AND_TIME)
        or (isinstance(node, ast.Name) and node.id in {"uuid4", "secrets", "random"})
    ]
    assert wrong == []


HEAVY = (
    "google.cloud.firestore", "google.cloud.pubsub", "google.api_core", "google.auth", "google.protobuf",
    "grpc", "requests", "pydantic", "httpx", "opentelemetry",
)  # fmt: skip


def test_the_webhook_loads_nothing_heavy() -> None:
    code = (
        "import sys, petitions.wiring.zalo_webhook as w; w.receive_event(); w.verification();"
        f"print([m for m in sys.modules if m.startswith({HEAVY!r})])"
    )
    environ = {
        "PYTHONPATH": str(FUNCTIONS),
        "GOOGLE_CLOUD_PROJECT": "p",
        "PUBSUB_URL": "http://127.0.0.1:1",
        "ID_KEY": "0123456789abcdef",
        "ZALO_APP_ID": "1",
        "ZALO_OA_ID": "2",
        "ZALO_OA_SECRET_KEYS": "k",
    }
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
