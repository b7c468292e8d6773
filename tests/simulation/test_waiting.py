from __future__ import annotations

import pytest

from tests.simulation.promises.of_waiting import ENOUGH, Wait, distribution, is_in_time


def waits(seconds: list[float], *, is_readable: bool = True) -> list[Wait]:
    return [Wait(f"reply-{at}", is_readable, 30.0, at + 5, at) for at in seconds]


@pytest.mark.parametrize(
    ("seconds", "in_time"),
    [
        ([60.0] * ENOUGH, True),
        ([61.0] * ENOUGH, False),
        ([1.0] * 199 + [900.0], True),
        ([1.0] * 190 + [121.0] * 10, False),
        ([900.0] * (ENOUGH - 1), True),
    ],
)
def test_half_are_answered_in_a_minute_and_nearly_all_in_two(seconds: list[float], *, in_time: bool) -> None:
    assert is_in_time(waits(seconds)) == in_time


def test_whoever_has_an_answer_at_once_or_unreadable_conversations_is_not_judged() -> None:
    at_once = [Wait("reply-1", True, 0.1, 0.1, 0.1)] * ENOUGH
    assert is_in_time([*at_once, *waits([900.0] * ENOUGH, is_readable=False)])


def test_report_has_a_line_for_each_way_of_counting() -> None:
    lines = distribution([*waits([10.0, 20.0, 30.0]), *waits([600.0, 600.0], is_readable=False)])
    assert lines[0] == "5 answers, 5 of them after 15 s or more"
    assert lines[1].startswith("  conversations readable, since Zalo was well: median 25 s")
    assert "since all was well: median 20 s, p99 30 s, longest 30 s (3)" in lines[2]
    assert "since all was well: median 600 s, p99 600 s, longest 600 s (2)" in lines[4]
