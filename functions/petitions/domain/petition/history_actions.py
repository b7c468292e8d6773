"""The actions in a petition's history: their Vietnamese labels, the news for units, and the data for the portal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum

from petitions.domain.lifecycle.states import Action
from petitions.domain.lifecycle.transitions import TRANSITIONS
from petitions.domain.petition.petition import NewsKind


class RecordedAction(StrEnum):
    """The actions recorded in a history that do not change the petition's state."""

    FILED = "filed"
    ROUTED = "routed"
    ADDED = "added"
    OFFICER_WROTE = "officer_wrote"
    RATED = "rated"
    RATING_REASON = "rating_reason"
    RESTRICTED = "restricted"
    UNIT_MERGED = "unit_merged"
    RECOVERY_PLANNED = "recovery"
    ESCALATED = "escalated"
    NOTED = "noted"
    CALLED = "called"
    OPINION = "opinion"
    COORDINATED = "coordinated"
    RECOMPUTED = "recomputed"
    ABSORBED = "absorbed"
    RELEASED = "released"
    KEPT_CLOSED = "kept_closed"
    HANDLER_CHANGED = "rehandled"
    HANDLER_REMINDED = "reminded"
    FILER_ANSWERED = "filer_answered"
    ANSWER_GIVEN = "answer_given"
    ANSWER_NOT_GIVEN = "answer_not_given"
    FILER_TOLD = "filer_told"
    FILER_NOT_TOLD = "filer_not_told"
    MAIN_ANSWERED = "main_answered"
    MAIN_REOPENED = "main_reopened"
    PAPER_ISSUED = "paper_issued"
    PAPER_SIGNED = "paper_signed"
    PORTAL_OVERRULED = "portal_overruled"
    PORTAL_REPAIR = "portal_repair"


HistoryAction = Action | RecordedAction


class PortalReport(Enum):
    """The data to send to the national portal after a line of the history."""

    CHANGED_STATE = "changed_state"
    """The state, if it changed."""
    STATE = "state"
    """The state in any case: the unit, deadline or wording changed, or the portal needs this system's code."""
    RATING = "rating"
    """The rating alone."""
    EVERYTHING = "everything"
    """State, answer and rating: the line exists to send the portal the whole status."""


@dataclass(frozen=True)
class HistoryActionRow:
    """The consequences of one recorded action: its label, the news for the unit, and the data sent to the portal."""

    label: str
    """The Vietnamese name on the desk."""
    news: NewsKind | None = None
    """The kind of news to send to the unit that handles the petition, or None for no news."""
    portal: PortalReport = PortalReport.CHANGED_STATE


_NEWS: Mapping[Action, NewsKind] = {
    Action.ASSIGN: "assigned",
    Action.REASSIGN: "assigned",
    Action.PORTAL_MOVE: "assigned",
    Action.GIVE_BACK: "returned",
    Action.SENT_BACK: "returned",
    Action.PORTAL_RETURN: "returned",
    Action.RETURN_FOR_REDO: "returned",
    Action.REOPEN: "reopened",
    Action.SET_LEVEL: "level",
    Action.SUBMIT_ANSWER: "submitted",
    Action.APPROVE: "approved",
}
_STATE_IN_ANY_CASE = frozenset(
    {
        Action.GIVE_BACK,
        Action.TAKE_BACK,
        Action.UNASSIGN,
        Action.REASSIGN,
        Action.PORTAL_MOVE,
        Action.EXTEND,
        Action.SET_LEVEL,
        Action.CLASSIFY,
    }
)


def _transition(action: Action) -> HistoryActionRow:
    label = next(row.label for row in TRANSITIONS if row.action is action)
    report = PortalReport.STATE if action in _STATE_IN_ANY_CASE else PortalReport.CHANGED_STATE
    return HistoryActionRow(label, _NEWS.get(action), report)


HISTORY_ACTIONS: Mapping[str, HistoryActionRow] = {action: _transition(action) for action in Action} | {
    RecordedAction.FILED: HistoryActionRow("Gửi phản ánh", portal=PortalReport.STATE),
    RecordedAction.ROUTED: HistoryActionRow("Hệ thống xác định đơn vị", "new", PortalReport.STATE),
    RecordedAction.ADDED: HistoryActionRow("Công dân gửi thêm", "supplement"),
    RecordedAction.OFFICER_WROTE: HistoryActionRow("Cán bộ nhắn qua Zalo"),
    RecordedAction.RATED: HistoryActionRow("Công dân đánh giá", portal=PortalReport.RATING),
    RecordedAction.RATING_REASON: HistoryActionRow("Công dân nêu lý do đánh giá", portal=PortalReport.RATING),
    RecordedAction.RESTRICTED: HistoryActionRow("Xóa dữ liệu cá nhân của công dân, hạn chế xử lý"),
    RecordedAction.UNIT_MERGED: HistoryActionRow("Đơn vị được sáp nhập", "assigned", PortalReport.STATE),
    RecordedAction.RECOVERY_PLANNED: HistoryActionRow("Lãnh đạo đơn vị lập kế hoạch khắc phục"),
    RecordedAction.ESCALATED: HistoryActionRow("Quá hạn: chuyển trách nhiệm lên cấp trên"),
    RecordedAction.NOTED: HistoryActionRow("Ghi chú"),
    RecordedAction.CALLED: HistoryActionRow("Gọi điện cho người gửi"),
    RecordedAction.OPINION: HistoryActionRow("Ý kiến phối hợp"),
    RecordedAction.COORDINATED: HistoryActionRow("Đề nghị phối hợp"),
    RecordedAction.RECOMPUTED: HistoryActionRow("Tính lại thời hạn", portal=PortalReport.STATE),
    RecordedAction.ABSORBED: HistoryActionRow("Nhận gộp hồ sơ"),
    RecordedAction.RELEASED: HistoryActionRow("Tách hồ sơ đã gộp"),
    RecordedAction.KEPT_CLOSED: HistoryActionRow("Thêm đơn vị không được xem hồ sơ", portal=PortalReport.STATE),
    RecordedAction.HANDLER_CHANGED: HistoryActionRow("Đổi người xử lý"),
    RecordedAction.HANDLER_REMINDED: HistoryActionRow("Nhắc người xử lý"),
    RecordedAction.FILER_ANSWERED: HistoryActionRow("Trả lời người gửi cần liên hệ", portal=PortalReport.STATE),
    RecordedAction.ANSWER_GIVEN: HistoryActionRow("Đã đưa câu trả lời tới người gửi"),
    RecordedAction.ANSWER_NOT_GIVEN: HistoryActionRow("Không đưa được câu trả lời tới người gửi"),
    RecordedAction.FILER_TOLD: HistoryActionRow("Đã báo cho người gửi"),
    RecordedAction.FILER_NOT_TOLD: HistoryActionRow("Không báo được cho người gửi"),
    RecordedAction.MAIN_ANSWERED: HistoryActionRow("Hồ sơ chính đã được trả lời", portal=PortalReport.STATE),
    RecordedAction.MAIN_REOPENED: HistoryActionRow("Hồ sơ chính được mở lại", portal=PortalReport.STATE),
    RecordedAction.PAPER_ISSUED: HistoryActionRow("Ban hành văn bản"),
    RecordedAction.PAPER_SIGNED: HistoryActionRow("Ký số xong văn bản"),
    RecordedAction.PORTAL_OVERRULED: HistoryActionRow(
        "Giữ nguyên, báo lại Cổng quốc gia", portal=PortalReport.EVERYTHING
    ),
    RecordedAction.PORTAL_REPAIR: HistoryActionRow(
        "Báo lại Cổng quốc gia sau đối soát", portal=PortalReport.EVERYTHING
    ),
}

_UNKNOWN = HistoryActionRow("Việc khác")


def history_action(action: str) -> HistoryActionRow:
    """Return the row of an action. An unknown action, written by a newer version, gets the label "Việc khác"."""
    return HISTORY_ACTIONS.get(action, _UNKNOWN)


def step_label(action: str, role: str) -> str:
    """Return the Vietnamese label of an action taken in this role. The same action can have a label for each role."""
    theirs = (row.label for row in TRANSITIONS if row.action == action and role in row.roles)
    return next(theirs, history_action(action).label)
