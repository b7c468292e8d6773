"""The company or organisation that files a petition."""

from __future__ import annotations

import re
from dataclasses import dataclass

from petitions.domain.understanding.clauses import flat, listed

_KIND = re.compile(
    r"\b(?:cong ty|cty|ctcp|ct tnhh|tong cong ty|hop tac xa|htx|doanh nghiep tu nhan|dntn|van phong luat su|vpls"
    r"|cong ty luat|ho kinh doanh|hkd|quy tin dung|hiep hoi|van phong cong chung)\b"
)
_FILES_BEFORE = re.compile(
    r"(?:^|[.\n:;(]\s?|\b(?:thay mat|dai dien|dai dien cho|nguoi gui|phai la|thanh|cua|la|toi la|ten|giam doc"
    r"|tu|thong bao|ben)"
    r"[ :]{1,2})$"
)
_LEGAL = listed("tnhh cp co phan tm dv xd mtv sx xnk va thuong mai xay dung san xuat dich vu van tai dau tu")
_WORD = re.compile(r"[^\W_]+(?:[&.\-][^\W_]+){0,3}|[^\w\s]|\n")
_LATIN = re.compile(r"\b((?:[A-Z][\w&'-]{1,20} ){1,4}(?:Co\.,? ?Ltd|JSC|LLC|Ltd|Inc)\b)", re.ASCII)
_ASKED = frozenset({"name", "home", "phone", "consent"})
_MOST, _MOST_SMALL = 14, 4


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation in a text."""

    name: str
    span: tuple[int, int]


def organisation(text: str, situation: str) -> Organisation | None:
    """Return the organisation that files, where it begins a sentence or is introduced; None if there is none."""
    if latin := _LATIN.search(text):
        return Organisation(latin[1], latin.span(1))
    flattened = flat(text)
    for found in _KIND.finditer(flattened):
        before = flattened[max(0, found.start() - 24) : found.start()]
        if situation == "place" and not before.strip():
            continue
        if not (situation in _ASKED or _FILES_BEFORE.search(before)):
            continue
        end = _end(text, flattened, found.end(), free=situation == "name" and not before.strip())
        if end > found.end():
            return Organisation(text[found.start() : end].strip(), (found.start(), end))
    return None


def _end(text: str, flattened: str, start: int, *, free: bool) -> int:
    """Return where the name that follows a legal form ends; `start` if none follows.

    An answer that is nothing but a name (`free`) may have several words in small letters.
    """
    end, named, small = start, False, 0
    for count, piece in enumerate(_WORD.finditer(text, start, min(len(text), start + 120))):
        word = piece[0]
        legal = flattened[piece.start() : piece.end()] in _LEGAL
        proper = word[0].isupper() or word[0].isdigit()
        small = 0 if proper or legal else small + 1
        if (
            count >= _MOST
            or not word[0].isalnum()
            or small > (_MOST_SMALL if free else 1)
            or (count == 0 and small and not free)
        ):
            break
        if proper:
            end = piece.end()
            named = named or not legal
    return end if named else start
