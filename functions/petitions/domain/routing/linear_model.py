"""A linear model in plain Python for the probability of a few classes, given word pairs, concepts and rules.

It is trained offline (infra/routing/train.py). The weights in petitions/data/routing_model.json are multiples of
`WEIGHT_STEP`. The model has four classifiers, called heads: `tier` (level of government), `unit` (department or
agency), `kind` (kind of text) and `misconduct` (whether the text accuses public servants).
"""

from __future__ import annotations

import json
import math
from array import array
from base64 import b64decode, b64encode
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from itertools import accumulate, pairwise
from typing import Any

from petitions.domain.language.words import Word

WEIGHT_STEP = 0.02
START, END = "<", ">"
_RECORD = 4
"""The bytes of a key, and of a class index with its weight."""


def ngrams(tokens: Sequence[str]) -> dict[str, float]:
    """Return the distinct words and pairs of neighbours, scaled so that long texts weigh no more than short ones."""
    around = (START, *tokens, END)
    found = dict.fromkeys((*tokens, *(f"{a} {b}" for a, b in pairwise(around))))
    value = 1 / math.sqrt(len(found)) if found else 0.0
    return dict.fromkeys(found, value)


def marked_ngrams(text: Sequence[Word]) -> dict[str, float]:
    """Return the words with diacritics and all pairs of neighbours as written, scaled like `ngrams`.

    An accusation and thanks often differ only in diacritics, such as "tiên" and "tiền".
    """
    raw = [word.raw.lower() for word in text]
    found = [f"={word}" for word, folded in zip(raw, text, strict=True) if word != folded.folded]
    found += [f"={one} {two}" for one, two in pairwise(raw)]
    value = 1 / math.sqrt(len(set(found))) if found else 0.0
    return dict.fromkeys(found, value)


def tokens(text: Sequence[Word], masks: Mapping[int, str]) -> list[str]:
    """Return the words of a text in lower case and without diacritics, with "0" for every number.

    `masks` maps positions to replacements. The replacement "" removes the word.
    """
    shown = (masks.get(at, "0" if word.folded[0].isdigit() else word.folded) for at, word in enumerate(text))
    return [token for token in shown if token]


@lru_cache(maxsize=1024)  # the heads look up the same n-grams one after the other
def _hashed(gram: str) -> tuple[int, int]:
    found = blake2b(gram.encode(), digest_size=5).digest()
    return int.from_bytes(found[:4], "little"), found[4]


class Weights:
    """The weights of a head by n-gram, in 20 MB less than a dict of strings takes.

    Only a hash of 40 bits is kept of every n-gram, sorted by its first 32. A text's n-gram that was not in the training
    data gets the weights of another one with a probability of 1 in 25 million.
    """

    __slots__ = ("_checks", "_keys", "_numbers", "_starts")

    def __init__(self, stored: Mapping[str, str]) -> None:
        """Load the weights from the JSON value that `packed` returns. Raise KeyError or ValueError if it is wrong."""
        self._keys = array("I", accumulate(array("I", _joined(b64decode(stored["keys"], validate=True)))))
        self._checks = b64decode(stored["checks"], validate=True)
        self._numbers = array("h", _joined(b64decode(stored["numbers"], validate=True)))
        self._starts = array("I", accumulate(b64decode(stored["lengths"], validate=True), initial=0))
        if not len(self._keys) == len(self._checks) == len(self._starts) - 1 or self._starts[-1] != len(self._numbers):
            raise ValueError("the parts of the weights do not fit together")

    def get(self, gram: str) -> Sequence[int]:
        """Return a list that alternates class index and weight, in units of `WEIGHT_STEP`. Empty if unknown."""
        key, check = _hashed(gram)
        at = bisect_left(self._keys, key)
        while at < len(self._keys) and self._keys[at] == key:
            if self._checks[at] == check:
                return self._numbers[self._starts[at] : self._starts[at + 1]]
            at += 1
        return ()


def packed(weights: Mapping[str, Sequence[int]]) -> dict[str, str]:
    """Return the JSON value of `Weights`: little-endian arrays in base64. Raise ValueError if two n-grams collide.

    `weights` has, by n-gram, a list that alternates class index and weight, in units of `WEIGHT_STEP`. Keys are stored
    as differences, and the bytes of keys and pairs by their place, so that an archive is a quarter smaller.
    """
    rows = sorted((*_hashed(gram), row) for gram, row in weights.items())
    if any(one[:2] == other[:2] for one, other in pairwise(rows)):
        raise ValueError("two n-grams have the same hash: train with one more example")
    keys = [key for key, _, _ in rows]
    parts = {
        "keys": _by_place(array("I", [after - key for key, after in pairwise([0, *keys])]).tobytes()),
        "checks": bytes(check for _, check, _ in rows),
        "lengths": bytes(len(row) for _, _, row in rows),
        "numbers": _by_place(array("h", [number for _, _, row in rows for number in row]).tobytes()),
    }
    return {name: b64encode(part).decode() for name, part in parts.items()}


def _by_place(records: bytes) -> bytes:
    """Return the bytes of records of four bytes, first all first ones, and so on: `b"abcdABCD"` -> `b"aAbBcCdD"`."""
    return b"".join(records[place::_RECORD] for place in range(_RECORD))


def _joined(places: bytes) -> bytes:
    """Return the records from which `_by_place` made these bytes. Raise ValueError if the last one is incomplete."""
    records, count = bytearray(len(places)), len(places) // _RECORD
    for place in range(_RECORD):
        records[place::_RECORD] = places[place * count : (place + 1) * count]
    return bytes(records)


@dataclass(frozen=True, slots=True, eq=False)
class ModelHead:
    """One classifier of the linear model, with its classes and weights."""

    classes: tuple[str, ...]
    bias: tuple[int, ...]
    """The constant of every class, in units of `WEIGHT_STEP`."""
    evidence: float
    """The factor for the weights given by the rules."""
    weights: Weights = field(repr=False)

    def odds(self, grams: Mapping[str, float], by_rules: Mapping[str, float]) -> dict[str, float]:
        """Return the log odds by class. `by_rules` are the weights of the rules by class."""
        sums = [0.0] * len(self.classes)
        for gram, value in grams.items():
            row = self.weights.get(gram)
            if row:
                for at in range(0, len(row), 2):
                    sums[row[at]] += value * row[at + 1]
        return {
            name: (bias + total) * WEIGHT_STEP + self.evidence * by_rules.get(name, 0.0)
            for name, bias, total in zip(self.classes, self.bias, sums, strict=True)
        }

    def supporting_grams(self, grams: Mapping[str, float], name: str) -> tuple[str, ...]:
        """Return the n-grams of a text that favour the class, strongest first. Empty if the class is unknown."""
        if name not in self.classes:
            return ()
        wanted = self.classes.index(name)
        rows = []
        for gram in grams:
            row = self.weights.get(gram)
            own = next((row[at + 1] for at in range(0, len(row), 2) if row[at] == wanted), 0)
            if own > 0 and START not in gram and END not in gram:
                rows.append((-own * grams[gram], gram))
        return tuple(gram for _, gram in sorted(rows))


def shares(odds: Mapping[str, float]) -> dict[str, float]:
    """Return log odds as probabilities, which sum to 1."""
    most = max(odds.values(), default=0.0)
    raised = {name: math.exp(value - most) for name, value in odds.items()}
    total = sum(raised.values()) or 1.0
    return {name: value / total for name, value in raised.items()}


@dataclass(frozen=True, slots=True, eq=False)
class LinearModel:
    """One trained version of the model."""

    version: str
    tier: ModelHead
    unit: ModelHead
    kind: ModelHead
    misconduct: ModelHead
    """The head with the classes `yes` and `no`. Its n-grams are those of `ngrams` and `marked_ngrams`."""
    closed: float
    """The likelihood of misconduct from which only coordinators may read a text."""
    doubted: float
    """The likelihood of misconduct from which a person must choose the unit."""
    slope: float
    """The factor that, with `shift`, turns log odds of the first unit into its hit rate in cross-validation."""
    shift: float
    threshold: float
    """The confidence from which the software routes without a person."""

    @classmethod
    def load(cls, raw: bytes | str | dict[str, Any]) -> LinearModel:
        """Return the model read from its JSON. Raise KeyError, TypeError or ValueError if the shape is wrong."""
        data: dict[str, Any] = raw if isinstance(raw, dict) else json.loads(raw)
        heads = {name: head_of(data["heads"][name]) for name in ("tier", "unit", "kind", "misconduct")}
        return cls(
            version=str(data["version"]),
            slope=float(data["slope"]),
            shift=float(data["shift"]),
            threshold=float(data["threshold"]),
            closed=float(data["closed"]),
            doubted=float(data["doubted"]),
            **heads,
        )

    def misconduct_of(self, grams: Mapping[str, float]) -> float:
        """Return the likelihood, 0 to 1, that a text reports misconduct, given its `ngrams` and `marked_ngrams`."""
        return shares(self.misconduct.odds(grams, {}))["yes"]

    def confidence(self, share: float) -> float:
        """Return the confidence, 0 to 1, that the first unit is right, given its probability."""
        share = min(max(share, 1e-6), 1 - 1e-6)
        return 1 / (1 + math.exp(-(self.slope * math.log(share / (1 - share)) + self.shift)))


def head_of(row: Mapping[str, Any]) -> ModelHead:
    """Return a head (one classifier) read from its JSON.

    Equal lists of weights are stored once, because most n-grams share a few lists.
    """
    return ModelHead(tuple(row["classes"]), tuple(row["bias"]), float(row["evidence"]), Weights(row["weights"]))
