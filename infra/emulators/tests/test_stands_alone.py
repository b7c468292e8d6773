"""The emulators import nothing of the project around them and run from a bare copy of their folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra.emulators.tests.syntax import FOLDER, PACKAGE, imported, modules

NEEDED = {"aiohttp", "google", "grpc", "h11", "jwt"}
NEEDED_BY_TESTS = {*NEEDED, "hypothesis", "pytest"}
FIRESTORE = """
import pathlib
from infra.emulators.testing.firestore_server import FirestoreServer
with FirestoreServer(pathlib.Path("data.sqlite")) as server:
    client = server.client("anybody")
    client.document("rooms/7").set({"name": "seven"})
    print(client.document("rooms/7").get().to_dict())
"""
PUBSUB = """
import pathlib
from infra.emulators.testing.pubsub_server import PubsubServer
server = PubsubServer(pathlib.Path())
server.start()
print(server.publisher().create_topic(name="projects/anybody/topics/news").name)
print(server.stop())
"""


def allowed(module: Path) -> set[str]:
    room = module.relative_to(FOLDER).parts[0]
    return NEEDED_BY_TESTS if room in {"testing", "tests"} else NEEDED


def foreign_imports(module: Path) -> list[str]:
    names = (name for name in imported(module) if not name.startswith(f"{PACKAGE}."))
    return [name for name in names if name.partition(".")[0] not in {*sys.stdlib_module_names, *allowed(module)}]


def test_nothing_is_imported_but_the_standard_library_and_the_named_packages() -> None:
    found = {str(module.relative_to(FOLDER)): foreign_imports(module) for module in modules()}
    assert {module: names for module, names in found.items() if names} == {}


@pytest.fixture
def bare_copy(tmp_path: Path) -> Path:
    place = tmp_path.joinpath(*PACKAGE.split("."))
    shutil.copytree(FOLDER, place, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def run(folder: Path, *arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout


@pytest.mark.parametrize(
    ("program", "printed"),
    [(FIRESTORE, "{'name': 'seven'}\n"), (PUBSUB, "projects/anybody/topics/news\n0\n")],
    ids=["firestore", "pubsub"],
)
def test_an_emulator_serves_from_a_bare_copy(bare_copy: Path, program: str, printed: str) -> None:
    assert run(bare_copy, "-c", program) == printed


@pytest.mark.parametrize("emulator", ["firestore", "pubsub"])
def test_the_command_line_explains_itself_from_a_bare_copy(bare_copy: Path, emulator: str) -> None:
    assert f"python -m {PACKAGE}.{emulator}" in run(bare_copy, "-m", f"{PACKAGE}.{emulator}", "--help")


def test_the_tests_run_from_a_bare_copy(bare_copy: Path) -> None:
    options = ("-q", "-p", "no:cacheprovider", "--import-mode=importlib", "-o", "pythonpath=.")
    assert " passed" in run(bare_copy, "-m", "pytest", *options, "infra/emulators/tests/test_lifeline.py")
