"""How the lines of the audit are called on the desk."""

from __future__ import annotations

from petitions.domain.jobs.job_kinds import JOB_KINDS
from petitions.domain.petition.history_actions import HISTORY_ACTIONS
from petitions.domain.shared.reference_data import REFERENCE_LABELS
from petitions.usecases.desk.read_audit import AuditLine
from words.labels import officer_name

WHATS = {
    "contact": "Xem người gửi",
    "view": "Mở hồ sơ",
    "change": "Thay đổi",
    "erasure": "Xóa dữ liệu công dân",
    "audit": "Xem nhật ký",
    "export": "Tải danh sách",
}
DEEDS = {
    "officer_created": "Thêm cán bộ",
    "officer_changed": "Sửa cán bộ",
    "officer_left": "Ngừng tài khoản",
    "officer_back": "Mở lại tài khoản",
    "deputy": "Cử người thay",
    "filter_saved": "Lưu bộ lọc",
    "filter_removed": "Xóa bộ lọc",
    "filter_shared": "Chia sẻ bộ lọc",
    "filter_withdrawn": "Ngừng chia sẻ bộ lọc",
    "unit_answers": "Sửa mẫu câu trả lời của đơn vị",
    "answer_file": "Đổi tệp của câu trả lời",
    "letter_replayed": "Gửi lại thư chết",
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
SUBJECTS = {"audit": "", "list": "", **REFERENCE_LABELS}
_FILTERS = {
    "officer=": "cán bộ ", "unit=": "đơn vị ", "what=": "việc ", "code=": "hồ sơ ", "since=": "từ ", "until=": "đến ",
}  # fmt: skip


def deed(line: AuditLine) -> str:
    """Return what was done, in words."""
    if line.action is None:
        return WHATS.get(line.what, "Việc khác")
    if line.action in DEEDS:
        return DEEDS[line.action]
    return HISTORY_ACTIONS[line.action].label if line.action in HISTORY_ACTIONS else "Việc khác"


def said(line: AuditLine) -> str:
    """Return why, or what exactly; of a reading of the audit, what was looked for."""
    words = line.reason
    for name, shown in _FILTERS.items() if line.what == "audit" else ():
        words = words.replace(name, shown)
    return words


def about(line: AuditLine) -> str:
    """Return what a line is about beside a petition: somebody's name, reference data, a text's key."""
    if line.code or line.subject is None:
        return ""
    known = SUBJECTS | {name: each.label for name, each in JOB_KINDS.items()}
    return known[line.subject] if line.subject in known else officer_name(line.subject)
