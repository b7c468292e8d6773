"""Undo of actions on petitions: the action that reverses another one, or an explanation why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import session

from desk.shell.session import me
from desk.words.labels import action_label
from petitions.domain.lifecycle.lifecycle import Action, State
from petitions.domain.officers.policy import actions
from petitions.domain.petition.history_actions import history_action
from petitions.domain.petition.petition import AnswerWay, Petition
from petitions.domain.publishing.own_view import is_read_on_page
from petitions.usecases.contact.handle_contact import ANSWER_WAYS

UNDONE_BY: Mapping[Action, Action] = {
    Action.MERGE: Action.UNMERGE,
    Action.PUBLISH: Action.UNPUBLISH,
    Action.ASSIGN: Action.UNASSIGN,
    Action.SUBMIT_ANSWER: Action.RECALL_ANSWER,
    Action.CLASSIFY: Action.CLASSIFY,
}
"""For an action, the action that reverses it, if the petition's state and the officer's permissions allow it.

Actions that notify the filer at once cannot be undone. Actions that stop or pause a deadline cannot be undone either,
because the recorded times would then be wrong.
"""
_FILER_TOLD = "người gửi được báo ngay"
_ANSWER_SENT = "câu trả lời được gửi ngay cho người gửi"
_ACCEPTED = "Hồ sơ vẫn là đã tiếp nhận: người gửi đã được báo."
"""The remark on an undone assignment that had also accepted the petition: the petition stays accepted."""
FINAL: Mapping[Action, str] = {
    Action.ACCEPT: f"{_FILER_TOLD}. Phân loại sai thì cán bộ điều phối phân loại lại",
    Action.ASSIGN: "người nhận việc đã thấy hồ sơ. Cần đổi thì giao lại cho người khác",
    Action.REASSIGN: "đơn vị trước được báo ngay. Cần đổi thì giao lại hoặc lấy lại",
    Action.TAKE_BACK: "đơn vị trước được báo ngay. Cần đổi thì giao lại",
    Action.START: "thời hạn chuyển xử lý đã tính xong. Không phải việc của mình thì trả lại điều phối",
    Action.SUBMIT_ANSWER: "người duyệt đã xử lý",
    Action.APPROVE: _ANSWER_SENT,
    Action.RETURN_FOR_REDO: "người soạn được báo ngay",
    Action.RESUME_WORK: "hồ sơ đang được xử lý tiếp",
    Action.REFUSE: f"{_FILER_TOLD}. Từ chối nhầm thì cán bộ điều phối mở lại",
    Action.TRANSFER_OUT: f"{_FILER_TOLD}. Cơ quan kia trả về thì cán bộ điều phối nhận lại",
    Action.SENT_BACK: "các thời hạn đã chạy lại",
    Action.GIVE_BACK: "hồ sơ đã về cán bộ điều phối",
    Action.ASK_SUPPLEMENT: f"{_FILER_TOLD}. Không cần nữa thì xử lý tiếp, không chờ bổ sung",
    Action.SUPPLEMENT: f"{_FILER_TOLD} và các thời hạn đã chạy tiếp",
    Action.PUBLISH: "cán bộ điều phối mới gỡ công khai được",
    Action.CLOSE: "hồ sơ đã kết thúc",
    Action.REOPEN: _FILER_TOLD,
    Action.WITHDRAW: "hồ sơ đã kết thúc theo ý người gửi",
    Action.MERGE: "người gửi đã nhận câu trả lời của hồ sơ chính",
    Action.EXTEND: f"{_FILER_TOLD} hạn mới",
    Action.SET_LEVEL: f"nếu hạn trả lời đổi thì {_FILER_TOLD}. Nhầm thì đổi mức độ lại",
    Action.CLASSIFY: "loại hoặc thời hạn đã đổi và người gửi được báo. Nhầm thì phân loại lại",
}
"""The reasons why an action cannot be undone, in Vietnamese."""


def why_final(done: Action, petition: Petition) -> str:
    """Return the reason why an action cannot be undone, in Vietnamese, or "" if it always can.

    The text depends on the petition, for example on how the filer is notified.
    """
    why = FINAL.get(done, "")
    if petition.accuses_coordinators:  # hidden from the coordinators
        why = why.replace("cán bộ điều phối", "lãnh đạo đơn vị giữ hồ sơ này")
    if petition.way_to_filer is None:
        return why
    if not is_read_on_page(petition):
        return why.replace(_ANSWER_SENT, _BY_HAND).replace(_FILER_TOLD, _BY_HAND)
    return why.replace(_ANSWER_SENT, _brought(petition.answer_way)).replace(
        _FILER_TOLD, _brought(petition.way_to_filer if history_action(done).is_brought else None)
    )


_BY_HAND = "người gửi không dùng Zalo và không xem được ở trang riêng, phải báo tận nơi: việc nằm ở mục Liên hệ"


def warning(action: Action, petition: Petition) -> str:
    """Return a sentence, shown before an action, that it can never be undone, or "" if it sometimes can be."""
    why = "" if action in UNDONE_BY else why_final(action, petition)
    return f"Không hoàn tác được: {why}." if why else ""


def undo_of(done: Action, before: Petition, after: Petition) -> dict[str, Any] | None:
    """Return the fields of the form that undoes an action, for templates, or None if it cannot be undone.

    `before` and `after` are the petition before and after the action.
    """
    undo = UNDONE_BY.get(done)
    if undo is None or undo not in {row.action for row in actions(me(), after)}:
        return None
    fields: dict[str, str] = {}
    if done is Action.CLASSIFY:
        known = before.classified
        if known is None or _promise(before) != _promise(after):
            return None
        fields = {"nature": known.nature, "statement": known.statement, "field": known.field}
        fields |= {"petition_class": before.petition_class, "accused": before.accused or "-"}
    what = "Phân loại như trước" if done is Action.CLASSIFY else action_label(undo)
    stays = _ACCEPTED if done is Action.ASSIGN and before.state is State.NEW else ""
    return {
        "code": after.code, "version": after.version, "action": undo.value, "what": what, "stays": stays,
        "fields": fields,
    }  # fmt: skip


def offer_undo(done: Action, before: Petition, after: Petition) -> str:
    """Offer to undo an action on the next page, by a note in the session.

    Return "", or the sentence why the action cannot be undone.
    """
    if undo := undo_of(done, before, after):
        session["undo"] = undo
        return ""
    why = why_final(done, after)
    return f"Việc này không hoàn tác được: {why}." if why else ""


def _brought(way: AnswerWay | None) -> str:
    if way is None:
        return "người gửi không dùng Zalo, xem được ở trang riêng của phản ánh"
    if way == "email":
        return "người gửi được báo qua e-mail"
    return f"người gửi không dùng Zalo, xin {ANSWER_WAYS[way].lower()}: việc nằm ở mục Cần liên hệ"


def _promise(petition: Petition) -> object:
    """Return the class and the deadlines that the filer was promised. If they change, the filer is notified."""
    return petition.petition_class, {name: clock.due_at for name, clock in petition.clocks.items()}
