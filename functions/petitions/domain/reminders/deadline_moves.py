"""The effect of a new calendar on the deadlines of open petitions: the moves, and the job that computes them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from petitions.domain.clock.clocks import PetitionClock
from petitions.domain.lifecycle.states import ClockName
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.instants import UtcInstant
from petitions.domain.shared.records import Instant, Record, Root

JOB_PATH = "recomputes/current"


class DeadlineMove(Record):
    """The change of one clock's due instant."""

    clock: ClockName
    old: UtcInstant
    new: UtcInstant

    @property
    def effect(self) -> str:
        """Return the move in the notation of the history: "move answer 2026-11-24T... 2026-11-25T..."."""
        return f"move {self.clock} {self.old.isoformat()} {self.new.isoformat()}"


class MovedDeadlines(Root):
    """The moves that a job made on one petition, and its unit at that time, stored as `deadline_moves/{job}:{code}`."""

    job: str
    code: str
    unit: str
    moves: list[DeadlineMove]
    expires_at: Instant | None = None


class RecomputeState(StrEnum):
    """The state of the job: moving -> telling (sending notices) -> done."""

    MOVING = "moving"
    TELLING = "telling"
    DONE = "done"


class RecomputeJob(Root):
    """The job `recomputes/current`.

    It goes over all petitions with deadlines computed from another calendar or other rules than `basis`.
    """

    id: str
    basis: str
    state: RecomputeState = RecomputeState.MOVING
    run_at: Instant
    """The instant at which the job begins."""
    after: list[str] = Field(default_factory=list)
    """The cursor after the last finished page of petitions."""


def new_job(basis: str, now: datetime, run_at: datetime) -> RecomputeJob:
    """Return a job to begin at `run_at`, with an id made from `now` to the second."""
    return RecomputeJob(id=f"{now:%Y%m%dT%H%M%SZ}", basis=basis, run_at=run_at)


def deadline_moves(before: Petition, after: Petition) -> list[DeadlineMove]:
    """Return a move for every clock whose due instant differs.

    For a paused clock, the latest possible instant counts.
    """
    moved = ((clock, _last(clock), _last(after.clocks[name])) for name, clock in before.clocks.items())
    return [DeadlineMove(clock=clock.name, old=old, new=new) for clock, old, new in moved if old != new]


def _last(clock: PetitionClock) -> datetime:
    return clock.late_from or clock.due_at


def moved_path(job: str, code: str) -> str:
    return f"deadline_moves/{job}:{code}"
