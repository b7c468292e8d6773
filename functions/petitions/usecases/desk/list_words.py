"""The Vietnamese names of lists, their columns and times, for pages and files."""

from __future__ import annotations

from datetime import datetime, timedelta

from petitions.domain.clock.clocks import TIME_STATE_LABELS, TimeState
from petitions.domain.clock.deadline_rules import LEVEL_LABELS
from petitions.domain.lifecycle.lifecycle import STATE_LABELS, ClockName, State
from petitions.domain.petition.classification import AdministrationFields
from petitions.domain.petition.petition import RATING_LABELS
from petitions.domain.shared.channel import CHANNEL_LABELS
from petitions.domain.shared.records import HANOI
from petitions.domain.units.directory import Directory
from petitions.usecases.desk.work_list_query import WorkListFilters, WorkListView
from petitions.usecases.officers.staff import Staff

VIEW_LABELS = {
    WorkListView.QUEUE: "Chờ điều phối",
    WorkListView.KEPT: "Khiếu nại, tố cáo",
    WorkListView.APPROVAL: "Chờ tôi duyệt",
    WorkListView.OPEN: "Đang mở",
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


def clock_words(clock: str, state: State) -> str:
    """Return the Vietnamese name of the step that must be done before the clock runs out.

    An assigned petition needs no transfer any more, so its transfer clock is named "Nhận và xử lý".
    """
    return "Nhận và xử lý" if (clock, state) == (ClockName.TRANSFER, State.ASSIGNED) else CLOCKS[clock]


WAY_LABELS = {
    "zalo": "Zalo", "portal": "Cổng quốc gia", "paper": "đơn giấy", "phone": "điện thoại", **CHANNEL_LABELS
}  # fmt: skip
"""The labels of a petition's origin: the channel chosen by an officer, or else the source."""

WAYS = {**WAY_LABELS, "paper": "đơn, trực tiếp, e-mail, fax, iHanoi, cơ quan khác", "phone": "điện thoại, 1022"}
"""The origins by which a list can be filtered: a source, or a channel of petitions entered by officers."""

LEVELS = {level.value: label for level, label in LEVEL_LABELS.items()}


def are_known(filters: WorkListFilters, directory: Directory, staff: Staff, fields: AdministrationFields) -> bool:
    """Return whether every filter has a value that exists. The search text is not checked."""
    return (
        (not filters.kind or filters.kind in KIND_LABELS)
        and (not filters.level or filters.level in LEVELS)
        and (not filters.ward or directory.ward(filters.ward) is not None)
        and (not filters.unit or directory.knows(filters.unit))
        and filters.mine in {True, False}
        and (not filters.handler or staff.find(filters.handler) is not None)
        and (not filters.source or filters.source in WAYS)
        and (not filters.field or fields.knows(filters.field))
        and (filters.rating is None or filters.rating in RATING_LABELS)
    )


def filter_words(
    filters: WorkListFilters, directory: Directory, staff: Staff, fields: AdministrationFields
) -> dict[str, str]:
    """Return the active filters described in Vietnamese, by the name of the filter."""
    ward = directory.ward(filters.ward) if filters.ward else None
    named = {
        "text": f"“{filters.text}”",
        "state": STATE_LABELS[filters.state] if filters.state else "",
        "time": TIME_STATE_LABELS[filters.time] if filters.time else "",
        "kind": KIND_LABELS.get(filters.kind, ""),
        "level": LEVELS.get(filters.level, ""),
        "ward": ward.name if ward else "",
        "unit": directory.name_of(filters.unit) if filters.unit else "",
        "mine": "chỉ việc của tôi",
        "handler": f"người xử lý: {staff.name(filters.handler)}",
        "source": f"nhận: {WAYS.get(filters.source, '')}",
        "field": fields.name_of(filters.field) if filters.field else "",
        "rating": RATING_LABELS.get(filters.rating or 0, ""),
        "since": f"gửi từ {filters.since:%d/%m/%Y}" if filters.since else "",
        "until": f"gửi đến {filters.until:%d/%m/%Y}" if filters.until else "",
    }
    plain = WorkListFilters()
    return {name: words for name, words in named.items() if getattr(filters, name) != getattr(plain, name)}


def origin_label(source: str, channel: str | None) -> str:
    """Return the label of the source and channel from which a petition came."""
    return WAY_LABELS[channel or source]


def short_time(instant: datetime) -> str:
    """Return an instant in Hanoi time, such as 25/11/2026 16:00."""
    return f"{instant.astimezone(HANOI):%d/%m/%Y %H:%M}"


_A_MINUTE = timedelta(minutes=1)
_DAY_MINUTES = 8 * 60
_WHOLE_DAYS = 3
"""The number of days from which on hours are left out."""


def working_time(left: timedelta, state: TimeState) -> str:
    """Return working time in Vietnamese, at eight hours a day: "Còn 2 ngày 3 giờ làm việc", "Quá 45 phút làm việc".

    A petition that became overdue outside office hours has lost no working time yet: “Vừa quá hạn”.
    """
    if state is TimeState.OVERDUE and left > -_A_MINUTE:
        return "Vừa quá hạn"
    minutes = int(abs(left).total_seconds()) // 60
    days, rest = divmod(minutes, _DAY_MINUTES)
    hours, minutes = divmod(rest, 60)
    named = [(days, "ngày"), (0 if days >= _WHOLE_DAYS else hours, "giờ"), (0 if days else minutes, "phút")]
    words = " ".join(f"{number} {unit}" for number, unit in named if number)
    return f"{'Quá' if state is TimeState.OVERDUE else 'Còn'} {words or 'dưới 1 phút'} làm việc"
