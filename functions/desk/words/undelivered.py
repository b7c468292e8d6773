"""The reasons why a notice to a citizen was not delivered, in Vietnamese."""

from __future__ import annotations

from petitions.domain.notices.delivery_errors import Reaction, reaction_to
from petitions.domain.notices.notice import Notice, NoticeState

ERRORS = {
    "no_recipient": "không có nơi nào để gửi",
    "no_channel": "không còn kênh nào gửi được",
    "smtp_recipient": "địa chỉ thư điện tử không nhận thư",
    "file_gone": "tệp kèm theo không còn",
}
REACTIONS = {
    Reaction.WINDOW: "đã quá hạn nhắn tin kể từ lần cuối công dân nhắn",
    Reaction.OTHER_CHANNEL: "tài khoản Zalo chưa được phép gửi loại tin này",
    Reaction.UNREACHABLE: "người nhận không nhận được tin qua kênh này",
    Reaction.BUG: "nội dung tin bị từ chối",
}
"""The reasons why a notice was not delivered, by the system's reaction to the channel's error.

Only reactions that end the delivery are listed.
"""

WAYS = {
    "no address": "thiếu tài khoản Zalo, số điện thoại hoặc thư điện tử",
    "no template": "chưa có mẫu tin được duyệt",
    "not funded": "tin ngoài thời hạn miễn phí chưa được trả phí",
    "refused": "kênh đã từ chối",
    "unfollowed": "công dân đã bỏ quan tâm tài khoản",
    "window closed": "đã quá hạn nhắn tin kể từ lần cuối công dân nhắn",
    "window closed by morning": "đã quá hạn nhắn tin kể từ lần cuối công dân nhắn",
}
"""The reasons why a channel could not be used, as `domain/notices/channels.py` names them."""


def why_not(notice: Notice) -> str:
    """Return the reason why a notice was not delivered, with the error code of the channel.

    Return "" if the notice was sent or may still be sent without anybody doing anything.
    """
    if notice.error is None or not (notice.state is NoticeState.UNDELIVERABLE or notice.waits_for):
        return ""
    text = ERRORS.get(notice.error) or REACTIONS.get(reaction_to(notice.error), "bị từ chối")
    if notice.error == "no_channel":
        ways = dict.fromkeys(WAYS[why] for why in notice.reasons.values() if why in WAYS)
        text = f"{text}: {', '.join(ways)}" if ways else text
    if notice.error not in ERRORS:
        text = f"{text} (mã {notice.error})"
    return f"{text}; sẽ gửi khi công dân nhắn lại" if notice.waits_for else text
