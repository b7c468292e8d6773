"""A draft of yearly scores with sample data for every unit, and an unanswered objection."""

from __future__ import annotations

from datetime import datetime, timedelta

from petitions.adapters import reference
from petitions.domain.scoring.scoring import Contest, ScoredFact, Scoring, ScoringVersion, result_of, scoring_path
from petitions.ports.files import Files
from petitions.ports.store import Store
from petitions.usecases.scoring.keep_scoring import KeepScoring

CASE = "HN-250301-0000-0001"
FACTS = [
    ScoredFact(f"{CASE[:-1]}{number}", unit, "handled", "conduct", "report", verdict, "resolved")
    for unit in ("SXD", "SYT", "PX-00004")
    for number, verdict in enumerate(("late", "on_time", "on_time"), 1)
]


def plant(store: Store, frozen: Files, now: datetime, identity: str, *, over: bool = False) -> Scoring:
    """Store a draft of the scores with an objection of SYT, and return the scoring.

    With `over`, the period for objections has ended and there is no objection.
    """
    rules, keep = reference.shipped().scoring, KeepScoring(frozen)
    result = result_of(rules, "Năm 2025", FACTS, ())
    inputs, scores = keep.put(identity, rules, "Năm 2025", FACTS, (), result)
    version = ScoringVersion(
        number=1, frozen=False, hash=result.hash, rules=rules.version, inputs=inputs, result=scores, cut=now, at=now,
        by="inspector",
    )  # fmt: skip
    waits = Contest(id="c1", unit="SYT", criterion="lasting", code=CASE, why="Mở lại do nhập nhầm", by="x", at=now)
    made = Scoring(
        id=identity, period_kind="calendar_year", period_name="2025", label="Năm dương lịch 2025",
        since=now - timedelta(days=700), until=now - timedelta(days=335), versions=[version],
        contest_until=now - timedelta(days=1) if over else now + timedelta(days=9), contests=[] if over else [waits],
        changed_at=now,
    )  # fmt: skip
    store.create(scoring_path(identity), made.stored())
    return made
