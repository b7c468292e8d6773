"""Wait for a condition with a deadline."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import pytest

PATIENCE = 15.0
T = TypeVar("T")


def eventually(probe: Callable[[], T], within: float = PATIENCE) -> T:
    """Call `probe` until its result is true, and return it. Fail the test after `within` seconds."""
    give_up = time.monotonic() + within
    while not (value := probe()):
        if time.monotonic() > give_up:
            pytest.fail(f"not true within {within} s; last: {value!r}")
        time.sleep(0.005)
    return value
