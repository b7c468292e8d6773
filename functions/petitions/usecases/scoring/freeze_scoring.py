"""The background job that freezes the draft of a scoring, without the cases of accepted objections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from petitions.domain.jobs.job import Job
from petitions.domain.language.texts import hanoi_time
from petitions.domain.scoring.scoring import Scoring, ScoringVersion, open_contests, result_of, scoring_path
from petitions.domain.shared.edges import Until
from petitions.domain.shared.records import replace
from petitions.errors import NotFound, Rejected, Retryable
from petitions.ports.store import Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.jobs.run_job import Made, Progress
from petitions.usecases.scoring.keep_scoring import KeepScoring
from petitions.usecases.scoring.make_scoring import audit_version
from petitions.usecases.shared.petition_changes import changed_fields

NO_SUCH_SCORING = "Không có bảng điểm này."


@dataclass(frozen=True)
class FreezeScoring:
    """The background job of the kind `freeze_scoring`. Freezing frozen scores changes nothing."""

    store: Store
    clock: Clock
    keep: KeepScoring

    def __call__(self, job: Job, progress: Progress) -> Sequence[Made]:
        """Freeze the draft of the scores. Raise Rejected while units can still object or wait for an answer."""
        known = stored_scoring(self.store.get(scoring_path(job.params["scoring"])))
        if known.is_frozen:
            return ()
        may_freeze(known, self.clock.now())
        rules, label, _unused, facts = self.keep.inputs(known.last.inputs)
        result = result_of(rules, label, facts, known.asides)
        progress(1, 2)
        inputs, scores = self.keep.put(known.id, rules, label, facts, known.asides, result)
        made = replace(
            known.last,
            number=len(known.versions) + 1,
            frozen=True,
            hash=result.hash,
            inputs=inputs,
            result=scores,
            at=self.clock.now(),
            by=job.by,
        )
        self.store.transact(lambda tx: _note(tx, job, known, made))
        return ()


def may_freeze(scoring: Scoring, now: datetime) -> None:
    """Raise Rejected, in Vietnamese, if the draft of the scores cannot be frozen now."""
    if now in Until(scoring.contest_until):
        words = f"Đơn vị còn được nêu ý kiến tới {hanoi_time(scoring.contest_until)}."
        raise Rejected(words, reason="contests_possible")
    if waiting := open_contests(scoring):
        raise Rejected(f"Còn {len(waiting)} ý kiến của đơn vị chưa được trả lời.", reason="contests_open")


def stored_scoring(found: object) -> Scoring:
    """Return the stored scoring. Raise NotFound if `found` is empty."""
    if not found:
        raise NotFound(NO_SUCH_SCORING, reason="scoring_unknown")
    return Scoring.model_validate(found)


def _note(tx: Transaction, job: Job, known: Scoring, made: ScoringVersion) -> None:
    before = stored_scoring(tx.get(scoring_path(known.id)))
    if before.version != known.version:
        raise Retryable("it changed meanwhile", reason="scoring_changed")
    audit_version(tx, job, known.id, "scoring_frozen", made)
    update: dict[str, Any] = {
        "versions": [*before.versions, made],
        "version": before.version + 1,
        "changed_at": made.at,
    }
    tx.update(scoring_path(known.id), changed_fields(before, replace(before, **update)))
