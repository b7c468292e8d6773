"""A citizen's message, split into words once when it arrives."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from petitions.domain.language.words import Word, is_marked, spellings

_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe0f\u20e3\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_WORD = re.compile(r"[^\W_]+")
EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}", re.ASCII)
"""The pattern of an e-mail address in a message."""
LONGEST_READ, HEAD, TAIL = 260, 170, 90
"""Numbers of words: of a message longer than LONGEST_READ, only the first HEAD and the last TAIL words are read."""


@dataclass(frozen=True)
class Text:
    """A message in Unicode NFC, without invisible characters, with its line breaks and its words."""

    raw: str
    words: tuple[Word, ...]
    """The words in order, with their positions in `raw`."""

    @classmethod
    def of(cls, raw: str) -> Text:
        """Return a message in normalised form, split into words. Never raise."""
        shown = unicodedata.normalize("NFC", _INVISIBLE.sub("", raw))
        found: list[Word] = []
        last = 0
        for match in _WORD.finditer(shown):
            key, folded = spellings(match[0])
            if folded:
                parted = not _PARTING.isdisjoint(shown[last : match.start()]) if match.start() > last + 1 else False
                found.append(Word(match[0], key, folded, match.start(), match.end(), parted))
                last = match.end()
        return cls(shown, tuple(found))

    @cached_property
    def marked(self) -> bool:
        """Whether the message is typed with Vietnamese diacritics."""
        return is_marked(self.words)

    @cached_property
    def flat(self) -> str:
        """The text in lower case without diacritics. It is as long as `raw`, so positions are valid in both."""
        return self.raw.translate(_BARE)

    @cached_property
    def folded(self) -> str:
        """The words in lower case without diacritics, with one space between them."""
        return " ".join(word.folded for word in self.words)

    def gap(self, at: int) -> str:
        """Return the characters between word `at` and the one before it.

        At the ends of the text, return the characters before the first word or after the last one.
        """
        begin = self.words[at - 1].end if at else 0
        end = self.words[at].start if at < len(self.words) else len(self.raw)
        return self.raw[begin:end]

    def between(self, first: int, last: int) -> str:
        """Return the text from word `first` to word `last` (exclusive), without spaces at its ends."""
        return self.raw[self.words[first].start : self.words[last - 1].end] if first < last else ""

    def part(self, begin: int, end: int) -> Text:
        """Return a span of characters as a `Text`, without words that cross its ends."""
        words = tuple(
            Word(word.raw, word.key, word.folded, word.start - begin, word.end - begin, word.parted)
            for word in self.words
            if begin <= word.start and word.end <= end
        )
        return Text(self.raw[begin:end], words)

    @property
    def wordless(self) -> bool:
        """Whether the message has no words, only symbols such as emoji and punctuation."""
        return not self.words


_PARTING = frozenset(',.;:!?()\n"“”…')


class _Bare(dict[int, str]):
    def __missing__(self, code: int) -> str:
        bare = self[code] = _bare(chr(code))
        return bare


def _bare(character: str) -> str:
    if character.isascii():
        return character.lower()
    if character in "đĐ":
        return "d"
    if character.isspace():
        return " "
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    return (unicodedata.normalize("NFD", character)[0].lower() or character)[0]


_BARE = _Bare()
