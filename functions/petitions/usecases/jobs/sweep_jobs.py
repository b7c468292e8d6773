"""The job of every minute that restarts background jobs without a worker and deletes expired files."""

from __future__ import annotations

from dataclasses import dataclass

from petitions.domain.jobs.job import Job, JobState, job_folder, job_path, without_files
from petitions.ports.files import Files
from petitions.ports.messages import Publisher
from petitions.ports.store import DELETE, Document, Store
from petitions.ports.world import Clock
from petitions.usecases.shared.outbox import nudge
from petitions.usecases.shared.petition_changes import changed_fields
from petitions.usecases.shared.sweeping import due, in_turn, safely

COLLECTION, FIELD = "jobs", "next_attempt_at"


@dataclass(frozen=True)
class SweepJobs:
    """Restarts background jobs without a worker, and deletes the files of old jobs."""

    store: Store
    publisher: Publisher
    clock: Clock
    files: Files

    def __call__(self) -> int:
        """Handle the due jobs and return their number. A failure with one job does not stop the rest."""
        return in_turn(due(self.store, COLLECTION, FIELD, self.clock.now()), self.clock, self._safely)

    def _safely(self, document: Document) -> None:
        safely(
            self.store, self.clock, COLLECTION, FIELD, document, lambda: self._one(document),
            event="a job could not be swept", metric="job_sweep_failed", label="job",
        )  # fmt: skip

    def _one(self, document: Document) -> None:
        job = Job.model_validate(document.data)
        if job.state in {JobState.QUEUED, JobState.RUNNING}:
            self.publisher.publish([nudge("jobs", "", {"id": job.id})])
            return
        self.files.erase(job_folder(job.id))
        self.store.update(job_path(job.id), changed_fields(job, without_files(job)) | {"tries": DELETE})
