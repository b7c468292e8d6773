"""Features of a message's words, as input of the learned network."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from petitions.domain.language.name_words import GIVEN, SURNAMES
from petitions.domain.language.words import spellings
from petitions.domain.understanding.short_forms import SHORT_FORMS
from petitions.domain.understanding.text import Text

PIECES = 6000
"""The number of hash buckets for pieces of words."""
_PIECE_LENGTHS, _MOST_PIECES = (2, 3), 10
_LONG_NUMBER = 12
_PICTURE = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]|:\\)|:\\(|:v\\b")


@dataclass(frozen=True, slots=True)
class SeenWord:
    """The features of one word of a message, as input of the learned network."""

    token: str
    """The word without diacritics, with short forms written out.

    A number is replaced by its length ("#4"). A word inside a phone number, e-mail address or code is replaced by its
    kind ("zphone").
    """
    key: str
    """The token with diacritics, if the writer typed any."""
    pieces: tuple[int, ...]
    """The hash buckets of the token's letter bigrams and trigrams."""
    shapes: tuple[str, ...]
    """Other features: punctuation around the word, capitals and digits, lists of names and places."""


def seen(text: Text, known: Mapping[int, str], places: Sequence[str]) -> list[SeenWord]:
    """Return the features of the words of a text.

    `known` maps the index of a word inside a phone number, e-mail address or code to its kind ("zphone"). `places`
    holds the feature of every word from the directory of places, as returned by `local_reader.word_places`.
    """
    found = []
    for at, word in enumerate(text.words):
        key, token = _spellings(text, at, known)
        behind = text.gap(at + 1)
        shapes = [
            f"G{_mark(text.gap(at))}",
            f"H{_mark(behind)}",
            f"F{_form(word.raw)}",
            f"N{_in_names(token)}",
            f"Z{places[at]}",
            *(["#picture"] if _PICTURE.search(behind) else []),
        ]
        found.append(SeenWord(token, key if word.marked or key != token else token, pieces_of(token), tuple(shapes)))
    return found


def _spellings(text: Text, at: int, known: Mapping[int, str]) -> tuple[str, str]:
    word = text.words[at]
    if at in known:
        return known[at], known[at]
    if word.folded.isdigit():
        number = f"#{min(len(word.folded), _LONG_NUMBER)}" if len(word.folded) > 1 else word.folded
        return number, number
    full = SHORT_FORMS.get(word.raw.lower())
    if full is None:
        return word.key, word.folded
    pairs = [spellings(part) for part in full.split()]
    return " ".join(key for key, _ in pairs), " ".join(folded for _, folded in pairs)


def pieces_of(token: str) -> tuple[int, ...]:
    """Return the hash buckets (from 0, below `PIECES`) of the first letter bigrams and trigrams of a token."""
    line = f"<{token}>"
    pieces = (line[at : at + length] for length in _PIECE_LENGTHS for at in range(len(line) - length + 1))
    return tuple(zlib.crc32(piece.encode()) % PIECES for piece, _ in zip(pieces, range(_MOST_PIECES), strict=False))


def _mark(between: str) -> str:
    """Return the strongest punctuation mark between two words, "n" for a line break, or ""."""
    return next((mark for mark in '\n.?!;:,-"“”(…/' if mark in between), "").replace("\n", "n")


def _in_names(token: str) -> str:
    return ("S" if token in SURNAMES else "") + ("G" if token in GIVEN else "")


def _form(raw: str) -> str:
    """Return the form of a word: "9" and its length for a number, "a9" for letters and digits, "A", "Aa" or "a"."""
    if raw.isdigit():
        return f"9{min(len(raw), 5)}"
    if any(character.isdigit() for character in raw):
        return "a9"
    return "A" if raw.isupper() and len(raw) > 1 else "Aa" if raw[:1].isupper() else "a"
