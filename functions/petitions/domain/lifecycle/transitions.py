"""The one table of transitions. Actions follow the law. States, arrows and roles are this project's choice (LAW 7.6).

The first rows are the usual path of a petition, and comments explain the others. The roles SYSTEM and PORTAL never
refuse, transfer out or publish: a named officer decides that.
"""

from __future__ import annotations

from typing import Literal

from petitions.domain.lifecycle.states import (
    CAME_FROM,
    Action,
    ClockEffect,
    ClockName,
    ClockVerb,
    Role,
    State,
    TransitionRow,
)

OPEN_STATES = frozenset(State) - {
    State.ANSWERED, State.PUBLISHED, State.CLOSED, State.REFUSED, State.TRANSFERRED_OUT, State.WITHDRAWN, State.MERGED,
}  # fmt: skip
"""The states in which the office still owes work on a petition. It is not answered, transferred out or refused
(LAW 7.5).
"""

_REASON = "Lý do"
_UNIT_STAFF = frozenset({Role.OFFICER, Role.HEAD})
_DECIDERS = frozenset({Role.HEAD, Role.COORDINATOR})
_STAFF = _UNIT_STAFF | _DECIDERS
_COORDINATOR = frozenset({Role.COORDINATOR})
_PORTAL = frozenset({Role.PORTAL})
_FILER = frozenset({Role.CITIZEN, Role.PORTAL})
"""The filer, on Zalo or on the portal."""


_HELD = (State.ASSIGNED, State.IN_PROGRESS, State.AWAITING_APPROVAL, State.REDO, State.REOPENED)
"""The states of an accepted petition in which a unit works on it."""
_ANSWERING = (State.ACCEPTED, State.RETURNED, *_HELD)
"""The states in which the clock of the answer runs."""


def _effects(verb: ClockVerb, *clocks: ClockName) -> tuple[ClockEffect, ...]:
    return tuple(ClockEffect(verb, clock) for clock in clocks)


_END = _effects(ClockVerb.STOP, *ClockName)
_OURS = _effects(ClockVerb.START, ClockName.TRANSFER, ClockName.ANSWER)
_ANSWER_AGAIN = _effects(ClockVerb.START, ClockName.ANSWER)
_PASS_ON = _effects(ClockVerb.START, ClockName.TRANSFER)  # every new holder gets the full term (LAW 3.3)
_ASK = _effects(ClockVerb.PAUSE, ClockName.RECEPTION, ClockName.TRANSFER, ClockName.ANSWER) + _effects(
    ClockVerb.START, ClockName.SUPPLEMENT
)
_PASS_ON_WAITING = _PASS_ON + _effects(ClockVerb.PAUSE, ClockName.TRANSFER)
_GO_ON = _effects(ClockVerb.STOP, ClockName.SUPPLEMENT) + _effects(
    ClockVerb.RESUME, ClockName.RECEPTION, ClockName.TRANSFER, ClockName.ANSWER
)


def _row(
    action: Action,
    sources: set[State] | frozenset[State],
    to: State | Literal["came_from"],
    roles: frozenset[Role],
    label: str,
    *,
    text: str | None = None,
    effects: tuple[ClockEffect, ...] = (),
    again: frozenset[Role] | None = None,
) -> TransitionRow:
    return TransitionRow(action, frozenset(sources), to, roles, label, text, effects, roles if again is None else again)


TRANSITIONS: tuple[TransitionRow, ...] = (
    _row(
        Action.ACCEPT,
        {State.NEW},
        State.ACCEPTED,
        _STAFF,
        "Tiếp nhận",
        effects=_effects(ClockVerb.STOP, ClockName.RECEPTION) + _OURS,
    ),
    _row(Action.ASSIGN, {State.ACCEPTED, State.RETURNED}, State.ASSIGNED, _STAFF, "Phân công", effects=_PASS_ON),
    _row(
        Action.START,
        {State.ASSIGNED},
        State.IN_PROGRESS,
        _UNIT_STAFF,
        "Bắt đầu xử lý",
        effects=_effects(ClockVerb.STOP, ClockName.TRANSFER),
    ),
    _row(
        Action.SUBMIT_ANSWER,
        {State.IN_PROGRESS, State.REDO},
        State.AWAITING_APPROVAL,
        _UNIT_STAFF,
        "Trình duyệt trả lời",
        text="Nội dung trả lời",
    ),
    _row(Action.APPROVE, {State.AWAITING_APPROVAL}, State.ANSWERED, _DECIDERS, "Duyệt và gửi trả lời", effects=_END),
    _row(Action.RETURN_FOR_REDO, {State.AWAITING_APPROVAL}, State.REDO, _DECIDERS, "Yêu cầu làm lại", text=_REASON),
    # An answer can be taken back by its author until a decision on it. The clock of the answer runs all the time.
    _row(
        Action.RECALL_ANSWER, {State.AWAITING_APPROVAL}, State.IN_PROGRESS, _UNIT_STAFF, "Rút lại để sửa", text=_REASON
    ),
    _row(Action.RESUME_WORK, {State.REDO, State.REOPENED}, State.IN_PROGRESS, _UNIT_STAFF, "Tiếp tục xử lý"),
    # The national portal returns an unsuitable answer (LAW 2.5). The first run of the answer clock stays on time or
    # late for good. The redo gets a run of its own, so that it has reminders too.
    _row(
        Action.PORTAL_RETURN,
        {State.ANSWERED, State.PUBLISHED},
        State.REDO,
        _PORTAL,
        "Cổng quốc gia trả lại",
        text=_REASON,
        effects=_ANSWER_AGAIN,
    ),
    # The portal's officers, not a machine, pass a petition to another authority or to another unit of the city. That
    # overrides the assignment here (portal_conflicts.py).
    _row(
        Action.PORTAL_TRANSFER,
        OPEN_STATES,
        State.TRANSFERRED_OUT,
        _PORTAL,
        "Cổng quốc gia chuyển cơ quan khác",
        text=_REASON,
        effects=_END,
    ),
    _row(
        Action.PORTAL_MOVE,
        {*_HELD, State.RETURNED},
        State.ASSIGNED,
        _PORTAL,
        "Cổng quốc gia chuyển đơn vị",
        text=_REASON,
        effects=_PASS_ON,
    ),
    # A petition that was transferred out comes back to the city, and gets new clocks.
    _row(
        Action.SENT_BACK,
        {State.TRANSFERRED_OUT},
        State.ACCEPTED,
        frozenset({Role.COORDINATOR, Role.PORTAL}),
        "Nhận lại",
        text=_REASON,
        effects=_OURS,
    ),
    # A unit may give back a petition that the machine assigned to it, before accepting it. A coordinator then receives
    # it.
    _row(Action.GIVE_BACK, {State.NEW}, State.NEW, _UNIT_STAFF, "Trả lại điều phối", text=_REASON),
    _row(
        Action.GIVE_BACK,
        {State.ACCEPTED, State.ASSIGNED, State.IN_PROGRESS},
        State.RETURNED,
        _UNIT_STAFF,
        "Trả lại điều phối",
        text=_REASON,
        effects=_PASS_ON,
    ),
    # Coordinators can take every open petition back and give it to another unit. One that awaits its citizen goes on
    # waiting, and one that is not accepted stays so, without a clock of the transfer (lifecycle.py).
    *(
        _row(action, {state}, state, _COORDINATOR, label, text=_REASON, effects=effects)
        for action, label in ((Action.TAKE_BACK, "Lấy lại"), (Action.REASSIGN, "Giao đơn vị khác"))
        for state, effects in ((State.NEW, ()), (State.AWAITING_CITIZEN, _PASS_ON_WAITING))
    ),
    _row(
        Action.TAKE_BACK,
        {*_HELD, State.ACCEPTED},
        State.RETURNED,
        _COORDINATOR,
        "Lấy lại",
        text=_REASON,
        effects=_PASS_ON,
    ),
    # An assignment by mistake, until the unit has been notified of it. The use case checks that.
    _row(Action.UNASSIGN, {State.ASSIGNED}, CAME_FROM, _COORDINATOR, "Bỏ việc giao vừa rồi", effects=_PASS_ON),
    _row(Action.REASSIGN, set(_HELD), State.ASSIGNED, _COORDINATOR, "Giao đơn vị khác", text=_REASON, effects=_PASS_ON),
    # Also from accepted and assigned: the first person to look may see that something is missing. It pauses the clocks,
    # so a second request in the same stage is the head's (LAW 7.9). The use case counts.
    _row(
        Action.ASK_SUPPLEMENT,
        {State.NEW, State.ACCEPTED, State.ASSIGNED, State.IN_PROGRESS},
        State.AWAITING_CITIZEN,
        _STAFF,
        "Yêu cầu bổ sung",
        text="Nội dung cần bổ sung",
        effects=_ASK,
        again=_DECIDERS,
    ),
    _row(
        Action.SUPPLEMENT,
        {State.AWAITING_CITIZEN},
        CAME_FROM,
        _FILER,
        "Bổ sung",
        text="Nội dung bổ sung",
        effects=_GO_ON,
    ),
    # Staff may go on without the citizen's reply or with one that came another way, or a silent citizen would block it.
    _row(
        Action.SUPPLEMENT,
        {State.AWAITING_CITIZEN},
        CAME_FROM,
        _STAFF,
        "Xử lý tiếp, không chờ bổ sung",
        text=_REASON,
        effects=_GO_ON,
    ),
    # However long a citizen is silent, the clocks go on once the pause has used up the allowance of its rule (LAW 7.9).
    # That is no refusal: the handler decides how to go on.
    _row(
        Action.SUPPLEMENT,
        {State.AWAITING_CITIZEN},
        CAME_FROM,
        frozenset({Role.SYSTEM}),
        "Hết thời gian chờ bổ sung",
        effects=_GO_ON,
    ),
    _row(Action.PUBLISH, {State.ANSWERED}, State.PUBLISHED, _DECIDERS, "Công khai kết quả"),
    # An answer published by mistake, also of a petition that is closed by now.
    _row(Action.UNPUBLISH, {State.PUBLISHED}, State.ANSWERED, _COORDINATOR, "Gỡ công khai", text=_REASON),
    _row(Action.UNPUBLISH, {State.CLOSED}, State.CLOSED, _COORDINATOR, "Gỡ công khai", text=_REASON),
    _row(
        Action.CLOSE,
        {State.ANSWERED, State.PUBLISHED, State.TRANSFERRED_OUT},
        State.CLOSED,
        frozenset({Role.COORDINATOR, Role.SYSTEM}),
        "Đóng",
    ),
    # A petition that was transferred out ends when the other authority's answer comes back (LAW 7.6).
    _row(Action.CLOSE, {State.TRANSFERRED_OUT}, State.CLOSED, _PORTAL, "Cơ quan khác đã trả lời"),
    _row(
        Action.REOPEN,
        {State.ANSWERED, State.PUBLISHED},
        State.REOPENED,
        frozenset({Role.CITIZEN, Role.COORDINATOR}),
        "Mở lại",
        text=_REASON,
        effects=_ANSWER_AGAIN,
    ),
    _row(Action.REOPEN, {State.REFUSED}, State.REOPENED, _COORDINATOR, "Mở lại", text=_REASON, effects=_ANSWER_AGAIN),
    # Its clocks are as if it had never been merged. The use case checks that no answer went out on it meanwhile.
    _row(Action.UNMERGE, {State.MERGED}, CAME_FROM, _COORDINATOR, "Bỏ gộp", text=_REASON),
    # The approver of an extension makes it. The use case checks its length and that it is not too late (LAW 7.1).
    *(_row(Action.EXTEND, {state}, state, _DECIDERS, "Gia hạn trả lời", text=_REASON) for state in _ANSWERING),
    # The level sets the deadlines (LAW 3.2), so it needs the right to extend them. Not while the citizen is being
    # asked, because no date is promised then.
    *(
        _row(Action.SET_LEVEL, {state}, state, _DECIDERS, "Đổi mức độ", text=_REASON)
        for state in (State.NEW, *_ANSWERING)
    ),
    # Accepting a petition includes its classification. Coordinators correct that, also afterwards, because figures are
    # made of it.
    *(
        _row(Action.CLASSIFY, {state}, state, _COORDINATOR, "Phân loại lại", text=_REASON)
        for state in (*_ANSWERING, State.ANSWERED, State.PUBLISHED, State.CLOSED)
    ),
    # Rows that end a petition without an answer stand last: the table's order is that of the desk's buttons. The rows
    # of withdrawal and the merger lead out of every open state.
    _row(Action.MERGE, OPEN_STATES, State.MERGED, _COORDINATOR, "Gộp", text="Mã hồ sơ chính", effects=_END),
    # The system never refuses after so many days without a supplement. That is left to the handler.
    _row(
        Action.REFUSE,
        {State.NEW, State.AWAITING_CITIZEN},
        State.REFUSED,
        _STAFF,
        "Từ chối",
        text="Lý do và hướng dẫn",
        effects=_END,
    ),
    # Also from accepted and in_progress: some reasons are found only after reception.
    _row(
        Action.REFUSE,
        {State.ACCEPTED, State.RETURNED, State.IN_PROGRESS},
        State.REFUSED,
        _COORDINATOR,
        "Từ chối",
        text="Lý do và hướng dẫn",
        effects=_END,
    ),
    _row(
        Action.TRANSFER_OUT,
        {State.NEW},
        State.TRANSFERRED_OUT,
        _STAFF,
        "Chuyển ra ngoài thành phố",
        text="Cơ quan nhận và lý do",
        effects=_END,
    ),
    # Also from in_progress, for the same reason.
    _row(
        Action.TRANSFER_OUT,
        {State.ACCEPTED, State.RETURNED, State.IN_PROGRESS},
        State.TRANSFERRED_OUT,
        _COORDINATOR,
        "Chuyển ra ngoài thành phố",
        text="Cơ quan nhận và lý do",
        effects=_END,
    ),
    _row(Action.WITHDRAW, OPEN_STATES, State.WITHDRAWN, _FILER, "Rút phản ánh, kiến nghị", effects=_END),
    # A citizen without Zalo asks an officer, by telephone or in person.
    _row(
        Action.WITHDRAW,
        OPEN_STATES,
        State.WITHDRAWN,
        _STAFF,
        "Rút theo yêu cầu của người gửi",
        text="Người gửi yêu cầu rút bằng cách nào, khi nào, lý do",
        effects=_END,
    ),
)
