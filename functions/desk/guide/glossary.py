"""The glossary of states, clocks (running deadlines) and roles, generated from tables in the code and current rules.

Only the sentences that explain a state or a clock are written by hand. Permissions, transitions and terms are read from
the tables, so that the glossary cannot differ from the behaviour of the desk.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from petitions.domain.clock.clocks import TIME_STATE_LABELS, TimeState
from petitions.domain.clock.deadline_rules import LEVEL_LABELS, DeadlineRule, DeadlineRules
from petitions.domain.clock.explanations import UNIT_LABELS
from petitions.domain.lifecycle.lifecycle import (
    CAME_FROM,
    FINAL_STATES,
    OPEN_STATES,
    ROLE_LABELS,
    STATE_LABELS,
    TRANSITIONS,
    ClockName,
    ClockVerb,
    Role,
    State,
    TransitionRow,
)
from petitions.domain.petition.classification import CLASS_LABELS
from petitions.usecases.desk.list_words import CLOCKS

STATE_MEANINGS: dict[State, str] = {
    State.NEW: "Vừa được gửi tới, chưa ai tiếp nhận. Thời hạn tiếp nhận đang chạy.",
    State.AWAITING_CITIZEN: "Đã hỏi thêm người gửi; các thời hạn dừng đến khi có trả lời hoặc hết thời gian chờ.",
    State.ACCEPTED: "Một cán bộ đã nhận và phân loại; chưa có người xử lý.",
    State.ASSIGNED: "Đã có đơn vị hoặc người xử lý, chưa bắt đầu. Thời hạn chuyển xử lý đang chạy.",
    State.RETURNED: "Đơn vị cho rằng không thuộc mình; cán bộ điều phối giao lại.",
    State.IN_PROGRESS: "Có người đang xử lý, cần trả lời trước hạn trả lời.",
    State.AWAITING_APPROVAL: "Câu trả lời đã trình; người khác phải duyệt thì người gửi mới nhận được.",
    State.REDO: "Người duyệt hoặc Cổng quốc gia trả lại câu trả lời, có ghi vì sao.",
    State.ANSWERED: "Người gửi đã được trả lời.",
    State.PUBLISHED: "Đã trả lời, và kết quả đã che thông tin cá nhân ở trang công khai.",
    State.REOPENED: "Đã trả lời nhưng được mở lại, phải xử lý thêm.",
    State.CLOSED: "Xong hẳn, không sửa gì nữa.",
    State.REFUSED: "Không giải quyết, có lý do và hướng dẫn cho người gửi.",
    State.TRANSFERRED_OUT: "Đã gửi cơ quan ngoài thành phố; người gửi được báo cơ quan nào.",
    State.WITHDRAWN: "Người gửi đã rút.",
    State.MERGED: "Cùng một việc với hồ sơ khác và được giải quyết ở đó.",
}
CLOCK_MEANINGS: dict[ClockName, str] = {
    ClockName.RECEPTION: "Từ lúc người gửi gửi đến lúc có người tiếp nhận (hoặc từ chối, chuyển ngoài).",
    ClockName.TRANSFER: "Từ lúc giao cho đơn vị hoặc người đến lúc họ bắt đầu; giao lại thì tính lại từ đầu.",
    ClockName.ANSWER: "Từ lúc tiếp nhận đến lúc câu trả lời được duyệt và gửi. Giao đơn vị khác không làm lùi hạn.",
    ClockName.SUPPLEMENT: "Từ lúc hỏi thêm người gửi; khi chạy thì ba thời hạn kia dừng.",
}
TIME_MEANINGS: dict[TimeState, str] = {
    TimeState.WITHIN: "Còn nhiều thời gian.",
    TimeState.NEARLY_DUE: "Sắp hết thời gian, nên làm trước.",
    TimeState.OVERDUE: "Đã qua hạn mà việc chưa xong; không gia hạn được nữa.",
    TimeState.ON_TIME: "Việc đã xong trước hạn.",
    TimeState.LATE: "Việc đã xong sau hạn; giữ mãi trong số liệu.",
}
VERB_LABELS = {
    ClockVerb.START: "Bắt đầu khi",
    ClockVerb.STOP: "Dừng hẳn khi",
    ClockVerb.PAUSE: "Tạm dừng khi",
    ClockVerb.RESUME: "Chạy tiếp khi",
}
OFFICERS = (Role.OFFICER, Role.HEAD, Role.COORDINATOR)
FILING = "gửi hồ sơ"


@dataclass(frozen=True)
class StateEntry:
    """A state of petitions in the glossary, with the steps that lead out of it."""

    label: str
    meaning: str
    phase: str
    """Whether a petition in this state is open, solved or ended, in Vietnamese."""
    own: list[str]
    """The steps that the reader's role may take, each with the state that follows."""
    others: list[tuple[str, str]]
    """The steps that the reader may not take, paired with the roles that may."""


@dataclass(frozen=True)
class ClockEntry:
    """A clock in the glossary. A clock measures one deadline of a petition, such as that of the answer."""

    label: str
    meaning: str
    events: list[tuple[str, str]]
    """Pairs of an effect, such as “starts when”, and the steps with this effect on the clock."""
    terms: list[tuple[str, str, str]]
    """Triples of the petitions concerned, the time allowed, and the document that sets it."""


def states(reader: Role) -> list[StateEntry]:
    """Return the entries of all states, in the order of a petition's life, for a reader with this role."""
    return [_entry(state, reader) for state in STATE_LABELS]


def clocks(rules: DeadlineRules, today: date) -> list[ClockEntry]:
    """Return the entries of all clocks, with the terms valid on `today`."""
    valid = [rule for rule in rules.rules if today in rule.in_force]
    return [
        ClockEntry(
            CLOCKS[clock],
            CLOCK_MEANINGS[clock],
            _events(clock),
            [_term(deadline_rule) for deadline_rule in valid if deadline_rule.clock is clock],
        )
        for clock in ClockName
    ]


def times() -> list[tuple[str, str]]:
    """Return pairs of a clock's status, such as overdue, and its meaning, in Vietnamese."""
    return [(TIME_STATE_LABELS[time_state], TIME_MEANINGS[time_state]) for time_state in TimeState]


def duties() -> list[tuple[str, list[str]]]:
    """Return pairs of a role of the desk and the steps that the role can take on a petition, in Vietnamese."""
    return [(ROLE_LABELS[role], _distinct(row.label for row in TRANSITIONS if role in row.roles)) for role in OFFICERS]


def _phase(state: State) -> str:
    if state in FINAL_STATES:
        return "đã kết thúc"
    return "đang mở" if state in OPEN_STATES else "đã giải quyết"


def _entry(state: State, reader: Role) -> StateEntry:
    rows = [row for row in TRANSITIONS if state in row.sources]
    own = _distinct(f"{row.label}{_leads(row, state)}" for row in rows if reader in row.roles)
    others = [
        (f"{row.label}{_leads(row, state)}", ", ".join(ROLE_LABELS[role] for role in Role if role in row.roles))
        for row in rows
        if reader not in row.roles
    ]
    return StateEntry(STATE_LABELS[state], STATE_MEANINGS[state], _phase(state), own, others)


def _leads(row: TransitionRow, state: State) -> str:
    if row.to == state:
        return ""
    return " → trạng thái trước đó" if row.to == CAME_FROM else f" → {STATE_LABELS[row.to]}"


def _events(clock: ClockName) -> list[tuple[str, str]]:
    found = []
    for verb, words in VERB_LABELS.items():
        made = [row.label for row in TRANSITIONS if any(e.verb is verb and e.clock is clock for e in row.effects)]
        if clock is ClockName.RECEPTION and verb is ClockVerb.START:
            made.insert(0, FILING)
        if made:
            found.append((words, ", ".join(_distinct(made)).lower()))
    return found


def _term(rule: DeadlineRule) -> tuple[str, str, str]:
    whom = [LEVEL_LABELS[level] for level in rule.levels or ()] + [CLASS_LABELS[item] for item in rule.classes or ()]
    term = f"{rule.amount} {UNIT_LABELS[rule.unit]}"
    if rule.max_extension:
        term += f", gia hạn thêm tối đa {rule.max_extension}"
    return ", ".join(whom) or "mọi hồ sơ", term, rule.source


def _distinct(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))
