"""Background jobs run once despite repeated, killed or slow deliveries.

Only the requesting officer gets the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from infra.manifest import load
from petitions.domain.jobs.job import (
    GAVE_UP,
    LEASE,
    LINK_LASTS,
    MOST_A_DAY,
    MOST_AT_ONCE,
    MOST_OPEN,
    Job,
    JobState,
    job_path,
)
from petitions.domain.jobs.job_kinds import JOB_KINDS, JobKind, is_name
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers.audit import AuditEntry
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission
from petitions.domain.shared.records import replace
from petitions.errors import Forbidden, NotFound, Permanent, Rejected, Retryable
from petitions.usecases.jobs.ask_job import AskJob
from petitions.usecases.jobs.read_jobs import ReadJobs
from petitions.usecases.jobs.run_job import Made, Progress, RunJob
from petitions.usecases.jobs.sweep_jobs import SweepJobs
from petitions.wiring import reports
from tests.fakes import FakeClock, FakeFiles, FakeIds, FakePublisher, FakeStore

KINDS = {"sums": JobKind("Bảng cộng", Permission.WATCH, {"of": is_name})}
COORDINATOR = Officer(id="vpub-1", name="An", email="an@x.vn", unit="VPUB", role=Role.COORDINATOR)
OTHER = replace(COORDINATOR, id="vpub-2")
HEAD = Officer(id="so-1", name="Bình", email="b@x.vn", unit="SO-YTE", role=Role.HEAD)
CONTENT = b"1;2;3\n"


class Killed(BaseException): ...


@dataclass
class Desk:
    store: FakeStore = field(default_factory=FakeStore)
    publisher: FakePublisher = field(default_factory=FakePublisher)
    clock: FakeClock = field(default_factory=FakeClock)
    files: FakeFiles = field(default_factory=FakeFiles)
    does: Callable[[Progress], object] = lambda _: None
    worked: int = 0

    def __post_init__(self) -> None:
        self.ask = AskJob(self.store, self.publisher, self.clock, kinds=KINDS)
        self.read = ReadJobs(self.store, self.clock, FakeIds(), self.files, KINDS)
        self.run = RunJob(self.store, self.clock, self.files, {"sums": lambda: self.calculate})
        self.sweep = SweepJobs(self.store, self.publisher, self.clock, self.files)

    def calculate(self, job: Job, progress: Progress) -> list[Made]:
        assert job.params == {"of": "all"}
        self.worked += 1
        self.does(progress)
        return [Made("bang.csv", "text/csv", CONTENT)]

    def asked(self, key: str = "key00001") -> Job:
        return self.ask(COORDINATOR, "sums", {"of": "all"}, key)

    def job(self, job: Job) -> Job:
        return Job.model_validate(self.store.documents[job_path(job.id)])

    def deeds(self) -> list[str | None]:
        found = [AuditEntry.model_validate(self.store.documents[path]) for path in self.store.paths("audit")]
        return [entry.action for entry in sorted(found, key=lambda entry: entry.at)]


def test_job_is_requested_done_and_fetched_only_by_its_requester() -> None:
    desk = Desk()
    job = desk.asked()
    assert [message.data["id"] for message in desk.publisher.of("jobs")] == [job.id]
    assert desk.run(job.id)
    done = desk.job(job)
    assert (done.state, done.share, done.attempt) == (JobState.DONE, 100, 1)
    assert done.files[0].sha256 == hashlib.sha256(CONTENT).hexdigest()
    file, pieces = desk.read.fetch(COORDINATOR, job.id, 0)
    assert (file.name, b"".join(pieces)) == ("bang.csv", CONTENT)
    for nosy in (OTHER, HEAD, replace(COORDINATOR, role=Role.INSPECTOR)):
        with pytest.raises(NotFound):
            desk.read.fetch(nosy, job.id, 0)
    with pytest.raises(NotFound):
        desk.read.fetch(COORDINATOR, job.id, 1)
    assert [item.id for item in desk.read.newest(COORDINATOR)] == [job.id]
    assert desk.read.newest(OTHER) == []
    assert desk.deeds() == ["job_asked", "job_fetched"]


def test_the_link_lasts_a_day_and_then_the_file_is_gone() -> None:
    desk = Desk()
    job = desk.asked()
    desk.run(job.id)
    desk.clock.advance(seconds=LINK_LASTS.total_seconds())
    with pytest.raises(NotFound, match="giữ một ngày"):
        desk.read.fetch(COORDINATOR, job.id, 0)
    assert desk.sweep() == 1
    assert desk.files.objects == {}
    assert desk.job(job).state is JobState.EXPIRED
    assert desk.sweep() == 0


def test_a_form_that_is_sent_twice_asks_once() -> None:
    desk = Desk()
    assert desk.asked() == desk.asked()
    assert len(desk.publisher.of("jobs")) == len(desk.store.paths("jobs")) == 1
    assert desk.asked("key00002").id != desk.asked().id


def test_a_job_is_forgotten_after_more_than_a_month_and_less_than_two() -> None:
    job = Desk().asked()
    assert timedelta(days=31) < job.expires_at - job.asked_at < timedelta(days=60)


def test_unauthorised_or_invalid_request_is_refused() -> None:
    desk = Desk()
    with pytest.raises(Forbidden):
        desk.ask(HEAD, "sums", {"of": "all"}, "key00001")
    with pytest.raises(NotFound):
        desk.ask(COORDINATOR, "others", {}, "key00001")
    for params in ({}, {"of": "all", "more": "1"}, {"of": "x" * 61}, {"of": "bà Lan"}, {"of": "0912345678"}):
        with pytest.raises(Rejected):
            desk.ask(COORDINATOR, "sums", params, "key00001")
    for key in ("", "../other", "a/b"):
        with pytest.raises(Rejected):
            desk.asked(key)
    assert desk.store.documents == {}


def test_an_officer_has_five_open_jobs_and_no_sixth() -> None:
    desk = Desk()
    asked = [desk.asked(f"open{number:04}") for number in range(MOST_OPEN)]
    with pytest.raises(Rejected, match="đang chờ hoặc đang làm"):
        desk.asked("open9999")
    assert desk.asked("open0000") == asked[0]  # the same form is the same job
    assert desk.ask(OTHER, "sums", {"of": "all"}, "open0000").by == OTHER.id
    assert len(desk.store.paths("jobs")) == MOST_OPEN + 1
    desk.run(asked[0].id)
    assert desk.asked("open9999").state is JobState.QUEUED


def test_an_officer_has_forty_jobs_a_day() -> None:
    desk = Desk()
    for number in range(MOST_A_DAY):
        desk.run(desk.asked(f"day{number:05}").id)
    with pytest.raises(Rejected, match="ngày mai"):
        desk.asked("day99999")
    desk.clock.advance(hours=15)  # 00:00 in Hanoi
    assert desk.asked("day99999").state is JobState.QUEUED


def test_jobs_leave_room_for_papers_and_waiting_jobs_run_later() -> None:
    assert load().functions["reports"].max_instances * load().functions["reports"].concurrency > MOST_AT_ONCE
    desk = Desk()
    officers = [replace(COORDINATOR, id=f"vpub-{number}") for number in range(MOST_AT_ONCE + 1)]
    *first, last = (desk.ask(officer, "sums", {"of": "all"}, "key00001") for officer in officers)
    for job in first:
        begun = {"state": JobState.RUNNING.value, "attempt": 1, "next_attempt_at": desk.clock.now() + LEASE}
        desk.store.update(job_path(job.id), begun)
    assert not desk.run(last.id)
    assert desk.job(last).state is JobState.QUEUED
    desk.store.update(job_path(first[0].id), {"state": JobState.DONE.value})
    desk.clock.advance(minutes=1)
    assert desk.sweep() >= 1
    assert last.id in [message.data["id"] for message in desk.publisher.of("jobs")][len(officers) :]
    assert desk.run(last.id)


def test_workers_that_are_lost_take_no_room() -> None:
    desk = Desk()
    officers = [replace(COORDINATOR, id=f"vpub-{number}") for number in range(MOST_AT_ONCE + 1)]
    *first, last = (desk.ask(officer, "sums", {"of": "all"}, "key00001") for officer in officers)
    for job in first:
        desk.store.update(job_path(job.id), {"state": JobState.RUNNING.value, "next_attempt_at": desk.clock.now()})
    assert desk.run(last.id)


def test_redelivered_job_is_not_done_again() -> None:
    desk = Desk()
    job = desk.asked()
    desk.does = lambda _: desk.run(job.id)  # a second delivery while the first one works
    assert desk.run(job.id)
    assert not desk.run(job.id)
    assert desk.worked == 1
    assert len(desk.files.objects) == 1
    with pytest.raises(Permanent):
        desk.run("nobody-asked")


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_a_killed_worker_is_replaced_after_its_lease(steps: int) -> None:
    desk = Desk()
    job = desk.asked()

    def dies(progress: Progress) -> None:
        for step in range(steps):
            desk.clock.advance(seconds=60)
            progress(step + 1, 3)
        raise Killed

    desk.does = dies
    with pytest.raises(Killed):
        desk.run(job.id)
    assert desk.job(job).share == steps * 100 // 3
    assert desk.sweep() == 0  # nobody knows yet that it is dead
    desk.clock.advance(seconds=LEASE.total_seconds())
    assert desk.sweep() == 1
    desk.does = lambda progress: progress(1, 1)
    assert desk.run(desk.publisher.of("jobs")[-1].data["id"])
    assert (desk.job(job).state, desk.job(job).attempt) == (JobState.DONE, 2)


def test_a_worker_that_was_taken_for_dead_changes_nothing() -> None:
    desk = Desk()
    job = desk.asked()

    def sleeps(progress: Progress) -> None:
        desk.does = lambda _: None
        desk.clock.advance(seconds=LEASE.total_seconds())
        assert desk.run(job.id)  # the other one
        done = desk.job(job)
        progress(1, 2)
        pytest.fail(f"it still holds {done.id}")

    desk.does = sleeps
    assert not desk.run(job.id)
    assert (desk.job(job).state, desk.job(job).attempt) == (JobState.DONE, 2)
    assert len(desk.files.objects) == 1


def test_job_that_kills_every_worker_is_given_up_with_a_message() -> None:
    desk = Desk()
    job = desk.asked()

    def dies(_: Progress) -> None:
        raise Killed

    desk.does = dies
    for _ in range(3):
        with pytest.raises(Killed):
            desk.run(job.id)
        desk.clock.advance(seconds=LEASE.total_seconds())
    assert not desk.run(job.id)
    assert (desk.job(job).state, desk.job(job).failure) == (JobState.FAILED, GAVE_UP)
    assert desk.sweep() == 0
    assert desk.worked == 3


def test_refusal_is_reported_and_internal_error_is_retried() -> None:
    desk = Desk()
    job = desk.asked()

    def refuses(_: Progress) -> None:
        raise Rejected("Không cân: HN-260101-0000-0000.", reason="unbalanced")

    desk.files.failing = True
    with pytest.raises(Retryable):
        desk.run(job.id)
    assert desk.job(job).state is JobState.QUEUED
    desk.files.failing = False
    desk.does = refuses
    assert desk.run(job.id)
    assert desk.job(job).failure == "Không cân: HN-260101-0000-0000."
    assert not desk.run(job.id)


def test_job_without_a_worker_is_published_again() -> None:
    desk = Desk()
    job = desk.asked()
    desk.clock.advance(seconds=timedelta(minutes=1).total_seconds())
    assert desk.sweep() == 1
    assert [message.data["id"] for message in desk.publisher.of("jobs")] == [job.id] * 2


def test_progress_is_reported_but_not_at_every_step() -> None:
    desk = Desk()
    job = desk.asked()
    seen = set()

    def counts(progress: Progress) -> None:
        for step in range(1, 101):
            progress(step, 100)
            seen.add(desk.job(job).done)

    desk.does = counts
    desk.run(job.id)
    assert seen == {1, 100}  # the clock stands still


def test_every_kind_has_a_worker_and_every_worker_a_kind() -> None:
    assert set(reports.workers()) == set(JOB_KINDS)
