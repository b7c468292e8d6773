"""What the learned models see of a message: features of a clause, of a cut between clauses, and of a word.

Words of courtesy say little and stand everywhere, so neighbours are also taken without them: "xong rồi cháu ạ" and
"dạ xong rồi" share "xong roi".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from petitions.domain.language.words import spellings
from petitions.domain.understanding.name_words import GIVEN, SURNAMES
from petitions.domain.understanding.short_forms import COURTESY, COURTESY_FOLDED, SHORT_FORMS
from petitions.domain.understanding.text import Text

_PIECES = (2, 3, 4, 5)
_PICTURE = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]|:\\)|:\\(|:v\\b")
_LENGTHS = (0, 1, 2, 4, 7, 12, 20, 40)
_SHORT_CORE = 4
_LONG_NUMBER = 12
_MOST_PIECED = 60
"""Words of a clause whose pieces are taken; what is longer is a story."""


@dataclass(frozen=True, slots=True)
class Sight:
    """A message as the models see it; lists run over its words."""

    text: Text
    tokens: tuple[str, ...]
    """Folded, short forms written out; a number by its length, a value that was found by form by its kind."""
    keys: tuple[str, ...]
    """The same with marks, where the writer put any."""
    plain: tuple[bool, ...]
    """Whether the word is one of courtesy."""
    gaps: tuple[str, ...]
    """The kind of what stands before each word, and behind the last: "", "," and so on."""

    @classmethod
    def of(cls, text: Text, known: dict[int, str]) -> Sight:
        """Return how the models see a text; `known` has the kind of value ("zphone") of words found by their form."""
        tokens, keys, plain = [], [], []
        for at, word in enumerate(text.words):
            if at in known:
                token = key = known[at]
            elif word.folded.isdigit():
                token = key = f"#{min(len(word.folded), _LONG_NUMBER)}" if len(word.folded) > 1 else word.folded
            else:
                key, token = _spoken(word.raw.lower()) or (word.key, word.folded)
            tokens.append(token)
            keys.append(key if word.marked or key != token else token)
            plain.append(word.raw.lower() in COURTESY if text.marked else token in COURTESY_FOLDED)
        gaps = tuple(_gap(text.gap(at)) for at in range(len(text.words) + 1))
        return cls(text, tuple(tokens), tuple(keys), tuple(plain), gaps)


def _spoken(raw: str) -> tuple[str, str] | None:
    """Return the spellings of what a short form stands for, words joined, or None."""
    full = SHORT_FORMS.get(raw)
    if full is None:
        return None
    pairs = [spellings(word) for word in full.split()]
    return " ".join(key for key, _ in pairs), " ".join(folded for _, folded in pairs)


def _gap(between: str) -> str:
    """Return the strongest mark in what stands between two words; "n" for a line break."""
    return next((mark for mark in '\n.?!;:,-"“”(…/' if mark in between), "").replace("\n", "n")


def of_clause(sight: Sight, first: int, last: int, situation: str) -> tuple[list[str], list[str]]:
    """Return the features of the words from `first` up to `last`: of words and shape, and of pieces of words."""
    tokens, keys = sight.tokens[first:last], sight.keys[first:last]
    names = [f"@{situation}"]
    names += (f"w{token}" for token in tokens)
    names += _runs("b", "t", ["<", *tokens, ">"])
    names += (f"m{key}" for key, token in zip(keys, tokens, strict=True) if key != token)
    names += (f"n{a} {b}" for a, b in pairwise(["<", *keys, ">"]) if not (a + b).isascii())
    core = [token for at, token in enumerate(tokens, first) if not sight.plain[at]]
    names += _runs("c", "d", ["<", *core, ">"])
    names += (f"s{a} {b}" for a, b in zip(core, core[2:], strict=False))
    if len(core) <= _SHORT_CORE:
        whole = " ".join(core)
        names += (f"e{whole}", f"{situation}|{whole}")
        names += (f"{situation}|{token}" for token in core)
    names += _of_shape(sight, first, last, len(core))
    names += _of_neighbours(sight, first, last, situation)
    line = f" {' '.join(tokens[:_MOST_PIECED])} "
    pieces = [line[at : at + length] for length in _PIECES for at in range(len(line) - length + 1)]
    return list(dict.fromkeys(names)), list(dict.fromkeys(f"p{piece}" for piece in pieces))


def _of_shape(sight: Sight, first: int, last: int, core: int) -> Iterator[str]:
    text = sight.text
    begin = text.words[first].start if first < last else 0
    end = text.words[last].start if last < len(text.words) else len(text.raw)
    typed = text.raw[begin:end]
    yield f"#core{_bucket(core)}"
    yield f"#words{_bucket(last - first)}"
    yield from (f"#has{mark}" for mark in '?!\n"“' if mark in typed)
    if _PICTURE.search(typed):
        yield "#picture"
    if first < last and not any(word.marked for word in text.words[first:last]):
        yield "#bare"
    if typed.isupper() and last - first > 1:
        yield "#loud"
    capitals = sum(word.capital for word in text.words[first:last])
    if capitals == last - first and capitals > 1:
        yield "#title"


def _of_neighbours(sight: Sight, first: int, last: int, situation: str) -> Iterator[str]:
    """Yield where the clause stands in the message, and the words beside it."""
    if first == 0 and last == len(sight.tokens):
        yield "#alone"
        return
    yield "#first" if first == 0 else "#last" if last == len(sight.tokens) else "#middle"
    yield from (f"L{token}" for token in sight.tokens[max(0, first - 3) : first])
    yield from (f"R{token}" for token in sight.tokens[last : last + 3])
    yield f"#{situation}{'first' if first == 0 else 'later'}"


def _runs(pair: str, triple: str, tokens: Sequence[str]) -> Iterator[str]:
    yield from (f"{pair}{a} {b}" for a, b in pairwise(tokens))
    yield from (f"{triple}{a} {b} {c}" for a, b, c in zip(tokens, tokens[1:], tokens[2:], strict=False))


def _bucket(number: int) -> int:
    return next((at for at, limit in enumerate(_LENGTHS) if number <= limit), len(_LENGTHS))


def of_command(sight: Sight, at: int, situation: str) -> list[str]:
    """Return the features of a word that tell to what command its clause belongs."""
    tokens, gaps, count = sight.tokens, sight.gaps, len(sight.tokens)
    names = [f"{away}w{tokens[at + away]}" for away in range(max(-4, -at), min(5, count - at))]
    left2, left = tokens[at - 2] if at > 1 else "<", tokens[at - 1] if at else "<"
    right = tokens[at + 1] if at + 1 < count else ">"
    right2 = tokens[at + 2] if at + 2 < count else ">"
    here, gap = tokens[at], gaps[at]
    names += [
        f"b{left} {here}", f"c{here} {right}", f"d{left2} {left}", f"e{right} {right2}", f"t{left} {here} {right}",
        f"u{left2} {left} {here}", f"v{here} {right} {right2}", f"G{gap}", f"H{gaps[at + 1]}", f"Gw{gap}{here}",
        f"Gb{gap}{here} {right}", f"x{situation}", f"xw{situation}{here}", f"xG{situation}{gap}",
        f"xb{situation}{here} {right}", f"#{_bucket(at)}{situation}", f"${_bucket(count - at - 1)}",
        f"%{_bucket(count)}{situation}", "q?" if "?" in gaps[at + 1 : at + 8] else "q",
    ]  # fmt: skip
    if sight.keys[at] != here:
        names.append(f"m{sight.keys[at]}")
    if not at or gap:
        names += [f"B{token}" for token in sorted(set(tokens[max(0, at - 12) : at]))]
    return names


def of_word(sight: Sight, at: int, situation: str, places: Sequence[str]) -> Iterator[str]:
    """Yield the features of a word that tell to what value it belongs; `places` has what the gazetteer says of each."""
    tokens, gaps, words = sight.tokens, sight.gaps, sight.text.words
    count = len(tokens)
    for away in range(max(-3, -at), min(4, count - at)):
        yield f"{away}w{tokens[at + away]}"
    for away in range(max(-2, -at), min(3, count - at)):
        beside = at + away
        yield f"{away}N{_of_names(tokens[beside])}"
    for away in range(max(-1, -at), min(2, count - at)):
        beside = at + away
        yield f"{away}s{_form(words[beside].raw)}"
        if sight.keys[beside] != tokens[beside]:
            yield f"{away}m{sight.keys[beside]}"
        if places[beside]:
            yield f"{away}Z{places[beside]}"
    before, after = gaps[at], gaps[at + 1]
    yield from (
        f"G{before}",
        f"H{after}",
        f"x{situation}",
        f"xG{situation}{before}",
        f"xs{situation}{_form(words[at].raw)}",
    )
    left = tokens[at - 1] if at else "<"
    right = tokens[at + 1] if at + 1 < count else ">"
    here = tokens[at]
    yield from (f"b{left} {here}", f"c{here} {right}", f"Gw{before}{here}", f"Hw{here}{after}", f"xw{situation}{here}")
    if at > 1:
        yield f"d{tokens[at - 2]} {left}"
    if at + 2 < count:
        yield f"e{right} {tokens[at + 2]}"
    yield f"p{here[:3]}"
    yield f"q{here[-3:]}"
    yield f"#{_bucket(at)}"
    yield f"${_bucket(count - at - 1)}"
    yield f"%{_bucket(count)}{situation}"
    yield f"M{sight.text.marked}{_form(words[at].raw)}"


def _of_names(token: str) -> str:
    """Return whether a syllable is a surname, stands within names, or both."""
    return ("S" if token in SURNAMES else "") + ("G" if token in GIVEN else "")


def _form(raw: str) -> str:
    """Return how a word is written: letters in capitals or not, a number, or both."""
    if raw.isdigit():
        return f"9{min(len(raw), 5)}"
    if any(character.isdigit() for character in raw):
        return "a9"
    return "A" if raw.isupper() and len(raw) > 1 else "Aa" if raw[:1].isupper() else "a"
