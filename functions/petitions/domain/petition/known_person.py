"""Hide one person's name, addresses and numbers in texts written by other people.

Words match without regard to diacritics and capitals. A given name alone is hidden only after a form of address ("chị
An") or as a capitalised word. As part of a longer name (“Công An”, “xã An Khánh”) it stays, and so does a street, a
ward or an inn of the same name.

The number of a house stays where it is the number of an office's counter, room or paper (“quầy số 3”), or where another
street follows (“12 Hàng Bông” for someone living at 12 Láng Hạ).

An address has many forms. A bare number is hidden after a word for living (“tôi ở 77”) or beside another part of the
address (“77, ngõ 5”, “77/5 Láng”).
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from typing import assert_never

from petitions.domain.language.redaction import MASKS, PHONE_MASK, masked
from petitions.domain.shared.personal import Personal, personal_values
from petitions.domain.shared.records import Record

HIDDEN = "[đã ẩn]"
"""The text that replaces the petitioner's data."""

_WORD = re.compile(r"\w+")
_BRACKETED = re.compile(r"\[[^\[\]\n]{1,20}\]")
_TITLES = frozenset(
    [
        "ông",
        "bà",
        "anh",
        "chị",
        "em",
        "cô",
        "chú",
        "bác",
        "cụ",
        "cháu",
        "bạn",
        "dì",
        "cậu",
        "mợ",
        "thím",
        "ong",
        "ba",
        "chi",
        "chu",
        "bac",
        "chau",
    ]
)
_PLACED = frozenset(["so", "nha", "sn", "ngo", "ngach", "hem", "kiet", "to", "can", "phong"])
"""Words before the number of a house, an alley, a group of houses or a flat."""

_OF_OFFICES = frozenset(
    [
        ("quầy",),
        ("quay",),
        ("ô",),
        ("cửa",),
        ("bàn",),
        ("phòng",),
        ("phiếu",),
        ("mẫu",),
        ("lượt",),
        ("tiếp", "nhận"),
        ("tiếp", "dân"),
        ("giao", "dịch"),
        ("thứ", "tự"),
        ("biên", "nhận"),
        ("biên", "lai"),
        ("giấy", "hẹn"),
        ("hồ", "sơ"),
        ("công", "văn"),
        ("văn", "bản"),
        ("quyết", "định"),
    ]
)
"""Words before the number of a counter, room or paper. Diacritics count: “ở số 3” is a home, “ô số 3” is not."""

_LIVES = frozenset(["o", "tai", "ngu", "tru"])
"""Words before a home, without diacritics: “ở 77”, “tại 77”, “ngụ 77”, “cư trú 77”."""
_STREETS = frozenset(["ngo", "ngach", "hem", "kiet", "pho", "duong"])
"""Words after the number of a house, without diacritics."""
_AREAS = frozenset(["đường", "phố", "phường", "xã", "quận", "huyện", "thôn", "làng", "chợ", "trường", "chùa"])
"""Words before the name of a place. Diacritics count: “cho Lan” is no market."""
_PLACES = _AREAS | {"quán", "karaoke", "tiệm", "sạn", "gần", "đoạn", "dọc", "trên", "ở"}
"""Words after which two syllables without a surname (“Thanh Xuân”) are the name of a place."""
_INNS = frozenset(["quán", "karaoke", "tiệm", "sạn"])
"""Words for an inn, after which even one syllable is the name of a place."""
_DISTRICTS = frozenset(["phuong", "xa", "quan", "huyen", "thi", "tran", "thanh", "tinh", "tp"])
"""Words of an address that have other uses too: “12 phường”."""
_LONGEST_NUMBERING = 6
"""The most words of numbers and alleys between the number of a house and its street."""
_ALLEYS = frozenset({"ngo", "ngach", "hem", "kiet", "thon", "xom"})
_BETWEEN_DIGITS = frozenset(" .-()+/\u00a0")
_BETWEEN_PARTS = frozenset(" ,/-\u00a0")
_PREFIXES = frozenset({"0", "84"})
_SIGNIFICANT_DIGITS = 9
"""The number of digits of a telephone number after its prefix."""


def masks_in(text: str) -> list[str]:
    """Return the distinct masks in the text, such as "[đã ẩn]", that replace a person's data."""
    return [item for item in dict.fromkeys(_BRACKETED.findall(text)) if item in MASKS or item == HIDDEN]


def why_masks_refused(text: str) -> str | None:
    """Return the reason, in Vietnamese, why the filer must not get a text with masks, or None if it has no masks."""
    found = ", ".join(masks_in(text))
    words = f"Còn chỗ bị che: {found}. Người gửi phải đọc được lời thật: xin thay bằng lời của anh/chị."
    return words if found else None


@dataclass(frozen=True)
class _Word:
    start: int
    end: int
    text: str
    plain: str

    @property
    def is_number(self) -> bool:
        return _is_numbered(self.plain)


class KnownPerson:
    """A finder of one person's name, addresses and numbers in texts.

    The fields of a contact are treated by their class (`shared/personal.py`): name, home, telephone number and so on.
    """

    def __init__(
        self, contacts: Iterable[Record], zalo_id: str = "", without: Container[Personal] = (), scene: str = ""
    ) -> None:
        """Index the personal data in the contacts, except fields of the classes in `without`.

        `scene` is the place of the matter. A number of the home that occurs in it too is hidden only after a word for
        living.
        """
        self._scene = frozenset(_plain_words(scene))
        self._forms: dict[str, set[tuple[str, ...]]] = defaultdict(set)
        self._places: set[tuple[str, ...]] = set()
        self._lives_in: set[str] = set()
        """The words of the person's addresses, without diacritics."""
        self._house_numbers: set[str] = set()
        self._streets_known = True
        """Whether every address of the person has a street beside the number."""
        self._given: set[str] = set()
        self._ends: set[tuple[str, ...]] = set()
        """The last two words of longer names, which streets and wards bear too."""
        self._numbers = {zalo_id} - {""}
        for contact in contacts:
            for kind, value in personal_values(contact):
                if kind not in without:
                    self._know_value(kind, value)

    def _know_value(self, kind: Personal, value: str) -> None:
        match kind:
            case Personal.NAME:
                self._know_name(value)
            case Personal.PHONE:
                digits = "".join(filter(str.isdigit, value))
                self._numbers |= {digits[-_SIGNIFICANT_DIGITS:]} if len(digits) >= _SIGNIFICANT_DIGITS else set()
            case Personal.HOME:
                self._know_address(value)
            case Personal.EMAIL:
                self._know(_plain_words(value))
            case Personal.NOBODY:
                pass
            case _:
                assert_never(kind)

    def hide(self, text: str, number_as: str = HIDDEN, address_as: str = HIDDEN) -> str:
        """Return the text with the person's telephone numbers, addresses and names replaced.

        Numbers become `number_as`, addresses `address_as`, and names HIDDEN. A second call changes nothing. The time is
        linear in the length of the text.
        """
        text = unicodedata.normalize("NFC", text)
        words = [_Word(match.start(), match.end(), match[0], _plain(match[0])) for match in _WORD.finditer(text)]
        numbers = self._numbers_in(text, words)
        pieces, at, number = [], 0, 0
        while number < len(words):
            (known, is_place), digits = self._found(text, words, number), numbers.get(number, 0)
            length = max(known, digits)
            if digits or (known and not is_place):
                form = tuple(word.plain for word in words[number : number + length])
                shown = number_as if digits > known else address_as if form in self._places else HIDDEN
                pieces += [text[at : words[number].start], shown]
                at = words[number + length - 1].end
            number += max(length, 1)
        return "".join([*pieces, text[at:]])

    def words(self, text: str) -> str:
        """Return the text with the person's data hidden, and anything else that looks like personal data masked."""
        return masked(self.hide(text, number_as=PHONE_MASK))

    def is_in(self, text: str) -> bool:
        return self.hide(text) != unicodedata.normalize("NFC", text) or self.has_number(text)

    def has_number(self, text: str) -> bool:
        return any(number in text for number in self._numbers)

    def _know(self, words: list[str]) -> None:
        if len(words) > 1:
            self._forms[words[0]].add(tuple(words))

    def _know_place(self, words: list[str]) -> None:
        self._know(words)
        self._places.add(tuple(words))

    def _know_name(self, name: str) -> None:
        words = _plain_words(name)
        self._know(words)
        self._know(words[-2:])
        self._know([*words[:1], *words[-1:]])
        self._ends |= {tuple(words[-2:])} if len(words) > 2 else set()  # noqa: PLR2004 - longer than its end
        self._given |= {match[0] for match in [*_WORD.finditer(unicodedata.normalize("NFC", name))][-1:]}

    def _know_address(self, address: str) -> None:
        own = _plain_words(address)
        self._lives_in.update(own, ["phong"] if "p" in own else [])
        self._streets_known &= any(map(_names_street, address.split(",")))
        for part in (address, *address.split(",")):
            words = _plain_words(part)
            if _ALLEYS.intersection(words) or any(map(_is_numbered, words)):
                self._know_place(words)
            for at, word in enumerate(words):
                if _is_numbered(word):
                    self._house_numbers.add(word)
                    self._places.add((word,))
                    number = _numbers_from(words, at)
                    for placed in _PLACED:
                        self._know_place([placed, word])
                        self._know_place([placed, *number])
                elif word in _ALLEYS:
                    self._know_place(words[at:])

    def _found(self, text: str, words: list[_Word], at: int) -> tuple[int, bool]:
        """Return how many words from `at` on belong to the person, and whether they name a place."""
        forms = self._forms.get(words[at].plain, set())
        plain = [word.plain for word in words[at : at + max(map(len, forms), default=0)]]
        length = max((len(form) for form in forms if tuple(plain[: len(form)]) == form), default=0)
        if plain[:1] == ["so"] and all(map(_is_numbered, plain[1:length])) and self._is_of_an_office(text, words, at):
            return 0, False
        if length and tuple(plain[:length]) in self._places:
            if self._is_scene(text, words, at, length):
                return length, True
            bare = all(item in _PLACED or _is_numbered(item) for item in plain[:length])
            return length, bare and self._goes_on_elsewhere(text, words, at, at + length)
        length = length or int(self._is_given_name(text, words, at))
        if length:
            return length, self._is_name_of_place(text, words, at, length)
        is_home = self._is_of_the_home(text, words, at)
        return int(is_home), is_home and self._is_scene(text, words, at, 1)

    def _is_scene(self, text: str, words: list[_Word], at: int, length: int) -> bool:
        """Return whether the words have only numbers of the scene, without a word for living before them."""
        lives = at > 0 and _is_near(text, words, at) and words[at - 1].plain in _LIVES
        numbers = {word.plain for word in words[at : at + length] if word.is_number}
        return bool(numbers) and not lives and numbers <= self._scene

    def _is_name_of_place(self, text: str, words: list[_Word], at: int, length: int) -> bool:
        before = words[at - 1].text.lower() if at and _is_joined(text, words, at) else ""
        is_end = tuple(word.plain for word in words[at : at + length]) in self._ends
        return before in _AREAS or (is_end and before in _PLACES) or (length == 1 and before in _INNS)

    def _goes_on_elsewhere(self, text: str, words: list[_Word], start: int, at: int) -> bool:
        """Return whether a street of another address follows the number that ends before `at`.

        The answer is no if two numbers of the home stand side by side, whatever street follows.
        """
        is_second = start > 0 and _is_near(text, words, start) and words[start - 1].plain in self._house_numbers
        if is_second or not self._streets_known:
            return False
        on_street, last = False, min(at + _LONGEST_NUMBERING, len(words))
        while at < last and _is_near(text, words, at) and (words[at].plain in _STREETS or words[at].is_number):
            if words[at].plain in self._house_numbers:
                return False
            on_street = words[at].plain in _STREETS
            at += 1
        if at == len(words):
            return False
        name = [word for word in words[at : at + 2] if word.text[0].isupper() and word.plain not in self._lives_in]
        if not name or name[0] is not words[at] or not _is_joined(text, words, at):
            return False
        if words[at].plain in _DISTRICTS or self._forms.get(words[at].plain):
            return False
        return on_street or (len(name) > 1 and _is_joined(text, words, at + 1))

    def _is_of_the_home(self, text: str, words: list[_Word], at: int) -> bool:
        if words[at].plain not in self._house_numbers or self._is_of_an_office(text, words, at):
            return False
        if self._goes_on_elsewhere(text, words, at, at + 1):
            return False
        before = words[at - 1].plain if at and _is_near(text, words, at) else ""
        after = words[at + 1].plain if at + 1 < len(words) and _is_near(text, words, at + 1) else ""
        beside = self._lives_in - _DISTRICTS
        return before in _LIVES or after in beside | _STREETS or (before in beside and _is_numbered(before))

    def _is_of_an_office(self, text: str, words: list[_Word], at: int) -> bool:
        """Return whether the words before `at` mark it as the number of a counter, a room or a paper."""
        before: tuple[str, ...] = ()
        while at and len(before) < 2 and _is_joined(text, words, at):  # noqa: PLR2004 - the longest have two words
            at -= 1
            before = (words[at].text.lower(), *before)
            if before in _OF_OFFICES:
                return words[at].plain not in self._lives_in
        return False

    def _numbers_in(self, text: str, words: list[_Word]) -> dict[int, int]:
        found: dict[int, int] = {}
        for run in _runs_of_digits(text, words):
            digits, owners = "".join(words[at].text for at in run), [at for at in run for _ in words[at].text]
            for number in self._numbers:
                at = digits.find(number)
                while at >= 0:
                    end, first = at + len(number), owners[at]
                    first -= first > run[0] and words[first - 1].text in _PREFIXES
                    found[first] = owners[end - 1] - first + 1
                    at = digits.find(number, end)
        return found

    def _is_given_name(self, text: str, words: list[_Word], at: int) -> bool:
        word, before = words[at].text, words[at - 1].text if at else ""
        titled = before.lower() in _TITLES
        for name in self._given:
            if titled and word.lower() in {name.lower(), _plain(name)}:
                return True
            if word == name and not _is_longer_name(text, words, at):
                return True
        return False


def _is_longer_name(text: str, words: list[_Word], at: int) -> bool:
    """Return whether the word at `at` is part of a longer name, because a capitalised word stands beside it.

    The first word of a sentence and a form of address do not count.
    """
    if at and _is_joined(text, words, at) and words[at - 1].text.lower() not in _TITLES:
        first = at == 1 or text[words[at - 2].end : words[at - 1].start].strip() != ""
        if words[at - 1].text[0].isupper() and not first:
            return True
    return at + 1 < len(words) and _is_joined(text, words, at + 1) and words[at + 1].text[0].isupper()


def _is_joined(text: str, words: list[_Word], at: int) -> bool:
    return text[words[at - 1].end : words[at].start].isspace()


def _is_near(text: str, words: list[_Word], at: int) -> bool:
    return _BETWEEN_PARTS.issuperset(text[words[at - 1].end : words[at].start])


def _runs_of_digits(text: str, words: list[_Word]) -> Iterator[list[int]]:
    run: list[int] = []
    for at, word in enumerate(words):
        if run and not (word.text.isdigit() and _are_near(text, words, at)):
            yield run
            run = []
        if word.text.isdigit():
            run.append(at)
    if run:
        yield run


def _are_near(text: str, words: list[_Word], at: int) -> bool:
    return _BETWEEN_DIGITS.issuperset(text[words[at - 1].end : words[at].start])


def _is_numbered(word: str) -> bool:
    return any(map(str.isdigit, word))


def _numbers_from(words: list[str], at: int) -> list[str]:
    last = at
    while last < len(words) and _is_numbered(words[last]):
        last += 1
    return words[at:last]


def _names_street(part: str) -> bool:
    words = _plain_words(part)
    named = [word for word in words if not (word in _PLACED | _STREETS or _is_numbered(word))]
    return len(named) < len(words) and any(map(_is_numbered, words)) and bool(named) and named[0] not in _DISTRICTS


def _plain_words(text: str) -> list[str]:
    return [_plain(match[0]) for match in _WORD.finditer(unicodedata.normalize("NFC", text))]


def _plain(word: str) -> str:
    bare = "".join(item for item in unicodedata.normalize("NFD", word.lower()) if not unicodedata.combining(item))
    return bare.replace("đ", "d")
