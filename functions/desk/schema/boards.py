"""The coordinators' boards as the JSON API answers them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from petitions.domain.notices.notice import Notice, NoticeState
from petitions.domain.units.directory import Directory
from petitions.usecases.desk.read_boards import (
    BoardPage,
    LatePetition,
    NoticePage,
    TriagePage,
    TriagePetition,
    UnitLateness,
    Why,
)
from schema.base import Answer, Instant
from schema.petition import RecoveryAnswer


class TriageLine(Answer):
    """A petition that a coordinator must place."""

    code: str
    title: str
    why: Why
    held_by: list[str]
    proposed: list[str]
    due_at: Instant | None

    @classmethod
    def of(cls, triage: TriagePetition) -> TriageLine:
        """Return the petition, and why it is there."""
        petition = triage.petition
        return cls(
            code=petition.code,
            title=petition.title,
            why=triage.why,
            held_by=petition.held_by,
            proposed=triage.proposed,
            due_at=petition.due_at,
        )


class TriageAnswer(Answer):
    """The triage queue, the first due on top; `more`: beyond what is listed."""

    petitions: list[TriageLine]
    more: bool

    @classmethod
    def of(cls, page: TriagePage) -> TriageAnswer:
        """Return the queue."""
        return cls(petitions=[TriageLine.of(each) for each in page.petitions], more=page.more)


class LateLine(Answer):
    """An overdue petition, and the head's plan."""

    code: str
    title: str
    working_seconds_late: int
    recovery: RecoveryAnswer | None

    @classmethod
    def of(cls, late: LatePetition) -> LateLine:
        """Return the petition."""
        petition = late.petition
        return cls(
            code=petition.code,
            title=petition.title,
            working_seconds_late=int(late.by.total_seconds()),
            recovery=RecoveryAnswer.of(petition.recovery) if petition.recovery else None,
        )


class LateUnit(Answer):
    """What is overdue in a unit."""

    unit: str
    unit_name: str
    planned: int
    petitions: list[LateLine]

    @classmethod
    def of(cls, lateness: UnitLateness, directory: Directory) -> LateUnit:
        """Return the unit with its name."""
        return cls(
            unit=lateness.unit,
            unit_name=directory.name_of(lateness.unit),
            planned=lateness.planned,
            petitions=[LateLine.of(each) for each in lateness.late],
        )


class LatenessAnswer(Answer):
    """What is overdue, by unit; `more`: beyond what is listed."""

    units: list[LateUnit]
    more: bool
    as_of: Instant

    @classmethod
    def of(cls, page: BoardPage, directory: Directory) -> LatenessAnswer:
        """Return the board."""
        return cls(units=[LateUnit.of(each, directory) for each in page.units], more=page.more, as_of=page.as_of)


class NoticeLine(Answer):
    """A notice, without its words; `to` is an officer's id or "citizen"."""

    id: str
    kind: str
    channel: str
    to: str
    code: str | None
    state: NoticeState
    error: str | None
    created_at: Instant

    @classmethod
    def of(cls, notice: Notice) -> NoticeLine:
        """Return how far the notice is."""
        return cls(
            id=notice.id,
            kind=notice.kind,
            channel=notice.channel,
            to=notice.officer or "citizen",
            code=notice.about.code if notice.about else None,
            state=notice.state,
            error=notice.error,
            created_at=notice.created_at,
        )


class NoticesAnswer(Answer):
    """A page of a board; `next` is the cursor of the following one."""

    notices: list[NoticeLine]
    next: str | None

    @classmethod
    def of(cls, found: NoticePage) -> NoticesAnswer:
        """Return the page."""
        return cls(notices=[NoticeLine.of(each) for each in found.notices], next=found.next)


class LetterAnswer(Answer):
    """A dead letter: `payload` names its fields and their kinds, never what people wrote; `topic` is where it goes."""

    id: str
    consumer: str | None
    message_id: str | None
    reason: str | None
    attempts: int | None
    topic: str | None
    kept_at: Instant | None
    replayed_at: Instant | None
    bytes: int
    payload: Any


class LettersAnswer(Answer):
    """The newest dead letters."""

    letters: list[LetterAnswer]

    @classmethod
    def of(cls, letters: Sequence[Mapping[str, Any]]) -> LettersAnswer:
        """Return the board."""
        return cls(letters=[LetterAnswer(**each) for each in letters])


class ReplayedAnswer(Answer):
    """Where the letter went."""

    topic: str
