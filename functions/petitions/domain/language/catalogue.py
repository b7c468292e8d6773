"""Checks and previews the texts sent to citizens, both the shipped ones and those written by administrators."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from string import Template

from petitions.domain.language.texts import MAX_MESSAGE, split

_BRACED = re.compile(r"\{\w{1,40}\}")
CONSENT = frozenset({"consent_ask", "notice_read", "abroad_yes", "abroad_no"})
SAMPLES = {
    "about": "HN-261124-MNPQ-RSTV",
    "abroad": "dữ liệu được chuyển ra nước ngoài",
    "added": "Trần Thu Hằng (Cán bộ)",
    "address": "Số 12 phố Trung Kính",
    "answer": "Phường đã kiểm tra ngày 24/11/2026, xin lỗi ông/bà và hẹn trả giấy khai sinh trước 11 giờ ngày mai.",
    "answer_due": "17:00 thứ Tư 09/12/2026",
    "answered_at": "15:30 thứ Sáu 27/11/2026",
    "values": "Hoàng Văn Bá; 0912333444",
    "at": "09:12 thứ Ba 24/11/2026",
    "backlog": "7",
    "backup": "98",
    "by": "Trần Thu Hằng",
    "change": "Đang xử lý",
    "choices": "1. Phường Yên Hòa\n2. Phường Cầu Giấy",
    "clock": "Trả lời",
    "code": "HN-261124-ABCD-EFGH",
    "codes": "HN-261124-ABCD-EFGH",
    "content": "Cán bộ một cửa phường gây khó khăn khi làm khai sinh.",
    "count": "3",
    "day": "25/11/2026",
    "due": "17:00 thứ Tư 09/12/2026",
    "email": "lan@example.com",
    "file": "ảnh thứ 2, gửi lúc 9:05",
    "first": "Gửi một phản ánh mới",
    "filed_at": "09:12 thứ Ba 24/11/2026",
    "files": "4",
    "heading": "Xử lý và trả lời",
    "how": "qua điện thoại",
    "kept_years": "10",
    "kept": "12 phố Trung Kính",
    "late": "Đã quá hạn trả lời từ 17:00 thứ Tư 09/12/2026. Đơn vị chưa nêu lý do và ngày mới.",
    "level": "Hài lòng",
    "lines": "- HN-261124-ABCD-EFGH, Trả lời: 17:00 thứ Tư 09/12/2026",
    "link": "https://desk.example.vn/petitions/HN-261124-ABCD-EFGH",
    "month": "10/2026",
    "name": "Nguyễn Thị Lan",
    "new": "17:00 thứ Năm 10/12/2026",
    "number": "2",
    "old": "17:00 thứ Tư 09/12/2026",
    "office": "Thanh tra thành phố Hà Nội",
    "office_words": "Xin gửi thêm ảnh chụp biên nhận hồ sơ.",
    "one": "Cán bộ một cửa phường trả chậm khi làm khai sinh",
    "opening": "08:00 thứ Tư 25/11/2026",
    "other": "Vỉa hè trước chợ bị lấn chiếm",
    "own": "1. HN-261124-ABCD-EFGH (Đang xử lý): Cán bộ một cửa gây khó khăn\n2. HN-261123-MNPQ-RSTV (Mới): Vỉa hè",
    "parts": "■ Xử lý và trả lời\n\n• Cán bộ một cửa hẹn trả giấy khai sinh nhiều lần\nHN-261124-ABCD-EFGH",
    "phone": "0912 345 678",
    "provider": "Google Cloud",
    "public_url": "https://pakn.example.vn",
    "reason": "Chờ kết quả kiểm định",
    "received_at": "09:12 thứ Ba 24/11/2026",
    "reception_due": "17:00 thứ Năm 26/11/2026",
    "recovery": "7",
    "second": "Nói thêm về phản ánh đã gửi",
    "residence": "Số 12 phố Trung Kính",
    "sentences": "• Tháng 10/2026 nhận 12 hồ sơ mới, trả lời 9. Không có hồ sơ nào đang quá hạn.",
    "since": "17:00 thứ Tư 09/12/2026",
    "situation": "Sắp đến hạn.",
    "state": "Đang xử lý",
    "stored_in": "Singapore",
    "summary": "Cán bộ một cửa hẹn trả giấy khai sinh nhiều lần",
    "time": "9:05",
    "title": "Cán bộ một cửa hẹn trả giấy khai sinh nhiều lần",
    "type": "cá nhân",
    "unit": "UBND phường Yên Hòa",
    "until": "27/11/2026",
    "urgency": "Nhắc hạn",
    "ward": "Phường Yên Hòa",
    "what": "Mới phân công",
    "who": "lãnh đạo đơn vị",
    "word": "482193",
    "words": "họ không cho biên lai",
}
"""A sample value for every placeholder of the texts."""
_LONG = {
    "content": "Cán bộ một cửa phường gây khó khăn khi làm khai sinh. " * 17,
    "answer": "Đơn vị đã kiểm tra và xin lỗi công dân. " * 20 + "Hết.",
    "office_words": "Xin gửi thêm biên nhận. " * 40 + "Hết.",
    "choices": "\n".join(f"{number}. Phường Yên Hòa" for number in range(1, 7)),
    "own": "\n".join(f"{number}. HN-261124-ABCD-EFGH (Đang xử lý): {'x' * 90}" for number in range(1, 10)),
    "name": "Nguyễn " * 14,
    "address": "Số 12 phố Trung Kính " * 6,
    "residence": "Số 12 phố Trung Kính " * 6,
}
"""Long sample values, with which a text must still fit in one message."""
_WHERE = (
    (("reminder_", "withdrawn_subject", "withdrawn_officer", "officer_line", "officer_more", "news_", "digest_",
      "moved_", "asked_", "taken_back_", "staff_"), "Thư cho cán bộ"),
    (("portal_",), "Ghi chú trong lịch sử hồ sơ"),
    (("receipt",), "Biên nhận"),
    (("notice_read",), "Bàn làm việc: lời đọc cho người gửi"),
    (("ready_",), "Bàn làm việc: lời mẫu khi từ chối"),
    (("guide_",), "Zalo: hướng dẫn trước khi nhận"),
    (("help_",), "Zalo: trợ giúp từng bước"),
    (("file_", "files_"), "Zalo: về ảnh và tệp"),
    (("form_",), "Zalo: biểu mẫu liên hệ"),
    (("clock_", "state_", "type_", "no_", "level_", "abroad_"), "Từ dùng trong các câu khác"),
    (("status", "list", "view_ask", "code_"), "Zalo: tra cứu"),
)  # fmt: skip


def where_used(key: str) -> str:
    """Return a description, in Vietnamese, of the place where the text with this key is shown."""
    return next((words for prefixes, words in _WHERE if key.startswith(prefixes)), "Zalo: tin cho công dân")


def merge_texts(shipped: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """Return the shipped texts by key, replaced by the city's own texts where there are any.

    An own text whose placeholders differ from the shipped ones is left out, because it could not be rendered.
    """
    return {
        **shipped,
        **{key: text for key, text in own.items() if placeholders(text) == placeholders(shipped.get(key, text))},
    }


def placeholders(text: str) -> frozenset[str]:
    """Return the names of the placeholders in a text: "Mã $code" -> {"code"}."""
    return frozenset(Template(text).get_identifiers())


def tidy_text(text: str) -> str:
    r"""Return the text as it is stored: in Unicode NFC, with "\n" as line end, without white space around it."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()


def text_faults(key: str, text: str, shipped: str) -> list[str]:
    """Return the faults of a replacement for the shipped text, in Vietnamese. The list is empty if it may be used."""
    if not text:
        return ["Câu này đang trống."]
    if not Template(text).is_valid():
        return ["Dấu $ chỉ đứng ngay trước tên chỗ điền, ví dụ $code."]
    found = _misplaced(text, shipped)
    if braced := sorted({*_BRACED.findall(text)} - {*_BRACED.findall(shipped)}):
        found.append(f"Chỗ điền viết là $tên, không phải {', '.join(braced)}.")
    if key in CONSENT and text != shipped:
        # Consent is recorded for a version of the software's text (LAW 5.1), so other words need another version.
        found.append("Lời xin đồng ý gắn với phiên bản mà công dân đã đồng ý, nên chỉ đổi cùng phần mềm.")
    if text != tidy_text(text):
        found.append("Có khoảng trắng thừa ở đầu hoặc cuối, hoặc chữ chưa theo chuẩn Unicode NFC.")
    if any(unicodedata.category(sign) == "Cc" and sign != "\n" for sign in text):
        found.append("Có ký tự điều khiển không nhìn thấy.")
    if "_subject" in key and "\n" in text:
        found.append("Tiêu đề thư chỉ một dòng.")
    return found + ([] if placeholders(text) - SAMPLES.keys() else _unfit(_rendered(text, SAMPLES | _LONG)))


def preview(text: str) -> list[str]:
    """Return the messages that a citizen would get, with sample values for the placeholders."""
    return split(_rendered(text, SAMPLES))


def _misplaced(text: str, shipped: str) -> list[str]:
    missing, unknown = (
        sorted(placeholders(shipped) - placeholders(text)),
        sorted(placeholders(text) - placeholders(shipped)),
    )
    found = [f"Thiếu chỗ điền: {_named(missing)}."] if missing else []
    found += [f"Không có chỗ điền: {_named(unknown)}."] if unknown else []
    if _choices(text) != _choices(shipped):
        wanted = ", ".join(_choices(shipped)) or "không có số nào"
        found.append(f"Các lựa chọn đánh số ở đầu dòng phải là: {wanted}.")
    return found


def _unfit(message: str) -> list[str]:
    found = []
    if re.search(r"\*|__|`|^#|\]\(|\$", message, re.MULTILINE):
        found.append("Zalo không hiển thị định dạng: bỏ các dấu *, __, `, #, ]( và $.")
    if len(message) > MAX_MESSAGE:
        found.append(f"Dài {len(message)} ký tự khi đã điền; tối đa {MAX_MESSAGE}.")
    return found


def _rendered(text: str, values: Mapping[str, str]) -> str:
    return unicodedata.normalize("NFC", Template(text).substitute(values))


def _choices(text: str) -> list[str]:
    return re.findall(r"^(\d+)\. ", text, re.MULTILINE)


def _named(names: list[str]) -> str:
    return ", ".join(f"${name}" for name in names)
