"""Misspelt words: which words of a list are one slip away from another, or sound like it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

SOUND = 0.75
"""How much a word that sounds the same counts beside the word itself."""
SLIP = 0.7
"""The same of a word that is one slip away."""
SHORTEST = 4
"""The letters that the longer of two words has if they may be a slip apart: shorter ones are all near to each other."""
LONGEST = 15
"""The letters of the longest word that is compared."""

_BEGINNINGS = (
    *(("ngh", "ng"), ("gh", "g"), ("tr", "ch"), ("gi", "d"), ("qu", "q")),
    *(("r", "d"), ("x", "s"), ("l", "n"), ("k", "c")),
)
_ENDS = (("nh", "n"), ("ng", "n"), ("ch", "t"), ("c", "t"))


class Spellings:
    """Words without marks that can be found by misspelt ones."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._shorter: dict[str, list[str]] = defaultdict(list)
        self._sounds: dict[str, list[str]] = defaultdict(list)

    def add(self, words: Iterable[str]) -> None:
        """Take these words into the list."""
        for word in words:
            if word in self._known or not is_compared(word):
                continue
            self._known.add(word)
            self._sounds[sound(word)].append(word)
            for form in {word, *without_one(word)}:
                self._shorter[form].append(word)

    def near(self, word: str) -> dict[str, float]:
        """Return the other words that may be meant, each with how much it counts (SOUND, SLIP)."""
        if not is_compared(word):
            return {}
        found = dict.fromkeys(self._sounds.get(sound(word), ()), SOUND)
        for form in {word, *without_one(word)}:
            for other in self._shorter.get(form, ()):
                if max(len(word), len(other)) >= SHORTEST and is_one_slip(word, other):
                    found.setdefault(other, SLIP)
        found.pop(word, None)
        return found


def is_one_slip(one: str, other: str) -> bool:
    """Return whether the words differ by one letter more, less or other, or by two neighbours swapped."""
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    mine, others = one[start:], other[start:]
    if len(mine) != len(others):
        return mine[1:] == others or mine == others[1:]
    if not mine:
        return False
    return mine[1:] == others[1:] or (mine[:2] == others[1::-1] and mine[2:] == others[2:])


def is_compared(word: str) -> bool:
    """Return whether slips in the word are looked for."""
    return len(word) <= LONGEST and word.isalpha()


def without_one(word: str) -> list[str]:
    """Return the word without each of its letters; two words that are a slip apart share one of these or themselves."""
    return [word[:at] + word[at + 1 :] for at in range(len(word))]


def sound(word: str) -> str:
    """Return what a word sounds like where beginnings and ends of syllables are mixed up, as in many accents."""
    for written, heard in _BEGINNINGS:
        if word.startswith(written):
            word = heard + word[len(written) :]
            break
    for written, heard in _ENDS:
        if word.endswith(written):
            word = word[: -len(written)] + heard
            break
    return word.replace("y", "i")
