"""All states of a conversation with the bot, called standings, and messages with a given reading.

Together these allow tests of every combination of state and commands without a language model.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

from petitions.domain.citizen.citizen import CONSENT_VERSION, Citizen, Consent, OwnPetition
from petitions.domain.citizen.conversation import (
    Adding,
    Answered,
    Conversation,
    Filed,
    OfficerAnswer,
    OpenDanger,
    OpenQuestion,
    Refused,
    Requested,
    Writing,
)
from petitions.domain.citizen.draft import ConversationStep as Step
from petitions.domain.citizen.draft import InputPart, PartType, PetitionDraft
from petitions.domain.conversation.dialogue import situation_of
from petitions.domain.conversation.turn import CitizenInput
from petitions.domain.petition.petition import Contact, Location
from petitions.domain.understanding import commands as c
from petitions.domain.understanding.reading import Reading
from petitions.domain.understanding.taught_words import MenuWord
from petitions.domain.understanding.text import Text

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
A_WHILE_AGO = NOW - timedelta(minutes=5)
STORY = "Cán bộ một cửa phường đòi thêm giấy tờ khi làm khai sinh"
CODE, OTHER_CODE = "HN-261120-0000-001C", "HN-261121-0000-002D"
NAME, PHONE, HOME = "Trần Văn An", "84987654321", "5 phố Huế"
PLACE, WARD = "12 phố Trung Kính, phường Yên Hòa", "yen-hoa"


class FakeGuide:
    """A guide to a city of two wards and one unit, which never has any advice."""

    petitions_a_day = 5

    def wards(self, address: str | None, location: Location | None) -> tuple[Sequence[str], bool]:
        if location or "yên hòa" in (address or "").lower():
            return (WARD,), True
        return ((WARD, "trung-hoa"), False) if "trung hòa" in (address or "").lower() else ((), False)

    def names_of_places(self, text: Text) -> Sequence[tuple[int, int]]:
        return ()

    def outside(self, text: str) -> bool:
        return False

    def has_ward(self, code: str) -> bool:
        return code == WARD

    def ward_name(self, code: str) -> str:
        return f"Phường {code}"

    def is_kept(self, text: str, address: str) -> bool:
        return False

    def nature(self, text: str) -> str | None:
        return None

    def responsible(self, text: str, *, surely: bool) -> str | None:
        return "SXD"

    def labels(self, key: str, language: str | None) -> Sequence[str]:
        return ()

    def read(self, text: str, situation: c.Situation, labels: Sequence[str] = ()) -> Reading:
        raise AssertionError("the reading is made by hand")


def part(key: str, text: str = "", *, kind: PartType = "text", at: datetime = A_WHILE_AGO) -> InputPart:
    if kind == "location":
        return InputPart(key=key, at=at, type="location", location=Location(latitude=21.02, longitude=105.79))
    url = None if kind == "text" else f"https://f1.zdn.vn/{key}"
    return InputPart(key=key, at=at, type=kind, text=text or None, url=url)


def citizen(*, filed: int = 0, consent: bool = True, contact: bool = False, **talk: Any) -> Citizen:
    own = [OwnPetition(code=code, filed_at=A_WHILE_AGO, title="Khai sinh") for code in (CODE, OTHER_CODE)[:filed]]
    if filed:
        talk.setdefault("filed", Filed(code=CODE, at=NOW - timedelta(days=1)))
    known = Contact(name=NAME, phone=PHONE, address=HOME)
    return Citizen(
        zalo_id="1",
        consent=Consent(version=CONSENT_VERSION, at=A_WHILE_AGO) if consent or filed else None,
        contact=known if contact else None,
        petitions=own,
        last_interaction_at=A_WHILE_AGO,
        conversation=Conversation(last_at=A_WHILE_AGO, **talk),
    )


def draft(**values: Any) -> PetitionDraft:
    parts = values.pop("parts", [part("s-0", STORY)])
    return PetitionDraft(parts=parts, matters_asked=True, duplicate_asked=True, **values)


PLACED = {"address": PLACE, "ward": WARD, "address_attempts": 1}
WHOLE = {**PLACED, "name": NAME, "residence": HOME, "phone": PHONE}


def writing(step: Step, **values: Any) -> Writing:
    return Writing(step=step, draft=draft(**values))


def asked(purpose: Any, *codes: str, **more: Any) -> OpenQuestion:
    return OpenQuestion(purpose=purpose, codes=list(codes), at=A_WHILE_AGO, **more)


_MATTERS = [part("s-0", "Phường đòi thêm giấy tờ"), part("s-0-2", "Đường trước nhà hỏng")]
_KEPT = [part("k-0", "tôi gửi thêm"), part("k-1", kind="image")]
_DANGER = OpenDanger(kind="fire", at=A_WHILE_AGO, placed=True)

STANDINGS: Mapping[str, Citizen] = {
    "nobody known": citizen(consent=False),
    "nothing filed": citizen(),
    "one filed": citizen(filed=1, contact=True),
    "two filed": citizen(filed=2, contact=True),
    "answered": citizen(filed=1, office_messages=[Answered(code=CODE, at=A_WHILE_AGO)], question=asked("rating", CODE)),
    "answered, in words": citizen(
        filed=1, office_messages=[Answered(code=CODE, at=A_WHILE_AGO)], question=asked("rating", CODE, level=2)
    ),
    "answered, contested": citizen(
        filed=1,
        office_messages=[Answered(code=CODE, at=A_WHILE_AGO)],
        question=asked("rating", CODE, readings=["contest"]),
    ),
    "refused": citizen(filed=1, office_messages=[Refused(code=CODE, at=A_WHILE_AGO)]),
    "supplement": citizen(filed=1, office_messages=[Requested(code=CODE, at=A_WHILE_AGO)]),
    "two supplements": citizen(
        filed=2, office_messages=[Requested(code=code, at=A_WHILE_AGO) for code in (CODE, OTHER_CODE)]
    ),
    "adding": citizen(filed=2, stage=Adding(code=CODE, at=A_WHILE_AGO)),
    "correcting": citizen(filed=2, stage=Adding(code=CODE, at=A_WHILE_AGO, correcting=True)),
    "officer": citizen(filed=1, officer=OfficerAnswer(request="r1", at=A_WHILE_AGO)),
    "consent, not asked yet": citizen(consent=False, stage=writing(Step.CONSENT)),
    "consent": citizen(consent=False, stage=writing(Step.CONSENT, notice_shown=True)),
    "consent for a picture": citizen(
        consent=False, stage=writing(Step.CONSENT, parts=[part("s-1", kind="image")], notice_shown=True)
    ),
    "consent refused": citizen(consent=False, question=asked("reconsider", parts=[part("s-0", STORY)])),
    "content": citizen(stage=writing(Step.CONTENT, parts=[])),
    "content of a picture": citizen(stage=writing(Step.CONTENT, parts=[part("s-1", kind="image")])),
    "content in a voice": citizen(
        stage=writing(Step.CONTENT, parts=[part("s-1", kind="audio")]), question=asked("callback")
    ),
    "content anew": citizen(stage=writing(Step.CONTENT, rewriting=True)),
    "place": citizen(stage=writing(Step.ADDRESS)),
    "place, asked twice": citizen(stage=writing(Step.ADDRESS, address="nhà tôi", address_attempts=1)),
    "ward": citizen(
        stage=writing(Step.WARD, address="Trung Hòa", address_attempts=1, ward_choices=[WARD, "trung-hoa"])
    ),
    "contact": citizen(stage=writing(Step.NAME, **PLACED)),
    "contact without a place": citizen(stage=writing(Step.NAME, address="chưa rõ", address_attempts=2)),
    "contact at a position": citizen(
        stage=writing(
            Step.NAME, location=Location(latitude=21.02, longitude=105.79), ward=WARD, address_attempts=1
        )
    ),
    "name": citizen(stage=writing(Step.NAME, **PLACED, residence=HOME, phone=PHONE)),
    "home": citizen(stage=writing(Step.RESIDENCE, **PLACED, name=NAME)),
    "home alone": citizen(stage=writing(Step.RESIDENCE, **PLACED, name=NAME, phone=PHONE)),
    "phone": citizen(stage=writing(Step.PHONE, **PLACED, name=NAME, residence=HOME)),
    "phone, declined once": citizen(
        stage=writing(Step.PHONE, **PLACED, name=NAME, residence=HOME, declined=["phone"])
    ),
    "email": citizen(stage=writing(Step.EMAIL, **WHOLE)),
    "confirm": citizen(stage=writing(Step.CONFIRM, **WHOLE, email="an@example.vn")),
    "confirm, without a phone": citizen(stage=writing(Step.CONFIRM, **{**WHOLE, "phone": ""})),
    "confirm, edited": citizen(stage=writing(Step.CONFIRM, **WHOLE, before={"name": "Trần An"})),
    "confirm, a second matter after it": citizen(
        stage=writing(Step.CONFIRM, **WHOLE, then=[part("s-0-2", "Đường trước nhà hỏng")])
    ),
    "confirm, with one answered": citizen(
        filed=1, stage=writing(Step.CONFIRM, **WHOLE), office_messages=[Answered(code=CODE, at=A_WHILE_AGO)]
    ),
    "duplicate": citizen(filed=1, stage=writing(Step.DUPLICATE, similar=CODE)),
    "two matters": citizen(stage=writing(Step.CONTENT), question=asked("matters", parts=_MATTERS)),
    "erase?": citizen(filed=1, question=asked("erase")),
    "erase? in a draft": citizen(stage=writing(Step.ADDRESS), question=asked("erase")),
    "withdraw, surely?": citizen(filed=1, question=asked("withdraw_sure", CODE)),
    "danger": citizen(filed=1, danger=_DANGER),
    "danger in a draft": citizen(consent=False, stage=writing(Step.CONSENT, notice_shown=True), danger=_DANGER),
    "danger in a story": citizen(stage=writing(Step.CONTENT), danger=_DANGER),
    "danger at the summary": citizen(stage=writing(Step.CONFIRM, **WHOLE), danger=_DANGER),
    "danger of long ago": citizen(danger=OpenDanger(kind="fire", at=NOW - timedelta(hours=4))),
    "reason": citizen(filed=1, question=asked("reason", CODE)),
    "review": citizen(filed=1, question=asked("review", CODE)),
    "menu": citizen(question=asked("menu")),
    "menu, with two filed": citizen(filed=2, question=asked("menu")),
    "belongs?": citizen(filed=2, question=asked("belongs", CODE, OTHER_CODE, parts=_KEPT)),
    "meant?": citizen(filed=1, question=asked("meant", parts=_KEPT, readings=["add", "tell"])),
    "meant? in a draft": citizen(
        stage=writing(Step.ADDRESS), question=asked("meant", parts=_KEPT, readings=["cancel"])
    ),
    **{f"{purpose}?": citizen(filed=2, question=asked(purpose, CODE, OTHER_CODE))
       for purpose in ("view", "add", "correct", "withdraw", "rate")},
}  # fmt: skip
"""Citizens whose conversations are in different states, by a name for the state."""


def situation(name: str) -> c.Situation:
    return situation_of(STANDINGS[name], NOW)


# Commands.

Make = Callable[..., c.Command]


@dataclass(frozen=True)
class Clause:
    """Words with their command. No two of them have the same words."""

    words: str
    make: Make
    more: Mapping[str, Any] = field(default_factory=dict)

    def read(self, start: int, end: int) -> c.Command:
        return self.make(**{"chance": 1.0, **self.more}, words=self.words, start=start, end=end)

    @property
    def kind(self) -> str:
        return c.NAMES[self.make]  # type: ignore[index]


def _gives(make: Make) -> list[Clause]:
    own = "đổi lại" if make is c.Correct else "ghi là"
    values = {
        "name": "Lê Thị Hoa", "phone": "0912000111", "place": "3 Hoàng Ngân, Yên Hòa", "home": "9 Láng Hạ",
        "email": "hoa@example.vn", "org": "Công ty Hoa Sen",
    }  # fmt: skip
    return [Clause(f"{own} {value}", make, {"field": name, "value": value}) for name, value in values.items()]


CLAUSES: Sequence[Clause] = (
    Clause("hàng xóm đổ rác ra ngõ suốt đêm không ai dọn", c.Tell),
    Clause("cả tuần nay bốc mùi", c.Tell, {"chance": 0.5}),
    *_gives(c.Give),
    Clause("ghi là như trên", c.Give, {"field": "home", "value": "như trên"}),
    Clause("ghi là quanh nhà tôi", c.Give, {"field": "place", "value": "quanh nhà tôi"}),
    Clause("ghi là Trung Hòa", c.Give, {"field": "place", "value": "Trung Hòa"}),
    Clause("ghi là 123", c.Give, {"field": "phone", "value": "123"}),
    *_gives(c.Correct),
    Clause("tên vẫn là Trần Văn An", c.Correct, {"field": "name", "value": NAME}),
    Clause("số vẫn là 0987654321", c.Correct, {"field": "phone", "value": "0987654321"}),
    Clause("ở vẫn là 5 phố Huế", c.Correct, {"field": "home", "value": HOME}),
    Clause("nơi vẫn là 12 phố Trung Kính", c.Correct, {"field": "place", "value": PLACE}),
    Clause("chữ đòi thêm thành bắt nộp", c.Correct, {"field": "content", "value": "bắt nộp", "old": "đòi thêm"}),
    Clause("chữ không có thành gì đó", c.Correct, {"field": "content", "value": "gì đó", "old": "không có đâu"}),
    Clause("sửa giúp nội dung", c.Correct, {"field": "content", "value": "gì khác"}),
    *(
        Clause(f"sửa {name or 'giúp'} nhé", c.Correct, {"field": name, "value": None})
        for name in (*c.SAID_FIELDS, None)
    ),
    Clause("về như cũ", c.Correct, {"field": None, "value": None}),
    Clause("bỏ chữ đòi thêm", c.Remove, {"target": "đòi thêm"}),
    Clause("bỏ chữ lạ hoắc", c.Remove, {"target": "lạ hoắc"}),
    Clause("bỏ dòng cuối", c.Remove, {"target": "dòng cuối"}),
    Clause("bỏ hết đi", c.Remove, {"target": "hết"}),
    Clause("bỏ số điện thoại", c.Remove, {"target": "số điện thoại"}),
    Clause("vâng được ạ", c.Affirm),
    Clause("chắc là được", c.Affirm, {"chance": 0.4}),
    Clause("không phải thế", c.Deny),
    *(Clause(f"chọn {number}", c.Choose, {"number": number}) for number in (0, 1, 2, 3, 4, 8, 12)),
    Clause("xong rồi nhé", c.Finish),
    Clause("không cho biết", c.Skip),
    Clause("hủy đi", c.Cancel),
    Clause("thôi chắc hủy", c.Cancel, {"chance": 0.5}),
    *(Clause(f"hỏi {topic} ạ", c.Ask, {"topic": topic}) for topic in c.TOPICS),
    Clause("đến đâu rồi", c.Status),
    Clause("hồ sơ kia sao rồi", c.Status, {"code": CODE}),
    Clause("thêm cho hồ sơ cũ là mất giấy", c.Add),
    Clause("nói thêm là mất giấy", c.Add, {"chance": 0.6}),
    Clause("xem lại kết quả giúp", c.Contest),
    *(Clause(f"điểm {level}", c.Rate, {"level": level, "chance": 0.8}) for level in (1, 2, 3, None)),
    *(Clause(f"đúng mức {level}", c.Rate, {"level": level}) for level in (1, 3)),
    Clause("rút đơn về", c.Withdraw),
    Clause("xóa sạch thông tin của tôi", c.Erase),
    Clause("rút lại đồng ý", c.WithdrawConsent),
    Clause("cho gặp cán bộ", c.CallPerson),
    Clause("gọi lại số 0933000222", c.CallPerson, {"phone": "0933000222"}),
    *(
        Clause(f"nguy kịch vì {kind}", c.Danger, {"kind": kind})
        for kind in ("violence", "fire", "medical", "child", "suicide", "other")
    ),
    Clause("hết nguy rồi", c.Danger, {"over": True}),
    Clause("cảm ơn nhiều", c.Talk),
    Clause("kênh này chậm quá", c.Feedback),
    Clause("ờ thì kia", c.Unclear),
    Clause("ờ thì ra là thế kia kìa mà cũng chẳng biết sao nữa", c.Unclear),
)
KINDS = tuple(dict.fromkeys(clause.kind for clause in CLAUSES))
BY_KIND = {kind: [clause for clause in CLAUSES if clause.kind == kind] for kind in KINDS}
STORIES = frozenset({"tell", "add", "contest", "danger"})


@dataclass(frozen=True)
class Message:
    clauses: tuple[Clause, ...]
    media: tuple[PartType, ...] = ()
    """The kinds of the message's attachments, such as "image"."""
    taught: str = ""
    """The whole message, if it is a number, a code, or a word that the bot asks citizens to type. Otherwise ""."""
    word: MenuWord | None = None

    def entry(self) -> CitizenInput:
        parts = [part("n-0", self.text, at=NOW)] if self.text else []
        parts += [part(f"n-{number}", kind=kind, at=NOW) for number, kind in enumerate(self.media, 1)]
        return CitizenInput(key="n", at=NOW, parts=tuple(parts))

    @property
    def text(self) -> str:
        return self.taught or ", ".join(clause.words for clause in self.clauses)

    def reading(self, where: c.Situation) -> Reading | None:
        """Return the commands that the bot reads in the message, or None if it has no text."""
        if not self.text:
            return None
        commands, start = [], 0
        for clause in self.clauses:
            end = len(self.text) if clause is self.clauses[-1] else start + len(clause.words) + 2
            commands.append(clause.read(start, end))
            start = end
        codes = tuple(command.code for command in commands if isinstance(command, c.Status) and command.code)
        lone = commands[0] if self.taught and commands else None
        number = lone.number if isinstance(lone, c.Choose) else None
        return Reading(
            Text.of(self.text), where, tuple(commands), codes, number=number, word=self.word, taught=bool(self.taught)
        )

    def __str__(self) -> str:
        return f"{self.text!r} {self.word or ''} {self.media}"


def sets_of_kinds(most: int) -> Iterator[tuple[str, ...]]:
    """Yield every set of at most `most` kinds of commands, including the empty set."""
    for size in range(most + 1):
        yield from combinations(KINDS, size)


def one_of_each(kinds: Sequence[str], chance: random.Random) -> tuple[Clause, ...]:
    clauses = [chance.choice(BY_KIND[kind]) for kind in kinds]
    chance.shuffle(clauses)
    return tuple(clauses)


TAUGHT: Sequence[Message] = (
    *(Message((Clause(str(number), c.Choose, {"number": number}),), taught=str(number)) for number in range(10)),
    Message((Clause("XONG", c.Finish),), taught="XONG"),
    Message((Clause("MỞ LẠI", c.Contest),), taught="MỞ LẠI"),
    Message((Clause("HỦY", c.Cancel),), taught="HỦY"),
    Message((Clause("MENU", c.Ask, {"topic": "menu"}),), taught="MENU"),
    Message((Clause("ENGLISH", c.Ask, {"topic": "english"}),), taught="ENGLISH"),
    Message((Clause("BỎ QUA", c.Skip),), taught="BỎ QUA"),
    *(
        Message((Clause(words, c.Rate, {"level": level}),), taught=words)
        for level, words in ((1, "RẤT HÀI LÒNG"), (2, "HÀI LÒNG"), (3, "CHƯA HÀI LÒNG"))
    ),
    Message((Clause(CODE, c.Status, {"code": CODE}),), taught=CODE),
    *(Message((Clause(f"chữ {word}", c.Unclear),), taught=f"chữ {word}", word=word) for word in MenuWord
      if word not in {MenuWord.ERASE, MenuWord.PERSON}),
    Message((Clause("XÓA DỮ LIỆU", c.Erase),), taught="XÓA DỮ LIỆU", word=MenuWord.ERASE),
    Message((Clause("GẶP CÁN BỘ", c.CallPerson),), taught="GẶP CÁN BỘ", word=MenuWord.PERSON),
)  # fmt: skip
"""The words that the bot asks citizens to type, with the commands that they mean."""
