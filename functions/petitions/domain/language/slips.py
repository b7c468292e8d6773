"""Find the known words that a misspelt word may mean: one letter off, or the same by sound."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

SOUND = 0.75
"""The weight of a known word that sounds the same. The word itself has 1."""
SLIP = 0.7
"""The weight of a known word that differs by one slip."""
SHORTEST = 4
"""The fewest letters of the longer of two words that are compared. Most shorter words differ by one slip."""
LONGEST = 15
"""The most letters of a word that is compared."""

_BEGINNINGS = (
    *(("ngh", "ng"), ("gh", "g"), ("tr", "ch"), ("gi", "d"), ("qu", "q")),
    *(("r", "d"), ("x", "s"), ("l", "n"), ("k", "c")),
)
_ENDS = (("nh", "n"), ("ng", "n"), ("ch", "t"), ("c", "t"))


class Spellings:
    """A set of known words, without diacritics, in which misspelt words are looked up."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._shorter: dict[str, list[str]] = defaultdict(list)
        self._sounds: dict[str, list[str]] = defaultdict(list)

    def add(self, words: Iterable[str]) -> None:
        """Add words to the known ones. Words with digits or more than LONGEST letters are ignored."""
        for word in words:
            if word in self._known or not is_compared(word):
                continue
            self._known.add(word)
            self._sounds[sound(word)].append(word)
            for form in {word, *without_one(word)}:
                self._shorter[form].append(word)

    def near(self, word: str) -> dict[str, float]:
        """Return the other known words that may be meant, with their weights (SOUND or SLIP)."""
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
    """Return whether two words differ by one added, missing or changed letter, or by two swapped neighbours."""
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
    """Return whether a word takes part in the comparison: only letters, and at most LONGEST of them."""
    return len(word) <= LONGEST and word.isalpha()


def without_one(word: str) -> list[str]:
    """Return the forms of a word with one letter left out.

    Two words that differ by one slip have a common form, or one of them is a form of the other.
    """
    return [word[:at] + word[at + 1 :] for at in range(len(word))]


def sound(word: str) -> str:
    """Return a spelling shared by words that sound the same in some accents (tr and ch, l and n, final c and t)."""
    for written, common in _BEGINNINGS:
        if word.startswith(written):
            word = common + word[len(written) :]
            break
    for written, common in _ENDS:
        if word.endswith(written):
            word = word[: -len(written)] + common
            break
    return word.replace("y", "i")
