"""How things are called on the desk's pages, and what its templates are given."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Flask, request, session
from markupsafe import Markup
from shell.assets import asset_url
from shell.parts import parts
from shell.session import signed_in

from petitions.domain.clock.clocks import TIME_STATE_LABELS, TimeState
from petitions.domain.clock.deadline_rules import LEVEL_LABELS
from petitions.domain.files.attachment import AttachmentState
from petitions.domain.files.file_types import PICTURES
from petitions.domain.language.texts import hanoi_time
from petitions.domain.lifecycle.lifecycle import ROLE_LABELS, STATE_LABELS, TRANSITIONS, Action
from petitions.domain.lifecycle.refusal_reasons import REFUSAL_LABELS
from petitions.domain.notices.notice import NoticeState
from petitions.domain.officers.policy import Permission, may
from petitions.domain.petition.petition import RATING_LABELS
from petitions.domain.shared.records import HANOI
from petitions.usecases.desk.work_list_query import WorkListView
from petitions.usecases.petition.note_petition import NoteKind
from words.undelivered import why_not

VIEW_LABELS = {
    WorkListView.QUEUE: "Chờ điều phối",
    WorkListView.OPEN: "Đang xử lý",
    WorkListView.MINE: "Của tôi",
    WorkListView.OVERDUE: "Quá hạn",
    WorkListView.HELPING: "Phối hợp",
    WorkListView.DONE: "Đã xong",
}

KIND_LABELS = {
    "phan_anh_hanh_vi": "Phản ánh hành vi hành chính",
    "kien_nghi_quy_dinh": "Kiến nghị về quy định",
    "out_of_scope_khieu_nai": "Có dấu hiệu khiếu nại",
    "out_of_scope_to_cao": "Có dấu hiệu tố cáo",
    "khan_cap": "Việc khẩn",
    "question": "Hỏi đáp",
    "spam": "Không rõ nội dung",
}

CLOCKS = {"reception": "Tiếp nhận", "transfer": "Chuyển xử lý", "answer": "Trả lời", "supplement": "Bổ sung"}

TONES = {
    TimeState.WITHIN: "good",
    TimeState.NEARLY_DUE: "warn",
    TimeState.OVERDUE: "bad",
    TimeState.ON_TIME: "good",
    TimeState.LATE: "bad",
}

NOTICE_KINDS = {
    "reply": "Tin trả lời tự động",
    "accepted": "Báo đã tiếp nhận",
    "answered": "Gửi câu trả lời",
    "supplement_asked": "Đề nghị bổ sung",
    "refused": "Báo từ chối",
    "transferred_out": "Báo chuyển ra ngoài thành phố",
    "extended": "Báo gia hạn trả lời",
    "relevelled": "Báo đổi hạn trả lời",
    "reassigned": "Báo chuyển đơn vị",
    "reopened": "Báo mở lại",
    "withdrawal": "Báo đã rút",
    "merged": "Báo gộp hồ sơ",
    "redo": "Báo làm lại câu trả lời",
    "urgent_noted": "Báo phản ánh khẩn đã tới cán bộ trực",
    "rating_asked": "Xin đánh giá",
    "reminder": "Nhắc hạn",
    "news": "Báo việc mới",
    "digest": "Tin tổng hợp buổi sáng",
    "attachment": "Báo không tải được tệp",
    "moved": "Báo tính lại thời hạn",
    "profile_erased": "Xóa thông tin lưu ở Zalo",
}

NOTICE_STATES = {
    NoticeState.PLANNED: ("Chờ gửi", ""),
    NoticeState.WAITING: ("Chờ gửi lại", "warn"),
    NoticeState.SENDING: ("Đang gửi", ""),
    NoticeState.SENT: ("Đã gửi", "good"),
    NoticeState.UNKNOWN: ("Chưa rõ đã tới chưa", "warn"),
    NoticeState.UNDELIVERABLE: ("Không gửi được", "bad"),
    NoticeState.CANCELLED: ("Đã hủy", ""),
}

FILE_KINDS = {"image": "Ảnh", "gif": "Ảnh", "video": "Video", "audio": "Ghi âm"}
FILE_STATES = {
    AttachmentState.WAITING: "đang tải về",
    AttachmentState.FETCHING: "đang tải về",
    AttachmentState.FAILED: "không tải được",
    AttachmentState.DROPPED: "đang tải về",
}
FILE_REASONS = {"type": "loại tệp không được nhận", "size": "quá 25 MB", "full": "hồ sơ đã đủ 100 MB"}

LEVELS = {level.value: label for level, label in LEVEL_LABELS.items()}
UNIT_KINDS = {"so": "Cơ quan của thành phố", "nganh_doc": "Cơ quan ngành dọc"}
CLASS_LABELS = {"pakn": "Phản ánh, kiến nghị", "vbqppl": "Kiến nghị về văn bản quy phạm pháp luật"}

ACTION_LABELS = {action.value: next(row.label for row in TRANSITIONS if row.action is action) for action in Action} | {
    "filed": "Gửi phản ánh",
    "routed": "Máy xác định đơn vị",
    "added": "Công dân gửi thêm",
    "officer_wrote": "Cán bộ nhắn qua Zalo",
    "rated": "Công dân đánh giá",
    "restricted": "Xóa dữ liệu cá nhân của công dân, hạn chế xử lý",
    "unit_merged": "Đơn vị được sáp nhập",
    "recovery": "Lãnh đạo đơn vị lập kế hoạch khắc phục",
    "escalated": "Quá hạn: chuyển trách nhiệm lên cấp trên",
    "noted": "Ghi chú",
    "called": "Gọi điện cho người gửi",
    "coordinated": "Đề nghị phối hợp",
    "recomputed": "Tính lại thời hạn",
    "absorbed": "Nhận gộp hồ sơ",
    "rehandled": "Đổi người xử lý",
    "reminded": "Nhắc người xử lý",
    "portal_overruled": "Giữ nguyên, báo lại Cổng quốc gia",
    "portal_repair": "Báo lại Cổng quốc gia sau đối soát",
}
"""The labels of the actions in a history; an action that is not here is its own label."""

ACCOUNTABLE = {"handler": "", "head": "Lãnh đạo đơn vị", "coordinators": "Cán bộ điều phối"}

DOUBTS = {"short": "nội dung riêng rất ngắn", "copied": "gần giống câu trả lời của hồ sơ khác"}

NOTE_KINDS = {
    NoteKind.NOTE: "Ghi chú nội bộ",
    NoteKind.CALL: "Đã gọi điện cho người gửi",
    NoteKind.COORDINATE: "Đề nghị đơn vị khác phối hợp",
}
SWAP = Markup(' hx-boost="true" hx-target="#content" hx-select="#content" hx-swap="outerHTML show:window:top"')
"""For links between pages of one kind: with scripts only their content is loaded, without they are links."""
DANGEROUS = frozenset({Action.REFUSE, Action.TRANSFER_OUT, Action.WITHDRAW, Action.MERGE})


NAVIGATION = (
    ("/", "Hồ sơ", Permission.LIST),
    ("/boards/triage", "Điều phối", Permission.WATCH),
    ("/figures", "Số liệu", Permission.FIGURES),
    ("/portal", "Cổng quốc gia", Permission.REPAIR),
    ("/admin", "Quản trị", Permission.ADMINISTER),
    ("/zalo", "Kết nối Zalo", Permission.CONNECT),
    ("/me", "Thiết lập", Permission.ENTER),
)
"""The pages that lead to the others, and what one must be allowed to see them."""


def _here_is(path: str) -> bool:
    """Return whether the page that is shown is below this one of the menu."""
    first = path.split("/")[1]
    return request.path.split("/")[1] == first or (not first and request.path.startswith("/petitions/"))


def short_time(instant: datetime) -> str:
    """Return an instant on Hanoi's clock, such as 25/11/2026 16:00."""
    return f"{instant.astimezone(HANOI):%d/%m/%Y %H:%M}"


def dialled(phone: str) -> str:
    """Return a phone number as one dials it here: 0912345678 for the stored 84912345678."""
    return f"0{phone[2:]}" if phone.startswith("84") else phone


_DAY_MINUTES = 8 * 60


def working_time(left: timedelta) -> str:
    """Return working time at eight hours a day, such as "còn 2 ngày 3 giờ" or "quá 45 phút"."""
    minutes = int(abs(left).total_seconds()) // 60
    days, rest = divmod(minutes, _DAY_MINUTES)
    hours, minutes = divmod(rest, 60)
    named = [(days, "ngày"), (hours, "giờ"), (0 if days else minutes, "phút")]
    words = " ".join(f"{number} {unit}" for number, unit in named if number)
    return f"{'còn' if left >= timedelta() else 'quá'} {words or 'dưới 1 phút'}"


def unit_name(code: str) -> str:
    """Return a unit's name."""
    return parts().directory.name_of(code)


def ward_name(code: str) -> str:
    """Return a ward's own name; an unknown code is its own name."""
    ward = parts().directory.ward(code)
    return ward.name if ward else code


def officer_name(officer_id: str) -> str:
    """Return an officer's name."""
    return parts().staff.name(officer_id)


PUBLISHED = {
    "reference_published": "Công bố",
    "reference_loaded": "Nạp dữ liệu đi kèm phần mềm",
    "units_merged": "Sáp nhập đơn vị",
}


def publisher_name(officer_id: str | None) -> str:
    """Return who published; commands of the operator name nobody."""
    return officer_name(officer_id) if officer_id else "Người vận hành hệ thống"


def register(app: Flask) -> None:
    """Give the templates their words."""
    app.jinja_env.filters.update(
        long_time=hanoi_time,
        short_time=short_time,
        unit=unit_name,
        ward=ward_name,
        officer=officer_name,
        publisher=publisher_name,
        day_month=lambda day: f"{day[8:]}/{day[5:7]}",
        phone=dialled,
        left=working_time,
        why_not=why_not,
        named=lambda each: (each.code, each.name),
        time_choice=lambda each: (each, TIME_STATE_LABELS[each]),
    )
    app.jinja_env.globals.update(
        STATES=STATE_LABELS, ROLES=ROLE_LABELS, TIMES=TIME_STATE_LABELS, TONES=TONES, CLOCKS=CLOCKS, VIEWS=VIEW_LABELS,
        NOTICE_KINDS=NOTICE_KINDS, NOTICE_STATES=NOTICE_STATES, RATINGS=RATING_LABELS, LEVELS=LEVELS,
        CLASSES=CLASS_LABELS,
        DEEDS=ACTION_LABELS, DANGEROUS=DANGEROUS, FILE_KINDS=FILE_KINDS, FILE_STATES=FILE_STATES,
        FILE_REASONS=FILE_REASONS,
        UNIT_KINDS=UNIT_KINDS,
        PICTURES=PICTURES, KINDS=KIND_LABELS, HANOI=HANOI, ACCOUNTABLE=ACCOUNTABLE, NOTE_KINDS=NOTE_KINDS,
        REFUSALS=REFUSAL_LABELS, DOUBTS=DOUBTS, asset=asset_url, SWAP=SWAP, PUBLISHED=PUBLISHED,
    )  # fmt: skip

    @app.context_processor
    def about_the_session() -> dict[str, Any]:
        me = signed_in()
        return {
            "me": me,
            "csrf": session.get("csrf", ""),
            "menu": [(path, words) for path, words, needed in NAVIGATION if me is not None and may(me, needed)],
            "here_is": _here_is,
        }
