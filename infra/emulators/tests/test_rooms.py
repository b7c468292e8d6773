"""The packages of the emulators: the order of their imports, their size and their docstrings."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from infra.emulators.tests.syntax import FOLDER, MAX_MODULES, PACKAGE, ROOMS, folders, imported, modules


def upward_imports(package: str) -> list[str]:
    rooms = ROOMS[package]
    prefix = f"{PACKAGE}.{package}.".replace("..", ".")
    found = []
    for number, room in enumerate(rooms):
        for module in modules(FOLDER / package / room):
            for name in imported(module):
                other = name.removeprefix(prefix).partition(".")[0]
                if name.startswith(prefix) and other != room and other not in rooms[:number]:
                    found.append(f"{module.relative_to(FOLDER)} imports {name}")
    return found


@pytest.mark.parametrize("package", ROOMS)
def test_a_room_imports_only_rooms_below_it(package: str) -> None:
    assert upward_imports(package) == []


def test_the_emulators_do_not_know_each_other_nor_their_tests() -> None:
    others = {"shared": (), "firestore": ("shared",), "pubsub": ("shared",), "testing": ()}
    for package, below in others.items():
        known = tuple(f"{PACKAGE}.{one}." for one in (package, *below))
        for module in modules(FOLDER / package):
            for name in imported(module):
                assert not name.startswith("infra") or name.startswith(known), f"{module} imports {name}"


@pytest.mark.parametrize("package", ROOMS)
def test_every_room_is_declared(package: str) -> None:
    here = FOLDER / package
    assert {one.name for one in folders() if one.parent == here} == set(ROOMS[package])


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: str(folder.relative_to(FOLDER)))
def test_no_room_is_crowded(folder: Path) -> None:
    assert len([one for one in folder.glob("*.py") if one.name != "__init__.py"]) <= MAX_MODULES


@pytest.mark.parametrize("package", ["", *(package for package in ROOMS if package)])
def test_every_room_says_what_lives_in_it(package: str) -> None:
    for room in ROOMS[package]:
        if room == "tests":
            continue
        docstring = ast.get_docstring(ast.parse((FOLDER / package / room / "__init__.py").read_text()))
        assert docstring, room
        assert len(docstring.splitlines()) > 1, room
