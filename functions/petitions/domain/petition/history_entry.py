"""A line of a petition's history, stored as `petitions/{code}/history/{seq}`."""

from __future__ import annotations

from pydantic import Field

from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.petition.classification import Classification
from petitions.domain.petition.history_counts import FigureDeltas
from petitions.domain.petition.outcomes import AnswerOutcome
from petitions.domain.shared.records import Instant, Root


class HistoryEntry(Root):
    """An append-only line of a petition's history. It holds no personal data of a citizen."""

    seq: int
    at: Instant
    action: str
    role: str
    actor: str | None = None
    instead_of: str | None = None
    """The absent officer in whose role the actor acted."""
    actor_unit: str | None = None
    """The unit in which the actor worked. Absent in old lines."""
    unit: str | None = None
    """The unit that has the petition after this action."""
    from_state: State | None = None
    to_state: State
    asked: str | None = None
    """The id of the request by which another system caused this line. A repeated request is recognised by it."""
    reason: str | None = None
    filer_text: str | None = None
    """The text for the petitioner, as shown on the national portal."""
    promised: dict[str, Instant] = Field(default_factory=dict)
    """The deadlines that concern the petitioner after this action, by the name of the clock."""
    clock_effects: list[str] = Field(default_factory=list)
    classified: Classification | None = None
    """The classification that this action made, or None."""
    outcome: AnswerOutcome | None = None
    """The outcome of the answer that this action gave, or None."""
    figures: FigureDeltas | None = None
    """The change that this line makes to the statistics."""
    unfolded_at: Instant | None = None
    """The time of the line, present until `figures` has been added to the statistics."""
    counted_under: list[str] = Field(default_factory=list)
    """The keys of slots and counters under which this line is counted, once `figures` has been added."""


def history_path(code: str, seq: int) -> str:
    return f"petitions/{code}/history/{seq}"
