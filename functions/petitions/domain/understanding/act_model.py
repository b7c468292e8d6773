"""The learned model of dialog acts: linear heads over the features of a message, trained offline.

Its weights are petitions/data/dialog_act_model.json, written by infra/conversation/retrain.py.
"""

from __future__ import annotations

import json
import sys
import zlib
from array import array
from base64 import b64decode
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Literal

from petitions.domain.routing.linear_model import WEIGHT_STEP, shares
from petitions.domain.understanding.acts import DialogAct, Harm

SHARPNESS = 1.4
"""The penalty on weights makes the odds too cautious; measured on authors who were left out of the training."""

LEAST_LIKELY = {"topic": 0.2, "level": 0.5, "field": 0.5}
"""By head, the probability from which its class is taken."""

NONE = "none"
"""The class of a head for a message that has no such value."""

HEADS = ("act", "topic", "level", "field")


def key_of(gram: str) -> int:
    """Return the 32 bits by which a feature is found; two features of a head share theirs once in 50,000 times."""
    return zlib.crc32(gram.encode())


@dataclass(frozen=True, slots=True, eq=False)
class PackedHead:
    """A linear classifier in arrays: as objects its half a million numbers would make a cold start a fifth longer."""

    classes: tuple[str, ...]
    bias: tuple[int, ...]
    """In steps, by class."""
    keys: array[int]
    """Of the features, sorted."""
    starts: array[int]
    """By feature, where its row begins; one more for the end."""
    columns: bytes
    """The numbers of classes, row after row."""
    weights: array[int]
    """In steps, beside `columns`."""

    @classmethod
    def load(cls, data: Mapping[str, Any]) -> PackedHead:
        """Return the head read from its JSON. Raise KeyError, TypeError or ValueError if the shape is wrong."""
        keys, lengths, columns, weights = (b64decode(data[name], validate=True) for name in PACKED)
        head = cls(
            tuple(data["classes"]),
            tuple(data["bias"]),
            _numbers("I", keys),
            array("I", accumulate(lengths, initial=0)),
            columns,
            _numbers("h", weights),
        )
        if len(head.starts) != len(head.keys) + 1 or not head.starts[-1] == len(columns) == len(head.weights):
            raise ValueError("the rows of a head do not fit together")
        return head

    def odds(self, grams: Mapping[str, float]) -> dict[str, float]:
        """Return the log odds by class."""
        sums = [float(bias) for bias in self.bias]
        for gram, value in grams.items():
            key = key_of(gram)
            at = bisect_left(self.keys, key)
            if at < len(self.keys) and self.keys[at] == key:
                for entry in range(self.starts[at], self.starts[at + 1]):
                    sums[self.columns[entry]] += value * self.weights[entry]
        return {name: total * WEIGHT_STEP for name, total in zip(self.classes, sums, strict=True)}


PACKED = ("keys", "lengths", "columns", "weights")
"""The arrays of a head in its JSON, as base64 of little-endian numbers of 32, 8, 8 and 16 bits."""


def _numbers(kind: Literal["I", "h"], raw: bytes) -> array[int]:
    found = array(kind, raw)
    if sys.byteorder == "big":
        found.byteswap()
    return found


@dataclass(frozen=True, slots=True, eq=False)
class DialogActModel:
    """One trained version."""

    version: str
    heads: Mapping[str, PackedHead]
    """By what they tell: the act, the topic of a question, the level of a rating, the field of a correction."""
    harm: Mapping[str, Harm]
    """By group of situations."""

    @classmethod
    def load(cls, raw: bytes | str | dict[str, Any]) -> DialogActModel:
        """Return the version read from its JSON. Raise KeyError, TypeError or ValueError if the shape is wrong."""
        data: dict[str, Any] = raw if isinstance(raw, dict) else json.loads(raw)
        return cls(str(data["version"]), {name: PackedHead.load(data["heads"][name]) for name in HEADS}, data["harm"])

    def acts(self, grams: Mapping[str, float]) -> dict[DialogAct, float]:
        """Return the probability of each act for these features."""
        odds = self.heads["act"].odds(grams)
        return {DialogAct(name): share for name, share in shares({n: SHARPNESS * o for n, o in odds.items()}).items()}

    def best(self, name: str, grams: Mapping[str, float]) -> str | None:
        """Return the likeliest class of another head, or None if it is not likely enough."""
        found = shares(self.heads[name].odds(grams))
        best = max(found, key=lambda each: found[each])
        return best if best != NONE and found[best] >= LEAST_LIKELY[name] else None
