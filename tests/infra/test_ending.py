"""The list that `make destroy` prints before its question: every resource in plain words, as destroyed or kept."""

from __future__ import annotations

import re
from typing import Any

import pytest

from infra.operate.deployment import ending
from infra.operate.deployment.adopt import KEPT_RESOURCES
from tests.infra.inventory import MANIFEST, resources

pytestmark = pytest.mark.release


@pytest.fixture(scope="module")
def known(plan: dict[str, Any]) -> list[str]:
    return [resource["address"] for resource in resources(plan)]


def test_everything_is_told_once_and_in_words(known: list[str]) -> None:
    lines = list(ending.lines([*known, "data.google_project.this"]))
    counts = [int(found[1]) for line in lines if (found := re.match(r" +(\d+) ", line))]
    assert sum(counts) == len(known)
    assert not [line for line in lines if "google_" in line or "others" in line]


def test_functions_databases_buckets_and_secrets_are_named(known: list[str]) -> None:
    text = "\n".join(ending.lines(known))
    gone, kept = text.split("STAYS, ")
    functions = ", ".join(sorted(MANIFEST.functions))
    assert f"{len(MANIFEST.functions):4} functions: nobody is answered any more" in gone
    assert f"({functions})" in gone
    assert "databases, with every document and backup: channel, petitions, public, tries" in kept
    assert "buckets, with every file, log and archive of former releases: archives, attachments, frozen, logs" in kept
    assert "ID_KEY" in kept
    assert kept.startswith(f"{sum(item.startswith(KEPT_RESOURCES) for item in known)} in all")


def test_what_nobody_has_words_for_is_told_by_its_type() -> None:
    assert "     1 others: google_new_thing" in list(ending.lines(["google_new_thing.this"]))
