"""Recognise option numbers and labels, petition codes, and keywords taught by the bot ("gõ XONG"), by exact rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum

from petitions.domain.petition.codes import find_code
from petitions.domain.understanding import commands as c
from petitions.domain.understanding.page_words import locks_pages, objects_to_publication
from petitions.domain.understanding.phones import telephones
from petitions.domain.understanding.short_forms import COURTESY_FOLDED
from petitions.domain.understanding.short_wishes import drops_files, drops_link, fears_readers, is_about_contact
from petitions.domain.understanding.text import Text

_CHOICE = re.compile(
    r"(?:so |chon |chon so |chon y |lua chon |phuong an |bam |bam so |muc |y |cai |option |no |number )?(\d{1,2})",
    re.ASCII,
)
_ENDS = " .,!;:)(]["
_LONGEST_CHOICE = 5
_LONGEST_LABELLED = 10
_NUMBER_WORDS = {"1": "mot", "2": "hai", "3": "ba", "4": "bon", "one": "mot", "two": "hai"}
_FILLING = frozenset({"di", "roi", "do", "cu", "please", "muon"})
_NATIONAL = re.compile(r"\bPAKN\.\d{8}\.\d{1,8}\b", re.ASCII)
_LIKE_A_CODE = re.compile(r"(?:ma |ma so )?(?:hn|pakn)[ .-]?\d[\da-z .-]{0,24}")


class MenuWord(StrEnum):
    """An entry of the menu, or another request with a keyword of its own."""

    BEGIN = "begin"
    LOOK_UP = "look_up"
    VIEW = "view"
    ADD = "add"
    CORRECT = "correct"
    SENDER = "sender"
    """A wish to choose which values in the text are the sender's."""
    WITHDRAW = "withdraw"
    RATE = "rate"
    ERASE = "erase"
    PERSON = "person"
    BACK = "back"
    LOCK = "lock"
    UNPUBLISH = "unpublish"
    DROP_FILES = "drop_files"
    DROP_LINK = "drop_link"
    CONTACT = "contact"
    """A wish to be reached in another way, or not at all."""
    READERS = "readers"
    """A question about other people who read the phone."""
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
"""The entries of the menu in the order of their numbers, from 1."""

_WORDS: Mapping[MenuWord, str] = {
    MenuWord.BEGIN: "phan anh, phan anh moi, gui phan anh, gui phan anh moi, gui phan anh kien nghi, new petition",
    MenuWord.LOOK_UP: "tra cuu, tra cuu ma, tra cuu phan anh, look up",
    MenuWord.VIEW: "phan anh cua toi, xem phan anh, xem phan anh cua toi, danh sach phan anh, my reports, list",
    MenuWord.ADD: "bo sung, bo sung them, bo sung thong tin, bo sung phan anh, bo sung ho so, add",
    MenuWord.CORRECT: "sua, chinh sua, correct, edit",
    MenuWord.SENDER: "sua nguoi gui, doi nguoi gui, change sender",
    MenuWord.WITHDRAW: "rut, rut phan anh, rut don, withdraw",
    MenuWord.RATE: (
        "danh gia, danh gia lai, sua danh gia, sua lai danh gia, doi danh gia, muon danh gia lai, muon sua danh gia, "
        "muon sua lai danh gia, rate, rate again, change my rating"
    ),
    MenuWord.ERASE: "xoa du lieu, xoa du lieu cua toi, delete my data",
    MenuWord.PERSON: "gap can bo, can bo, officer, agent",
    MenuWord.BACK: "quay lai, back",
    MenuWord.LOCK: (
        "khoa trang, khoa trang rieng, khoa trang cua toi, khoa link, khoa lien ket, dong trang, dong trang rieng, "
        "chan trang, doi lien ket, doi link, lock page, lock pages, lock my page, lock my pages, close my page"
    ),
    MenuWord.UNPUBLISH: "khong cong khai, go cong khai, go ket qua cong khai, do not publish, unpublish",
    MenuWord.RESTART: "lam lai, bat dau lai, start over, restart",
    MenuWord.VIETNAMESE: "tieng viet, vietnamese",
}
_COMMANDS: Sequence[tuple[c.Command, str]] = (
    (c.Finish(), "xong, xong roi, done"),
    (c.Contest(), "mo lai, reopen"),
    (c.Cancel(), "huy, huy bo, cancel"),
    (c.Affirm(), "khoi phuc, restore"),
    (c.Ask(topic="menu"), "menu, tro giup, help"),
    (c.Ask(topic="english"), "english"),
    (
        c.Ask(topic="draft"),
        "xem lai phan anh, xem lai phan anh cua toi, cho xem lai phan anh, cho toi xem lai phan anh, my petition",
    ),
    (c.Skip(), "bo qua, skip"),
    (c.Danger(over=True), "an toan, safe"),
    (c.CallPerson(), _WORDS[MenuWord.PERSON]),
    (c.Erase(), _WORDS[MenuWord.ERASE]),
    (c.Rate(level=1), "rat hai long, very satisfied"),
    (c.Rate(level=2), "hai long, satisfied"),
    (c.Rate(level=3), "chua hai long, khong hai long, not satisfied"),
)
_BY_WORD = {word: meant for meant, listed in _WORDS.items() for word in listed.split(", ")}


def _without_courtesy(words: Iterable[str]) -> str:
    return " ".join(word for word in words if word not in COURTESY_FOLDED)


_WITHOUT_COURTESY = {_without_courtesy(word.split()): meant for word, meant in _BY_WORD.items()}
_PERSON = tuple(_WORDS[MenuWord.PERSON].split(", "))
_BY_COMMAND = {word: command for command, listed in _COMMANDS for word in listed.split(", ")}


def bare(text: Text) -> str:
    """Return the text in lower case without diacritics, and without punctuation at its ends."""
    return _trimmed(text.flat)


def _trimmed(words: str) -> str:
    return " ".join(words.split()).strip(_ENDS + "\"'“”")


def menu_word(text: Text) -> MenuWord | None:
    """Return the menu entry that a message names, with or without polite words, or None."""
    exact = _BY_WORD.get(bare(text)) or _in_short(text)
    if exact or len(text.words) > _LONGEST_LABELLED:
        return exact
    return _WITHOUT_COURTESY.get(_without_courtesy(word.folded for word in text.words))


_IN_SHORT: Mapping[MenuWord, Callable[[Text], bool]] = {
    MenuWord.LOCK: locks_pages,
    MenuWord.DROP_LINK: drops_link,
    MenuWord.UNPUBLISH: objects_to_publication,
    MenuWord.DROP_FILES: drops_files,
    MenuWord.CONTACT: is_about_contact,
    MenuWord.READERS: fears_readers,
}
"""The recognisers of wishes that people express in their own words, in the order in which they are tried."""


def _in_short(text: Text) -> MenuWord | None:
    """Return the request that a short message makes without a keyword, or None."""
    return next((word for word, is_meant in _IN_SHORT.items() if is_meant(text)), None)


def taught_command(text: Text) -> c.Command | None:
    """Return the command of a message that is only a keyword such as "XONG" (done), or None.

    The keyword for an officer may be followed by the phone number to call.
    """
    typed = bare(text)
    exact = _BY_COMMAND.get(typed) or _rating(text)
    if exact or not typed.startswith(_PERSON):
        return exact
    flat = text.flat
    phones = (phone for phone in telephones(flat) if not _trimmed(flat[phone.end :]))
    called = (phone.number for phone in phones if _trimmed(flat[: phone.start]) in _PERSON)
    return next((c.CallPerson(phone=number) for number in called), None)


_RATING = tuple(tuple(word.split()) for word in _WORDS[MenuWord.RATE].split(", "))
_BEFORE_A_LEVEL = frozenset({"muc", "phan", "anh", "ma", "so"})


def _rating(text: Text) -> c.Rate | None:
    """Return the rating in a message such as "đánh giá 1" or "đánh giá HN-261201-XXXX-XXXX mức 1", or None."""
    words = [word for word in bare(text).split() if word not in COURTESY_FOLDED]
    head = next((len(word) for word in _RATING if tuple(words[: len(word)]) == word), 0)
    if not head or len(words) <= head or words[-1] not in {"1", "2", "3"}:
        return None
    between = " ".join(word for word in words[head:-1] if word not in _BEFORE_A_LEVEL)
    return c.Rate(level=int(words[-1])) if not between or is_code(Text.of(between)) else None


_BESIDE_A_LEVEL = COURTESY_FOLDED | {"roi", "thuc", "ra", "that", "noi", "chung", "thi"}
_LEVELS = re.compile(r"(?:[1-3]\W{0,3})?((?:rat |chua |khong )?hai long)", re.ASCII)


def level_named(words: str) -> int | None:
    """Return the level of a rating in the bot's wording, or None: "2. hài lòng" -> 2, "tôi hài lòng ạ" -> 2."""
    typed = " ".join(word.folded for word in Text.of(words).words if word.folded not in _BESIDE_A_LEVEL)
    found = _LEVELS.fullmatch(typed)
    command = _BY_COMMAND.get(found[1]) if found else None
    return command.level if isinstance(command, c.Rate) else None


def number_in(text: Text) -> int | None:
    """Return the number in a message of only a number and polite words, or None: "chọn số 2 ạ" -> 2."""
    polite = (word for word in text.words if word.folded not in COURTESY_FOLDED)
    typed = " ".join(word.folded for word in polite) if len(text.words) <= _LONGEST_CHOICE else ""
    found = _CHOICE.fullmatch(typed) if len(text.words) > 1 else _CHOICE.fullmatch(bare(text))
    return int(found[1]) if found else None


_LEADING = re.compile(r"\s*([0-9])\s{0,2}[.,:;)-](?=\s)", re.ASCII)


def leading_number(text: Text, options: int) -> tuple[int, int] | None:
    """Return the option at the beginning of a message and the index after it, as in "1, mà có mất phí không".

    None if there is no number, or one above `options`.
    """
    found = _LEADING.match(text.raw)
    return (int(found[1]), found.end()) if found and int(found[1]) <= options else None


_LED = re.compile(r"\s*([1-3])\b(?!\s{0,2}(?:/|\*|sao|stars?|điểm|diem))")


def level_led(words: str, level: int) -> bool:
    """Return whether a rating begins with the number of its level, as in "3 đi, chậm quá"."""
    found = _LED.match(words)
    return found is not None and int(found[1]) == level


def labelled(text: Text, labels: Sequence[str]) -> int | None:
    """Return the number, from 1, of the option whose label a message names, or None.

    The message is the whole label, or at least two neighbouring words that only one label contains.
    """
    written = _plain(text)
    known = [_plain(Text.of(label)) for label in labels]
    exact = [
        at for at, label in enumerate(known, 1) if label and written in (label, (_NUMBER_WORDS.get(str(at)), *label))
    ]
    within = [at for at, label in enumerate(known, 1) if written and f" {' '.join(written)} " in f" {' '.join(label)} "]
    if exact:
        return exact[0]
    return within[0] if len(written) > 1 and len(within) == 1 else None


def _plain(text: Text) -> tuple[str, ...]:
    if len(text.words) > _LONGEST_LABELLED:
        return ()
    words = (_NUMBER_WORDS.get(word.folded, word.folded) for word in text.words)
    return tuple(word for word in words if word not in COURTESY_FOLDED and word not in _FILLING)


def codes_in(text: Text) -> tuple[str, ...]:
    """Return the petition codes in a message: the first of this system, then all of the national portal."""
    ours = find_code(text.raw)
    return (*((ours,) if ours else ()), *dict.fromkeys(_NATIONAL.findall(text.raw.upper())))


def is_code(text: Text) -> bool:
    """Return whether a message consists of a petition code only."""
    letters = _letters(text.raw)
    return any(letters == _letters(code) for code in codes_in(text))


def _letters(text: str) -> int:
    return sum(letter.isalnum() for letter in text)


def is_miscoded(text: Text) -> bool:
    """Return whether a message consists of a malformed petition code only, such as "HN-123"."""
    return not codes_in(text) and _LIKE_A_CODE.fullmatch(bare(text)) is not None


def is_taught(text: Text) -> bool:
    """Return whether a message is only a keyword, a number or a code, and does not describe a problem."""
    exact = number_in(text) is not None or is_code(text) or is_miscoded(text)
    return exact or menu_word(text) is not None or taught_command(text) is not None
