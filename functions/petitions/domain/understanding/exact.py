"""What needs no model: numbers, codes, words of the menu, messages without a word, and whether a yes is clear."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise

from petitions.domain.language.words import Word, fold, spellings, words
from petitions.domain.petition.codes import find_code
from petitions.domain.understanding.acts import OUTSIDE, Situation
from petitions.domain.understanding.acts import DialogAct as Act
from petitions.domain.understanding.menu_words import act_of_word, bare, menu_word
from petitions.domain.understanding.short_forms import COURTESY_FOLDED, SHORT_FORMS

LONGEST_CHOICE = 2
LONGEST_CODE = 24
"""The most characters of a message that is a code and nothing else, however it is spaced."""
MOST_OFFERED = 6
"""The most wards that are offered by number."""
_CHOICE = re.compile(r"(?:so |chon |chon so |muc |option |no\.? ?)?(\d{1,2})", re.ASCII)
_ENDS = " .,!;:)(]["
_NATIONAL = re.compile(r"\bPAKN\.\d{8}\.\d{1,8}\b", re.ASCII)

_NUMBERS: Mapping[Situation, Mapping[int, Act]] = {
    Situation.CONSENT: {1: Act.YES, 2: Act.NO},
    Situation.CONFIRM: {1: Act.YES, 2: Act.CORRECT, 3: Act.CANCEL},
    Situation.DUPLICATE: {1: Act.ADD, 2: Act.FILE},
    Situation.CHOOSE_WARD: dict.fromkeys(range(1, MOST_OFFERED + 1), Act.GIVE) | {0: Act.DECLINE},
    Situation.ANSWERED: dict.fromkeys(range(1, 4), Act.RATE),
}
"""The meaning of a bare number where numbered choices were shown."""


_NO_MORE = frozenset({"khong", "khong a", "ko", "no"})
"""The bare answers to "anything more?"."""


def number_in(text: str) -> int | None:
    """Return the number of a message that is a number and nothing else, or None."""
    found = _CHOICE.fullmatch(fold(text).strip(_ENDS))
    return int(found[1]) if found else None


def is_figure(text: str) -> bool:
    """Return whether a message has figures and no words, and more of them than a choice."""
    figures = sum(character.isdigit() for character in text)
    return figures > LONGEST_CHOICE and not any(character.isalpha() for character in text)


def codes_in(text: str) -> tuple[str, ...]:
    """Return the codes of petitions in a message: the first of ours, then the national portal's."""
    ours = find_code(text)
    return (*((ours,) if ours else ()), *dict.fromkeys(_NATIONAL.findall(text.upper())))


_LIKE_A_CODE = re.compile(r"(?:ma |ma so )?(?:hn|pakn)[ .-]?\d[\da-z .-]{0,24}")


def is_miscoded(text: str) -> bool:
    """Return whether a message is nothing but an attempt at a code that is none: "HN-123"."""
    return not codes_in(text) and _LIKE_A_CODE.fullmatch(fold(text).strip(_ENDS)) is not None


def exact_act(text: str, situation: Situation) -> Act | None:
    """Return the act of a number where numbers were offered, a word of the menu, a code alone, or no word at all."""
    number = number_in(text)
    if number is not None:
        return _NUMBERS.get(situation, {}).get(number, Act.UNCLEAR if situation is Situation.CHOOSE_WARD else None)
    if word := act_of_word(text):
        return word
    if situation is Situation.CONTENT and bare(text) in _NO_MORE:
        return Act.NO
    codes = codes_in(text)
    if codes and len(text.strip(_ENDS)) <= LONGEST_CODE:
        return Act.STATUS
    return Act.NOTHING if text and not any(letter.isalnum() for letter in text) and text.isascii() else None


_ASKED_FOR = frozenset(
    {
        *["dong y", "khong dong y", "agree", "i agree", "disagree", "i do not agree", "xac nhan", "confirm"],
        *["khong", "khong phai", "khong can", "khong co", "no", "yes", "u", "vang", "ok", "duoc", "phai", "dung"],
        *["dung roi", "them", "gui", "gui di", "nop", "send", "submit", "nhu tren", "same", "thoi"],
    }
)
"""What the bot asks for beside the words of the menu."""
_LONGEST_ASKED_FOR = 60


def is_taught(text: str) -> bool:
    """Return whether a message is nothing but a word that the bot teaches or asks for, a number, or a code.

    It is so in every situation, with courtesy or without, and tells nothing.
    """
    if len(text) > _LONGEST_ASKED_FOR:
        return False
    codes = codes_in(text)
    if number_in(text) is not None or is_miscoded(text) or (codes and len(text.strip(_ENDS)) <= LONGEST_CODE):
        return True
    said = [word.folded for word in words(text, SHORT_FORMS)]
    core = " ".join(word for word in said if word not in COURTESY_FOLDED)
    taught = any(menu_word(each) or act_of_word(each) for each in (text, core))
    return taught or core in _ASKED_FOR or (bool(said) and not core)


_SAME = frozenset({"tren", "giong", "cung", "trung", "same", "above", "nt", "dung"})
_ABOVE = frozenset(
    {("nhu", "tren"), ("giong", "tren"), ("o", "tren"), ("dia", "tren"), ("same", "as"), ("as", "above")}
)
_OTHER = frozenset({"khong", "ko", "k", "chua", "not"})
_LONGEST_SAME = 12


def as_above(text: str) -> bool:
    """Return whether a message means, wholly or beside other data, the place named before: "Lan, 0912..., như trên"."""
    said = [word.folded for word in words(text[:_LONGEST])]
    if _OTHER & set(said):
        return False
    short = len(said) <= _LONGEST_SAME and not any(word[0].isdigit() for word in said)
    return bool(_ABOVE & set(pairwise(said))) or (short and bool(_SAME & set(said)))


def _keys(listed: str) -> frozenset[str]:
    return frozenset(spellings(word)[0] for word in listed.split())


_AGREES = _keys(
    """
    ừ ừm vâng dạ ok okay có u um vang da co dong tinh nhất nhat chấp chap phép phep được duoc yes yep yeah agree sure
    phải phai chốt chot ưng ung tán tan xác xac đồng đúng chuẩn chuan chính chinh confirm correct 1
    """
)
"""A yes has one of these words."""
_SENDS = _keys("gửi gui nộp nop send submit")
_CARRIES_OUT = _SENDS | _keys("cho")
"""These agree to what is shown, but are no consent to the use of data: "làm cho xong sớm nha"."""
_LATER = _keys("sau mai chút lát lat tối mốt chiều tí khác later tomorrow tonight")
"""Words of another time; without marks "toi" is "tôi", and "chieu" may be anything."""
_RESERVES = _keys(
    """
    không khong chưa chua nhưng nhung nếu neu trừ tru khoan sai gì gi ai nào nao sao đâu dau đừng dừng chờ đợi hủy huỷ
    huy thôi thoi but if not no wait don keep except nhầm nham
    """
)
_EMPHATIC = ("roi", "con", "gi")
"""Asks nothing: "đồng ý rồi còn gì"."""
"""Words that take an agreement back, or ask."""
_AMBIGUOUS, _ENDS_YES = "dung", frozenset({"", "roi", "vay", "the", "het", "a", "day", "nhe"})
"""Without marks "dung" is "đúng" before one of these words or nothing, else "đừng"."""
_GIVING_IN, _TO_A_YES = _keys("thôi thoi"), frozenset({"duoc", "dong", "ok", "u", "vang", "cung"})
"""Before one of these words "thôi" gives in: "thôi được, đồng ý"."""
_LONGEST = 300
_CONSENTS = frozenset(
    {
        *[
            ("dong", "y"),
            ("dong", "yy"),
            ("dong", "tinh"),
            ("chap", "nhan"),
            ("chap", "thuan"),
            ("nhat", "tri"),
            ("tan", "thanh"),
        ],
        *[("cho", "phep"), ("xac", "nhan")],
    }
)
"""The words that consent, whatever else is told beside them."""
_IN_A_YES = COURTESY_FOLDED | frozenset(
    """
    1 u um ok okay vang da co duoc phai dung chuan chinh xac chot ung yes yep yeah sure agree confirm correct right
    roi het tat ca di nha thoi cung cu so chon cam on thanks thank you please i do it is all tien hanh
    """.split()  # noqa: SIM905 - a list of words reads better as text
)
"""A consent without those words has none but these: "1 ạ", but not "1 tuần rồi"."""
_PARTLY = frozenset({("mot", "phan"), ("mot", "nua"), ("mot", "it")})


def is_clear_yes(text: str, situation: Situation) -> bool:
    """Return whether the text agrees to what is asked, and no word in it takes that back or puts it off."""
    said = words(text[:_LONGEST], SHORT_FORMS)
    if tuple(word.folded for word in said[-len(_EMPHATIC) :]) == _EMPHATIC:
        said = said[: 1 - len(_EMPHATIC)]
    forms = [word.key for word in said]
    following = [word.folded for word in said[1:]] + [""]
    held = any(
        form in _LATER
        or (form in _RESERVES and not (form in _GIVING_IN and then in _TO_A_YES))
        or (form == _AMBIGUOUS and then not in _ENDS_YES)
        for form, then in zip(forms, following, strict=False)
    )
    if situation is Situation.CONSENT and not _consents([word.folded for word in said]):
        return False
    agrees = _AGREES if situation is Situation.CONSENT else _AGREES | _CARRIES_OUT
    return not held and any(form in agrees or form == _AMBIGUOUS for form in forms)


def _consents(folded: list[str]) -> bool:
    """Return whether the words consent, or are clear words of consent alone (LAW 5.1)."""
    pairs = set(pairwise(folded))
    if not _PARTLY.isdisjoint(pairs):
        return False
    return not _CONSENTS.isdisjoint(pairs) or "agree" in folded or _IN_A_YES.issuperset(folded)


def puts_off(text: str) -> bool:
    """Return whether the text says that something is to be sent at another time."""
    said = {word.key for word in words(text[:_LONGEST], SHORT_FORMS)}
    return not _LATER.isdisjoint(said) and not _SENDS.isdisjoint(said)


def is_clear_no(text: str) -> bool:
    """Return whether the text refuses consent and says nothing else: "không ai đến" tells, "không cần" refuses."""
    said = [word.folded for word in words(text[:_LONGEST], SHORT_FORMS)]
    pairs = set(pairwise(said))
    if not _NO_PICTURE.isdisjoint(pairs):
        return False
    if ("dong", "y") in pairs or "agree" in said:  # but "tôi không đồng ý với cách làm việc này" is the petition itself
        return said_of_consent(text) is False and not {"voi", "with"} & set(said)
    core = [word for word in said if word not in COURTESY_FOLDED]
    return bool(core) and core[0] in _DENIES and _DENIED_WORDS.issuperset(core[1:])


_NO_PICTURE = frozenset({("co", "anh"), ("chup", "anh"), ("gui", "anh"), ("kem", "anh")})
"""A citizen who has no picture refuses nothing: "không có ảnh đâu"."""
_DENIES = frozenset({"khong", "no", "nope", "thoi", "cha", "chang", "eo"})
_DENIED_WORDS = frozenset(
    """
    khong muon can cho phep gui nop nua luu dau thich de lam phan anh kien nghi thong tin du lieu cam on thanks tiep
    tuc want to i do not thank you phai roi dung xu ly li
    """.split()  # noqa: SIM905 - a list of words reads better as text
)
"""After a no, these refuse the consent asked for."""


def said_of_consent(text: str) -> bool | None:
    """Return whether the last "đồng ý" affirms or denies: "không, à nhầm, đồng ý"; None if there is none."""
    said = [word.folded for word in words(text[:_LONGEST])]
    found = [at for at, pair in enumerate(pairwise(said)) if pair == ("dong", "y")]
    found += [at for at, word in enumerate(said) if word == "agree"]
    return not _NEGATED & set(said[max(0, max(found) - 2) : max(found)]) if found else None


_TAKES_BACK = _keys("rút rut gỡ go xóa xoá xoa hủy huỷ huy")
_OF_OTHERS = _keys("họ nó bắt ép dọa doạ đòi nếu đừng bảo")
"""Words of a story about somebody who wants a petition withdrawn, or of who does not."""
_DELETES = frozenset({"delete", "remove", "erase"})
_REVOKES = frozenset({"withdraw", "revoke", "cancel", "retract"})
_DATA = frozenset({"xoa tai khoan", "xoa tai khoan cua", "xoa het du lieu", "xoa du lieu cua"})
"""Wishes for erasure that have no other words."""
_LONGEST_WISH = 14


def wish_to_stop(text: str, situation: Situation) -> Act | None:
    """Return the act of a wish to take back what was written or agreed: "gỡ cái đơn", "không đồng ý nữa"; or None."""
    said = words(text[:_LONGEST], SHORT_FORMS)
    if len(said) > _LONGEST_WISH or not _OF_OTHERS.isdisjoint(word.key for word in said):
        return None
    folded = [word.folded for word in said]
    core = " ".join(word for word in folded if word not in COURTESY_FOLDED).removeprefix("doi y ")
    if core == "khong dong y nua":
        return None if situation is Situation.CONSENT or situation in OUTSIDE else Act.CANCEL
    if core.removeprefix("muon ").removesuffix(" di") in _DATA:
        return Act.ERASE
    for at, word in enumerate(said):
        after = folded[at + 1 : at + 4]
        if _takes_consent_back(word, folded[at + 1 : at + 5]) and not _NEGATED & set(folded[max(0, at - 1) : at]):
            return Act.ERASE
        if word.folded in _DELETES and {"this", "it"} & set(after):
            return Act.ERASE
        if word.key in _TAKES_BACK and ("don" in after or ("phan", "anh") in pairwise(after)):
            return None if {"khong", "chua"} & set(folded[max(0, at - 1) : at]) else Act.WITHDRAW
    return None


def _takes_consent_back(word: Word, after: list[str]) -> bool:
    """Return whether the word begins "rút lại sự đồng ý" or "withdraw my consent", which leave no ground (LAW 5.1)."""
    if word.folded in _REVOKES:
        return "consent" in after
    return word.key in _TAKES_BACK and ("dong", "y") in pairwise(after) and not {"don", "anh"} & set(after)


_CHOICES: Mapping[str, Act] = {
    **dict.fromkeys(("xoa", "erase", "delete"), Act.ERASE),
    **dict.fromkeys(("rut", "withdraw"), Act.WITHDRAW),
}
_BESIDE_A_CHOICE = COURTESY_FOLDED | frozenset(
    """
    u um vang da ok co dong y yes please di het luon cho roi it all
    """.split()  # noqa: SIM905 - a list of words reads better as text
)


def choice_in_words(text: str) -> Act | None:
    """Return the act of a message that is the choice "Xóa" or "Rút" in words, and nothing else: "ừ xóa đi"."""
    said = {word.folded for word in words(text[:_LONGEST], SHORT_FORMS)}
    chosen = {_CHOICES[word] for word in said & _CHOICES.keys()}
    return chosen.pop() if len(chosen) == 1 and said - _CHOICES.keys() <= _BESIDE_A_CHOICE else None


def still_complains(text: str) -> bool:
    """Return whether thanks are followed by what is still wrong: "cảm ơn nhưng tôi chưa nhận được giấy"."""
    said = [word.folded for word in words(text[:_LONGEST], SHORT_FORMS)]
    turned = next((at for at, word in enumerate(said) if word in {"nhung", "but"}), None)
    return turned is not None and not _STILL.isdisjoint(said[turned + 1 :])


_STILL = frozenset({"chua", "khong", "van", "not", "still", "no", "never", "haven", "didn", "hasn"})
_NEGATED = frozenset({"khong", "ko", "k", "kg", "hok", "chua", "not", "don", "cha", "chang"})
_OUT = frozenset({"bo", "xoa", "khoi", "remove", "delete"})


_END_OF_A_NUMBER = _keys("đuôi cuối duoi cuoi")
_LINKING = frozenset({"so", "nha", "la", "phai", "dung", "cua", "dien", "thoai", "thanh"})
_LONGEST_END = 6
_BARE_HOUSE = re.compile(r"(?:so nha|nha so)(?: (?:la|phai la|dung la|thanh))? \d{1,4}[a-z]?", re.ASCII)


def part_corrected(text: str) -> str | None:
    """Return "phone" or "home" where only an end or a house number is given, no whole value: "số đuôi 679"; or None."""
    said = words(text[:_LONGEST], SHORT_FORMS)
    folded = [word.folded for word in said]
    for at, word in enumerate(said):
        number = next((each for each in folded[at + 1 : at + 6] if each not in _LINKING), "")
        if word.key in _END_OF_A_NUMBER and number.isdecimal() and len(number) <= _LONGEST_END:
            return "phone"
        if " ".join(folded[at : at + 2]) in {"so nha", "nha so"} and number[:1].isdecimal():
            return "home"
    return None


def is_bare_house(value: str | None) -> bool:
    """Return whether an address is a house number alone: "số nhà là 15"."""
    return value is not None and _BARE_HOUSE.fullmatch(fold(value).strip(_ENDS)) is not None


def takes_out(text: str) -> bool:
    """Return whether the text asks to take something out, so that what it names is no new value."""
    return any(word.folded in _OUT for word in words(text[:_LONGEST]))
