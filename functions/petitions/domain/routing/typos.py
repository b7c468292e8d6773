"""Correct typing errors in a ward's name, tried only right after a word such as "phường" or "xã"."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

_SHORTEST = 5
_LONG = 9


def closest(written: Sequence[str], names: Sequence[str]) -> tuple[str, int] | None:
    """Return the name with which the words begin, despite a typing error, and the number of words in it.

    Names are in lower case and without diacritics. An error is an added, missing, changed or swapped letter. A name of
    nine letters or more may have two. None if two names are equally near or none is near enough.
    """
    best: tuple[int, int, str, int] | None = None
    tie = False
    for taken in range(len(written), 0, -1):
        text = " ".join(written[:taken])
        if len(text) < _SHORTEST:
            continue
        limit = 2 if len(text) >= _LONG else 1
        for name, distance, _ in process.extract(text, names, scorer=OSA.distance, score_cutoff=limit, limit=3):
            found = (int(distance), -taken, name, taken)
            if best is None or found[:2] < best[:2]:
                best, tie = found, False
            elif found[0] == best[0] and name != best[2]:
                tie = True
    return None if best is None or tie else (best[2], best[3])
