"""How lists, their columns and times are called, on pages and in files alike."""

from __future__ import annotations

from datetime import datetime, timedelta

from petitions.domain.clock.deadline_rules import LEVEL_LABELS
from petitions.domain.petition.petition import CHANNEL_LABELS
from petitions.domain.shared.records import HANOI
from petitions.usecases.desk.work_list_query import WorkListView

VIEW_LABELS = {
    WorkListView.QUEUE: "Chờ điều phối",
    WorkListView.APPROVAL: "Chờ tôi duyệt",
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

WAY_LABELS = {
    "zalo": "Zalo", "portal": "Cổng quốc gia", "paper": "đơn giấy", "phone": "điện thoại", **CHANNEL_LABELS
}  # fmt: skip
"""How a petition came, by its channel where an officer chose one, else by its source."""

WAYS = {**WAY_LABELS, "paper": "đơn, trực tiếp, e-mail, fax, iHanoi", "phone": "điện thoại, 1022"}
"""What a list can be narrowed to: a source, or one channel of what an officer enters."""

LEVELS = {level.value: label for level, label in LEVEL_LABELS.items()}


def way(source: str, channel: str | None) -> str:
    """Return how a petition came."""
    return WAY_LABELS[channel or source]


def short_time(instant: datetime) -> str:
    """Return an instant on Hanoi's clock, such as 25/11/2026 16:00."""
    return f"{instant.astimezone(HANOI):%d/%m/%Y %H:%M}"


_DAY_MINUTES = 8 * 60
_WHOLE_DAYS = 3
"""From so many days on, hours are not worth their place."""


def working_time(left: timedelta) -> str:
    """Return working time at eight hours a day, such as "còn 2 ngày 3 giờ làm việc" or "quá 45 phút làm việc"."""
    minutes = int(abs(left).total_seconds()) // 60
    days, rest = divmod(minutes, _DAY_MINUTES)
    hours, minutes = divmod(rest, 60)
    named = [(days, "ngày"), (0 if days >= _WHOLE_DAYS else hours, "giờ"), (0 if days else minutes, "phút")]
    words = " ".join(f"{number} {unit}" for number, unit in named if number)
    return f"{'Còn' if left >= timedelta() else 'Quá'} {words or 'dưới 1 phút'} làm việc"
