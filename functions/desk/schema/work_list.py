"""The work list as the JSON API answers it."""

from __future__ import annotations

from pydantic import AwareDatetime

from petitions.domain.clock.clocks import TIME_STATE_LABELS, TimeState
from petitions.domain.lifecycle.lifecycle import STATE_LABELS, State
from petitions.domain.lifecycle.states import ClockName
from petitions.domain.petition.petition import LegalBasis
from petitions.usecases.desk.read_changes import Changes
from petitions.usecases.desk.read_work_list import WorkList
from petitions.usecases.desk.work_list_line import WorkListLine
from petitions.usecases.desk.work_list_query import WorkListView
from schema.base import Answer, CopiedAnswer, Instant
from schema.petition import RecoveryAnswer


class LineAnswer(Answer):
    """One petition in a list; `working_seconds_left` is negative once it is overdue."""

    code: str
    title: str
    state: State
    state_label: str
    unit: str
    unit_name: str
    handler: str | None
    handler_name: str | None
    filed_at: Instant
    due_at: Instant | None
    clock: str | None
    time_state: TimeState | None
    time_state_label: str | None
    paused: bool
    paused_until: Instant | None
    late_steps: list[ClockName]
    level: str
    version: int
    working_seconds_left: int | None
    ward: str | None
    source: str
    channel: str | None
    legal_basis: LegalBasis
    kind: str | None
    field: str | None
    rating: int | None
    recovery: RecoveryAnswer | None

    @classmethod
    def of(cls, line: WorkListLine) -> LineAnswer:
        """Return the line with its labels."""
        return cls(
            code=line.code,
            title=line.title,
            state=line.state,
            state_label=STATE_LABELS[line.state],
            unit=line.unit,
            unit_name=line.unit_name,
            handler=line.handler,
            handler_name=line.handler_name or None,
            filed_at=line.filed_at,
            due_at=line.due_at,
            clock=line.clock,
            time_state=line.time_state,
            time_state_label=TIME_STATE_LABELS[line.time_state] if line.time_state else None,
            paused=line.paused,
            paused_until=line.paused_until,
            late_steps=line.late_steps,
            level=line.level,
            version=line.version,
            ward=line.ward,
            source=line.source,
            channel=line.channel,
            legal_basis=line.legal_basis,
            kind=line.kind,
            field=line.field,
            rating=line.rating,
            working_seconds_left=int(line.left.total_seconds()) if line.left is not None else None,
            recovery=RecoveryAnswer.of(line.recovery) if line.recovery else None,
        )


class ListAnswer(Answer):
    """One page of a list; `found` counts what filters left ("100+" where there is more), on the first page only.

    `sort` is the order that it is in: a list of more than 100 has two orders alone, `due` and `newest`.
    """

    view: WorkListView
    sort: str
    petitions: list[LineAnswer]
    next: str | None
    counts: dict[WorkListView, int]
    found: str | None
    as_of: Instant

    @classmethod
    def of(cls, listing: WorkList) -> ListAnswer:
        """Return the page."""
        return cls(
            view=listing.view,
            sort=listing.sort.name,
            petitions=[LineAnswer.of(line) for line in listing.lines],
            next=listing.next,
            counts=dict(listing.counts),
            found=listing.found,
            as_of=listing.as_of,
        )


class ConcernAnswer(CopiedAnswer):
    """News for the officer who asks."""

    code: str
    version: int
    action: str
    waits_for_approval: bool
    unassigned: bool
    at: AwareDatetime


class ChangesAnswer(Answer):
    """What changed since; `gone` is no longer in the list, `more` says that there was too much to tell."""

    petitions: list[LineAnswer]
    gone: list[str]
    versions: dict[str, int]
    concerns: list[ConcernAnswer]
    counts: dict[WorkListView, int]
    more: bool
    as_of: Instant

    @classmethod
    def of(cls, found: Changes) -> ChangesAnswer:
        """Return the changes."""
        return cls(
            petitions=[LineAnswer.of(line) for line in found.lines],
            gone=found.gone,
            versions=dict(found.versions),
            concerns=[ConcernAnswer.of(each) for each in found.concerns],
            counts=dict(found.counts),
            more=found.more,
            as_of=found.as_of,
        )
