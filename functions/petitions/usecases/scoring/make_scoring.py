"""The background job that makes the draft of a year's scores, or a named restatement of frozen scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from petitions.domain.jobs.job import Job
from petitions.domain.officers.audit import AuditEntry, audit_path
from petitions.domain.reports.facts import Fact, unbalanced
from petitions.domain.reports.histories import faults
from petitions.domain.reports.periods import Period, PeriodFault, PeriodKind, named
from petitions.domain.reports.report import Unbalanced, concerned, facts_in
from petitions.domain.scoring.criteria import ScoringRules
from petitions.domain.scoring.scoring import Scoring, ScoringVersion, result_of, scoring_id, scoring_path
from petitions.domain.shared.records import replace
from petitions.errors import Rejected, Retryable
from petitions.ports.store import Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.jobs.run_job import Made, Progress
from petitions.usecases.reports.read_histories import ReadHistories
from petitions.usecases.scoring.keep_scoring import KeepScoring
from petitions.usecases.scoring.read_opinions import ReadOpinions
from petitions.usecases.shared.petition_changes import changed_fields

LONGEST_NAME = 200


@dataclass(frozen=True)
class MakeScoring:
    """The background job of the kind `make_scoring`."""

    store: Store
    clock: Clock
    histories: ReadHistories
    opinions: ReadOpinions
    kinds: Sequence[PeriodKind]
    rules: ScoringRules
    keep: KeepScoring

    def __call__(self, job: Job, progress: Progress) -> Sequence[Made]:
        """Score the period as it was known when the job was created. Return no files. Raise Rejected or Retryable."""
        period = period_of(self.kinds, self.rules, job.params["name"])
        if not period.instants.is_over(job.asked_at):
            raise Rejected("Kỳ chấm điểm chưa kết thúc.", reason="period_open")
        known = _stored(self.store.get(scoring_path(scoring_id(period.kind, period.name))))
        if known and known.is_frozen and not job.params["restates"].strip():
            words = "Điểm kỳ này đã chốt và giữ nguyên. Xin ghi tên và lý do của bản đính chính."
            raise Rejected(words, reason="already_frozen")
        facts = self._facts(period, job, progress)
        aside = known.asides if known else []
        result = result_of(self.rules, period.label, facts, aside)
        identity = scoring_id(period.kind, period.name)
        inputs, scores = self.keep.put(identity, self.rules, period.label, facts, aside, result)
        made = ScoringVersion(
            number=1, frozen=False, hash=result.hash, rules=self.rules.version, inputs=inputs, result=scores,
            cut=job.asked_at, at=self.clock.now(), by=job.by,
        )  # fmt: skip
        self.store.transact(lambda tx: self._note(tx, identity, period, job, made, known))
        return ()

    def _facts(self, period: Period, job: Job, progress: Progress) -> list[Fact]:
        read = self.histories(period.since, job.asked_at, progress)
        found = concerned(read, period, job.asked_at)
        facts = facts_in(period.since, period.until, job.asked_at, found)
        if broken := sorted({*faults(found), *unbalanced(facts)}):
            raise Rejected(str(Unbalanced(broken)), reason="unbalanced")
        return [*facts, *self.opinions(period, job.asked_at, read)]

    def _note(
        self, tx: Transaction, identity: str, period: Period, job: Job, made: ScoringVersion, known: Scoring | None
    ) -> None:
        path = scoring_path(identity)
        before = _stored(tx.get(path))
        if (before and before.version) != (known and known.version):
            raise Retryable("contests were answered meanwhile", reason="scoring_changed")
        if before and before.last.hash == made.hash:
            return
        restates = job.params["restates"].strip()[:LONGEST_NAME] if before and before.is_frozen else ""
        number = len(before.versions) + 1 if before else 1
        version = replace(made, number=number, restates=restates, frozen=bool(restates))
        audit_version(tx, job, identity, "scoring_restated" if restates else "scoring_made", version)
        if before is None:
            until = made.at + timedelta(days=self.rules.contested_days)
            created = Scoring(
                id=identity, period_kind=period.kind, period_name=period.name, label=period.label, since=period.since,
                until=period.until, contest_until=until, versions=[version], changed_at=made.at,
            )  # fmt: skip
            tx.create(path, created.stored())
            return
        after: dict[str, Any] = {
            "versions": [*before.versions, version], "version": before.version + 1, "changed_at": made.at,
        }  # fmt: skip
        tx.update(path, changed_fields(before, replace(before, **after)))


def audit_version(tx: Transaction, job: Job, identity: str, action: str, version: ScoringVersion) -> None:
    """Record in the audit log that the job's officer made the version."""
    entry = AuditEntry(
        officer=job.by, role=job.role, instead_of=job.instead_of, unit=job.unit,
        what="change", action=action, subject=identity,
        reason=version.hash, at=version.at,
    )  # fmt: skip
    tx.create(audit_path(f"{action}-{identity}-{version.number}"), entry.stored())


def period_of(kinds: Sequence[PeriodKind], rules: ScoringRules, name: str) -> Period:
    """Return the scored period with this name. Raise Rejected if there is none."""
    try:
        return named(kinds, rules.period, name)
    except PeriodFault as error:
        raise Rejected(str(error), reason="period_unknown") from error


def _stored(found: object) -> Scoring | None:
    return Scoring.model_validate(found) if found else None
