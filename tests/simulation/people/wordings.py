"""The messages of the simulated citizens, which the bot's models have not been trained on.

Some messages contain several commands. After a misunderstanding, citizens use the plainest wording.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from petitions.domain.understanding.commands import Situation

NAME, WRONG_NAME = "Nguyễn Thị Lan", "Nguyễn Thị Làn"
PLACE = "Số 12 phố Trung Kính, phường Yên Hòa"


@dataclass(frozen=True)
class Wording:
    """A message with placeholders for `phone` and `code`, and its commands in the form of `Reading.summary`."""

    text: str
    commands: str


@dataclass(frozen=True)
class Wish:
    plain: Wording
    others: Sequence[Wording]
    where: Sequence[Situation]
    """The situations of the conversation in which citizens express the wish."""


_AFTER = (Situation.IDLE_FILED, Situation.ANSWERED)

WISHES: Mapping[str, Wish] = {
    "consent": Wish(
        Wording("đồng ý", "affirm"),
        (
            Wording("vâng tôi đồng ý ạ", "affirm"),
            Wording("đồng ý nhé em", "affirm"),
            Wording("1", "choose:1"),
            Wording(f"Đồng ý nhé. Việc xảy ra ở {PLACE}", "affirm give:place"),
            Wording(f"Đồng ý. Tôi là {NAME}, số điện thoại {{phone}}", "affirm give:name give:phone"),
            Wording("vâng đồng ý ạ, gửi thế này có mất phí không", "affirm ask:cost"),
        ),
        (Situation.CONSENT,),
    ),
    "place": Wish(
        Wording(PLACE, "give:place"),
        (
            Wording(f"Việc xảy ra tại {PLACE}", "give:place"),
            Wording(f"{PLACE}. Bao giờ thì có trả lời ạ", "give:place ask:time"),
            Wording(f"{PLACE}, tôi là {NAME}, {{phone}}", "give:place give:name give:phone"),
        ),
        (Situation.PLACE,),
    ),
    "person": Wish(
        Wording(f"{NAME}, như trên, {{phone}}", "give:name give:home give:phone"),
        (
            Wording(f"{NAME} {{phone}}, địa chỉ như trên", "give:name give:phone give:home"),
            Wording(f"Tôi là {NAME}, ở {PLACE}, số {{phone}}", "give:name give:home give:phone"),
            Wording(f"{WRONG_NAME}, như trên, {{phone}}", "give:name give:home give:phone"),
            Wording(f"{NAME}, như trên, 0912999888", "give:name give:home give:phone"),
        ),
        (Situation.CONTACT,),
    ),
    "name": Wish(Wording(NAME, "give:name"), (Wording(f"tôi tên là {NAME}", "give:name"),), (Situation.NAME,)),
    "home": Wish(Wording("như trên", "give:home"), (Wording(PLACE, "give:home"),), (Situation.HOME,)),
    "phone": Wish(
        Wording("{phone}", "give:phone"), (Wording("số của tôi là {phone}", "give:phone"),), (Situation.PHONE,)
    ),
    "right name": Wish(
        Wording(f"sửa tên thành {NAME}", "correct:name"),
        (
            Wording(f"tên sai rồi, phải là {NAME}", "correct:name"),
            Wording(f"tên phải là {NAME}, còn lại đúng hết rồi gửi đi", "correct:name affirm"),
        ),
        (Situation.CONFIRM,),
    ),
    "right phone": Wish(
        Wording("đổi số điện thoại thành {phone}", "correct:phone"),
        (
            Wording("sai số rồi, số đúng là {phone}", "correct:phone"),
            Wording("số đúng là {phone}, gửi thế này có mất phí không", "correct:phone ask:cost"),
        ),
        (Situation.CONFIRM,),
    ),
    "send": Wish(
        Wording("1", "choose:1"),
        (Wording("gửi đi", "affirm"), Wording("đúng rồi, gửi đi em", "affirm"), Wording("ok gửi đi", "affirm")),
        (Situation.CONFIRM,),
    ),
    "safe": Wish(
        Wording("Hết cháy rồi, mọi người an toàn cả", "danger:over"),
        (
            Wording("an toàn rồi, không còn cháy nữa", "danger:over"),
            Wording("đã dập tắt rồi, không sao nữa", "danger:over"),
        ),
        (Situation.DANGER,),
    ),
    "here": Wish(Wording(PLACE, "give:place"), (Wording(f"tôi ở {PLACE}", "give:place"),), (Situation.DANGER,)),
    "status": Wish(
        Wording("{code}", "status"), (Wording("cho hỏi {code} xử lý tới đâu rồi", "status"),), _AFTER
    ),
    "officer": Wish(Wording("gặp cán bộ", "person"), (Wording("cho tôi gặp cán bộ", "person"),), _AFTER),
    "satisfied": Wish(
        Wording("HÀI LÒNG", "rate:2"),
        (Wording("Tôi hài lòng", "rate:2"), Wording("tôi thấy hài lòng với câu trả lời", "rate:2")),
        (Situation.ANSWERED,),
    ),
    "erase": Wish(
        Wording("xóa dữ liệu của tôi", "erase"),
        (Wording("xóa sạch dữ liệu cá nhân của tôi giúp", "erase"),),
        (*_AFTER, Situation.CONTACT, Situation.REFUSED, Situation.SUPPLEMENT),
    ),
    "withdraw": Wish(
        Wording("Tôi muốn rút phản ánh", "withdraw"),
        (Wording("cho tôi rút đơn", "withdraw"), Wording("thôi tôi rút lại phản ánh này", "withdraw")),
        _AFTER,
    ),
}  # fmt: skip
