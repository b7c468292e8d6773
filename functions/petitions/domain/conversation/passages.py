"""Look up words, sentences and numbers in a text of a draft, and replace spans of it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from petitions.domain.language.words import Word
from petitions.domain.understanding.edit_message import Number, Span, numbers_in
from petitions.domain.understanding.text import Text

MOST_NUMBERS = 300
"""The most numbers of a value that are compared."""
_BESIDE_WORDS = 40
"""The most words beside a span that are compared with its replacement."""
_BESIDE = 400
"""The most characters beside a span that are compared with its replacement."""
_NEAR = 20
"""The distance in characters within which words stand beside a number."""
_MUCH_LONGER = 4
"""The number of words by which a sentence is much longer than a part of it."""
_CLOSING = ".!?"
_SENTENCE_END = re.compile(r"[!?;\n…]|\.(?!\S)|(?<=\w\w\w)\.(?=[A-ZĐÀ-Ỹ])")
_LEFT_OUT = re.compile(r"\.{3}|…")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a text: its span, and its words in lower case without diacritics."""

    span: Span
    words: frozenset[str]


class Passage:
    """A text in which words, sentences and numbers can be looked up. The results are cached."""

    def __init__(self, written: str) -> None:
        self._text = Text.of(written)
        self.raw = self._text.raw
        """The text as written. Spans count its characters."""

    @cached_property
    def padded(self) -> str:
        """The words in lower case without diacritics, with single spaces between and around them."""
        return f" {self._text.folded} "

    @cached_property
    def numbers(self) -> list[Number]:
        """The numbers and days of the week in the text, at most `MOST_NUMBERS`."""
        return numbers_in(self.raw, MOST_NUMBERS)

    @cached_property
    def sentences(self) -> list[Sentence]:
        ends = [found.end() for found in _SENTENCE_END.finditer(self.raw)]
        spans = zip([0, *ends], [*ends, len(self.raw)], strict=True)
        return [
            Sentence(span, frozenset(word.folded for word in self.words(span)))
            for span in spans
            if self.raw[slice(*span)].strip()
        ]

    @cached_property
    def _starts(self) -> list[int]:
        return [word.start for word in self._text.words]

    def words(self, span: Span) -> Sequence[Word]:
        return self._text.words[bisect_left(self._starts, span[0]) : bisect_left(self._starts, span[1])]

    def beside(self, span: Span) -> tuple[list[str], list[str]]:
        """Return up to two words before and two behind a span, without diacritics, that stand near it."""
        before = self.words((span[0] - _NEAR, span[0]))[-2:]
        behind = self.words((span[1], span[1] + _NEAR))[:2]
        return [word.folded for word in before], [word.folded for word in behind]

    def find(self, words: Sequence[str]) -> Span | None:
        """Return the first span of these words in a row, or None. The words are given without diacritics."""
        at = self.padded.find(f" {' '.join(words)} ") if words else -1
        if at < 0:
            return None
        first = self.padded.count(" ", 0, at)
        return self._text.words[first].start, self._text.words[first + len(words) - 1].end

    def find_quoted(self, quoted: str, *, last: bool) -> Span | None:
        """Return the first, or with `last` the last, span of quoted words, or None.

        "A ... B" means all words from A to B.
        """
        if last:
            wanted = Text.of(quoted.strip()).flat
            at = self._text.flat.rfind(wanted)
            return (at, at + len(wanted)) if at >= 0 else None
        first, *others = (Text.of(part).folded.split() for part in _LEFT_OUT.split(quoted))
        begin = self.find(first)
        if begin is None or not others or not others[-1]:
            return begin
        end = self.find(others[-1])
        return (begin[0], end[1]) if end and end[1] > begin[0] else None

    def around(self, span: Span, *, whole: bool) -> Span:
        """Return the span of the sentence around a span, or without `whole` of its part between commas."""
        begins = bisect_right(self.sentences, span[0], key=lambda sentence: sentence.span[0])
        begin, end = self.sentences[begins - 1].span if begins else span
        if end <= span[0]:
            begin, end = span
        if not whole:
            left, right = self.raw.rfind(",", begin, span[0]), self.raw.find(",", span[1], end)
            begin, end = (left if left >= 0 else begin), (right if right >= 0 else end)
        while begin < span[0] and self.raw[begin].isspace():
            begin += 1
        return begin, max(end, span[1])

    def covers(self, span: Span, wanted: Iterable[str]) -> bool:
        """Return whether a span contains all wanted words and is only a small part of its sentence."""
        words = self.words(span)
        others = len(self.words(self.around(span, whole=False))) - len(words)
        return set(wanted) <= {word.folded for word in words} and len(words) > _MUCH_LONGER < others


def find(text: str, words: str) -> Span | None:
    """Return the span of words in a text, or None. Case, diacritics and punctuation are ignored."""
    return Passage(text).find(Text.of(words).folded.split())


def put_in(text: str, span: Span, new: str) -> str:
    """Return a text with a span replaced. Words that already stand beside the span are not repeated."""
    begin = max(0, span[0] - _BESIDE)
    added = [word.folded for word in Text.of(new).words]
    before = Text.of(text[begin : span[0]]).words[-_BESIDE_WORDS:]
    after = Text.of(text[span[1] : span[1] + _BESIDE]).words[:_BESIDE_WORDS]
    left = _shared([word.folded for word in before], added)
    right = _shared([word.folded for word in reversed(after)], added[::-1][: len(added) - left])
    start = begin + before[-left].start if left else span[0]
    end = span[1] + (after[right - 1].end if right else 0)
    closed = new[-1:] in _CLOSING and text[end : end + 1] in _CLOSING and text[end : end + 1]
    return f"{text[:start]}{new[:-1] if closed else new}{text[end:]}"


def _shared(around: Sequence[str], added: Sequence[str]) -> int:
    most = min(len(around), len(added) - 1)
    return next((n for n in range(most, 0, -1) if list(around[len(around) - n :]) == list(added[:n])), 0)


def inserted(before: str, new: str, after: str) -> str:
    """Return two parts of a text with new words between them and fitting punctuation."""
    left, right = before.rstrip(), after.lstrip()
    if right.startswith((".", ",", ";")) and left:
        return f"{left}{'' if new[:1] in ',.;' else ', '}{new.rstrip(' .')}{after}"
    gap = " " if right or left[-1:] in ".!?…,;:" else ". "
    return f"{left}{gap if left and new[:1] not in ',.;' else ''}{new}{' ' if right else ''}{right}"


def joined(before: str, after: str) -> str:
    """Return two parts of a text joined by one space, without a comma or quotation mark left over."""
    left, right = before.rstrip(" ,;\"“”'"), after.lstrip(" \"“”'")
    if not left or left[-1] in ".!?…\n":
        right = right.lstrip(" ,;.")
    if not left:
        return right.strip()
    return f"{left}{'' if right[:1] in {'', ',', '.', ';', '!', '?', chr(10)} else ' '}{right}".strip()
