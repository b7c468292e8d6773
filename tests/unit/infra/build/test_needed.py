"""The archive of a function contains exactly the packages that its code can import."""

from __future__ import annotations

import pytest

from infra import manifest
from infra.build import needed

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


def test_packages_with_only_their_files_read_count_too() -> None:
    assert {"django-js-lib-htmx"} <= needed.packages("desk")
