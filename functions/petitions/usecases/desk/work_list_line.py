"""A petition as a line of a work list, and sorting of lines by a column."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from petitions.domain.clock.clocks import TimeState
from petitions.domain.clock.punctuality import late_steps
from petitions.domain.contact.contact_request import ContactReason
from petitions.domain.language.words import fold
from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.lifecycle.states import ClockName
from petitions.domain.officers.list_layout import Column, Sort
from petitions.domain.petition.lateness import has_missed_plan
from petitions.domain.petition.petition import LegalBasis, Petition, RecoveryPlan
from petitions.domain.units.directory import Directory
from petitions.usecases.desk.unit_choices import Placement
from petitions.usecases.officers.staff import Staff
from petitions.usecases.shared.timekeeping import Timekeeping

_LEVELS = ("urgent", "complex", "normal")
_STATES = tuple(State)


@dataclass(frozen=True)
class WorkListLine:
    """A petition in a list, without data that identify the filer."""

    code: str
    title: str
    state: State
    unit: str
    unit_name: str
    handler: str | None
    handler_name: str
    level: str
    version: int
    filed_at: datetime
    due_at: datetime | None
    clock: str | None
    """The name of the running clock that is due first."""
    time_state: TimeState | None
    left: timedelta | None
    """The working time until the petition is due. Negative once it is overdue."""
    paused: bool
    """Whether the office waits for the citizen and the wait is not over."""
    paused_until: datetime | None
    """The latest instant at which the wait for the filer ends."""
    late_steps: list[ClockName]
    """The steps that missed their deadline, in order."""
    recovery: RecoveryPlan | None
    missed: bool
    """Whether the day that the recovery plan names has passed."""
    ward: str | None
    ward_name: str
    source: str
    channel: str | None
    """The channel chosen by the officer who entered the petition. None for petitions from Zalo or the portal."""
    legal_basis: LegalBasis
    kind: str | None
    field: str | None
    """The field of administration that an officer chose."""
    rating: int | None
    contested: ContactReason | None = None
    """The reason why the filer objects to the answer, until an officer decides."""
    content: str = ""
    """The petition's text with the filer masked, for files. Empty on pages."""
    changed_at: datetime | None = None
    """The time of the last change, or None if this officer made it."""
    same_as: str = ""
    """The code of an earlier line with exactly the same text."""
    nobody: bool = False
    """Whether the unit that holds the petition has no staff. Set for coordinators only."""
    placement: Placement | None = None
    """The ways in which coordinators could pass on the petition. Set in their queue only."""


def work_list_line(
    petition: Petition, now: datetime, keeping: Timekeeping, directory: Directory, staff: Staff
) -> WorkListLine:
    """Return the petition, which must be masked already, as a line of a list."""
    clock, ward = petition.nearest_clock, directory.ward(petition.ward) if petition.ward else None
    paused = petition.waits_for_filer
    return WorkListLine(
        code=petition.code,
        title=petition.title,
        state=petition.state,
        unit=petition.unit,
        unit_name=directory.name_of(petition.unit),
        handler=petition.handler,
        handler_name=staff.name(petition.handler) if petition.handler else "",
        level=petition.level,
        version=petition.version,
        filed_at=petition.filed_at,
        due_at=petition.due_at,
        clock=clock.name if clock else None,
        time_state=keeping.state(clock, now) if clock else None,
        left=keeping.left(clock, now) if clock else None,
        paused=paused,
        paused_until=petition.promised.get(ClockName.SUPPLEMENT) if paused else None,
        late_steps=late_steps(petition.clocks),
        recovery=petition.recovery,
        missed=has_missed_plan(petition, now),
        ward=petition.ward,
        ward_name=ward.name if ward else petition.ward or "",
        source=petition.source,
        channel=petition.taken.channel if petition.taken else None,
        legal_basis=petition.legal_basis,
        kind=petition.kind,
        field=petition.classified.field if petition.classified else None,
        rating=petition.rating.level if petition.rating else None,
    )


def in_order(lines: list[WorkListLine], sort: Sort) -> list[WorkListLine]:
    """Return the lines sorted by a column. Lines without a value come last, and equal ones keep their order."""
    keyed = [(_key(line, sort.column), line) for line in lines]
    known = sorted((item for item in keyed if item[0] is not None), key=lambda item: item[0], reverse=sort.down)
    return [line for _, line in known] + [line for key, line in keyed if key is None]


def _key(line: WorkListLine, column: Column) -> Any:
    keys = {
        Column.DUE: line.due_at,
        Column.STATE: _STATES.index(line.state),
        Column.LEVEL: _LEVELS.index(line.level),
        Column.FILED: line.filed_at,
        Column.WARD: fold(line.ward_name) or None,
        Column.FIELD: line.field,
        Column.KIND: line.kind,
        Column.SOURCE: (line.source, line.channel or ""),
        Column.RATING: line.rating,
        Column.UNIT: fold(line.unit_name),
        Column.HANDLER: fold(line.handler_name) or None,
        Column.CODE: line.code,
    }
    return keys[column]
