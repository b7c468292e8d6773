"""Apply the same random operations to the emulator and to an independent model, and compare results and errors.

A failure prints its seed, and `FIRESTORE_SEED` runs that seed alone. `-m faults` runs thousands more operations.
"""

from __future__ import annotations

import math
import os

import pytest
from google.cloud.firestore_v1.field_path import FieldPath

from infra.emulators.testing.firestore_server import FirestoreServer
from infra.emulators.tests.firestore.model.comparison import MANY_OPERATIONS, MANY_SEEDS, compared
from infra.emulators.tests.firestore.model.values import exactly

SEEDS = range(1, 7)
OPERATIONS = 250


@pytest.mark.parametrize("seed", [int(os.environ["FIRESTORE_SEED"])] if "FIRESTORE_SEED" in os.environ else SEEDS)
def test_the_emulator_does_what_the_model_does(firestore_server: FirestoreServer, seed: int) -> None:
    assert compared(firestore_server, seed, OPERATIONS)


@pytest.mark.faults
@pytest.mark.parametrize("seed", MANY_SEEDS)
def test_for_thousands_of_operations(firestore_server: FirestoreServer, seed: int) -> None:
    refusals = compared(firestore_server, seed, MANY_OPERATIONS)
    assert {"Aborted", "AlreadyExists", "FailedPrecondition", "InvalidArgument", "NotFound"} <= set(refusals)


def test_the_model_tells_values_apart() -> None:
    assert exactly({"a": 1}) != exactly({"a": 1.0})
    assert exactly([math.nan]) == exactly([math.nan])
    assert exactly(-0.0) != exactly(0.0)
    assert FieldPath("a").to_api_repr() == "a"
