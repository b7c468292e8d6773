"""Messages made to hold the interpreter: an expression that backtracks would take minutes, a sound one milliseconds."""

from __future__ import annotations

import time

import pytest

from tests.unit.conversation.ways import WAY
from tests.unit.world import World

SECONDS = 10.0
"""Far beyond what reading takes on a slow machine, far below what the cubic expression took."""
N = 663
HOSTILE = {
    "introductions": "a" + "\n" * N + "tôi là" + "\n" * N + "x",
    "ages": "(" * 1000 + " " * 900 + "7 tuổ",
    "labels": "sđt " + " " * 1900,
    "digits": "0 " * 990,
    "wards": "phường " * 280,
    "capitals": "Tôi là " + "Aa " * 640,
    "dots": "a." * 990 + "@",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("step", range(len(WAY) + 1))
def test_no_message_holds_the_interpreter(step: int, text: str) -> None:
    world = World()
    world.types(*WAY[:step])
    begun = time.monotonic()
    world.types(text)
    world.types("xong")
    assert time.monotonic() - begun < SECONDS
