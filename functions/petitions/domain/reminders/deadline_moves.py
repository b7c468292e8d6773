"""What a new calendar does to the deadlines of open petitions: the moves, and the job that finds and tells them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from petitions.domain.lifecycle.states import ClockName
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.instants import UtcInstant
from petitions.domain.shared.records import Instant, Record, Root

JOB = "recomputes/current"


class Move(Record):
    """One clock of a petition that is due at another instant than before."""

    clock: ClockName
    old: UtcInstant
    new: UtcInstant

    @property
    def effect(self) -> str:
        """As the history has it."""
        return f"move {self.clock} {self.old.isoformat()} {self.new.isoformat()}"


class Moved(Root):
    """`deadline_moves/{job}:{code}`: what one job moved of one petition, and whose it was then."""

    job: str
    code: str
    unit: str
    moves: list[Move]
    expires_at: Instant | None = None


class JobState(StrEnum):
    """moving -> telling -> done."""

    MOVING = "moving"
    TELLING = "telling"
    DONE = "done"


class Job(Root):
    """`recomputes/current`: one pass over the petitions whose deadlines were derived from something else than `basis`.

    It begins at `run_at`. `after` is how far it has come: the cursor of the last whole page.
    """

    id: str
    basis: str
    state: JobState = JobState.MOVING
    run_at: Instant
    after: list[str] = Field(default_factory=list)


def new_job(basis: str, now: datetime, run_at: datetime) -> Job:
    """A job named after the second in which it was found necessary."""
    return Job(id=f"{now:%Y%m%dT%H%M%SZ}", basis=basis, run_at=run_at)


def moves(before: Petition, after: Petition) -> list[Move]:
    """The clocks whose due instant differs."""
    return [
        Move(clock=clock.name, old=clock.due_at, new=after.clocks[name].due_at)
        for name, clock in before.clocks.items()
        if clock.due_at != after.clocks[name].due_at
    ]


def moved_path(job: str, code: str) -> str:
    """Where it is stored what the job moved of the petition."""
    return f"deadline_moves/{job}:{code}"
