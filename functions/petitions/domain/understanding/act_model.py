"""The learned model of dialog acts: linear heads over the features of a message, trained offline.

Its weights are petitions/data/dialog_act_model.json, written by infra/conversation/retrain.py.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from petitions.domain.routing.linear_model import WEIGHT_STEP, shares
from petitions.domain.understanding.acts import DialogAct
from petitions.domain.understanding.harm import Harm

SHARPNESS = 1.4
"""The penalty on weights makes the odds too cautious; measured on authors who were left out of the training."""

LEAST_LIKELY = {"topic": 0.2, "level": 0.5, "field": 0.5}
"""By head, the probability from which its class is taken."""

NONE = "none"
"""The class of a head for a message that has no such value."""

FIRST_CLASS, ZERO = 0x100, 0x400

HEADS = ("act", "topic", "level", "field")


@dataclass(frozen=True, slots=True, eq=False)
class PackedHead:
    """A linear classifier whose rows are strings: half a million numbers would make a cold start a fifth longer."""

    classes: tuple[str, ...]
    bias: tuple[int, ...]
    """In steps, by class."""
    weights: Mapping[str, str]
    """By feature, pairs of characters: the number of a class, from `FIRST_CLASS`, and its weight, around `ZERO`."""

    def odds(self, grams: Mapping[str, float]) -> dict[str, float]:
        """Return the log odds by class."""
        sums = [float(bias) for bias in self.bias]
        for gram, value in grams.items():
            row = self.weights.get(gram)
            if row:
                for at in range(0, len(row), 2):
                    sums[ord(row[at]) - FIRST_CLASS] += value * (ord(row[at + 1]) - ZERO)
        return {name: total * WEIGHT_STEP for name, total in zip(self.classes, sums, strict=True)}


def packed(row: Sequence[int]) -> str:
    """Return a row of numbers of classes and weights, by turns, as a string."""
    return "".join(chr(FIRST_CLASS + row[at]) + chr(ZERO + row[at + 1]) for at in range(0, len(row), 2))


def _head(data: Mapping[str, Any]) -> PackedHead:
    return PackedHead(tuple(data["classes"]), tuple(data["bias"]), data["weights"])


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
        return cls(str(data["version"]), {name: _head(data["heads"][name]) for name in HEADS}, data["harm"])

    def acts(self, grams: Mapping[str, float]) -> dict[DialogAct, float]:
        """Return the probability of each act for these features."""
        odds = self.heads["act"].odds(grams)
        return {DialogAct(name): share for name, share in shares({n: SHARPNESS * o for n, o in odds.items()}).items()}

    def best(self, name: str, grams: Mapping[str, float]) -> str | None:
        """Return the likeliest class of another head, or None if it is not likely enough."""
        found = shares(self.heads[name].odds(grams))
        best = max(found, key=lambda each: found[each])
        return best if best != NONE and found[best] >= LEAST_LIKELY[name] else None
