"""A small fingerprint of a text, by which a petition that is told again is recognised without its words.

Pairs of folded words are hashed; the smallest hashes are kept. Two fingerprints are compared below the lower of
their ends, where both are complete, so no bias comes from one text being longer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import pairwise

from petitions.domain.language.words import words

KEPT = 48
ALIKE = 0.6
"""Share of the shorter text's pairs that are also in the longer one."""

_FEWEST = 4


def fingerprint(text: str) -> list[int]:
    """At most KEPT hashes of 32 bits, ascending."""
    return sorted(pairs(text))[:KEPT]


def pairs(text: str) -> set[int]:
    """The hashes of all pairs of words."""
    folded = [word.folded for word in words(text)]
    said = {f"{one} {two}" for one, two in pairwise(folded)}
    return {int.from_bytes(hashlib.blake2b(pair.encode(), digest_size=4).digest(), "big") for pair in said}


def alike(one: Sequence[int], other: Sequence[int]) -> bool:
    """Whether the shorter text is mostly contained in the longer one."""
    ends = [kept[-1] for kept in (one, other) if len(kept) == KEPT]
    end = min(ends, default=2**32)
    mine, others = ({each for each in kept if each <= end} for kept in (one, other))
    fewest = min(len(mine), len(others))
    return fewest >= _FEWEST and len(mine & others) >= ALIKE * fewest
