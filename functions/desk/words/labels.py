"""Vietnamese labels on the pages of the desk, and the filters and globals of their templates."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask, g, request, session
from markupsafe import Markup

from desk.shell.assets import asset, asset_url
from desk.shell.parts import parts
from desk.shell.session import IDLE, keys_off, signed_in, theme
from desk.words.form_words import say
from desk.words.help_texts import HelpTopic, topic_of
from desk.words.undelivered import why_not
from petitions.domain.clock.clocks import TIME_STATE_LABELS, TimeState
from petitions.domain.clock.ladder import RECIPIENT_LABELS
from petitions.domain.contact.contact_request import REASON_LABELS, ContactReason
from petitions.domain.files.attachment import AttachmentState
from petitions.domain.files.file_types import PICTURES
from petitions.domain.files.scrubbing import KEEPS_PROPERTIES
from petitions.domain.language.texts import hanoi_time
from petitions.domain.lifecycle.lifecycle import ROLE_LABELS, STATE_LABELS, Action, Role, State
from petitions.domain.lifecycle.refusal_reasons import REFUSAL_LABELS
from petitions.domain.lifecycle.reopening_reasons import REOPENING_REASONS
from petitions.domain.notices.kinds import NOTICE_KINDS, NoticeKind
from petitions.domain.notices.notice import NoticeState
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission, may
from petitions.domain.officers.service_account import ServiceRight
from petitions.domain.papers.paper import PAPER_LABELS, PAPER_STATES
from petitions.domain.papers.sheet import MOTTO, NATION
from petitions.domain.petition.classification import CLASS_LABELS, NATURE_LABELS, STATEMENT_LABELS
from petitions.domain.petition.contacts import dialled
from petitions.domain.petition.history_actions import history_action
from petitions.domain.petition.outcomes import OUTCOME_LABELS
from petitions.domain.petition.petition import LEGAL_BASIS_LABELS, RATING_LABELS
from petitions.domain.shared.channel import CHANNEL_LABELS
from petitions.domain.shared.records import HANOI
from petitions.errors import Retryable
from petitions.usecases.contact.handle_contact import ANSWER_WAYS
from petitions.usecases.desk.list_words import (
    CLOCKS,
    KIND_LABELS,
    LEVELS,
    VIEW_LABELS,
    WAYS,
    clock_words,
    origin_label,
    short_time,
    working_time,
)
from petitions.usecases.desk.unit_choices import unit_choices
from petitions.usecases.petition.draft_answer import MAX_TEXT
from petitions.usecases.petition.note_petition import NoteKind
from petitions.usecases.petition.tell_citizen import QUOTED

RIGHT_LABELS = {
    ServiceRight.HAND_IN: "gửi phản ánh của kênh vào",
    ServiceRight.READ: "đọc, theo dõi hồ sơ do chính hệ thống gửi vào: trạng thái, đơn vị, câu trả lời đã duyệt",
    ServiceRight.WORK: "tiếp nhận, phân công hồ sơ của đơn vị (cần thêm quyền hồ sơ của đơn vị)",
    ServiceRight.NOTE: "ghi chú bên hồ sơ đọc được",
    ServiceRight.ANSWER: "soạn bản nháp trả lời, gửi tệp để cán bộ trình và duyệt (cần thêm quyền hồ sơ của đơn vị)",
    ServiceRight.UNIT: "hồ sơ của đơn vị: các quyền trên áp dụng cả cho mọi hồ sơ mà cán bộ của đơn vị thấy",
}
"""The Vietnamese labels of the rights that an account of another system can have."""
TONES = {
    TimeState.WITHIN: "good",
    TimeState.NEARLY_DUE: "warn",
    TimeState.OVERDUE: "bad",
    TimeState.ON_TIME: "good",
    TimeState.LATE: "bad",
}

STATE_FAMILIES = {
    **dict.fromkeys((State.NEW, State.RETURNED, State.REOPENED), "fresh"),
    **dict.fromkeys((State.ACCEPTED, State.ASSIGNED, State.IN_PROGRESS), "working"),
    State.AWAITING_CITIZEN: "pausing",
    State.AWAITING_APPROVAL: "deciding",
    State.REDO: "again",
    **dict.fromkeys((State.ANSWERED, State.PUBLISHED, State.CLOSED), "done"),
    **dict.fromkeys((State.REFUSED, State.TRANSFERRED_OUT, State.WITHDRAWN, State.MERGED), "ended"),
}
"""The CSS class that colours a state's label, by state."""


@dataclass(frozen=True)
class WhyQueued:
    """The label that explains, in the coordinators' queue, why a petition is there."""

    tag: str
    words: str
    tone: str = ""


WHY_QUEUED = {
    "round": WhyQueued("Quay vòng", "Đơn vị đã giữ hồ sơ trả lại lần nữa", "bad"),
    "returned": WhyQueued("Đơn vị trả lại", "Các đơn vị đã giữ, theo thứ tự", "warn"),
    "sent": WhyQueued("Giao cho Văn phòng", "Máy xác định là việc của Văn phòng"),
    "unsure": None,
}
"""The labels in the coordinators' queue, by the reason why a petition is there.

The usual reason, `unsure` (the routing was not certain), has no label.
"""
REPLY_WAYS = {"zalo": "Zalo", "phone": "điện thoại", "email": "e-mail", "post": "thư"}
"""The Vietnamese labels of the ways in which a filer can ask to be answered."""

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

UNIT_KINDS = {
    "so": "Cơ quan của thành phố",
    "trung_tam": "Trung tâm phục vụ của thành phố",
    "nganh_doc": "Cơ quan ngành dọc",
}

ACCOUNTABLE = RECIPIENT_LABELS | {"handler": ""}

CONTESTED = {
    ContactReason.CONTESTED: "Người gửi đề nghị xem lại",
    ContactReason.LOW_RATING: "Người gửi chưa hài lòng",
}
DOUBTS = {
    "short": "nội dung riêng rất ngắn",
    "copied": "gần giống câu trả lời của hồ sơ khác",
    "hollow": "ghi là đã giải quyết mà không nói đã làm gì, ngày nào",
}

NOTE_KINDS = {
    NoteKind.NOTE: "Ghi chú nội bộ",
    NoteKind.CALL: "Đã gọi điện cho người gửi",
    NoteKind.COORDINATE: "Đề nghị đơn vị khác phối hợp",
}
SWAP = Markup(' hx-boost="true" hx-target="#content" hx-select="#content" hx-swap="outerHTML show:window:top"')
"""HTML attributes of links for which scripts (htmx) load only the content of the next page."""
DANGEROUS = frozenset({Action.REFUSE, Action.TRANSFER_OUT, Action.WITHDRAW, Action.MERGE})


KEYS = (
    ("j k", "hồ sơ sau, hồ sơ trước trong danh sách"),
    ("Enter", "mở hồ sơ"),
    ("x", "chọn, bỏ chọn hồ sơ"),
    ("/", "tìm"),
    ("n p", "hồ sơ sau, hồ sơ trước; trang sau của danh sách"),
    ("u", "về danh sách"),
    ("a", "tới việc chính của hồ sơ, hay của những hồ sơ đã chọn; Enter để làm"),
    ("Ctrl+Enter", "gửi phần đang viết"),
    ("?", "hiện, ẩn bảng này"),
)
TOGETHER = {Role.OFFICER: "Nhận và xử lý", Role.HEAD: "Nhận và xử lý", Role.COORDINATOR: "Nhận và giao"}
"""The label of the button that takes several steps at once, by role."""
INBOX = "/contacts"
NAVIGATION = (
    ("/", "Hồ sơ", Permission.LIST),
    ("/search", "Tìm", Permission.LIST),
    (INBOX, "Cần liên hệ", Permission.CONTACT),
    ("/boards/lateness", "Theo dõi", Permission.WATCH),
    ("/admin", "Quản trị", Permission.ADMINISTER),
    ("/figures", "Số liệu", Permission.FIGURES),
    ("/reports", "Báo cáo", Permission.REPORT),
    ("/scoring", "Chấm điểm", Permission.SCORES),
    ("/management", "Điều hành", Permission.MANAGEMENT),
    ("/audit", "Nhật ký", Permission.AUDIT),
    ("/difficulties", "Khó khăn", Permission.DIFFICULTY),
    ("/portal", "Cổng quốc gia", Permission.REPAIR),
    ("/zalo", "Zalo", Permission.CONNECT),
    ("/me", "Thiết lập", Permission.ENTER),
)
"""The pages in the menu, most used first, as path, name and the permission needed."""
MOST_IN_BAR = 6
"""The number of pages shown in the bar on a wide screen. The rest is in a menu."""


def _menu(me: Officer | None) -> list[tuple[str, str]]:
    found = [(path, words) for path, words, needed in NAVIGATION if me is not None and may(me, needed)]
    return [*found[:2], ("/training", "Bài tập"), *found[2:]] if session.get("training") else found


def _here_is(path: str) -> bool:
    first = path.split("/")[1]
    return request.path.split("/")[1] == first or (not first and request.path.startswith("/petitions/"))


def brief_time(instant: datetime) -> str:
    """Return an instant in Hanoi's time, without the year if it is this year: "25/11 16:00"."""
    at = instant.astimezone(HANOI)
    return f"{at:%d/%m %H:%M}" if at.year == parts().clock.now().astimezone(HANOI).year else short_time(instant)


def unit_name(code: str) -> str:
    return parts().directory.name_of(code)


def ward_name(code: str) -> str:
    """Return the name of a ward by its code, or the code if it is unknown."""
    ward = parts().directory.ward(code)
    return ward.name if ward else code


def field_name(code: str) -> str:
    """Return the name of a field of administration by its code, or the code if it is unknown."""
    return next((field.name for field in parts().reference.fields.fields if field.code == code), code)


def officer_name(officer_id: str, instead_of: str | None = None) -> str:
    """Return the name of an officer, or of the other system that acted under this id.

    If the officer acted as a deputy, `instead_of` is the absent officer, whose name is added.
    """
    return system_name(officer_id) or parts().staff.name(officer_id, instead_of)


def system_name(officer_id: str) -> str | None:
    """Return the name of the other system with this id, or None. It is looked up once per request."""
    if parts().staff.name(officer_id) != officer_id:
        return None
    known: dict[str, str | None] = g.setdefault("system_names", {})
    if officer_id not in known:
        known[officer_id] = parts().service_accounts.name(officer_id)
    return known[officer_id]


def action_label(action: str) -> str:
    return history_action(action).label


def notice_label(kind: NoticeKind) -> str:
    return NOTICE_KINDS[kind].label


PUBLISHED = {
    "reference_published": "Công bố",
    "reference_loaded": "Nạp dữ liệu đi kèm phần mềm",
    "units_merged": "Sáp nhập đơn vị",
}


def publisher_name(officer_id: str | None, instead_of: str | None = None) -> str:
    """Return the name of the officer who published reference data, like `officer_name`.

    Without an id, a command of the operators published the data.
    """
    return officer_name(officer_id, instead_of) if officer_id else "Người vận hành hệ thống"


_OFFICER_FIELDS: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "name": ("họ tên", str),
    "email": ("thư điện tử", str),
    "unit": ("đơn vị", unit_name),
    "role": ("vai trò", lambda role: ROLE_LABELS[Role(role)] if role in set(Role) else role),
    "position": ("chức vụ", str),
}


def officer_change(reason: str) -> str:
    """Return a change of an officer's data in Vietnamese.

    The audit log has it as "role: officer → head". Several changes are separated by semicolons.
    """
    found = []
    for item in reason.split("; "):
        field, _, change = item.partition(": ")
        old, arrow, new = change.partition(" → ")
        if field in _OFFICER_FIELDS and arrow:
            name, value = _OFFICER_FIELDS[field]
            found.append(f"{name}: {value(old) if old else 'chưa ghi'} → {value(new) if new else 'bỏ trống'}")
        else:
            found.append(item)
    return "; ".join(found)


_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


def version_name(version: str) -> str:
    """Return the name of a version of reference data, which is the date in its id: "bản 27/11/2026".

    A version without a date gives "bản không ghi ngày".
    """
    found = _DAY.search(version)
    return f"bản {found[3]}/{found[2]}/{found[1]}" if found else "bản không ghi ngày"


def help_picture(topic: HelpTopic) -> str:
    """Return the file name of the picture in a help text, or "" if no picture was taken."""
    name = f"help-{topic.picture}.webp"
    return name if asset(name) else ""


def _waiting(me: Officer) -> str:
    """Return the number of open contact requests, or "" while the database does not respond.

    Error pages show the number too, so this function must not raise.
    """
    if "waiting" not in g:
        try:
            g.waiting = parts().contacts.count(me)
        except Retryable:
            g.waiting = ""
    return str(g.waiting)


def register(app: Flask) -> None:
    """Add the labels and formats to the templates of an application, as filters and globals."""
    app.jinja_env.filters.update(
        long_time=hanoi_time,
        short_time=short_time,
        brief_time=brief_time,
        unit=unit_name,
        ward=ward_name,
        field=field_name,
        officer=officer_name,
        publisher=publisher_name,
        action_label=action_label,
        notice_label=notice_label,
        day_month=lambda day: f"{day[8:]}/{day[5:7]}",
        phone=dialled,
        left=working_time,
        version=version_name,
        why_not=why_not,
        officer_change=officer_change,
        time_choice=lambda item: (item, TIME_STATE_LABELS[item]),
    )
    app.jinja_env.globals.update(
        STATES=STATE_LABELS, STATE_FAMILIES=STATE_FAMILIES, WHY=WHY_QUEUED,
        ROLES=ROLE_LABELS, TIMES=TIME_STATE_LABELS, TONES=TONES, CLOCKS=CLOCKS, VIEWS=VIEW_LABELS,
        clock_words=clock_words,
        OVERDUE=TimeState.OVERDUE,
        NOTICE_STATES=NOTICE_STATES, RATINGS=RATING_LABELS, LEVELS=LEVELS,
        CLASSES=CLASS_LABELS, NATURES=NATURE_LABELS, STATEMENTS=STATEMENT_LABELS, OUTCOMES=OUTCOME_LABELS,
        DANGEROUS=DANGEROUS, FILE_KINDS=FILE_KINDS, WAYS=WAYS, origin_label=origin_label, CHANNELS=CHANNEL_LABELS,
        LEGAL_BASES=LEGAL_BASIS_LABELS, ANSWER_WAYS=ANSWER_WAYS, REASONS=REASON_LABELS,
        FILE_STATES=FILE_STATES, FILE_REASONS=FILE_REASONS, UNIT_KINDS=UNIT_KINDS,
        PICTURES=PICTURES, KEEPS_PROPERTIES=KEEPS_PROPERTIES,
        KINDS=KIND_LABELS, HANOI=HANOI, REPLY_WAYS=REPLY_WAYS, ACCOUNTABLE=ACCOUNTABLE, NOTE_KINDS=NOTE_KINDS,
        REFUSALS=REFUSAL_LABELS, REOPENINGS=REOPENING_REASONS,
        PAPERS=PAPER_LABELS, PAPER_STATES=PAPER_STATES, NATION=NATION, MOTTO=MOTTO,
        DOUBTS=DOUBTS, CONTESTED=CONTESTED, MAX_TEXT=MAX_TEXT,
        KEYS=KEYS, TOGETHER=TOGETHER, QUOTED=QUOTED, asset=asset_url, SWAP=SWAP, PUBLISHED=PUBLISHED,
        say=say, help_picture=help_picture, UNITS=lambda: unit_choices(parts().directory),
    )  # fmt: skip

    @app.context_processor
    def about_the_session() -> dict[str, Any]:
        me = signed_in()
        return {
            "me": me,
            "csrf": session.get("csrf", ""),
            "theme": theme(),
            "keys_off": keys_off(),
            "watches": me is not None and may(me, Permission.LIST),
            "loaded_at": parts().clock.now(),
            "idle_after": int(IDLE.total_seconds() // 60) - 3,
            "back": session.get("list", ""),
            "training": session.get("training", False),
            "help": topic_of(request.url_rule.rule) if request.url_rule else None,
            "undo": session.pop("undo", None) if request.path.startswith("/petitions/") else None,
            "menu": _menu(me),
            "MOST_IN_BAR": MOST_IN_BAR,
            "count_of": lambda path: _waiting(me) if path == INBOX and me and may(me, Permission.CONTACT) else "",
            "here_is": _here_is,
        }
