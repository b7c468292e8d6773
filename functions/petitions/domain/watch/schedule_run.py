"""The last run of a schedule that runs so seldom that our own code must watch it."""

from __future__ import annotations

from petitions.domain.shared.records import Instant, Root


class ScheduleRun(Root):
    """The last successful run, `schedule_runs/{name}`. Before the first run, `ended_at` is the start of the watch."""

    ended_at: Instant


def run_path(name: str) -> str:
    """Return the path of a schedule's last run."""
    return f"schedule_runs/{name}"
