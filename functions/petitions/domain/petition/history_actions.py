"""The actions in a petition's history: one table with the label and the recipients of every action."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum

from petitions.domain.lifecycle.states import Action
from petitions.domain.lifecycle.transitions import TRANSITIONS
from petitions.domain.petition.petition import NewsKind


class RecordedAction(StrEnum):
    """The actions recorded in a history that are not in the table of transitions."""

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
    """Send the state if it changed."""
    STATE = "state"
    """Send the state in any case.

    The unit, deadline or wording changed, or the portal needs this system's code.
    """
    RATING = "rating"
    """Send the rating alone."""
    EVERYTHING = "everything"
    """Send state, answer and rating: the line exists to send the portal the whole status."""


@dataclass(frozen=True)
class HistoryActionRow:
    """One action with its label, and how the unit, the portal and the filer are informed of it."""

    label: str
    """The Vietnamese name on the desk."""
    news: NewsKind | None = None
    """The kind of news to send to the unit that handles the petition, or None for no news."""
    portal: PortalReport = PortalReport.CHANGED_STATE
    is_told: bool = False
    """Whether the petition's page shows the step to its sender. The page has a text `step_...` for every such step."""
    is_brought: bool = False
    """Whether a filer without Zalo must be informed of the step, by e-mail or by an officer."""


def _step(
    action: Action,
    news: NewsKind | None = None,
    portal: PortalReport | None = None,
    *,
    is_told: bool = False,
    is_brought: bool = False,
) -> tuple[Action, HistoryActionRow]:
    """Return the row of an action.

    Without `portal`, the portal gets the state if it changed. After an action that never changes the state, the portal
    gets it in any case.
    """
    rows = [row for row in TRANSITIONS if row.action is action]
    stays = all(row.sources == {row.to} for row in rows)
    report = portal or (PortalReport.STATE if stays else PortalReport.CHANGED_STATE)
    return action, HistoryActionRow(rows[0].label, news, report, is_told, is_brought)


_STEPS = (
    _step(Action.ACCEPT, is_told=True),
    _step(Action.ASSIGN, "assigned", is_told=True),
    _step(Action.REASSIGN, "assigned", PortalReport.STATE, is_told=True),
    _step(Action.TAKE_BACK, portal=PortalReport.STATE),
    _step(Action.UNASSIGN, portal=PortalReport.STATE),
    _step(Action.START),
    _step(Action.SUBMIT_ANSWER, "submitted"),
    _step(Action.APPROVE, "approved", is_told=True),
    _step(Action.RETURN_FOR_REDO, "returned"),
    _step(Action.RECALL_ANSWER),
    _step(Action.RESUME_WORK),
    _step(Action.PORTAL_RETURN, "returned"),
    _step(Action.PORTAL_TRANSFER),
    _step(Action.PORTAL_MOVE, "assigned", PortalReport.STATE),
    _step(Action.REFUSE, is_told=True, is_brought=True),
    _step(Action.TRANSFER_OUT, is_told=True, is_brought=True),
    _step(Action.SENT_BACK, "returned", is_told=True),
    _step(Action.GIVE_BACK, "returned", PortalReport.STATE),
    _step(Action.ASK_SUPPLEMENT, is_told=True, is_brought=True),
    _step(Action.SUPPLEMENT, is_told=True),
    _step(Action.PUBLISH, is_told=True),
    _step(Action.UNPUBLISH),
    _step(Action.CLOSE, is_told=True),
    _step(Action.REOPEN, "reopened", is_told=True),
    _step(Action.WITHDRAW, is_told=True),
    _step(Action.MERGE, is_told=True),
    _step(Action.UNMERGE, is_told=True),
    _step(Action.EXTEND, is_told=True, is_brought=True),
    _step(Action.SET_LEVEL, "level"),
    _step(Action.CLASSIFY),
)

HISTORY_ACTIONS: Mapping[str, HistoryActionRow] = dict(_STEPS) | {
    RecordedAction.FILED: HistoryActionRow("Gửi phản ánh", portal=PortalReport.STATE, is_told=True),
    RecordedAction.ROUTED: HistoryActionRow("Hệ thống xác định đơn vị", "new", PortalReport.STATE),
    RecordedAction.ADDED: HistoryActionRow("Công dân gửi thêm", "supplement", is_told=True),
    RecordedAction.OFFICER_WROTE: HistoryActionRow("Cán bộ nhắn qua Zalo"),
    RecordedAction.RATED: HistoryActionRow("Công dân đánh giá", portal=PortalReport.RATING, is_told=True),
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
    RecordedAction.PAPER_SIGNED: HistoryActionRow("Ký số xong văn bản", is_told=True),
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
    """Return the Vietnamese label of an action taken in this role. An action may have another label in another role."""
    theirs = (row.label for row in TRANSITIONS if row.action == action and role in row.roles)
    return next(theirs, history_action(action).label)
