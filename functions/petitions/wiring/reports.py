"""The use cases of `reports`, and the worker of each kind of job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitions.wiring.base import attachment_files, clock, once, petitions_store, publisher

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from petitions.usecases.jobs.run_job import RunJob, Worker
    from petitions.usecases.jobs.sweep_jobs import SweepJobs


def workers() -> Mapping[str, Callable[[], Worker]]:
    """Return the builder of the worker of each kind of job (`domain/jobs/job_kinds.py`)."""
    return {}


@once
def run_job() -> RunJob:
    """Return the consumer of `jobs`."""
    from petitions.usecases.jobs.run_job import RunJob

    return RunJob(petitions_store(), clock(), attachment_files(), workers())


@once
def sweep_jobs() -> SweepJobs:
    """Return the minute's sweep of jobs."""
    from petitions.usecases.jobs.sweep_jobs import SweepJobs

    return SweepJobs(petitions_store(), publisher(), clock(), attachment_files())
