"""Citizens in the simulation, who read the bot's replies, answer them, and pursue their own goals."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, field

from tests.simulation.aims import FILES, RATED
from tests.simulation.around.zalo import SimulatedZalo
from tests.simulation.functions import OA
from tests.simulation.people.wordings import NAME, WISHES
from tests.simulation.scheduler import Scheduler

CODE = re.compile(r"HN-\d{6}-[0-9A-Z]{4}-[0-9A-Z]{4}")
MARK = "vận đơn"
PATIENCE = 20 * 60.0
HEARD_WITHIN = 60.0
PART = "Đoạn"
LONG = "Tôi đã nộp đủ giấy tờ theo hướng dẫn nhưng cán bộ vẫn yêu cầu bổ sung và hẹn lại nhiều lần. " * 5
FIRST_USER = 4572947693969000000
ERASE = "1. Xóa"
RATING = "mức độ hài lòng"
MENU = "hoặc chọn số:"
SURE_OF_RATING = "Để ghi đúng, xin gửi số"
STOPPED = "tôi đã dừng lại"
BEGUN = "Xin anh/chị mô tả sự việc"
THANKS = "Cảm ơn anh/chị đã đánh giá"
LATE = "đến chậm hơn các tin gửi sau"
ERASING = "dữ liệu cá nhân của anh/chị tại kênh này đang được xóa"
DANGER = "Khi không còn nguy hiểm, gõ AN TOÀN"
WHERE_IN_DANGER = "Anh/chị đang ở đâu"
SUMMARY = "Người gửi: "
PICTURE = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
FEW_WORDS = 0.4
"""The share of citizens using the plain word from the first time on."""
QUESTIONS = (
    (WHERE_IN_DANGER, "danger"),
    (DANGER, "safe"),
    ("Anh/chị có đồng ý không?", "consent"),
    ("cho biết có đồng ý", "consent"),
    (ERASE, "yes"),
    ("chắc chắn muốn rút", "withdrawal"),
    (SURE_OF_RATING, "rating"),
    ("có hài lòng với câu trả lời", "rating"),
    ("Ý anh/chị là", "no"),
    ("Tôi chưa chắc hiểu đúng ý", "no"),
    ("Nội dung này giống phản ánh", "yes"),
    ("” là của ai?", "yes"),
    (BEGUN, "begun"),
    ("Sự việc xảy ra ở đâu?", "place"),
    ("chưa nhận ra phường, xã", "place"),
    ("Xin chọn số:", "ward"),
    ("địa chỉ liên hệ và số điện thoại của anh/chị, trong một tin", "person"),
    ("Xin cho biết thêm", "person"),
    ("cho biết họ và tên", "name"),
    ("họ tên bằng chữ", "name"),
    ("cho địa chỉ liên hệ", "home"),
    ("chưa nhận ra địa chỉ", "home"),
    ("cho số điện thoại", "phone"),
    ("Số điện thoại chưa đúng", "phone"),
    ("Xin kiểm tra lại", "summary"),
    ("Gửi chưa?", "summary"),
    ("Xin chọn 1 để gửi", "summary"),
    ("gõ XONG", "enough"),
)
"""The kinds of questions of the bot, recognised by a part of their text. The first match counts."""
FIXED = {"yes": "1", "ward": "1", "no": "0", "rating": "2", "enough": "xong"}
"""Answers that all citizens give by a number, or by a word that the bot has taught."""


@dataclass
class Citizen:
    scheduler: Scheduler
    zalo: SimulatedZalo
    number: int
    code: str | None = None
    asked_at: float | None = None
    asked_again: bool = False
    told_status: bool = False
    rated: bool = False
    owes_rating: bool = False
    thanked: bool = False
    asked_erasure: bool = False
    asked_last: float = -math.inf
    """The second at which the citizen last asked for the erasure."""
    insisted: bool = False
    confirmed: bool = False
    """Whether the citizen has confirmed the request for erasure and waits for it."""
    erased: bool = False
    withdrawn: bool = False
    read: int = 0
    waits: bool = False
    keeps: bool = True
    """Whether the citizen answers no when asked to confirm a withdrawal."""
    pictures: int = 0
    written: list[str] = field(default_factory=list)
    wanted: Counter[str] = field(default_factory=Counter)
    """The number of times that the citizen has expressed each wish. From the second time on they use the plain word."""

    def __post_init__(self) -> None:
        self.user = str(FIRST_USER + self.number)
        self.chance = self.scheduler.stream(f"citizen {self.number}")
        self.rates, self.erases = self.chance.random() < 0.6, self.chance.random() < 0.35
        self.rates |= self.scheduler.aim == RATED
        self.erases |= self.scheduler.aim == FILES
        self.erases_at = self.chance.choice((None, 300.0, 900.0)) if self.erases else None
        self.leaves = self.erases and self.chance.random() < 0.3
        self.hasty = self.chance.random() < 0.3
        """Whether the citizen answers so fast that the question is not yet recorded as sent."""
        parts = self.chance.choice((0, 0, 0, 3) if self.scheduler.haste > 1 else (0, 0, 3, 8))
        self.letter = [f"{PART} {number} của {self.mark}" for number in range(parts)]
        self.zalo.reads[self.user] = self.notice

    @property
    def mark(self) -> str:
        """Return words that occur in the messages of this citizen only."""
        return f"{MARK} X{int(self.user) % 100000:05d}"

    @property
    def phone(self) -> str:
        return f"0912{int(self.user) % 1000000:06d}"

    @property
    def is_busy(self) -> bool:
        asks = self.asked_at is not None and not (self.told_status or self.asked_again)
        unheard = not (self.insisted or self.confirmed) if self.asked_erasure else asks
        return self.waits or (unheard and not (self.erased or self.withdrawn))

    def begin(self, links: dict[str, bytes]) -> None:
        story = [f"Bộ phận một cửa yêu cầu nộp thêm giấy tờ khi làm giấy khai sinh, {self.mark}"]
        if self.chance.random() < 0.4:
            story.append("Tôi đã đi lại ba lần mà vẫn chưa được nhận hồ sơ")
        if self.chance.random() < 0.15:
            story.append(f"Cháy nhà rồi cứu với, {self.mark}")
        for words in (*story, *(f"{part}: {LONG}" for part in self.letter)):
            self.write(words)
        if self.chance.random() < 0.3 or self.scheduler.aim == FILES:
            url = f"https://files.zalo.test/{self.number}.jpg"
            links[url] = PICTURE + bytes([self.number])
            self.pictures += 1
            self.zalo.writes(self.user, picture=url)
        if self.erases_at:
            self.scheduler.after(self.erases_at, self.ends)

    def write(self, text: str) -> None:
        self.written.append(text)
        self.zalo.writes(self.user, text)

    def wish(self, name: str) -> str:
        """Return the words for a wish: a random wording at first, the plainest one on every repetition."""
        wish = WISHES[name]
        is_plain = self.wanted[name] or self.chance.random() < FEW_WORDS
        self.wanted[name] += 1
        wording = wish.plain if is_plain else self.chance.choice(wish.others)
        return wording.text.format(phone=self.phone, code=self.code or "")

    def notice(self) -> None:
        if not self.waits:
            self.waits = True
            soonest, latest = (0.05, 0.5) if self.hasty else (2 / self.scheduler.haste, 15 / self.scheduler.haste)
            seconds = self.chance.uniform(soonest, latest)
            self.scheduler.after(seconds, self.look)

    def look(self) -> None:
        self.waits = False
        shown = self.zalo.phone(self.user)
        news, self.read = [item for item in shown[self.read :] if item[0] != "["], len(shown)
        if news:  # and no mere form, which comes with a question
            self.answer("\n".join(news), news)

    def ask(self) -> None:
        if not (self.told_status or self.erased or self.asked_erasure):
            self.asked_again = self.asked_at is not None
            self.asked_at = self.scheduler.now
            self.write(self.wish("status"))
            self.scheduler.after(PATIENCE, self.ask)

    def answer(self, news: str, shown: list[str]) -> None:
        if ERASING in news:
            self.erased = True
            return
        if self.erased or self.withdrawn:
            return  # a new message begins a new acquaintance
        if "đã được ghi nhận" in news and (found := CODE.search(news)):
            self.code = found[0]
        if self.code and f"{self.code}:" in news:
            if not self.told_status and not self._newest(shown) and self.chance.random() < 0.15:
                self.write(self.wish("officer"))
            self.told_status = True
        if not self._rate_or_return(news, shown):
            self._go_on(news, shown)

    def _rate_or_return(self, news: str, shown: list[str]) -> bool:
        """Rate the answer if the bot asked for it, and repeat requests that got no reply.

        Return True if nothing else is left to answer.
        """
        newest = self._newest(shown)
        self.thanked = self.thanked or THANKS in news
        self.owes_rating = (self.owes_rating or RATING in news) and self.rates and not self.rated
        if self.owes_rating and (not newest or RATING in newest):  # a number would answer a later question
            self.rated = True
            menu = MENU in news.rpartition(RATING)[2]  # a number would choose from it
            self.write("2" if newest and not menu else self.wish("satisfied"))
            if self._is_passed_over(shown):
                self.ends_again()
            return True
        lost = any(item in news for item in (STOPPED, LATE, BEGUN)) or (THANKS in news and not self.rated)
        unheard = self.confirmed and newest and ERASE not in newest
        if self.asked_erasure and (lost or unheard or self._is_passed_over(shown)):
            self.confirmed = False
            self.ends_again()  # something else that they wrote, or were asked, came in between
            return True
        if (lost or MENU in news) and self.rated and not self.thanked:
            self.write(self.wish("satisfied"))  # the number was taken as an answer to something else
            return True
        if lost and self.asked_at is not None and not self.told_status:
            self.write(self.code or "")
            return True
        return False

    def _go_on(self, news: str, shown: list[str]) -> None:
        words = self._words(shown)
        if words is None and LATE in news and self.code is None:
            words = self._words(self.zalo.phone(self.user))
        if words:
            self.confirmed = self.confirmed or ERASE in self._newest(shown)
            self.write(words)

    def _words(self, shown: list[str]) -> str | None:
        for text in reversed(shown):
            if RATING in text and any(ERASE in other for other in shown):
                return self.wish("erase")  # a number would answer the later question
            for question, wanted in QUESTIONS:
                if question in text:
                    return FIXED.get(wanted) or self._reply_to(wanted)
        if self.code and not self.asked_at and not self.asked_erasure:
            self.ask()
        return None

    def _reply_to(self, wanted: str) -> str:
        match wanted:
            case "danger":
                return self.wish(self.chance.choice(("here", "safe")))
            case "withdrawal":
                return "2" if self.keeps else "1"
            case "begun":  # a number meant for something else began another petition
                return "hủy" if self.code else f"Bộ phận một cửa yêu cầu nộp thêm giấy tờ, {self.mark}"
            case "summary":
                return self._check()
        return self.wish(wanted)

    def _check(self) -> str:
        texts = self.zalo.phone(self.user)
        summaries = [number for number, text in enumerate(texts) if SUMMARY in text]
        known = "\n".join(texts[summaries[-1] :]) if summaries else ""
        if known and not any(shown in known for shown in (f"{SUMMARY}{NAME} (", f"→ {NAME}", f"“{NAME}” rồi")):
            return self.wish("right name")
        phone = self.phone
        if known and not any(shown in known for shown in (f"Điện thoại: {phone}", f"→ {phone}", f"“{phone}” rồi")):
            return self.wish("right phone")
        return self.wish("send")

    def _is_passed_over(self, shown: list[str]) -> bool:
        """Return whether a question followed the one about erasure, so that a bare number answers the later one."""
        return any(ERASE in item for item in shown) and ERASE not in self._newest(shown)

    def _newest(self, shown: list[str]) -> str:
        asked = (RATING, *(question for question, _ in QUESTIONS))
        return next((text for text in reversed(shown) if any(question in text for question in asked)), "")

    def note_erasure_request(self) -> None:
        """Note that the citizen has now requested erasure, so that the request is repeated if no answer arrives."""
        self.asked_erasure, self.asked_last = True, self.scheduler.now
        self.scheduler.after(PATIENCE, self._insist)

    def _insist(self) -> None:
        if not (self.insisted or self.confirmed or self.erased):
            self.insisted = True
            self.ends_again()

    def ends_again(self) -> None:
        self.asked_last = -math.inf
        self.ends()

    def ends(self) -> None:
        """Request erasure in words, or by withdrawing the consent at Zalo, unless it was just requested."""
        if (
            self.erases
            and not self.erased
            and not self.withdrawn
            and not self.confirmed
            and self.scheduler.now > self.asked_last + HEARD_WITHIN
        ):
            self.note_erasure_request()
            if self.leaves:
                self.withdrawn = True
                self.write(f"Thôi, tôi không phản ánh {self.mark} nữa")
                self.zalo.event("user_withdraw", self.user, oa_id=OA, user_id=self.user)
            else:
                self.write(self.wish("erase"))
