"""The start of a background job from the desk: stored, audited and published in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from petitions.domain.jobs.job import MOST_A_DAY, AskedBy, Job, asked, job_path, why_no_more
from petitions.domain.jobs.job_kinds import JOB_KINDS, JobKind
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import may
from petitions.domain.shared.written import is_key
from petitions.errors import Forbidden, NotFound, Rejected
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import Query, Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.shared.auditing import audit_change
from petitions.usecases.shared.outbox import commit, nudge

WRONG = "Yêu cầu thiếu, thừa hoặc sai mục. Lý do lập lại được công khai nên không ghi tên người, số điện thoại."


@dataclass(frozen=True)
class AskJob:
    """Starts background jobs for officers."""

    store: Store
    publisher: Publisher
    clock: Clock
    checks: Mapping[str, Callable[[Mapping[str, str]], object]] = field(default_factory=dict)
    """Further checks of the parameters, by kind of job. They raise Rejected."""
    kinds: Mapping[str, JobKind] = field(default_factory=lambda: JOB_KINDS)

    def __call__(self, officer: Officer, kind: str, params: Mapping[str, str], key: str) -> Job:
        """Store and publish a new job, and return it. If a job with the officer's `key` exists, return that job.

        Raise NotFound for an unknown kind, Forbidden if the officer may not start it, or Rejected for wrong parameters
        or too many jobs of the officer (`domain/jobs/job.py`).
        """
        known = self.kinds.get(kind)
        if known is None:
            raise NotFound("Không có loại việc này.", reason="job_unknown")
        if not may(officer, known.permission):
            raise Forbidden("Vai trò của anh/chị không được yêu cầu việc này.", reason="role")
        if set(params) != set(known.params) or not all(fits(params[name]) for name, fits in known.params.items()):
            raise Rejected(WRONG, reason="job_params")
        if kind in self.checks:
            self.checks[kind](params)
        job_id = f"{officer.id}-{key}"
        if not is_key(key):
            raise Rejected("Trang này đã cũ. Xin mở lại trang.", reason="key_missing")
        made = self.store.get(job_path(job_id))
        if made is None:
            by = AskedBy(officer.id, officer.role, officer.unit, officer.instead_of)
            job = asked(job_id, kind, dict(params), by, self.clock.now())
            commit(
                self.store, self.publisher, self.clock,
                producer="jobs", key=job_id, body=lambda tx: self._ask(tx, officer, job),
            )  # fmt: skip
            made = job.stored()
        return Job.model_validate(made)

    def _ask(self, tx: Transaction, officer: Officer, job: Job) -> list[Message]:
        now = job.asked_at
        query = Query("jobs", where=(("by", "==", officer.id),), order_by=("-asked_at",), limit=MOST_A_DAY)
        if full := why_no_more([Job.model_validate(document.data) for document in tx.find(query)], now):
            raise Rejected(full, reason="jobs_full")
        words = self.kinds[job.kind].words
        params = "; ".join(f"{name}={value}" for name, value in sorted(job.params.items()) if name not in words)
        audit_change(tx, f"job-{job.id}", officer, "job_asked", now, subject=job.kind, reason=params or None)
        tx.create(job_path(job.id), job.stored())
        return [nudge("jobs", "", {"id": job.id})]
