"""Vietnamese descriptions of the entries of the audit log."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from desk.shell.parts import parts
from desk.words.job_words import asked_in_words, period_words, year_words
from desk.words.labels import PUBLISHED, officer_change, officer_name, system_name, unit_name, version_name
from petitions.domain.jobs.job_kinds import JOB_KINDS
from petitions.domain.language.catalogue import where_used
from petitions.domain.lifecycle.lifecycle import ROLE_LABELS
from petitions.domain.petition.history_actions import HISTORY_ACTIONS
from petitions.domain.reports.periods import ANY
from petitions.domain.shared.reference_data import REFERENCE_LABELS
from petitions.usecases.desk.read_audit import AuditLine

WHATS = {
    "contact": "Xem người gửi",
    "view": "Mở hồ sơ",
    "change": "Thay đổi",
    "erasure": "Xóa dữ liệu công dân",
    "audit": "Xem nhật ký",
    "export": "Tải danh sách",
    "system": "Hệ thống khác gọi",
}
DEEDS = {
    "officer_created": "Thêm cán bộ",
    "officer_changed": "Sửa cán bộ",
    "officer_left": "Ngừng tài khoản",
    "officer_back": "Mở lại tài khoản",
    "account_made": "Thêm tài khoản hệ thống",
    "account_key_made": "Cấp khóa cho tài khoản hệ thống",
    "account_key_ended": "Thu hồi khóa của tài khoản hệ thống",
    "account_closed": "Đóng tài khoản hệ thống",
    "system_called": "Hệ thống khác gọi",
    "words_added": "Thêm lời của người gửi",
    "deputy": "Cử người thay",
    "filter_saved": "Lưu bộ lọc",
    "filter_removed": "Xóa bộ lọc",
    "filter_shared": "Chia sẻ bộ lọc",
    "filter_withdrawn": "Ngừng chia sẻ bộ lọc",
    "unit_answers": "Sửa mẫu câu trả lời của đơn vị",
    "answer_drafted": "Lưu bản nháp câu trả lời",
    "answer_file": "Đổi tệp của câu trả lời",
    "letter_replayed": "Gửi lại thư chết",
    "letter_dismissed": "Bỏ qua thư chết",
    "mail_new": "Đưa thư điện tử ra khay chờ",
    "mail_filed": "Vào sổ thư điện tử",
    "mail_added": "Thêm thư điện tử vào hồ sơ",
    "mail_rejected": "Từ chối thư điện tử",
    "contact_seen": "Nhận liên hệ với công dân",
    "contact_answered": "Trả lời công dân đang chờ",
    "contact_closed": "Kết thúc liên hệ",
    "scoring_made": "Lập bảng điểm",
    "scoring_frozen": "Chốt bảng điểm",
    "scoring_restated": "Đính chính bảng điểm",
    "score_contested": "Nêu ý kiến về điểm",
    "contest_answered": "Trả lời ý kiến về điểm",
    "scoring_fetched": "Tải dữ liệu chấm điểm",
    "difficulty_report": "Báo khó khăn",
    "difficulty_arrange": "Phân công khó khăn",
    "difficulty_answer": "Trả lời khó khăn",
    "difficulty_helped": "Đánh giá câu trả lời khó khăn",
    "difficulty_not_helped": "Đánh giá câu trả lời khó khăn",
    "difficulty_link": "Ghi thay đổi vì khó khăn",
    "difficulty_close": "Đóng khó khăn",
    "portal_dismiss": "Bỏ qua khác biệt với Cổng quốc gia",
    "reference_published": "Công bố dữ liệu nền",
    "reference_loaded": "Nạp dữ liệu đi kèm phần mềm",
    "units_merged": "Sáp nhập đơn vị",
    "unit_changed": "Sửa danh mục đơn vị",
    "texts_published": "Sửa câu chữ",
    "texts_en_published": "Sửa câu chữ tiếng Anh",
    "searched_phone": "Tìm theo số điện thoại",
    "searched_name": "Tìm theo tên người gửi",
    "audit_read": "Xem nhật ký",
    "audit_exported": "Tải nhật ký",
    "list_exported": "Tải danh sách hồ sơ",
    "job_asked": "Yêu cầu báo cáo, tệp",
    "job_fetched": "Tải báo cáo, tệp",
    "report_frozen": "Chốt báo cáo",
    "report_published": "Công khai báo cáo đã chốt",
    "report_unpublished": "Thôi công khai báo cáo đã chốt",
    "frozen_fetched": "Tải báo cáo đã chốt",
}
SUBJECTS = {
    "audit": "",
    "list": "",
    "fields": "Lĩnh vực",
    "unit_codes": "Mã đơn vị của Cổng quốc gia",
    "texts": "Câu chữ",
    "texts_en": "Câu chữ tiếng Anh",
    **REFERENCE_LABELS,
}
_DIGEST = re.compile(r"[0-9a-f]{32,}")


def deed(line: AuditLine) -> str:
    if line.action is None:
        return WHATS.get(line.what, "Việc khác")
    if line.action in DEEDS:
        return DEEDS[line.action]
    return HISTORY_ACTIONS[line.action].label if line.action in HISTORY_ACTIONS else "Việc khác"


def role(line: AuditLine) -> str:
    return "hệ thống khác" if line.officer and system_name(line.officer) else ROLE_LABELS[line.role]


def details(line: AuditLine) -> str:
    """Return the reason or the details in an entry of the audit log.

    They are the filters used, if somebody read the log, or the confirmation of the hash, if somebody downloaded a file.
    """
    if line.what == "audit":
        return "; ".join(_FILTERS[name](value) for name, value in _pairs(line.reason) if name in _FILTERS)
    if line.action == "job_asked":
        return asked_in_words(line.subject or "", dict(_pairs(line.reason)))
    if _DIGEST.fullmatch(line.reason):
        return "đúng nội dung có mã băm đã ghi"
    if line.action == "officer_changed":
        return officer_change(line.reason)
    if line.words:
        return f"{version_name(line.reason)}: {line.words}"
    return version_name(line.reason) if line.action in PUBLISHED or line.action in _PUBLISHING else line.reason


def about(line: AuditLine) -> str:
    """Return the name of the person, unit, report or the like that an entry is about, or "" for a petition."""
    if line.code or line.subject is None:
        return ""
    kind, colon, name = line.subject.partition(":")
    if colon:
        return unit_name(name) if kind == "unit" else f"{where_used(name)} ({name})"
    known = SUBJECTS | {item: job.label for item, job in JOB_KINDS.items()}
    if line.subject in known:
        return known[line.subject]
    if line.action in _ON_REPORTS:
        return _report_name(line.subject)
    if line.action in _ON_SCORES:
        return year_words(line.subject.partition("/")[0])
    return unit_name(line.subject) if parts().directory.knows(line.subject) else officer_name(line.subject)


_PUBLISHING = {"texts_published", "texts_en_published"}
_ON_REPORTS = {"report_frozen", "report_published", "report_unpublished", "frozen_fetched"}
_ON_SCORES = {
    "scoring_made", "scoring_frozen", "scoring_restated", "score_contested", "contest_answered", "scoring_fetched",
}  # fmt: skip


def _pairs(written: str) -> Iterator[tuple[str, str]]:
    """Yield the pairs in a text: "unit=SXD; what=view" -> ("unit", "SXD"), ("what", "view")."""
    for item in written.split("; "):
        name, equals, value = item.partition("=")
        if equals and value:
            yield name, value


def _day(written: str) -> str:
    return f"{date.fromisoformat(written):%d/%m/%Y}"


_FILTERS: Mapping[str, Callable[[str], str]] = {
    "officer": lambda ids: f"cán bộ {', '.join(map(officer_name, ids.split(',')))}",
    "unit": lambda code: f"đơn vị {unit_name(code)}",
    "what": lambda what: f"việc {WHATS.get(what, 'khác').lower()}",
    "code": lambda code: f"hồ sơ {code}",
    "since": lambda day: f"từ {_day(day)}",
    "until": lambda day: f"đến {_day(day)}",
}
"""The functions that describe a filter of the audit log in Vietnamese, by the name of the filter."""


_DAYS = re.compile(r"days-([0-9]{4}-[0-9]{2}-[0-9]{2})-([0-9]{4}-[0-9]{2}-[0-9]{2})")
"""The end of the id of a report on freely chosen days: `days-2026-11-01-2026-11-16`."""


def _report_name(report_id: str) -> str:
    forms = parts().reference.report_forms
    form = next((report_form.code for report_form in forms.forms if report_id.startswith(f"{report_form.code}-")), "")
    days = _DAYS.fullmatch(report_id.removeprefix(f"{form}-"))
    if days:
        return f"Biểu {form}, {period_words(ANY, f'{days[1]}/{days[2]}')}"
    for kind in forms.periods:
        begun = f"{form}-{kind.kind.replace('_', '-')}-"
        if report_id.startswith(begun):
            return f"Biểu {form}, {period_words(kind.kind, report_id.removeprefix(begun))}"
    return f"Biểu {form}"
