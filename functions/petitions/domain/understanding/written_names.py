"""A person's name as it is written from a certain place in a text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

from petitions.domain.language.words import fold
from petitions.domain.understanding.name_words import (
    AMBIGUOUS,
    COMMON,
    ENDS,
    GIVEN,
    MARKED,
    MIDDLE,
    NO_NAME,
    NO_PAIR,
    NOT_TOLD,
    PARTICLES,
    SURNAMES,
    TITLES,
    TRAILS,
)

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+){0,3}")
_LONGEST, _LEAST = 6, 2
_REACH = 120
_QUOTES = " :.'\"“”-"
_NOBODY = frozenset({"viet nam", "ha noi", "dong y", "vo danh", "an danh", "nguoi dan", "cong dan"})


def name_at(text: str, start: int, *, told: bool, end: int | None = None) -> str | None:
    """Return the name that begins here; `told` says that words announce one, so that a single word is enough."""
    stop = len(text) if end is None else end
    found = list(_WORD.finditer(text, start, min(stop, start + _REACH)))
    first = _first_word(text, start, found)
    taken, following = _taken(text, found[first:])
    small = _is_small(taken)
    while taken and not small and taken[-1][0].islower():
        taken.pop()
    if not taken or fold(" ".join(taken)) in _NOBODY or (small and following and _unsure(taken, following)):
        return None
    return " ".join(taken) if _is_name(taken, told=told, small=small) else None


def _first_word(text: str, start: int, found: Sequence[re.Match[str]]) -> int:
    """Return which word comes behind titles; beyond the last if something else stands between."""
    at = start
    for count, match in enumerate(found):
        if text[at : match.start()].strip(_QUOTES):
            break
        if not (match[0] in TITLES and _leads(text, match)):
            return count
        at = match.end()
    return len(found)


def _taken(text: str, found: Sequence[re.Match[str]]) -> tuple[list[str], str]:
    """Return the words that go on as one name, and the word that follows them in the same breath."""
    taken: list[str] = []
    at = 0
    for match, coming in zip_longest(found, found[1:]):
        apart = bool(taken) and text[at : match.start()].strip(" ") != ""
        more = coming is not None and not text[match.end() : coming.start()].strip(" ") and coming[0] not in TRAILS
        if apart or (taken and not _goes_on(taken, match[0], more=more)):
            return taken, "" if apart else match[0]
        taken.append(match[0])
        at = match.end()
        if len(match[0]) == 1 and text[at : at + 2] == ". ":
            return [], ""
        if len(taken) == _LONGEST:
            break
    return taken, ""


def _unsure(taken: list[str], following: str) -> bool:
    """Return whether a name in lower case may not end before this word."""
    if len(taken) == 1 and following.isascii() and following not in TRAILS:
        return True
    if len(taken) > _LEAST and following.lower() in AMBIGUOUS:
        return False
    return following not in ENDS and (len(taken) == 1 or taken[1].lower() not in MIDDLE)


def _is_small(taken: list[str]) -> bool:
    """Return whether a name is written in lower case, but perhaps for the first letter of the message."""
    return bool(taken) and (taken[0].islower() or (len(taken) > 1 and all(word.islower() for word in taken[1:])))


def _leads(text: str, match: re.Match[str]) -> bool:
    """Return whether a title has a word behind it, so that it is no name itself."""
    follows = text[match.end() : match.end() + 1] in (" ", ".", ":")
    return follows and (match[0].islower() or not match[0].isascii() or fold(match[0]) not in SURNAMES)


def _goes_on(taken: list[str], word: str, *, more: bool) -> bool:
    first = taken[0]
    if first.isupper() and len(first) > 1:
        return word[0].isupper() and _fits(taken, word, more=more)
    if first[0].isupper() and (len(taken) == 1 or not _is_small(taken)):
        if word[0].isupper() or (word.lower() in MIDDLE | PARTICLES and taken[-1][0].isupper()):
            return True
        if len(taken) > 1 or fold(first) not in COMMON:
            return False
    return _fits(taken, word, more=more)


def _fits(taken: list[str], word: str, *, more: bool) -> bool:
    """Return whether a word may continue a name whose capitals tell nothing."""
    if taken[-1].lower() in MIDDLE:
        return True
    if word.lower() in AMBIGUOUS:
        return not more or len(taken) < _LEAST + 1
    if word.isascii() and word.lower() in GIVEN and (len(taken) < _LEAST or (not more and len(taken) < 2 * _LEAST)):
        return True
    return word not in ENDS


def _is_name(taken: list[str], *, told: bool, small: bool) -> bool:
    if not taken or sum(map(len, taken)) < _LEAST:
        return False
    first, many = fold(taken[0]), len(taken) > 1
    odd = sum(word in NO_NAME for word in taken if fold(word) not in PARTICLES)
    if many and first in SURNAMES and taken[1].lower() in MIDDLE:
        return len(taken) > _LEAST
    surname = first in COMMON and (taken[0].isascii() or taken[0].lower() in MARKED)
    if small and many and surname and all(fold(word) in GIVEN for word in taken[1:]):
        return len(taken) < _LONGEST and fold(" ".join(taken[:_LEAST])) not in NO_PAIR
    if small and not many:
        return told and odd == 0 and taken[0] not in ENDS
    if small:
        return first in COMMON and odd == 0 and len(taken) < _LONGEST
    if many and ((told and taken[0] not in NO_NAME) or first in COMMON or (first in SURNAMES and odd < len(taken))):
        return odd < len(taken)
    if many:
        return odd == 0 and (not taken[0].isupper() or len(taken[0]) == 1)
    return odd == 0 or (told and taken[0] not in NOT_TOLD)


def is_full(name: str) -> bool:
    """Return whether a name has a common surname and at least two words more, with capitals."""
    parts = name.split()
    return len(parts) > _LEAST and all(part[0].isupper() for part in parts) and fold(parts[0]) in COMMON
