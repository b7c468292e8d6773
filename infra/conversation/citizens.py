"""Simulated citizens with a goal, a manner of writing and limited patience, who react to the bot's replies.

They find faults but do not measure quality. Their sentences are not used for training.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from petitions.domain.language.words import fold


class Goal(StrEnum):
    FILE = "file"
    CORRECT = "correct"
    """File a petition, after correcting two fields of the bot's summary."""
    ASK = "ask"
    """Ask the bot a question, then file a petition."""
    GIVE_UP = "give_up"
    ERASE = "erase"
    CONTEST = "contest"
    """File a petition, read the answer, and request a review."""


PEOPLE = (
    ("Nguyễn Thị Hoa", "0912345678"),
    ("Trần Văn Bách", "0987 654 321"),
    ("Phùng Thị Sen", "0936.205.771"),
    ("Lê Quang Trương", "0971234567"),
    ("Ngô Quang Khải", "0389123456"),
)
PLACES = ("12 phố Trung Kính, phường Yên Hòa", "36 Hàng Đào, phường Hoàn Kiếm", "thôn Đoài, xã Đan Phượng")
WARDS = ("Yên Hòa", "Hoàn Kiếm", "Đan Phượng")
MATTERS = (
    "Cán bộ một cửa bắt tôi đi lại năm lần để làm giấy khai sinh cho con",
    "Hồ sơ đất của nhà tôi nộp sáu tháng chưa được trả lời",
    "Bộ phận một cửa thu thêm 200 nghìn không có biên lai",
    "Tôi xin xác nhận tạm trú mà cán bộ hẹn hết lần này đến lần khác",
    "Quy định phải nộp bản sao công chứng hộ khẩu là không cần thiết",
)
YES = ("đồng ý", "Ừ tôi đồng ý", "vâng tôi đồng ý ạ", "1", "ok em", "dong y nhe")
SEND = ("1", "gửi đi", "đúng rồi, gửi đi em", "ok gửi giúp tôi")
SAME = ("như trên", "giống nơi xảy ra", "1")
WITH_CONSENT = ("Đồng ý nhé. Việc xảy ra ở {place}", "tôi đồng ý, tên tôi là {name}, số {phone}", "vâng đồng ý, {ask}")
"""Messages that give consent and add something else."""
WITH_PLACE = ("{place}. Tôi là {name}, {phone}", "{place}, {ask}")
OFTEN = 0.3
"""The share of citizens who write two things in one message where possible."""
QUESTIONS = (
    "gửi thế này có mất phí không",
    "ai đọc được thông tin của tôi",
    "bao lâu thì có kết quả vậy",
    "bạn là ai thế",
)
GIVE_UP = ("thôi tôi không gửi nữa", "hủy", "hủy phản ánh này đi")
ERASE = ("xóa dữ liệu của tôi", "tôi muốn xoá hết thông tin của tôi", "xoa het thong tin ca nhan cua toi di")
CONTEST = (
    "tôi không đồng ý với câu trả lời, đề nghị xem xét lại",
    "mở lại phản ánh giúp tôi",
    "trả lời thế này tôi không chấp nhận, xem lại đi",
)

ASKED: tuple[tuple[str, str], ...] = (
    ("Anh/chị có đồng ý không", "consent"),
    ("có đồng ý để thành phố", "consent"),
    ("Xin kiểm tra lại", "summary"),
    ("Gửi chưa?", "summary"),
    ("Xin chọn 1 để gửi", "summary"),
    ("đã được ghi nhận", "filed"),
    ("đang được xóa", "erased"),
    ("1. Xóa", "erase"),
    ("Đã hủy", "cancelled"),
    ("để xem lại", "contested"),
    ("1. Đề nghị xem lại", "first"),
    ("Anh/chị muốn:", "meant"),
    ("Xin chọn số", "ward"),
    ("Xin chọn một số", "ward"),
    ("số điện thoại của anh/chị, trong một tin", "person"),
    ("Xin cho biết thêm", "person"),
    ("Xin cho biết họ và tên của anh/chị", "name"),
    ("ghi họ tên", "name"),
    ("cho địa chỉ liên hệ", "home"),
    ("nhận ra địa chỉ", "home"),
    ("cho số điện thoại", "phone"),
    ("Số điện thoại chưa đúng", "phone"),
    ("nhận ra phường, xã", "place"),
    ("xảy ra ở đâu?", "place"),
    ("Xin anh/chị mô tả sự việc", "story"),
    ("viết thêm vài câu bằng chữ", "story"),
    ("Kênh này không cử người tới được", "danger"),
)
"""Pieces of the bot's replies, with the request that they stand for. The last piece in a reply counts."""


@dataclass
class SimulatedCitizen:
    """A simulated citizen, with random choices drawn from `seed`. Call `says` with every reply of the bot."""

    seed: int
    goal: Goal = field(init=False)
    turns: int = field(default=0, init=False)
    reached: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311 - a simulation
        self.goal = self._chance.choice(list(Goal))
        self.name, self.phone = self._chance.choice(PEOPLE)
        number = self._chance.randrange(len(PLACES))
        self.place, self.ward = PLACES[number], WARDS[number]
        self.names_place = self._chance.random() < 0.5  # noqa: PLR2004 - a half
        self._bare = self._chance.random() < 0.25  # noqa: PLR2004 - a quarter writes without marks
        self._same = self._chance.choice(("như trên", "địa chỉ như trên", self.place))
        self._patience = 16
        self._asks = self.goal is Goal.ASK
        self._at_once = self._chance.random() < OFTEN
        """Whether the citizen writes two things in one message where possible."""
        self._corrections = self._corrected() if self.goal is Goal.CORRECT else iter(())
        self.wanted = {"name": self.name, "phone": "84" + self.phone.replace(" ", "").replace(".", "")[1:]}

    def _corrected(self) -> Iterator[str]:
        self.wanted |= {"name": "Đỗ Thị Lành", "phone": "84868111222"}
        if self._chance.random() < OFTEN:
            yield "sửa tên thành Đỗ Thị Lành, số điện thoại thành 0868 111 222"
            return
        yield "tên sai rồi, phải là Đỗ Thị Lành"
        yield "số điện thoại sửa lại là 0868 111 222 nhé"

    def _one(self, phrases: Sequence[str]) -> str:
        words = self._chance.choice(phrases)
        return fold(words) if self._bare else words

    def _two_in_one(self, phrases: Sequence[str], otherwise: str) -> str:
        """Return a message with two commands, at most once and only for some citizens. Else return `otherwise`."""
        if not self._at_once:
            return otherwise
        self._at_once = False
        ask = self._chance.choice(QUESTIONS)
        return self._one(phrases).format(place=self.place, name=self.name, phone=self.phone, ask=ask)

    def story(self) -> str:
        """Return a random problem in the citizen's words, with the place if this citizen names places."""
        matter = self._chance.choice(MATTERS)
        return f"{matter}. Việc xảy ra ở {self.place}" if self.names_place else matter

    def says(self, reply: str) -> str | None:  # noqa: C901, PLR0911, PLR0912 - one line per request of the bot
        """Return the next message after the bot's reply, or None if the citizen is done or out of patience."""
        self.turns += 1
        if self.turns > self._patience:
            return None
        piece, wanted = max(ASKED, key=lambda pair: reply.rfind(pair[0]))
        asked = wanted if piece in reply else ""
        if self._asks and asked in {"consent", "place", "person", "name", "home", "phone"}:
            self._asks = False
            return self._one(QUESTIONS)
        if self.goal in {Goal.GIVE_UP, Goal.ERASE} and asked in {"person", "name", "phone", "summary"}:
            return self._one(GIVE_UP if self.goal is Goal.GIVE_UP else ERASE)
        match asked:
            case "consent":
                return self._two_in_one(WITH_CONSENT, self._one(YES))
            case "story":
                return self.story()
            case "danger":
                return "không có gì nguy hiểm đâu, tôi vẫn an toàn"
            case "place":
                return self._two_in_one(WITH_PLACE, self.place)
            case "ward" | "erase" | "meant" | "first":
                return "1"
            case "person":
                return self._chance.choice(
                    (f"{self.name}, {self._same}, {self.phone}", f"{self.name} {self.phone}, {self._same}")
                )
            case "name":
                return self.name
            case "home":
                return self._one(SAME)
            case "phone":
                return self.phone
            case "summary":
                return next(self._corrections, None) or self._one(SEND)
            case "filed" if self.goal is Goal.CONTEST:
                return self._one(CONTEST)
            case "filed" | "erased" | "cancelled" | "contested":
                return None
        return f"Tôi muốn phản ánh: {self.story()}" if reply else self.story()
