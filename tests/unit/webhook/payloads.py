"""An example of every event that Zalo sends to the webhook (PLATFORM 1.11 to PLATFORM 1.22)."""

from __future__ import annotations

from typing import Any

APP, OA, USER, ADMIN = "3608465249409039670", "579745863508352884", "4572947693969771653", "1000000000000000001"
STAMP = "1795485600000"
URL = "https://b4-f.zdn.vn/a/1.jpg"

_TOP = {"app_id": APP, "user_id_by_app": "5521772797175877300", "timestamp": STAMP}
_BY_USER = {"sender": {"id": USER}, "recipient": {"id": OA}}
_BY_OA = {"sender": {"id": OA}, "recipient": {"id": USER}}
_BY_ADMIN = {"sender": {"id": OA, "admin_id": ADMIN}, "recipient": {"id": USER}}
_FLAT = {"oa_id": OA, "user_id": USER}


def _event(name: str, *parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    event: dict[str, Any] = {**_TOP, "event_name": name}
    for part in parts:
        event |= part
    return event | more


def _sent(name: str, kind: str, payload: dict[str, Any], text: str | None = None) -> dict[str, Any]:
    message: dict[str, Any] = {"msg_id": "96d3cdf3af150460909"}
    if text is not None:
        message["text"] = text
    message["attachments"] = [{"type": kind, "payload": payload}]
    return _event(name, _BY_USER, message=message)


_PICTURE = {"thumbnail": URL, "url": URL}
_FILE = {"url": URL, "name": "a.pdf", "size": "12345", "type": "pdf", "checksum": "0" * 32}

MESSAGES = {
    "text": _event("user_send_text", _BY_USER, message={"msg_id": "m1", "text": "Tôi muốn phản ánh..."}),
    "text with quote": _event(
        "user_send_text", _BY_USER, message={"msg_id": "m2", "text": "về việc này", "quote_msg_id": "m0"}
    ),
    "image": _sent("user_send_image", "image", _PICTURE),
    "image with caption": _sent("user_send_image", "image", _PICTURE, "ảnh biên nhận"),
    "gif": _sent("user_send_gif", "gif", _PICTURE),
    "link": _sent("user_send_link", "link", {**_PICTURE, "description": "Bài báo"}),
    "audio": _sent("user_send_audio", "audio", {"url": URL}),
    "video": _sent("user_send_video", "video", {**_PICTURE, "description": "ngõ 12"}),
    "sticker": _sent("user_send_sticker", "sticker", {"id": "46961", "url": URL}),
    "location": _sent("user_send_location", "location", {"coordinates": {"latitude": "21.02", "longitude": "105.85"}}),
    "file": _sent("user_send_file", "file", _FILE),
    "file, size a number": _sent("user_send_file", "file", {**_FILE, "size": 12345}),
    "business card": _sent(
        "user_send_business_card",
        "link",
        {**_PICTURE, "description": '{"phone":"84912345678","qrCodeUrl":"https://qr-talk.zdn.vn/1"}'},
    ),
    "a kind to come": _sent("user_send_hologram", "hologram", {"depth": 3}),
}

_INFO = {
    "name": "Nguyễn Thị Lan",
    "phone": "84912345678",
    "user_dob": "30/10/1999",
    "gender": "Nữ",
    "full_address": {"user_city": "Hà Nội", "user_ward": "Phường Yên Hòa", "user_address": "12 Trung Kính"},
}
_OLD_INFO = {
    "name": "Nguyễn Thị Lan",
    "phone": "84912345678",
    "address": "12 Trung Kính",
    "city": "Hà Nội",
    "district": "Quận Cầu Giấy",
    "ward": "Phường Yên Hòa",
}
SHARED = {
    "current": _event("user_submit_info", _BY_USER, info=_INFO),
    "legacy": _event("user_submit_info", _BY_USER, info=_OLD_INFO),
    "phone a number": _event("user_submit_info", _BY_USER, info={**_OLD_INFO, "phone": 84912345678}),
}

FOLLOWING = {
    source: _event(name, {"oa_id": OA, "follower": {"id": USER}, "source": source})
    for name, source in (("follow", "oa_profile"), ("follow", "message_invite"), ("unfollow", "social_plugin"))
}
WITHDRAWAL = _event("user_withdraw", _FLAT)

BY_OFFICER = _event("oa_send_text", _BY_ADMIN, message={"msg_id": "m9", "text": "Chào bà, phường đã nhận"})

ECHOES = {
    kind: _event(
        f"oa_send_{kind}", _BY_OA, message={"msg_id": "m8", "attachments": [{"type": kind, "payload": _PICTURE}]}
    )
    for kind in ("image", "gif", "list", "file", "sticker")
} | {
    "text": _event("oa_send_text", _BY_OA, message={"msg_id": "m8", "text": "Đã nhận"}),
    "template": _event(
        "oa_send_template",
        _BY_OA,
        message={
            "msg_id": "m8",
            "attachments": [
                {"type": "template", "payload": {"zinstant_id": "1", "text": "", "link_url": URL, "checksum": "0"}}
            ],
        },
    ),
}

RECEIPTS = {
    "received": _event("user_received_message", _BY_OA, message={"msg_id": "m8"}),
    "received, template": _event(
        "user_received_message",
        {"sender": {"id": OA}, "recipient": {"id": "84912345678"}},
        message={"delivery_time": STAMP, "msg_id": "z1", "tracking_id": "notice-1"},
    ),
    "received, template, flat": _event(
        "user_received_message",
        {"sender": OA, "recipient": "84912345678"},
        message={"delivery_time": STAMP, "msg_id": "z1", "tracking_id": "notice-1"},
    ),
    "seen": _event("user_seen_message", _BY_OA, message={"msg_ids": ["m8", "m9"]}),
    "reaction of the citizen": _event(
        "user_reacted_message", _BY_USER, message={"msg_id": "m8", "react_icon": "/-heart"}
    ),
    "reaction of the account": _event("oa_reacted_message", _BY_OA, message={"msg_id": "m1", "react_icon": "/-strong"}),
    "chat opened": _event("user_click_chatnow", _FLAT),
}

OF_CHAT = ("received", "seen", "reaction of the citizen", "reaction of the account")
"""The receipts on which nothing depends. The webhook counts them and does not publish them."""

TEMPLATES = {
    "feedback": _event(
        "user_feedback",
        {"oa_id": OA},
        message={
            "rate": 5,
            "note": "tốt",
            "feedbacks": ["nhanh"],
            "submit_time": STAMP,
            "msg_id": "z1",
            "tracking_id": "notice-1",
            "rating_type": "csat",
            "option": "five_emotions",
        },
    ),
    "button": _event(
        "user_click_response_button",
        message={"submit_time": STAMP, "button_type": "1", "data": "x", "tracking_id": "notice-1"},
        msg_id="z1",
    ),
    "status": _event(
        "change_template_status",
        {"oa_id": OA},
        template_id="203972",
        status={"prev_status": "PENDING_REVIEW", "new_status": "ENABLE"},
        reason="",
    ),
    "quality": _event("change_template_quality", {"oa_id": OA}, template_id="203972", quality="HIGH"),
    "quota": _event("change_template_quota", {"oa_id": OA}, template_id="203972"),
    "tags": _event("change_oa_template_tags", {"oa_id": OA}),
    "daily quota": _event("change_oa_daily_quota", {"oaId": OA}, quota={"prev_value": "500", "new_value": "1000"}),
    "journey over": _event("event_journey_time_out", {"oa_id": OA}),
    "journey seen": _event("event_journey_acknowledged", {"oa_id": OA}),
}

OTHERS = {
    "data of a user": _event("update_user_info", _BY_USER, data={"method": "dynamic_url"}),
    "label given": _event("add_user_to_tag", {"oa_id": OA}, tag={"user_ids": [USER], "name": "phường"}),
    "label taken": _event("remove_user_from_tag", {"oa_id": OA}, tag={"user_ids": [USER], "name": "phường"}),
    "label removed": _event("remove_tag", {"oa_id": OA}, tag={"name": "phường"}),
    "widget": _event(
        "widget_interaction_accepted", {"oa_id": OA}, data={"user_id": USER, "user_external_id": "1", "url": URL}
    ),
    "widget failed": _event(
        "widget_failed_to_sync_user_external_id", {"oa_id": OA}, data={"user_id": USER, "message": "x"}
    ),
    "may we call": _event(
        "oa_send_consent", {"oa_id": OA}, phone="84912345678", request_type="SENT", create_time=STAMP, expired_time="0"
    ),
    "you may call": _event(
        "user_reply_consent", {"oa_id": OA}, phone="84912345678", user_consent="ALLOW", confirmed_time=STAMP
    ),
    "call": _event(
        "user_call_oa", _FLAT, call_id="c1", phone="84912345678", call_type="1", call_duration=12, status_code=0
    ),
    "called": _event("oa_call_user", _FLAT, call_id="c2", phone="84912345678", status_code="0"),
    **{
        name: _event(name, {"oa_id": OA}, group_id="g1", users=[{"id": USER}])
        for name in (
            "create_group",
            "user_join_group",
            "user_request_join_group",
            "accept_request_join_group",
            "reject_request_join_group",
            "add_group_admin",
            "remove_group_admin",
            "update_group_info",
            "user_out_group",
            "delete_group",
            "user_send_group_text",
            "oa_send_group_text",
        )
    },
    "anonymous": _event(
        "anonymous_send_text", _BY_USER, message={"msg_id": "a1", "text": "xin chào", "conversation_id": "c1"}
    ),
    "to someone anonymous": _event(
        "oa_send_anonymous_text", _BY_OA, message={"msg_id": "a2", "text": "chào", "conversation_id": "c1"}
    ),
    "old shop": _event("shop_has_order", {"oa_id": OA}, order={"id": "1"}),
    "extension": _event("extension_purchased", {"oa_id": OA}),
    "a name to come": _event("user_levitated", _FLAT),
}

CONVERSATION = {
    **MESSAGES,
    **{f"shared, {name}": event for name, event in SHARED.items()},
    **{f"following, {name}": event for name, event in FOLLOWING.items()},
    "withdrawal": WITHDRAWAL,
    "by an officer": BY_OFFICER,
}
REST = {**{f"echo of {name}": event for name, event in ECHOES.items()}, **RECEIPTS, **TEMPLATES, **OTHERS}
ALL = {**CONVERSATION, **REST}
