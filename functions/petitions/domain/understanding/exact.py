"""What needs no model: the number of a choice, codes, and a message without a word."""

from __future__ import annotations

import re
from collections.abc import Mapping

from petitions.domain.language.words import fold
from petitions.domain.understanding.acts import DialogAct as Act
from petitions.domain.understanding.acts import Situation

LONGEST_CHOICE = 2
MOST_OFFERED = 6
"""The most wards that are offered by number."""
_CHOICE = re.compile(r"(?:so |chon |chon so |muc |option |no\.? ?)?(\d{1,2})", re.ASCII)
_ENDS = " .,!;:)(]["
_CODES = re.compile(r"\b(?:HN-\d{6}-[0-9A-Z]{4}-[0-9A-Z]{4}|PAKN\.\d{8}\.\d{1,8})\b", re.ASCII)

_NUMBERS: Mapping[Situation, Mapping[int, Act]] = {
    Situation.CONSENT: {1: Act.YES, 2: Act.NO},
    Situation.CONFIRM: {1: Act.YES, 2: Act.CORRECT, 3: Act.CANCEL},
    Situation.DUPLICATE: {1: Act.ADD, 2: Act.FILE},
    Situation.CHOOSE_WARD: dict.fromkeys(range(1, MOST_OFFERED + 1), Act.GIVE) | {0: Act.DECLINE},
    Situation.ANSWERED: dict.fromkeys(range(1, 4), Act.RATE),
}
"""The meaning of a bare number where numbered choices were shown."""


def number_in(text: str) -> int | None:
    """Return the number of a message that is a number and nothing else, or None."""
    found = _CHOICE.fullmatch(fold(text).strip(_ENDS))
    return int(found[1]) if found else None


def is_figure(text: str) -> bool:
    """Return whether a message has figures and no words, and more of them than a choice."""
    figures = sum(character.isdigit() for character in text)
    return figures > LONGEST_CHOICE and not any(character.isalpha() for character in text)


def codes_in(text: str) -> tuple[str, ...]:
    """Return the codes of petitions in a message, ours and the national portal's, in order."""
    return tuple(dict.fromkeys(_CODES.findall(text.upper())))


def exact_act(text: str, situation: Situation) -> Act | None:
    """Return the act of a number where numbers were offered, of a code alone, and of a message without words."""
    number = number_in(text)
    if number is not None:
        return _NUMBERS.get(situation, {}).get(number, Act.UNCLEAR if situation is Situation.CHOOSE_WARD else None)
    codes = codes_in(text)
    if codes and len(text.strip(_ENDS)) == sum(map(len, codes)):
        return Act.STATUS
    return Act.NOTHING if text and not any(letter.isalnum() for letter in text) and text.isascii() else None
