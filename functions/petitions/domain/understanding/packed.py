"""Learned weights in arrays: as objects their half a million numbers would make a cold start a fifth longer.

The weights are petitions/data/reading_model.json, written by infra/conversation/retrain.py.
"""

from __future__ import annotations

import sys
import zlib
from array import array
from base64 import b64decode
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from math import exp
from typing import Any, Literal

PACKED = ("keys", "lengths", "columns", "weights")
"""The arrays of a head in its JSON, as base64 of little-endian numbers of 32, 8, 8 and 16 bits."""

STEP = 1 / 256
"""The value of one step of a weight."""


def key_of(name: str) -> int:
    """Return the 32 bits by which a feature is found; two features of a head share theirs once in 50,000 times."""
    return zlib.crc32(name.encode())


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """A linear classifier: a sparse row of weights for each feature."""

    classes: tuple[str, ...]
    bias: tuple[float, ...]
    keys: array[int]
    """Of the features, sorted."""
    starts: array[int]
    """By feature, where its row begins; one more for the end."""
    columns: bytes
    """The numbers of classes, row after row."""
    weights: array[int]
    """In steps, beside `columns`."""

    @classmethod
    def load(cls, data: Mapping[str, Any]) -> Head:
        """Return the head read from its JSON. Raise KeyError, TypeError or ValueError if the shape is wrong."""
        keys, lengths, columns, weights = (b64decode(data[name], validate=True) for name in PACKED)
        head = cls(
            tuple(data["classes"]),
            tuple(number * STEP for number in data["bias"]),
            _numbers("I", keys),
            array("I", accumulate(lengths, initial=0)),
            columns,
            _numbers("h", weights),
        )
        if len(head.starts) != len(head.keys) + 1 or not head.starts[-1] == len(columns) == len(head.weights):
            raise ValueError("the rows of a head do not fit together")
        return head

    def row(self, name: str) -> tuple[tuple[int, float], ...]:
        """Return the weights of a feature, each with the number of its class; none if it is unknown."""
        key = key_of(name)
        at = bisect_left(self.keys, key)
        if at == len(self.keys) or self.keys[at] != key:
            return ()
        entries = range(self.starts[at], self.starts[at + 1])
        return tuple((self.columns[entry], self.weights[entry] * STEP) for entry in entries)

    def add(self, sums: list[float], names: Iterable[str], value: float = 1.0) -> None:
        """Add the weights of these features, each with this value, to the sums by class."""
        keys, starts, columns, weights = self.keys, self.starts, self.columns, self.weights
        count, scale = len(keys), value * STEP
        for name in names:
            key = zlib.crc32(name.encode())
            at = bisect_left(keys, key)
            if at < count and keys[at] == key:
                for entry in range(starts[at], starts[at + 1]):
                    sums[columns[entry]] += scale * weights[entry]


def chances(sums: Iterable[float]) -> list[float]:
    """Return the probabilities that belong to log odds."""
    listed = list(sums)
    most = max(listed)
    raised = [exp(value - most) for value in listed]
    total = sum(raised)
    return [value / total for value in raised]


def _numbers(kind: Literal["I", "h"], raw: bytes) -> array[int]:
    found = array(kind, raw)
    if sys.byteorder == "big":
        found.byteswap()
    return found
