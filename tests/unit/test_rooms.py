"""The sub-packages of the layers: their declared order, size and docstrings."""

from __future__ import annotations

import re
import tomllib
from functools import cache

import pytest

from tests.rooms import MOST_MODULES, ORDER, OWN_NAMES, ROOT, Room, folders, rooms

ROOMS = [f"{wall}/{name}" for wall in ORDER for name in ORDER[wall]]


@cache
def found() -> dict[str, Room]:
    return {f"{wall}/{room.name}": room for wall in ORDER for room in rooms(wall)}


@pytest.mark.parametrize("wall", ORDER)
def test_every_room_is_declared(wall: str) -> None:
    assert {path.parent.name for path in (ROOT / wall).glob("*/*.py")} == set(ORDER[wall])


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_rooms_below_it(room: str) -> None:
    assert found()[room].above == []


@pytest.mark.parametrize("room", ROOMS)
def test_docstring_of_a_room_names_its_contents_and_dependencies(room: str) -> None:
    first, *_, last = found()[room].text.split("\n\n")
    assert first.endswith(".")
    assert " ".join(last.split()) == found()[room].last_paragraph


@pytest.mark.parametrize("wall", OWN_NAMES)
def test_a_subject_has_one_name_in_every_layer(wall: str) -> None:
    subjects = {*ORDER["functions/petitions/domain"]}
    assert {*ORDER[wall]} - subjects == {*OWN_NAMES[wall]}


@pytest.mark.parametrize("folder", folders("functions", "infra"))
def test_no_folder_holds_too_many_modules(folder: str) -> None:
    assert folders(folder)[folder] <= MOST_MODULES


def test_the_unit_tests_lie_in_the_rooms_that_they_test() -> None:
    entry_points = {path.parent.name for path in (ROOT / "functions").glob("*/main.py")}
    known = {name for wall in ORDER for name in ORDER[wall]} | entry_points
    known |= {"adapters", "infra", "shipped", "webhook"}
    assert {path.parent.name for path in (ROOT / "tests/unit").glob("*/test_*.py")} <= known
    at_the_desk = {path.parent.name for path in (ROOT / "tests/unit/desk").glob("*/test_*.py")}
    assert at_the_desk <= set(ORDER["functions/desk"])


def test_every_test_is_run_by_make_test_or_by_make_test_e2e() -> None:
    every_change = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]["testpaths"]
    running = re.search(r"^RUNNING := (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert running
    run = [ROOT / folder for folder in [*every_change, *running[1].split()]]
    tests = [path for folder in ("tests", "infra") for path in (ROOT / folder).rglob("test_*.py")]
    assert [test for test in tests if not any(test.is_relative_to(folder) for folder in run)] == []
