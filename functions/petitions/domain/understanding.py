"""What a short answer of a citizen means: numbers, words, with or without diacritics, common short forms."""

from __future__ import annotations

import re

from petitions.domain.text import fold

YES = {
    "1",
    "co",
    "dong y",
    "toi dong y",
    "ok",
    "oke",
    "okie",
    "okay",
    "dc",
    "duoc",
    "dung",
    "vang",
    "da",
    "u",
    "uh",
    "yes",
    "y",
}
NO = {"2", "khong", "khong dong y", "toi khong dong y", "ko", "k", "kg", "hong", "hok", "no", "n", "tu choi"}
DONE = {"xong", "het", "xong roi", "het roi", "da xong", "da het", "done", "gui", "tiep", "tiep tuc", "khong con gi"}
CANCEL = {"huy", "huy bo", "thoi", "cancel", "dung lai", "huy phan anh", "khong gui nua"}
HELP = {"tro giup", "help", "menu", "huong dan", "?", "giup", "bat dau"}
BEGIN = {
    "1",
    "gui phan anh",
    "phan anh",
    "kien nghi",
    "gui phan anh kien nghi",
    "toi muon phan anh",
    "gui kien nghi",
}
GREETING = {"xin chao", "chao", "hi", "hello", "alo", "chao ban", "chao ad", "hey", "xin chao ad", "em chao"}
THANKS = {
    "cam on",
    "cam on ban",
    "thanks",
    "thank you",
    "tks",
    "cam on nhieu",
    "ok cam on",
    "xin cam on",
    "ok",
    "vang",
    "da",
}
SUBMIT = YES | {"gui", "gui di", "xac nhan"}
RATINGS = {
    1: {"1", "rat hai long"},
    2: {"2", "hai long"},
    3: {"3", "chua hai long", "khong hai long"},
}

_PHONE = re.compile(r"(?:\+?84|0)(\d{9,10})")


def plain(text: str) -> str:
    """The folded text without punctuation at its ends: what the word sets above hold."""
    return fold(text).strip(" .,!;:\"'()[]")


def rating(text: str) -> int | None:
    """1 rất hài lòng, 2 hài lòng, 3 chưa hài lòng; None when the text is no rating."""
    said = plain(text)
    return next((level for level, words in RATINGS.items() if said in words), None)


def choice(text: str) -> int | None:
    """The number that a citizen chose, or None."""
    found = re.fullmatch(r"(?:so |chon )?(\d{1,2})", plain(text))
    return int(found[1]) if found else None


def phone(text: str) -> str | None:
    """A Vietnamese telephone number as 84xxxxxxxxx (Zalo's form), or None."""
    digits = re.sub(r"[\s.()-]", "", text)
    found = _PHONE.fullmatch(digits)
    if not found or found[1].startswith("0"):
        return None
    return "84" + found[1]


def name(text: str) -> str | None:
    """A person's or business's name: letters, at most a line; None when it cannot be one."""
    said = " ".join(text.split())
    letters = sum(letter.isalpha() for letter in said)
    return said if letters >= 2 and len(said) <= 100 and letters * 2 >= len(said) else None  # noqa: PLR2004
