"""A function's archive contains exactly the packages that its code can import."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra import manifest
from infra.build import needed
from infra.paths import FUNCTIONS

HEAVY = {"grpcio", "protobuf", "google-cloud-firestore", "google-cloud-pubsub", "google-auth", "pydantic", "requests"}

NOT_NEEDED: dict[str, set[str]] = {
    "zalo_webhook": HEAVY | {"cryptography", "httpx", "rapidfuzz", "google-cloud-storage"},
    "intake": {"google-cloud-storage", "httpx"},
    "attachments": {"httpx"},
    "routing": {"google-cloud-storage", "httpx"},
    "reminders": {"google-cloud-storage", "httpx"},
    "relay": {"httpx"},
    "public_site": {"google-cloud-pubsub", "google-cloud-storage", "httpx", "rapidfuzz"},
    "citizen_page": {"httpx", "rapidfuzz"},
}


FOR_PAPERS = {"fpdf2", "fonttools", "font-source-serif-pro", "defusedxml"}
"""Packages that only the function `reports` needs, to make official papers."""


@pytest.mark.parametrize("function", sorted(manifest.load().functions))
def test_packages_for_papers_are_in_one_archive(function: str) -> None:
    assert FOR_PAPERS & needed.packages(function) == (FOR_PAPERS if function == "reports" else set())


@pytest.mark.parametrize("function", sorted(manifest.load().functions))
def test_an_archive_carries_no_package_that_its_function_cannot_import(function: str) -> None:
    found = needed.packages(function)
    print(f"{function}: {len(found)} of {len(needed.locked())} packages")  # noqa: T201 - the figure that is asked for
    assert needed.SERVER in found
    assert found <= set(needed.locked())
    assert found & NOT_NEEDED.get(function, set()) == set()


def test_every_locked_package_is_needed_by_some_function() -> None:
    used = {name for function in manifest.load().functions for name in needed.packages(function)}
    assert used == set(needed.locked())


def test_the_requirements_are_those_of_the_lock_with_their_hashes() -> None:
    lock = needed.LOCK.read_text()
    for function in manifest.load().functions:
        part = needed.requirements(function)
        assert part.count("==") == len(needed.packages(function))
        assert all(line in lock for line in part.splitlines())
        assert part.count("--hash=") >= part.count("==")


def test_imports_inside_functions_count_and_those_for_types_do_not() -> None:
    relay, webhook = needed.Reach("relay"), needed.Reach("zalo_webhook")
    assert any(name.startswith("cryptography") for name in relay.foreign)
    assert webhook.foreign == {"functions_framework"}
    names = {path.stem for path in webhook.own}
    assert {"receive_event", "pubsub_rest", "quarantine", "incoming"} <= names
    assert "firestore" not in names


ROUTING = {"routing_model.json", "routing_rules.json"}
UNUSED = {"portal.schema.json"}
"""Files of data that no function reads. Editors use the schema."""


def data_of(function: str) -> set[str]:
    folder = "petitions/data/"
    return {name.removeprefix(folder) for name in needed.shared_files(function) if name.startswith(folder)}


def test_an_archive_has_only_the_data_that_its_code_reads() -> None:
    assert data_of("zalo_webhook") == set()
    assert {"form_words.vi.json", "form_words.en.json"} <= data_of("citizen_page")
    assert ROUTING | {"reading_model.json", "directory.json", "texts.vi.json"} <= data_of("intake")
    found = {name: data_of(name) for name in manifest.load().functions}
    assert [name for name, files in found.items() if "reading_model.json" in files] == ["intake"]
    assert not [name for name in ("attachments", "relay", "reminders", "public_site") if found[name] & ROUTING]


def test_every_file_of_data_is_in_some_archive() -> None:
    packed = {Path(name) for function in manifest.load().functions for name in needed.shared_files(function)}
    folders = [FUNCTIONS / "petitions" / name for name in needed.SHARED_DATA]
    files = {path.relative_to(FUNCTIONS) for folder in folders for path in folder.iterdir()}
    assert {path.name for path in files - packed} == UNUSED


def test_a_module_brings_the_packages_around_it() -> None:
    files = needed.shared_files("zalo_webhook")
    assert {"petitions/__init__.py", "petitions/adapters/__init__.py", "petitions/adapters/pubsub_rest.py"} <= files
    assert "petitions/adapters/firestore.py" not in files


def test_packages_with_only_their_files_read_count_too() -> None:
    assert {"django-js-lib-htmx"} <= needed.packages("desk")
