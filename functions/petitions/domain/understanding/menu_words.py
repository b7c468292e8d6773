"""The words that the bot itself teaches ("gõ XONG"), which need no model."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from petitions.domain.language.words import fold
from petitions.domain.understanding.acts import DialogAct as Act

_ENDS = " .,!;:)(][\"'“”"


class MenuWord(StrEnum):
    """What a word of the menu asks for, beside the acts that everybody uses."""

    BEGIN = "begin"
    LOOK_UP = "look_up"
    VIEW = "view"
    ADD = "add"
    CORRECT = "correct"
    WITHDRAW = "withdraw"
    RATE = "rate"
    ERASE = "erase"
    PERSON = "person"
    BACK = "back"
    RESTART = "restart"
    VIETNAMESE = "vietnamese"


MENU: tuple[MenuWord, ...] = (
    MenuWord.BEGIN,
    MenuWord.LOOK_UP,
    MenuWord.VIEW,
    MenuWord.ADD,
    MenuWord.WITHDRAW,
    MenuWord.RATE,
    MenuWord.ERASE,
    MenuWord.PERSON,
)
"""In the order of the menu's numbers, from 1."""

_WORDS: Mapping[MenuWord, str] = {
    MenuWord.BEGIN: "phan anh, phan anh moi, gui phan anh, gui phan anh moi, gui phan anh kien nghi, new petition",
    MenuWord.LOOK_UP: "tra cuu, tra cuu ma, tra cuu phan anh, look up",
    MenuWord.VIEW: "phan anh cua toi, xem phan anh, xem phan anh cua toi, danh sach phan anh, my reports, list",
    MenuWord.ADD: "bo sung, bo sung thong tin, add",
    MenuWord.CORRECT: "sua, chinh sua, correct, edit",
    MenuWord.WITHDRAW: "rut, rut phan anh, rut don, withdraw",
    MenuWord.RATE: "danh gia, rate",
    MenuWord.ERASE: "xoa du lieu, xoa du lieu cua toi, delete my data",
    MenuWord.PERSON: "gap can bo, can bo, officer, agent",
    MenuWord.BACK: "quay lai, back",
    MenuWord.RESTART: "lam lai, bat dau lai, start over, restart",
    MenuWord.VIETNAMESE: "tieng viet, vietnamese",
}
_ACTS: Mapping[Act, str] = {
    Act.DONE: "xong, xong roi, done",
    Act.CONTEST: "mo lai, reopen",
    Act.CANCEL: "huy, huy bo, cancel",
    Act.MENU: "menu, tro giup, help",
    Act.ENGLISH: "english",
    Act.DECLINE: "bo qua, skip",
    Act.PERSON: _WORDS[MenuWord.PERSON],
    Act.ERASE: _WORDS[MenuWord.ERASE],
}
LEVELS: Mapping[str, int] = {
    "rat hai long": 1,
    "very satisfied": 1,
    "hai long": 2,
    "satisfied": 2,
    "chua hai long": 3,
    "khong hai long": 3,
    "not satisfied": 3,
}
"""The words of a rating, with its level."""

_BY_WORD = {word: meant for meant, listed in _WORDS.items() for word in listed.split(", ")}
_BY_ACT = {word: act for act, listed in _ACTS.items() for word in listed.split(", ")}
_LONGEST = max(map(len, (*_BY_WORD, *_BY_ACT)))


def bare(text: str) -> str:
    """Return the folded text without punctuation at its ends; "" for a longer one than any word of the menu."""
    return fold(text[: 2 * _LONGEST]).strip(_ENDS) if len(text) <= 2 * _LONGEST else ""


def menu_word(text: str) -> MenuWord | None:
    """Return what a message that is a word of the menu asks for, else None."""
    return _BY_WORD.get(bare(text))


def act_of_word(text: str) -> Act | None:
    """Return the act of a message that is a word of the menu, else None."""
    word = bare(text)
    return Act.RATE if word in LEVELS else _BY_ACT.get(word)
