"""Small fingerprints of texts, to recognise a repeated petition without keeping its words.

Pairs of consecutive words are hashed, and the smallest hashes are kept. Two fingerprints are compared only up to the
smaller of their largest hashes. Both are complete up to there, so that a longer text causes no bias.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import pairwise

from petitions.domain.language.words import words

MOST_HASHES = 48
ALIKE_SHARE = 0.6
"""The share of the shorter text's pairs of words that the longer text must have, too."""

_FEWEST = 4


def fingerprint(text: str) -> list[int]:
    """Return the fingerprint of a text: at most MOST_HASHES hashes of 32 bits, in ascending order."""
    return sorted(pairs(text))[:MOST_HASHES]


def pairs(text: str) -> set[int]:
    """Return the 32-bit hashes of all pairs of consecutive words in a text."""
    folded = [word.folded for word in words(text)]
    neighbours = {f"{one} {two}" for one, two in pairwise(folded)}
    return {int.from_bytes(hashlib.blake2b(pair.encode(), digest_size=4).digest(), "big") for pair in neighbours}


def is_alike(one: Sequence[int], other: Sequence[int]) -> bool:
    """Return whether most of the shorter text is contained in the longer one, given their fingerprints."""
    ends = [kept[-1] for kept in (one, other) if len(kept) == MOST_HASHES]
    end = min(ends, default=2**32)
    mine, others = ({item for item in kept if item <= end} for kept in (one, other))
    fewest = min(len(mine), len(others))
    return fewest >= _FEWEST and len(mine & others) >= ALIKE_SHARE * fewest
