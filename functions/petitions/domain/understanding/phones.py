"""Find phone numbers of Vietnam and other countries in a message, written in digits or in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest

_PIECE = re.compile(r"[^\W_]+|[^\w\s]|_")
_TYPED = re.compile(r"[0-9oli]{1,14}")
_AS_DIGITS = str.maketrans("oli", "011")
_VALID = re.compile(r"0(?:3[2-9]|5[2-9]|7[06-9]|8[1-9]|9\d)\d{7}|02\d{9}")
_FOREIGN = re.compile(r"(?:\+|\b00)(?!84)[1-9]\d{0,2}(?:[ .()-]{0,3}\d){6,12}(?!\d)", re.ASCII)
_IDENTITY = re.compile(r"00[1-9][0-3]\d{8}", re.ASCII)
"""The number of an identity card from a province with a low code (001 is Hanoi).

It looks like a foreign phone number.
"""
_TEN = "ten"
_SPELLED = {
    **dict.fromkeys(("khong", "hong", "khg", "kg", "ko", "o"), "0"),
    "mot": "1",
    "hai": "2",
    "ba": "3",
    **dict.fromkeys(("bon", "tu"), "4"),
    **dict.fromkeys(("nam", "lam"), "5"),
    "sau": "6",
    "bay": "7",
    "tam": "8",
    "chin": "9",
    "muoi": _TEN,
}
_JOINING = frozenset(".-–()+,_·*~")
_JOINING_WORDS = frozenset({"cham", "roi"})
_LEAST, _LONGEST = 9, 14


@dataclass(frozen=True, slots=True)
class Telephone:
    """A well-formed phone number in a text, with its position."""

    number: str
    """Digits with a leading 0, or with + and the code of another country."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Group:
    digits: str
    start: int
    end: int
    spelled: bool


def telephones(flattened: str) -> list[Telephone]:
    """Return the well-formed phone numbers in a text, in order.

    The text must be in lower case without diacritics. Numbers of other countries begin with +, those of Vietnam with 0.
    """
    matches = ((match, "".join(filter(str.isdigit, match[0]))) for match in _FOREIGN.finditer(flattened))
    foreign = [
        Telephone(f"+{digits.removeprefix('00')}", match.start(), match.end())
        for match, digits in matches
        if not _IDENTITY.fullmatch(digits)
    ]
    left, end = [], 0
    for number in foreign:
        left += [flattened[end : number.start], "," * (number.end - number.start)]
        end = number.end
    national = _national_numbers("".join([*left, flattened[end:]]))
    return sorted([*national, *foreign], key=lambda number: number.start)


def _national_numbers(flattened: str) -> list[Telephone]:
    found: list[Telephone] = []
    run: list[_Group] = []
    last = 0
    for piece in _PIECE.finditer(flattened):
        typed = piece[0]
        digits = _digits(typed)
        if digits:
            group = _Group(digits, piece.start(), piece.end(), typed in _SPELLED)
            worded = group.spelled and bool(run) and run[-1].spelled
            if run and (_apart(flattened[last : group.start], worded=worded) or _is_another(run, digits)):
                found += _read(run)
                run = []
            run.append(group)
            last = group.end
        elif typed in _JOINING_WORDS:
            last = piece.end()
        elif typed not in _JOINING:
            found += _read(run)
            run = []
    return found + _read(run)


def _digits(piece: str) -> str:
    if piece.isdecimal():
        return piece
    if _TYPED.fullmatch(piece) and any(c.isdecimal() for c in piece):
        return piece.translate(_AS_DIGITS)
    return _SPELLED.get(piece, "")


def _apart(between: str, *, worded: bool) -> bool:
    """Return whether the characters between two groups of digits end a phone number.

    A comma joins only digits written as words.
    """
    return ("," in between and not worded) or "+" in between or "\n" in between or len(between) > len(" (-) ")


def _is_another(run: Sequence[_Group], digits: str) -> bool:
    """Return whether digits begin a new number after a complete one: "0912 338 704 - 0912 338 705"."""
    return len(digits) > 1 and digits[0] == "0" and _national("".join(group.digits for group in run[:_LONGEST])) != ""


def _read(run: Sequence[_Group]) -> list[Telephone]:
    """Return the phone number formed by groups of digits, in a list of one, or an empty list.

    All groups together are tried first, then neighbours of the same form ("Sáu 0369 ..."), then single groups.
    """
    alike = [list(groups) for _, groups in groupby(run, key=lambda group: group.spelled)]
    lone = [[group] for group in run if len(group.digits) > _LEAST]
    others = sum(len(group.digits) for group in run if len(group.digits) <= _LEAST)
    for groups in (run, *alike, *(lone if others <= _LEAST // 2 else ())):
        for digits in _spoken(groups):
            if number := _national(digits):
                return [Telephone(number, groups[0].start, groups[-1].end)]
    return []


def _spoken(groups: Sequence[_Group]) -> Iterable[str]:
    """Yield the digits of groups, first with "muoi" as "mươi" (tens), then as "mười" (ten)."""
    for within, alone in (("", "0"), ("1", "10")):
        yield "".join(
            group.digits if group.digits != _TEN else within if more and more.spelled else alone
            for group, more in zip_longest(groups, groups[1:])
        )


def _national(digits: str) -> str:
    """Return the Vietnamese number with a leading 0 for the country code, or "" if it is not well-formed."""
    digits = digits.removeprefix("00") if digits.startswith("0084") else digits
    bare = digits[2:].lstrip("0") if digits.startswith("84") else digits[1:]
    return f"0{bare}" if digits.startswith(("84", "0")) and _VALID.fullmatch(f"0{bare}") else ""
