"""A message in a form in which values are looked for: its text, the same without marks, and its clauses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from petitions.domain.language.words import fold

_MOST, _TAIL = 1800, 500
_KEYCAP = {0xFE0F: None, 0x20E3: None}
_TOKEN = re.compile(r"[^\W_]+")
# The dot of an abbreviation ("P. Láng", "TP. Hà Nội") parts nothing.
_BREAK = re.compile(r"[,;!?()\n\"“”…]|\.(?=\s|$)|\s[-–—](?=\s)")
_ABBREVIATION = re.compile(r"(?:^|[\s,(])(?:p|q|x|h|f|tp|tx|tt|ts|ls|mr|mrs|ms|dr|so|co|d|n|ng)$")
_SENTENCE = re.compile(r"[!?\n]|\.(?=\s|$)")


def clean(text: str) -> str:
    """Return the text in NFC without invisible characters; of a very long one only the beginning and the end."""
    if len(text) > _MOST + _TAIL:
        text = f"{text[:_MOST]}\n{text[-_TAIL:]}"
    shown = unicodedata.normalize("NFC", text).translate(_KEYCAP)
    return "".join(c for c in shown if unicodedata.category(c) not in ("Cf", "Zl", "Zp", "Cc") or c == "\n")


def flat(text: str) -> str:
    """Return the text in lower case without marks, of the same length, so that positions are shared."""
    return text.translate(_BARE)


class _Bare(dict[int, str]):
    """The bare form of each character, found when it is first met."""

    def __missing__(self, code: int) -> str:
        bare = self[code] = _bare(chr(code))
        return bare


_BARE = _Bare()


def _bare(character: str) -> str:
    if character.isascii():
        return character.lower()
    if character in "đĐ":
        return "d"
    if character.isspace():
        return "\n" if character == "\x85" else " "
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    return (unicodedata.normalize("NFD", character)[0].lower() or character)[0]


def listed(text: str) -> frozenset[str]:
    """Return the words of a list."""
    return frozenset(text.split())


def phrases(text: str) -> tuple[str, ...]:
    """Return the phrases of a list, which commas part."""
    return tuple(" ".join(phrase.split()) for phrase in text.split(","))


class Vocabulary:
    """A set of words; a word written without marks may be any accented one of the same letters."""

    def __init__(self, known: str, marked: str = "") -> None:
        """Index the words; those of `marked` are too like others to be known without their marks."""
        self._exact = listed(known) | listed(marked)
        self._folded = frozenset(map(fold, listed(known)))

    def __contains__(self, raw: str) -> bool:
        lowered = raw.lower()
        return lowered in self._exact or (raw.isascii() and lowered in self._folded)


@dataclass(frozen=True, slots=True)
class Token:
    """A word or number of a text, with its place in it."""

    raw: str
    start: int
    end: int

    @property
    def capital(self) -> bool:
        """Return whether it starts with a capital."""
        return self.raw[:1].isupper()


def tokens(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """Return the words and numbers of a part of the text."""
    stop = len(text) if end is None else end
    return [Token(match[0], match.start(), match.end()) for match in _TOKEN.finditer(text, start, stop)]


def clauses(text: str, flattened: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Yield where the parts between commas, brackets, dashes and full stops begin and end; none is empty."""
    stop = len(text) if end is None else end
    begin = start
    for found in _BREAK.finditer(flattened, start, stop):
        if _abbreviates(flattened, found.start()):
            continue
        if flattened[begin : found.start()].strip():
            yield begin, found.start()
        begin = found.end()
    if flattened[begin:stop].strip():
        yield begin, stop


def sentence_around(flattened: str, start: int, end: int, before: int, after: int) -> tuple[int, int]:
    """Return where the sentence around a part begins and ends, at most `before` and `after` characters away."""
    left = max(0, start - before)
    for found in _SENTENCE.finditer(flattened, left, start):
        left = left if _abbreviates(flattened, found.start()) else found.end()
    right = min(len(flattened), end + after)
    ends = (each.start() for each in _SENTENCE.finditer(flattened, end, right))
    return left, next((each for each in ends if not _abbreviates(flattened, each)), right)


def _abbreviates(flattened: str, dot: int) -> bool:
    """Return whether a dot belongs to an abbreviation: "P. Láng"."""
    return flattened[dot] == "." and _ABBREVIATION.search(flattened[max(0, dot - 4) : dot]) is not None
