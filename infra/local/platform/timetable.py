"""Compute the times at which the manifest's schedules are due, from their cron lines."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from croniter import croniter

from infra.manifest import Manifest


def cron_faults(manifest: Manifest) -> list[str]:
    """Return one line per invalid time zone or cron line in the manifest."""
    faults = [
        f"schedule {name}: {schedule.cron!r} is not a cron line of five fields"
        for name, schedule in manifest.schedules.items()
        if not croniter.is_valid(schedule.cron)
    ]
    try:
        ZoneInfo(manifest.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        faults.append(f"time_zone: {manifest.time_zone!r} is not a time zone")
    return faults


class Timetable:
    """The due times of all schedules. Cron lines are in one time zone, arguments and results in UTC."""

    def __init__(self, crons: Mapping[str, str], zone: str) -> None:
        self._crons = dict(crons)
        self._zone = ZoneInfo(zone)

    def after(self, instant: datetime, until: datetime) -> Iterator[tuple[datetime, list[str]]]:
        """Yield the due times after `instant`, up to and including `until`, with the names of the schedules."""
        start = instant.astimezone(self._zone)
        lines = {name: croniter(cron, start, ret_type=datetime) for name, cron in self._crons.items()}
        heap = [(line.get_next(), name) for name, line in lines.items()]
        heapq.heapify(heap)
        while heap and heap[0][0] <= until:
            due = heap[0][0]
            names = []
            while heap and heap[0][0] == due:
                name = heap[0][1]
                names.append(name)
                heapq.heapreplace(heap, (lines[name].get_next(), name))
            yield due.astimezone(UTC), names

    def next(self, name: str, instant: datetime) -> datetime:
        """Return a schedule's first due time after `instant`."""
        due: datetime = croniter(self._crons[name], instant.astimezone(self._zone), ret_type=datetime).get_next()
        return due.astimezone(UTC)
