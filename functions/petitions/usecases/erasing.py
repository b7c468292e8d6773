"""A citizen wants their data erased: "xóa dữ liệu của tôi". One call, for whoever carries it out."""

from __future__ import annotations

import base64

from petitions import telemetry
from petitions.ports import Message

REASON = "user_withdraw"


def erasure_asked(key: str, body: bytes) -> Message:
    """Into the dead letters, as a withdrawal on Zalo goes, with an alarm: a person erases.

    Luật 91/2025: within 15 days. The operator's runbook says how.
    """
    telemetry.log("CRITICAL", "a citizen wants to be erased", metric="dead_letter", reason=REASON)
    return Message(
        "dead-letters",
        {"data": base64.b64encode(body).decode(), "key": "", "attempts": 1},
        attributes={"consumer": "zalo-events-intake", "message_id": key, "reason": REASON},
    )
