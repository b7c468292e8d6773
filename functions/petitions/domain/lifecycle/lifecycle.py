"""Queries on the table of transitions: the allowed actions and their results, the labels and the diagram.

The table knows states and roles only. Use cases check all other conditions: that the petition is with the actor's unit,
that it is reopened only once and in time, and which unit or main petition it goes to.
"""

from __future__ import annotations

from collections.abc import Iterator

from petitions.domain.lifecycle.states import (
    CAME_FROM,
    Action,
    ClockEffect,
    ClockName,
    ClockVerb,
    Role,
    State,
    Transition,
    TransitionRow,
)
from petitions.domain.lifecycle.transitions import OPEN_STATES, TRANSITIONS

__all__ = [
    "CAME_FROM",
    "FILING_EFFECTS",
    "FINAL_STATES",
    "OPEN_STATES",
    "ROLE_LABELS",
    "STATE_LABELS",
    "TRANSITIONS",
    "Action",
    "ClockEffect",
    "ClockName",
    "ClockVerb",
    "ForbiddenTransition",
    "Role",
    "State",
    "Transition",
    "TransitionRow",
    "allowed",
    "awaiting_sources",
    "to_mermaid",
    "transition",
    "ways_back",
]


class ForbiddenTransition(ValueError):  # noqa: N818 - a refusal, not a fault
    """Raised for an action that the state or the role forbids. The message is Vietnamese, for the person who acts."""

    def __init__(self, message: str, state: State, action: Action, role: Role) -> None:
        super().__init__(message)
        self.state = state
        self.action = action
        self.role = role


STATE_LABELS: dict[State, str] = {
    State.NEW: "Mới",
    State.AWAITING_CITIZEN: "Chờ bổ sung",
    State.ACCEPTED: "Đã tiếp nhận",
    State.ASSIGNED: "Đã phân công",
    State.RETURNED: "Trả lại điều phối",
    State.IN_PROGRESS: "Đang xử lý",
    State.AWAITING_APPROVAL: "Chờ duyệt",
    State.REDO: "Yêu cầu làm lại",
    State.ANSWERED: "Đã trả lời",
    State.PUBLISHED: "Đã công khai",
    State.REOPENED: "Mở lại",
    State.CLOSED: "Đóng",
    State.REFUSED: "Từ chối",
    State.TRANSFERRED_OUT: "Đã chuyển ngoài",
    State.WITHDRAWN: "Đã rút",
    State.MERGED: "Đã gộp",
}

ROLE_LABELS: dict[Role, str] = {
    Role.CITIZEN: "người dân",
    Role.OFFICER: "cán bộ xử lý",
    Role.HEAD: "lãnh đạo đơn vị",
    Role.COORDINATOR: "cán bộ điều phối",
    Role.INSPECTOR: "cán bộ kiểm tra",
    Role.ADMIN: "quản trị viên",
    Role.SYSTEM: "hệ thống",
    Role.PORTAL: "Cổng Dịch vụ công quốc gia",
}

FINAL_STATES = frozenset(State) - {source for row in TRANSITIONS for source in row.sources if row.to != source}
"""The states that no transition leaves."""


FILING_EFFECTS = (ClockEffect(ClockVerb.START, ClockName.RECEPTION),)
"""The clocks that filing starts. Filing is not a transition."""


def awaiting_sources() -> frozenset[State]:
    """Return the states in which the office may ask the citizen for a supplement, and to which a petition returns."""
    return frozenset(source for row in TRANSITIONS if row.action is Action.ASK_SUPPLEMENT for source in row.sources)


def ways_back(state: State) -> frozenset[State]:
    """Return the states that a petition may return to from `state`: after waiting, a merge or an assignment."""
    if state is State.ASSIGNED:
        return frozenset(source for row in TRANSITIONS if row.action is Action.ASSIGN for source in row.sources)
    return OPEN_STATES if state is State.MERGED else awaiting_sources()


def allowed(state: State, role: Role) -> list[TransitionRow]:
    """Return the transitions that `role` may make in `state`, in the order of the desk's buttons."""
    return [row for row in TRANSITIONS if state in row.sources and role in row.roles]


def transition(state: State, action: Action, role: Role, came_from: State | None = None) -> Transition:
    """Return the transition for `action` by `role` in `state`.

    `came_from` is the state that the petition remembers from the step before. Raise ForbiddenTransition, with a
    Vietnamese message for the actor, if the table does not allow it.
    """
    rows = [row for row in TRANSITIONS if row.action is action]
    here = [row for row in rows if state in row.sources]
    mine = [row for row in here if role in row.roles]
    if not here:
        raise ForbiddenTransition(
            f"Không thể “{rows[0].label}” khi hồ sơ ở trạng thái “{STATE_LABELS[state]}”.", state, action, role
        )
    if not mine:
        raise ForbiddenTransition(
            f"Vai trò “{ROLE_LABELS[role]}” không được “{here[0].label}” "
            f"khi hồ sơ ở trạng thái “{STATE_LABELS[state]}”.",
            state,
            action,
            role,
        )
    row = mine[0]
    if row.to != CAME_FROM:
        remembered = _remembered(row, state, came_from)
        unaccepted = State.NEW in {state, remembered}
        passed_on = row.action in _WAITS_AS
        return Transition(action, state, row.to, role, row, remembered, () if unaccepted and passed_on else row.effects)
    if came_from not in ways_back(state):
        raise ForbiddenTransition(
            f"Hồ sơ “{STATE_LABELS[state]}” không có trạng thái trước đó để quay lại.", state, action, role
        )
    return Transition(action, state, came_from, role, row, None, row.effects)


_WAITS_AS = {Action.TAKE_BACK: State.ACCEPTED, Action.REASSIGN: State.ASSIGNED}
"""The state to which an accepted petition returns if another unit got it while it awaited its citizen."""


def _remembered(row: TransitionRow, state: State, came_from: State | None) -> State | None:
    """Return the state that the petition remembers after the step, or None.

    Any further step of an assigned petition clears it, because an assignment is undone right after it or never
    (`assign_unit.is_own_and_unheard`).
    """
    if row.action is not Action.ASSIGN and row.to not in {State.AWAITING_CITIZEN, State.MERGED}:
        return None
    if state is not row.to:
        return state
    return came_from if came_from is State.NEW else _WAITS_AS[row.action]


def _edges() -> Iterator[tuple[State, State, str]]:
    for row in TRANSITIONS:
        for source in State:
            if source not in row.sources or row.to == source:  # a row that changes no state has no arrow
                continue
            if row.to != CAME_FROM:
                yield source, row.to, row.label
            else:
                yield from ((source, back, row.label) for back in State if back in ways_back(source))


def to_mermaid() -> str:
    """Return the table as a Mermaid state diagram for the README, with one arrow per pair of states."""
    arrows: dict[tuple[State, State], list[str]] = {}
    for source, to, label in _edges():
        labels = arrows.setdefault((source, to), [])
        if label not in labels:
            labels.append(label)
    lines = ["stateDiagram-v2"]
    lines += [f"    {state.value}: {label}" for state, label in STATE_LABELS.items()]
    lines.append(f"    [*] --> {State.NEW.value}")
    lines += [f"    {source.value} --> {to.value}: {' / '.join(labels)}" for (source, to), labels in arrows.items()]
    lines += [f"    {state.value} --> [*]" for state in State if state in FINAL_STATES]
    return "\n".join(lines) + "\n"
