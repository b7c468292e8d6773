"""The last run of a schedule that runs so rarely that Cloud Monitoring cannot watch it."""

from __future__ import annotations

from petitions.domain.shared.records import Instant, Root


class ScheduleRun(Root):
    """The time of the last successful run, stored as `schedule_runs/{name}`.

    Before the first run, `ended_at` is the time at which the watch began.
    """

    ended_at: Instant


def run_path(name: str) -> str:
    return f"schedule_runs/{name}"
