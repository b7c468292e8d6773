"""The differences between our petitions and those of the national portal, for coordinators.

A nightly comparison finds them. A coordinator schedules the proposed repair, or dismisses a difference with a reason.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from desk.shell.forms import status_of
from desk.shell.guard import guarded, needs
from desk.shell.parts import parts
from desk.shell.session import me
from petitions.domain.lifecycle.lifecycle import STATE_LABELS, State
from petitions.domain.officers.policy import Permission
from petitions.domain.petition.petition import RATING_LABELS
from petitions.domain.portal.portal_differences import Difference, DifferenceKind, DifferenceRepair
from petitions.errors import NotFound, Rejected
from petitions.usecases.portal.desk_differences import DifferenceList

portal = guarded(Blueprint("portal", __name__))

DIFFERENCE_LABELS = {
    DifferenceKind.CONFLICT: "Thay đổi trên Cổng không áp dụng được",
    DifferenceKind.REFUSED: "Cổng từ chối nhận",
    DifferenceKind.MISSING_THERE: "Cổng chưa có hồ sơ này",
    DifferenceKind.MISSING_HERE: "Ở đây chưa có hồ sơ này",
    DifferenceKind.CODE: "Chưa biết mã quốc gia",
    DifferenceKind.TWIN: "Hai mã quốc gia cho một hồ sơ",
    DifferenceKind.STATE: "Khác trạng thái",
    DifferenceKind.UNIT: "Khác đơn vị",
    DifferenceKind.ANSWER: "Khác câu trả lời",
    DifferenceKind.RATING: "Khác đánh giá",
    DifferenceKind.UNIT_CODE: "Đơn vị chưa có mã định danh quốc gia",
}
REPAIR_LABELS = {
    DifferenceRepair.TELL_ALL: "Gửi lại toàn bộ diễn biến lên Cổng",
    DifferenceRepair.TELL_NOW: "Gửi lại trạng thái, câu trả lời và đánh giá lên Cổng",
    DifferenceRepair.TAKE: "Lấy theo Cổng",
    DifferenceRepair.PERSON: "Cán bộ xem xét, xử lý trên hồ sơ",
}
CHANGE_LABELS = {
    "new": "hồ sơ mới",
    "returned": "trả lại câu trả lời",
    "transferred": "chuyển cơ quan khác",
    "moved": "chuyển đơn vị khác của Hà Nội",
    "sent_back": "chuyển lại Hà Nội",
    "answered": "cơ quan khác trả lời",
    "rated": "công dân đánh giá",
    "supplemented": "người gửi bổ sung",
    "withdrawn": "người gửi rút",
}
_REASONS = {
    "petition_unknown": "không tìm thấy hồ sơ",
    "national_code_differs": "mã quốc gia khác mã đã biết",
    "additions_full": "hồ sơ không còn chỗ cho nội dung gửi thêm",
}


@portal.get("/portal")
@needs(Permission.REPAIR)
def differences() -> str:
    """Show the differences from the national portal that are neither repaired nor dismissed."""
    return _page()


@portal.post("/portal/<difference_id>/repair")
@needs(Permission.REPAIR)
def repair(difference_id: str) -> Response | tuple[str, HTTPStatus]:
    """Schedule the proposed repair of a difference for the next synchronisation, which runs every five minutes."""
    try:
        parts().differences.repair(me(), difference_id)
    except NotFound:
        raise
    except Rejected as error:
        return _page(refusal=error), status_of(error)
    flash("Đã ghi nhận: lần đồng bộ tới (trong 5 phút) sẽ sửa.")
    return redirect("/portal", HTTPStatus.SEE_OTHER)


@portal.post("/portal/<difference_id>/dismiss")
@needs(Permission.REPAIR)
def dismiss(difference_id: str) -> Response | tuple[str, HTTPStatus]:
    """Close a difference that was settled by hand. The reason is required and recorded in the audit log."""
    reason = request.form.get("reason", "")
    try:
        parts().differences.dismiss(me(), difference_id, reason)
    except NotFound:
        raise
    except Rejected as error:
        return _page(refusal=error, tried=difference_id, why=reason), status_of(error)
    flash("Đã đánh dấu xử lý xong.")
    return redirect("/portal", HTTPStatus.SEE_OTHER)


def _listed() -> DifferenceList:
    return parts().differences(me(), request.args.get("after", ""))


def _page(**more: Any) -> str:
    found = _listed()
    lines = [(difference, *sides(difference)) for difference in found.differences]
    return render_template(
        "differences.html", lines=lines, listing=found, KINDS=DIFFERENCE_LABELS, proposed=proposed, **more
    )


def proposed(difference: Difference) -> str:
    """Return the proposed repair of a difference as a Vietnamese text."""
    if difference.kind is DifferenceKind.UNIT_CODE:
        return "Quản trị viên bổ sung mã của đơn vị vào bảng mã, rồi nạp lại dữ liệu"
    taken = CHANGE_LABELS.get(difference.reason) if difference.repair is not DifferenceRepair.PERSON else None
    return f"{REPAIR_LABELS[DifferenceRepair.TAKE]}: {taken}" if taken else REPAIR_LABELS[difference.repair]


def sides(difference: Difference) -> tuple[str, str]:
    """Return both values of a difference in Vietnamese: ours, then the portal's. Hashes are left out."""
    here, there = difference.here, difference.there
    if difference.kind is DifferenceKind.REFUSED:
        return f"chưa gửi được dòng diễn biến số {here}", f"trả lời mã lỗi {difference.reason}"
    if difference.kind is DifferenceKind.UNIT_CODE:
        return parts().directory.name_of(here), "chỉ được báo tên đơn vị"
    if difference.kind is DifferenceKind.CONFLICT or there in CHANGE_LABELS:
        why = _REASONS.get(difference.reason, STATE_LABELS[State(here)] if here in set(State) else "")
        return why, CHANGE_LABELS.get(there, "loại thay đổi chưa rõ")
    if difference.kind is DifferenceKind.RATING:
        return _level(here), _level(there)
    if difference.kind is DifferenceKind.ANSWER:
        return "có câu trả lời" if here else "chưa có", "có câu trả lời khác" if there else "chưa có"
    name = parts().reference.national_units.name_of if difference.kind is DifferenceKind.UNIT else parts().portal_state
    return name(here) if here else "–", name(there) if there else "–"


def _level(text: str) -> str:
    return RATING_LABELS.get(int(text), "chưa đánh giá") if text.isdigit() else text
