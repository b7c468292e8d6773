"""Clocks of the external systems, which in some runs differ from ours by seconds or minutes."""

from __future__ import annotations

from datetime import timedelta

from tests.simulation.scheduler import Scheduler

SHARE = 0.2
"""The share of runs in which a system's clock is wrong."""
MOST = {"zalo": timedelta(seconds=5), "portal": timedelta(minutes=4)}
"""The most by which a clock is wrong.

An answer that a person gives within the time by which Zalo's clock is behind counts as written before the question.
"""


def skew_of(scheduler: Scheduler, system: str) -> timedelta:
    """Return how far the clock of an external system is ahead of ours in this run, negative if it is behind."""
    chance = scheduler.stream(f"clock of {system}")
    return chance.uniform(-1, 1) * MOST[system] if chance.random() < SHARE else timedelta(0)
