"""How far a petition is, as the JSON API answers it: clocks, history, notices, and what may be done now."""

from __future__ import annotations

from pydantic import AwareDatetime

from petitions.domain.clock.clocks import TimeState
from petitions.domain.lifecycle.lifecycle import Action, State
from petitions.domain.lifecycle.states import ClockName, Level
from petitions.domain.notices.notice import Notice, NoticeState
from petitions.domain.petition.classification import PetitionClass
from petitions.usecases.desk.read_petition import ClockLine
from petitions.usecases.petition.classify_petition import ClassChoice, LevelChoice
from schema.base import Answer, CopiedAnswer, Instant


class ClockAnswer(Answer):
    """One clock of a petition and how its deadline came about."""

    name: ClockName
    due_at: Instant
    stopped_at: Instant | None
    paused_at: Instant | None
    pause_ends_at: Instant | None
    time_state: TimeState
    explanation: str
    extensions: int

    @classmethod
    def of(cls, line: ClockLine) -> ClockAnswer:
        """Return the clock as it stands now."""
        clock = line.clock
        return cls(
            name=clock.name,
            due_at=clock.due_at,
            stopped_at=clock.stopped_at,
            paused_at=clock.paused_at,
            pause_ends_at=clock.pause_ends_at,
            time_state=line.time_state,
            explanation=clock.explanation,
            extensions=clock.extensions,
        )


class HistoryAnswer(CopiedAnswer):
    """One line of the history, without what is for the dashboards alone."""

    seq: int
    at: AwareDatetime
    action: str
    role: str
    actor: str | None
    instead_of: str | None
    unit: str | None
    from_state: State | None
    to_state: State
    reason: str | None
    clock_effects: list[str]


class PetitionNoticeAnswer(Answer):
    """A notice about the petition, without its words; `to` is an officer's id or "citizen"."""

    id: str
    kind: str
    channel: str
    to: str
    state: NoticeState
    created_at: Instant
    sent_at: Instant | None

    @classmethod
    def of(cls, notice: Notice) -> PetitionNoticeAnswer:
        """Return how far the notice is."""
        return cls(
            id=notice.id,
            kind=notice.kind,
            channel=notice.channel,
            to=notice.officer or "citizen",
            state=notice.state,
            created_at=notice.created_at,
            sent_at=notice.sent_at,
        )


class ActionAnswer(CopiedAnswer):
    """Something that this officer may do now; `text` names the text that it asks for."""

    action: Action
    label: str
    text: str | None


class ExtensionAnswer(CopiedAnswer):
    """By how much the deadline may still be moved, in `unit`."""

    left: int
    unit: str


class MoveAnswer(CopiedAnswer):
    """One clock that would be due at another instant."""

    clock: ClockName
    old: AwareDatetime
    new: AwareDatetime


class LevelAnswer(Answer):
    """A level that may be chosen, and what it would move; `refused` says why it may not."""

    level: Level
    moves: list[MoveAnswer]
    refused: str | None

    @classmethod
    def of(cls, choice: LevelChoice) -> LevelAnswer:
        """Return the choice."""
        return cls(level=choice.level, moves=[MoveAnswer.of(each) for each in choice.moves], refused=choice.refused)


class ClassAnswer(Answer):
    """A class that a coordinator may choose, and what it would move; `refused` says why it may not."""

    petition_class: PetitionClass
    moves: list[MoveAnswer]
    refused: str | None

    @classmethod
    def of(cls, choice: ClassChoice) -> ClassAnswer:
        """Return the choice."""
        moves = [MoveAnswer.of(each) for each in choice.moves]
        return cls(petition_class=choice.petition_class, moves=moves, refused=choice.refused)
