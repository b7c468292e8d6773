"""The evaluation of a soak test distinguishes leaks from noise, and from growth with the number of petitions."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.load.soak_judged import Sample, faults, judge, picture, rise, table

MINUTES = 121
SHAPE = random.Random(22)
NOISE = [SHAPE.gauss(0, 1) for _ in range(MINUTES)]
Spoils = Callable[[Sample, float, float], None]
"""A function that changes a sample, given the share of the time that has passed, and its noise."""


def sample(minute: int, noise: float) -> Sample:
    """Return a sample of a healthy system, whose memory grows in the first minutes and then only varies."""
    warm = min(1.0, minute / 10)
    processes = {
        name: {"rss": round(1024 * (mib + 5 * warm + noise)), "files": 20 + round(noise), "cpu": minute * 0.5, "pid": 7}
        for name, mib in (("intake", 110), ("runner", 60))
    }
    keeper = {"rss": 1024 * 60 + 200 * minute, "files": 25, "cpu": minute * 1.0, "pid": 8}
    return {
        "minute": float(minute),
        "events": 30 * minute,
        "petitions": 2 * minute,
        "processes": {**processes, "firestore": keeper},
        "documents": {"petitions": 2 * minute, "inputs": 20 * minute, "inbox": 40 * minute + 9, "notices": 24 * minute},
        "backlog": minute % 3,
        "disk": {"data": 2600 + 300 * minute, "logs": 10 * minute},
    }


def hours(spoil: Spoils = lambda *_: None, minutes: int = MINUTES) -> list[Sample]:
    found = []
    for minute in range(minutes):
        found.append(sample(minute, NOISE[minute]))
        spoil(found[-1], minute / (MINUTES - 1), NOISE[minute])
    return found


def memory(mib: float) -> Spoils:
    """Return a change that adds this much memory (MiB), spread evenly over the run."""

    def spoil(found: Sample, share: float, _: float) -> None:
        found["processes"]["intake"]["rss"] += round(1024 * mib * share)

    return spoil


def late(name: str, key: str, units: float) -> Spoils:
    """Return a change that adds this much to a process's value, all of it in the second half."""

    def spoil(found: Sample, share: float, _: float) -> None:
        found["processes"][name][key] += round(units * max(0.0, share - 0.5) * 2)

    return spoil


def documents(name: str, each_minute: float) -> Spoils:
    """Return a change that adds documents to a collection at an increasing rate."""

    def spoil(found: Sample, share: float, _: float) -> None:
        found["documents"][name] += round(each_minute * MINUTES * share**2)

    return spoil


def backlog(found: Sample, share: float, _: float) -> None:
    found["backlog"] += round(12 * share)


def logs(found: Sample, share: float, _: float) -> None:
    found["disk"]["logs"] += round(40_000 * share**3)


def killed(found: Sample, share: float, _: float) -> None:
    found["processes"]["intake"]["pid"] += round(share)


def test_a_calm_stack_is_in_order() -> None:
    assert faults(hours()) == []
    assert picture(hours()).count("<polyline") == 6 + len(hours()[0]["processes"]) + len(hours()[0]["disk"])
    assert "30 a second" not in table(hours())
    assert "0.50 a second" in table(hours())


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (memory(12), "intake: "),
        (late("runner", "files", 8), "runner: "),
        (late("firestore", "rss", 40 * 1024), "firestore: "),
        (documents("inputs", 8), "inputs: "),
        (documents("inbox", 12), "inbox: "),
        (documents("notices", 8), "notices: "),
        (backlog, "messages: "),
        (logs, "logs: "),
        (killed, "intake was started again"),
    ],
)
def test_leaks_and_nothing_else_are_reported(spoil: Spoils, words: str) -> None:
    (fault,) = faults(hours(spoil))
    assert fault.startswith(words)


@pytest.mark.parametrize("spoil", [memory(6), late("runner", "files", 2)])
def test_less_than_the_bar_is_let_pass(spoil: Spoils) -> None:
    assert faults(hours(spoil)) == []


def test_noise_hides_no_leak_and_makes_none() -> None:
    def restless(found: Sample, _: float, noise: float) -> None:
        found["processes"]["intake"]["rss"] += round(1024 * 8 * noise)

    def both(*arguments: Any) -> None:
        restless(*arguments)
        memory(40)(*arguments)

    assert faults(hours(restless)) == []
    assert len(faults(hours(both))) == 1


def test_the_rise_of_a_straight_line_is_certain() -> None:
    risen, error = rise([3.0 + 2 * at for at in range(11)])
    assert [risen, error] == pytest.approx([20, 0])


@pytest.mark.parametrize(
    ("lines", "end", "status", "words"),
    [
        (MINUTES, {"wrong": [], "remarks": ["quiet after 60 s"]}, 0, "nothing grows"),
        (MINUTES, {"wrong": ["everybody_is_told: A-1"], "remarks": []}, 1, "WRONG: everybody_is_told"),
        (40, None, 0, "has not come to its end"),
        (5, None, 1, "too few"),
    ],
)
def test_a_file_is_judged_whether_the_run_came_to_its_end_or_not(
    lines: int, end: Any, status: int, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "soak.jsonl"
    rows = [*hours(minutes=lines), *([{"end": end}] if end else [])]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows) + '{"minute": 1', encoding="utf-8")
    assert judge(file) == status
    assert words in capsys.readouterr().out
    assert file.with_suffix(".svg").exists() == (lines > 5)
