"""The features by which the model tells dialog acts apart: words, neighbours, pieces of words, and the message's shape.

Words of courtesy say little about the act and stand everywhere, so neighbours are also taken without them: "xong rồi
cháu ạ" and "dạ xong rồi" share "xong roi". Each feature of words counts in general, among situations alike, and in the
situation itself.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from petitions.domain.language.words import Word, is_marked, words
from petitions.domain.understanding.acts import Situation, group
from petitions.domain.understanding.short_forms import COURTESY, COURTESY_FOLDED, SHORT_FORMS

LONGEST_READ, BEGINNING, ENDING = 600, 400, 200
"""Characters; of a longer message the beginning and the end are read."""

_PIECES = (2, 3, 4, 5, 6)
_CODE = re.compile(r"\b(?:hn|pakn)[-. ]?[\w.-]{4,25}", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+-]{1,40}@[\w.-]{1,40}")
_PHONE = re.compile(r"(?<!\d)(?:\+?84|0)(?:[ .-]?\d){8,10}(?!\d)", re.ASCII)
_PICTURE = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]")
_LONG_NUMBER = 6
_LENGTHS = (0, 1, 2, 4, 7, 12, 20, 40)
_DIGITS = (1, 2, 4, 8, 12)
_FEWEST = {"words": 4, "pieces": 8}
_SHORT_CORE = 4
_NAME_LENGTH = range(2, 7)


def features(text: str, situation: Situation) -> dict[str, float]:
    """Return the features of a message with their values."""
    if len(text) > LONGEST_READ:
        text = f"{text[:BEGINNING]} {text[-ENDING:]}"
    said = words(_masked(text), SHORT_FORMS)
    spoken = list(dict.fromkeys([*_of_words(said), *_of_shape(text, said)]))
    value = 1 / math.sqrt(max(_FEWEST["words"], len(spoken)))
    place, alike = f"{situation}|", f"{group(situation)}|"
    found = {f"@{situation}": 1.0}
    for name in spoken:
        found[name] = found[alike + name] = found[place + name] = value
    pieces = set(_of_pieces(said))
    return found | dict.fromkeys(pieces, 1 / math.sqrt(max(_FEWEST["pieces"], len(pieces))))


def _masked(text: str) -> str:
    """Return the text with a word in place of codes, e-mail addresses and telephone numbers."""
    return _PHONE.sub(" zphone ", _EMAIL.sub(" zmail ", _CODE.sub(" zcode ", text)))


def _token(word: Word) -> str:
    """Return the folded word; a number of several digits by its length alone."""
    folded = word.folded
    return f"#{min(len(folded), _LONG_NUMBER)}" if folded.isdigit() and len(folded) > 1 else folded


def _of_words(said: Sequence[Word]) -> Iterator[str]:
    """Yield words, pairs and triples: folded, with marks, and without courtesy."""
    tokens = [_token(word) for word in said]
    yield from (f"w{token}" for token in tokens)
    yield from _runs("b", "t", ["<", *tokens, ">"])
    marked = ["<", *(word.key if word.marked else _token(word) for word in said), ">"]
    yield from (f"m{word.key}" for word in said if word.marked)
    yield from (f"n{a} {b}" for a, b in pairwise(marked) if not (a + b).isascii())
    polite, of = (COURTESY, marked[1:-1]) if is_marked(said) else (COURTESY_FOLDED, tokens)
    core = [token for token, form in zip(tokens, of, strict=True) if form not in polite]
    yield from _runs("c", "d", ["<", *core, ">"])
    yield from (f"s{a} {b}" for a, b in zip(core, core[2:], strict=False))
    if len(core) <= _SHORT_CORE:
        yield f"e{' '.join(core)}"
    yield f"#core{_bucket(len(core), _LENGTHS)}"


def _runs(pair: str, triple: str, tokens: Sequence[str]) -> Iterator[str]:
    yield from (f"{pair}{a} {b}" for a, b in pairwise(tokens))
    yield from (f"{triple}{a} {b} {c}" for a, b, c in zip(tokens, tokens[1:], tokens[2:], strict=False))


def _of_shape(text: str, said: Sequence[Word]) -> Iterator[str]:
    """Yield what the message looks like."""
    yield f"#words{_bucket(len(said), _LENGTHS)}"
    yield from (f"#has{mark}" for mark in "?!\n" if mark in text)
    if text.rstrip().endswith("?"):
        yield "#asks"
    if '"' in text or "“" in text:
        yield "#quotes"
    if _PICTURE.search(text):
        yield "#picture"
    letters = [word for word in said if word.folded.isalpha()]
    capitals = sum(word.capital for word in letters)
    if len(letters) in _NAME_LENGTH and capitals == len(letters):
        yield "#title"
    elif len(letters) >= min(_NAME_LENGTH) and text.isupper():
        yield "#loud"
    if digits := sum(character.isdigit() for character in text):
        yield f"#digits{_bucket(digits, _DIGITS)}"
    if letters and not is_marked(said):
        yield "#bare"


def _of_pieces(said: Sequence[Word]) -> Iterator[str]:
    """Yield all runs of a few characters of the folded text."""
    line = f" {' '.join(_token(word) for word in said)} "
    for length in _PIECES:
        yield from (f"p{line[at : at + length]}" for at in range(len(line) - length + 1))


def _bucket(number: int, limits: Sequence[int]) -> int:
    return next((at for at, limit in enumerate(limits) if number <= limit), len(limits))
