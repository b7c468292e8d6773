from __future__ import annotations

from email import policy
from email.message import EmailMessage

STORY = "UBND phường chậm trả giấy khai sinh cho con tôi. Tôi đã chờ 20 ngày."
PDF = b"%PDF-1.7\n%%EOF\n"


def letter(text: str = STORY, *files: tuple[str, str, bytes], **headers: str) -> bytes:
    message = EmailMessage()
    given = {
        "From": "Nguyễn Thị Lan <lan@example.vn>",
        "To": "pakn@hanoi.example.vn",
        "Subject": "Phản ánh về giấy khai sinh",
        "Date": "Mon, 30 Nov 2026 09:00:00 +0700",
        "Message-ID": "<1@example.vn>",
    }
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in given.items():
        if value:
            message[name] = value
    message.set_content(text)
    for name, media_type, content in files:
        main, _, sub = media_type.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message.as_bytes(policy=policy.SMTP)


def raw(*lines: str | bytes) -> bytes:
    return b"\r\n".join(line if isinstance(line, bytes) else line.encode() for line in lines)
