"""Every path that the code writes and every field stored there is declared."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any

from infra.paths import ROOT
from petitions.domain.lifecycle.states import State
from petitions.domain.privacy import personal_data
from petitions.domain.privacy.stored_documents import COLLECTIONS, declared, undeclared_fields
from petitions.domain.shared.records import Record
from tests.unit.privacy.erased import asks, plant, sweep, tells
from tests.unit.world import World

CODE = [ROOT / "functions/petitions" / layer for layer in ("domain", "usecases", "adapters", "wiring")]
NO_DOCUMENTS = {
    "originals",
    "copies",
    "exports",
    "uploads",
    "frozen",
    "dd",
    "projects",
    "text",
    "application",
    "image",
    "audio",
    "video",
}
NO_DOCUMENTS |= {"multipart", "message"}
NO_DOCUMENTS |= {"xl", "_rels", "docprops"}
"""Beginnings of other paths: folders in the bucket and in workbooks, Google's resource names, media types."""

PLACE = re.compile(r"[a-z_]+")


def places() -> Iterator[str]:
    for folder in CODE:
        for file in folder.rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                first = node.values[0] if isinstance(node, ast.JoinedStr) and node.values else node
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    place, slash, _ = first.value.partition("/")
                    if slash and PLACE.fullmatch(place):
                        yield place


def undeclared(documents: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return "path: field" for every stored field that is not declared."""
    return [f"{path}: {name}" for path, fields in documents.items() for name in undeclared_fields(path, fields)]


def test_every_collection_that_the_code_names_is_declared() -> None:
    known = {path.partition("/")[0] for path in COLLECTIONS}
    assert set(places()) - NO_DOCUMENTS <= known
    assert known <= set(places()), "nothing is declared that is stored no more"


def test_every_declared_type_is_in_the_registry() -> None:
    types = {kind for kind in COLLECTIONS.values() if isinstance(kind, type)}
    assert types - personal_data.DELETED_RECORDS <= set(personal_data.PERSONAL_DATA_FIELDS)
    assert all(issubclass(kind, Record) for kind in types)


def test_every_stored_field_is_declared_through_the_life_of_a_petition_and_its_erasure() -> None:
    world = World()
    world.files()
    world.routing(world.petitions()[0].code)
    plant(world, State.PUBLISHED)
    world.relay()
    assert undeclared(world.store.documents) == []
    assert undeclared(world.public.documents) == []
    asks(world)
    sweep(world)
    tells(world)
    sweep(world)
    assert undeclared(world.store.documents) == []
    assert undeclared(world.public.documents) == []


def test_a_document_of_every_collection_is_planted() -> None:
    world = World()
    plant(world, State.PUBLISHED)
    here = {**world.store.documents, **world.public.documents}
    planted = {pattern for pattern, kind in COLLECTIONS.items() if any(declared(path) is kind for path in here)}
    # The channel's tokens and the counts of tries are in databases of their own without citizens. The other documents
    # are written field by field by the code that declares them, and hold no texts.
    elsewhere = {"tokens/*", "tries/*", "reminders/*", "portal_state/*", "inbox/*", "erasures/*"}
    assert set(COLLECTIONS) - planted == elsewhere | {"rules/sending", "rules/echoes"}
