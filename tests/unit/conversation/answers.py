from __future__ import annotations

from datetime import date

from petitions.domain.petition.codes import make_code

IMAGE = {"attachments": [{"type": "image", "payload": {"url": "https://f1.zdn.vn/1.jpg"}}]}
WHERE, WHO, HERE, PHONE = "Phường Yên Hòa", "Trần Văn An", "như trên", "0987654321"
CONTACT = f"{WHO}, {HERE}, {PHONE}"
"""Name, home and telephone in one message, as the bot asks for them."""
CODE = make_code(date(2026, 11, 20), "ABCDEFG")
TAUGHT = (
    "1", "XONG", "HỦY", "BỎ QUA", "MENU", "TRỢ GIÚP", "ENGLISH", "MỞ LẠI", "BỔ SUNG", "SỬA", "RÚT", CODE,
)  # fmt: skip
"""Words that the bot teaches or asks for. They must not become part of a petition's text."""
