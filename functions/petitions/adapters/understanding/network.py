"""The neural network that reads citizens' messages: two recurrent passes over the words, computed with numpy.

Its weights are in petitions/data/reading_model.json, which infra/conversation/retrain.py writes.
"""

from __future__ import annotations

import json
import os
from base64 import b64decode
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads that wait for such small sums cost ten times the sums
import numpy as np
from numpy.typing import NDArray

from petitions.adapters import reference
from petitions.domain.routing.places import Places
from petitions.domain.understanding.features import SeenWord
from petitions.domain.understanding.local_reader import LocalReader
from petitions.domain.understanding.network import Scores

Matrix = NDArray[np.float32]

UNKNOWN = 0
"""The row of the weights for words and shapes that were not in the training data."""
HEADS = ("command", "value", "topic", "level", "kind", "option", "field")
LEAST = 1e-9
"""The lowest probability, so that the logarithm exists for a class that is almost impossible."""
ARRAYS = (
    "tokens", "keys", "pieces", "shapes", "situations", "into", "into_bias", "again", "out", "out_bias", "whole",
    "whole_bias",
)  # fmt: skip

TABLES = ("tokens", "keys", "pieces")
"""The names of the large arrays. A message needs few of their rows, so they keep the stored form of half the size."""


class ReadingNetwork:
    """A trained neural network that reads citizens' messages. Implements `understanding.network.Network`."""

    def __init__(self, raw: bytes | str | Mapping[str, Any]) -> None:
        """Load the weights from JSON. Raise KeyError, TypeError or ValueError if their shapes do not fit."""
        data: Mapping[str, Any] = raw if isinstance(raw, Mapping) else json.loads(raw)
        self.version = str(data["version"])
        self.harm: Mapping[str, Mapping[str, Mapping[str, float]]] = data["harm"]
        self.classes: Mapping[str, Sequence[str]] = {name: tuple(data["classes"][name]) for name in HEADS}
        self._tokens, self._keys, self._shapes, self._situations = (
            {name: row for row, name in enumerate(data["words"][kind], 1)}
            for kind in ("tokens", "keys", "shapes", "situations")
        )
        stored = {name: _stored(data["arrays"][name]) for name in ARRAYS}
        self._tables = {name: stored[name] for name in TABLES}
        self._arrays = {name: array.astype(np.float32) for name, array in stored.items() if name not in TABLES}
        self._hidden = self._arrays["again"].shape[1]
        width = 1 + sum(len(classes) for classes in self.classes.values())
        if self._arrays["out"].shape[1] != width or self._arrays["into"].shape[1] != 6 * self._hidden:
            raise ValueError("the parts of the network do not fit together")

    def scores(self, words: Sequence[SeenWord], situation: str) -> Scores:
        """Return the probabilities of all classes for every word, and those for the message as a whole."""
        arrays, place = self._arrays, self._arrays["situations"][self._situations.get(situation, UNKNOWN)]
        beside = np.broadcast_to(place, (len(words), len(place)))
        passed = self._passes(np.concatenate([self._embedded(words), beside], axis=1))
        sums = np.concatenate([passed, beside], axis=1) @ arrays["out"] + arrays["out_bias"]
        whole = np.concatenate([passed.max(axis=0), passed.mean(axis=0), place]) @ arrays["whole"]
        heads: dict[str, Matrix] = {}
        at = 1
        for name, classes in self.classes.items():
            heads[name] = _shares(sums[:, at : at + len(classes)])
            at += len(classes)
        logs = {name: np.log(heads[name].clip(LEAST)).tolist() for name in ("command", "value")}
        listed = {name: shares.tolist() for name, shares in heads.items()}
        return Scores(listed, logs, _chance(sums[:, 0]).tolist(), _chance(whole + arrays["whole_bias"]).tolist())

    def _embedded(self, words: Sequence[SeenWord]) -> Matrix:
        pieces = [self._rows("pieces", list(word.pieces)).sum(axis=0) for word in words]
        shapes = [[self._shapes.get(shape, UNKNOWN) for shape in word.shapes] for word in words]
        return np.concatenate(
            [
                self._rows("tokens", [self._tokens.get(word.token, UNKNOWN) for word in words]),
                self._rows("keys", [self._keys.get(word.key, UNKNOWN) for word in words]),
                np.stack(pieces),
                np.stack([self._arrays["shapes"][rows].sum(axis=0) for rows in shapes]),
            ],
            axis=1,
        )

    def _rows(self, table: str, rows: Sequence[int]) -> Matrix:
        return self._tables[table][rows].astype(np.float32)

    def _passes(self, words: Matrix) -> Matrix:
        hidden, count = self._hidden, len(words)
        sums = words @ self._arrays["into"] + self._arrays["into_bias"]
        forth, back = sums[:, : 3 * hidden], sums[::-1, 3 * hidden :]
        both = np.stack([forth, back], axis=1)
        again = self._arrays["again"]
        mind = np.zeros((2, hidden), dtype=np.float32)
        kept = np.empty((count, 2, hidden), dtype=np.float32)
        for at in range(count):
            more = np.matmul(mind[:, None, :], again)[:, 0]
            gates = _chance(both[at, :, : 2 * hidden] + more[:, : 2 * hidden])
            new = np.tanh(both[at, :, 2 * hidden :] + gates[:, :hidden] * more[:, 2 * hidden :])
            update = gates[:, hidden:]
            mind = update * mind + (1 - update) * new
            kept[at] = mind
        return np.concatenate([kept[:, 0], kept[::-1, 1]], axis=1)


@cache
def shipped() -> ReadingNetwork:
    """Return the neural network delivered with the package, loaded once per process."""
    return ReadingNetwork(reference.raw("reading_model.json"))


def reader(places: Places) -> LocalReader:
    """Return the reader of citizens' messages, with the package's network and a finder of places."""
    return LocalReader(shipped(), places)


def _chance(sums: Matrix) -> Matrix:
    chances: Matrix = np.reciprocal(1 + np.exp(-sums))
    return chances


def _shares(sums: Matrix) -> Matrix:
    raised = np.exp(sums - sums.max(axis=1, keepdims=True))
    shares: Matrix = raised / raised.sum(axis=1, keepdims=True)
    return shares


def _stored(data: Mapping[str, Any]) -> NDArray[np.float16]:
    """Return an array stored as base64 of little-endian 16-bit floating-point numbers."""
    return np.frombuffer(b64decode(data["numbers"], validate=True), dtype="<f2").reshape(data["shape"])
