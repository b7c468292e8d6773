"""Detection of schedules that have not run. Runs of a rare schedule are recorded as `schedule_runs/{name}`."""

from __future__ import annotations

from dataclasses import dataclass

from petitions import telemetry
from petitions.domain.shared.edges import UpTo
from petitions.domain.watch.schedule_run import ScheduleRun, run_path
from petitions.domain.watch.schedules import LONGEST_GAPS
from petitions.ports.store import Store
from petitions.ports.world import Clock


def note_run(store: Store, clock: Clock, name: str) -> None:
    """Record that a run of the schedule has ended without an error."""
    run = ScheduleRun(ended_at=clock.now()).stored()
    if not store.create(run_path(name), run):
        store.update(run_path(name), run)


@dataclass(frozen=True)
class WatchSchedules:
    """Detects schedules that did not run when they should have."""

    store: Store
    clock: Clock

    def __call__(self) -> list[str]:
        """Log an error for every schedule without a recent run, and return their names."""
        now, late = self.clock.now(), []
        names = list(LONGEST_GAPS)
        for name, found in zip(names, self.store.get_all([run_path(name) for name in names]), strict=True):
            if found is None:
                self.store.create(run_path(name), ScheduleRun(ended_at=now).stored())
            elif UpTo(ScheduleRun.model_validate(found).ended_at + LONGEST_GAPS[name]).is_over(now):
                late.append(name)
                telemetry.log("ERROR", "a schedule has not run", metric="schedule_missed", reason=name)
        return late
