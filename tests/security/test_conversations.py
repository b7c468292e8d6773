"""No message or draft of a citizen blocks the interpreter for long. Otherwise all citizens would have to wait."""

from __future__ import annotations

from functools import partial

import pytest

from tests.security.hostile import DRAFT, MESSAGE, NAMED, once, repeated
from tests.unit.conversation.ways import WAY
from tests.unit.world import World

ONE_MS, WHOLE_MS = 1_000.0, 2_500.0
"""Time limits in milliseconds: for one message with all its effects, and for the end of the longest petition."""
TEXTS = (NAMED[0], NAMED[3], "2. ", "phường Láng, ", "Tôi là Nguyễn Văn A, ")
STORY = "Cán bộ một cửa bắt tôi đi lại năm lần để làm giấy khai sinh cho con"


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
@pytest.mark.parametrize("step", range(len(WAY) + 1))
def test_no_message_holds_the_interpreter(step: int, text: str) -> None:
    for size in (MESSAGE, DRAFT):
        world = World()
        world.types(*WAY[:step])
        for message in (repeated(text, size), "xong"):
            assert once(partial(world.types, message)) <= ONE_MS


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_no_draft_holds_the_interpreter(text: str) -> None:
    world = World()
    world.types(STORY, "đồng ý")
    for number in range(DRAFT // MESSAGE + 1):
        more = f"{STORY}, lần {number}. "
        assert once(partial(world.types, more + repeated(text, MESSAGE - len(more)))) <= ONE_MS
    assert len(world.talk()["draft"]["parts"]) > 1
    for message in ("xong", *WAY[2:], "1"):
        assert once(partial(world.types, message)) <= WHOLE_MS
