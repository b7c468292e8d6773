"""Vietnamese labels for the tray of e-mails from citizens: states, automatic mails, faults and refused files."""

from __future__ import annotations

from petitions.domain.mailbox.mail import MailState

STATES = {
    MailState.NEW: "Chờ xử lý",
    MailState.ASIDE: "Thư tự động",
    MailState.FILED: "Đã vào sổ",
    MailState.ADDED: "Đã thêm vào hồ sơ",
    MailState.REJECTED: "Đã từ chối",
}
AUTOMATIC = {
    "auto_reply": "trả lời tự động",
    "bounce": "báo thư không tới nơi",
    "bulk": "bản tin, thư gửi hàng loạt",
}
FAULTS = {
    "broken": "Thư không theo chuẩn, không đọc được hết. Bản gốc còn trong hộp thư.",
    "too_deep": "Thư lồng quá nhiều lớp, không đọc được hết. Bản gốc còn trong hộp thư.",
    "too_large": "Thư quá lớn: chỉ đọc phần đầu, không lấy tệp. Bản gốc còn trong hộp thư.",
    "cut": "Nội dung quá dài, chỉ giữ phần đầu. Bản gốc còn trong hộp thư.",
    "files_left": "Thư có nhiều tệp hơn mức giữ được. Bản gốc còn trong hộp thư.",
    "empty": "Thư không có nội dung hoặc nội dung bị mã hóa. Bản gốc còn trong hộp thư.",
    "deadly": "Hệ thống không đọc được thư này. Xin mở bản gốc trong hộp thư, theo giờ đến ở trên.",
}
FILE_REASONS = {
    "type": "không nhận loại tệp này",
    "size": "tệp quá lớn",
    "broken": "tệp bị hỏng",
    "deadly": "không đọc được",
}
