"""What a citizen answers to the questions of a draft."""

from __future__ import annotations

IMAGE = {"attachments": [{"type": "image", "payload": {"url": "https://f1.zdn.vn/1.jpg"}}]}
WHERE, WHO, HERE, PHONE = "Phường Yên Hòa", "Trần Văn An", "như trên", "0987654321"
