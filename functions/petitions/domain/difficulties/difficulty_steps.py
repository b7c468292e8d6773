"""The steps of a difficulty: the roles and states in which a step is allowed, and its effect.

Coordinators group, assign, answer and close difficulties. The unit asked to solve a difficulty can answer it too. The
unit that reported it judges whether the answer helped. It may do so even after a coordinator closed the difficulty, so
that an early closing suppresses no judgement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from petitions.domain.difficulties.difficulty import (
    OPEN,
    ChangeKind,
    Difficulty,
    DifficultyState,
    DifficultyStep,
    MadeChange,
    StepTaken,
)
from petitions.domain.lifecycle.states import Role
from petitions.domain.officers.officer import Officer
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import COORDINATORS

_IN: Mapping[DifficultyStep, tuple[DifficultyState, ...]] = {
    DifficultyStep.ARRANGE: OPEN,
    DifficultyStep.ANSWER: OPEN,
    DifficultyStep.HELPED: (DifficultyState.ANSWERED, DifficultyState.CLOSED),
    DifficultyStep.NOT_HELPED: (DifficultyState.ANSWERED, DifficultyState.CLOSED),
    DifficultyStep.LINK: tuple(DifficultyState),
    DifficultyStep.CLOSE: OPEN,
}
"""The states in which a step is possible, by step."""
_JUDGEMENTS = frozenset({DifficultyStep.HELPED, DifficultyStep.NOT_HELPED})
_HANDLERS = frozenset({Role.OFFICER, Role.HEAD, Role.COORDINATOR})


@dataclass(frozen=True)
class Arrangement:
    """A coordinator's choice of group, solving unit and last day for the answer."""

    group: str
    assigned: str | None
    due: date | None


def may_read(officer: Officer, difficulty: Difficulty) -> bool:
    """Return whether the officer may read the difficulty.

    The caller must check separately that the officer may see the petition that it is about. Administrators see no
    petitions, so they may read only the difficulties that they reported themselves.
    """
    if officer.role in {Role.COORDINATOR, Role.INSPECTOR} or difficulty.by == officer.id:
        return True
    return officer.role in _HANDLERS and officer.unit in {difficulty.unit, difficulty.assigned}


def open_steps(officer: Officer, difficulty: Difficulty) -> frozenset[DifficultyStep]:
    """Return the steps that the officer may take now, by role, unit and state. Empty if there are none."""
    return frozenset(
        step
        for step, states in _IN.items()
        if difficulty.state in states and _may(officer, difficulty, step) and _fits(difficulty, step)
    )


def _may(officer: Officer, difficulty: Difficulty, step: DifficultyStep) -> bool:
    if step in _JUDGEMENTS:
        return difficulty.by == officer.id or (officer.role in _HANDLERS and officer.unit == difficulty.unit)
    if officer.role is Role.COORDINATOR:
        return True
    solves = officer.role in _HANDLERS and officer.unit == difficulty.assigned
    return step is DifficultyStep.ANSWER and solves


def _fits(difficulty: Difficulty, step: DifficultyStep) -> bool:
    return step not in _JUDGEMENTS or (bool(difficulty.answer) and difficulty.helped is None)


def reported(difficulty: Difficulty, officer: Officer) -> Difficulty:
    """Return the new difficulty with the report as its first step."""
    first = StepTaken(step=DifficultyStep.REPORT, at=difficulty.at, by=officer.id, unit=officer.unit)
    return replace(difficulty, steps=[first], concerned=[COORDINATORS])


def arranged(before: Difficulty, officer: Officer, wanted: Arrangement, text: str, now: datetime) -> Difficulty:
    """Return the difficulty with a coordinator's choices. `text` describes the choices in the history."""
    state = DifficultyState.ASSIGNED if wanted.assigned and before.state is DifficultyState.NEW else before.state
    update = {"group": wanted.group, "assigned": wanted.assigned, "due": wanted.due, "state": state}
    assigned = [] if wanted.assigned in {None, before.assigned} else [wanted.assigned]
    return _after(before, officer, DifficultyStep.ARRANGE, text, now, [*assigned, before.unit], update)


def answered(before: Difficulty, officer: Officer, text: str, now: datetime) -> Difficulty:
    """Return the difficulty with `text` as its answer, which the reporting unit has not judged yet."""
    update = {"answer": text, "helped": None, "state": DifficultyState.ANSWERED}
    return _after(before, officer, DifficultyStep.ANSWER, text, now, [before.unit, COORDINATORS], update)


def judged(before: Difficulty, officer: Officer, *, helped: bool, why: str, now: datetime) -> Difficulty:
    """Return the difficulty with the unit's judgement. It is closed if the answer helped, otherwise it waits again."""
    again = DifficultyState.ASSIGNED if before.assigned else DifficultyState.NEW
    step = DifficultyStep.HELPED if helped else DifficultyStep.NOT_HELPED
    closed_at = (before.closed_at or now) if helped else None
    update = {"helped": helped, "state": DifficultyState.CLOSED if helped else again, "closed_at": closed_at}
    concerned = [COORDINATORS, *([before.assigned] if before.assigned else [])]
    return _after(before, officer, step, why, now, concerned, update)


def linked(before: Difficulty, officer: Officer, kind: ChangeKind, what: str, now: datetime) -> Difficulty:
    """Return the difficulty with one more change that was made because of it."""
    change = MadeChange(kind=kind, what=what, at=now, by=officer.id)
    return _after(
        before, officer, DifficultyStep.LINK, what, now, [before.unit], {"changes": [*before.changes, change]}
    )


def closed(before: Difficulty, officer: Officer, why: str, now: datetime) -> Difficulty:
    """Return the difficulty as closed. If it had no answer, `why` becomes its answer."""
    update: dict[str, Any] = {"state": DifficultyState.CLOSED, "closed_at": now, "answer": before.answer or why}
    return _after(before, officer, DifficultyStep.CLOSE, why, now, [before.unit], update)


def _after(
    before: Difficulty,
    officer: Officer,
    step: DifficultyStep,
    text: str,
    now: datetime,
    concerned: list[str],
    update: dict[str, Any],
) -> Difficulty:
    taken = StepTaken(step=step, at=now, by=officer.id, unit=officer.unit, text=text)
    more: dict[str, Any] = {"steps": [*before.steps, taken], "version": before.version + 1, "changed_at": now}
    return replace(before, **update, **more, concerned=list(dict.fromkeys(concerned)))
