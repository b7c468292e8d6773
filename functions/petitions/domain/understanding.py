"""What a short answer of a citizen means: numbers, words, with or without diacritics, common short forms."""

from __future__ import annotations

import re

from petitions.domain.text import fold, normal

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
    "gui phan anh moi",
    "phan anh moi",
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

_PUNCTUATION = " .,!;:\"'()[]"
# "Dạ đồng ý ạ": the word itself stays.
_COURTESY = re.compile(r"^(?:da|vang)[ ,]+(?=\w)(?!(?:a|ah|nhe|nha|ad)$)|(?<=\w)[ ,.!]+(?:a|ah|nhe|nha|ad)$")
# "1. Đồng ý": the line of a question, copied.
_NUMBERED = re.compile(r"(\d)[ .:)-]+(.+)", re.ASCII)
_PHONE = re.compile(r"(?<![\d+])(?:\+?84|0)((?:[\s.()-]*\d){9,10})(?![\s.-]?\d)", re.ASCII)


def plain(text: str) -> str:
    """The folded text without punctuation and courtesy at its ends: what the word sets above hold."""
    bare = _COURTESY.sub("", fold(text).strip(_PUNCTUATION)).strip(_PUNCTUATION)
    numbered = _NUMBERED.fullmatch(bare)
    if numbered and any({numbered[1], numbered[2]} <= words for words in (YES, NO, *RATINGS.values())):
        return numbered[1]
    return bare


def rating(text: str) -> int | None:
    """1 rất hài lòng, 2 hài lòng, 3 chưa hài lòng; None when the text is no rating."""
    said = plain(text)
    return next((level for level, words in RATINGS.items() if said in words), None)


def choice(text: str) -> int | None:
    """The number that a citizen chose, or None."""
    found = re.fullmatch(r"(?:so |chon )?(\d{1,2})", plain(text))
    return int(found[1]) if found else None


def phone(text: str) -> str | None:
    """The Vietnamese telephone number in what was written, as 84xxxxxxxxx (Zalo's form), or None."""
    found = _PHONE.search(text)
    digits = re.sub(r"\D", "", found[1]) if found else "0"
    return None if digits.startswith("0") else "84" + digits


def name(text: str) -> str | None:
    """A person's or business's name: letters, at most a line; None when it cannot be one.

    A telephone number written beside it is no part of it.
    """
    said = normal(_PHONE.sub(" ", text)).strip(" ,;:-")
    letters = sum(letter.isalpha() for letter in said)
    return said if letters >= 2 and len(said) <= 100 and letters * 2 >= len(said) else None  # noqa: PLR2004
