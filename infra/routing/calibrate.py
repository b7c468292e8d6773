"""Calibrate the confidence of the routing model, and set the confidence above which it decides without a person.

Cross-validation is used, with similar examples in the same fold. The rules were not written on these examples. The
precision reached here is also reached on texts that no developer has read (`independent.jsonl`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize

from infra.routing.evaluate import decide, right
from infra.routing.train import ReadExample, heads
from petitions.domain.language.words import words
from petitions.domain.routing.linear_model import LinearModel, ngrams, packed
from petitions.domain.routing.routing import Router
from petitions.domain.routing.routing_rules import RoutingRules
from petitions.domain.units.directory import Directory

FOLDS = 5
PRECISION = 0.94
_ALIKE = 0.4
_FOLD_ITERATIONS = 60


@dataclass(frozen=True)
class Calibration:
    """The calibrated numbers of the model.

    `slope` and `shift` turn a share into a confidence. A decision with at least the confidence `threshold` needs no
    person.
    """

    slope: float
    shift: float
    threshold: float


def plain(trained: dict[str, Any]) -> LinearModel:
    """Return an uncalibrated model, whose confidence is the share that it gives the first unit."""
    return _model(trained, 1.0, 0.0)


def _model(trained: dict[str, Any], slope: float, shift: float) -> LinearModel:
    """Return a model for measurements, with this logistic curve.

    It never decides alone, takes every text for a possible accusation (`doubted`), and keeps none from the units
    (`closed`).
    """
    heads = {
        **trained,
        "misconduct": {"classes": ["no", "yes"], "bias": [0, 0], "evidence": 0.0, "weights": packed({})},
    }
    numbers = {"slope": slope, "shift": shift, "threshold": 1.0, "closed": 1.0, "doubted": 0.0}
    return LinearModel.load({"version": "", **numbers, "heads": heads})


def calibrate(
    seen: Sequence[ReadExample], always: Sequence[ReadExample], directory: Directory, rules: RoutingRules
) -> Calibration:
    """Return the calibration, from the decisions on every example by a model that was trained without its fold.

    A model is trained on the other folds and `always`, with fewer iterations than the shipped model. Petitions with an
    unknown ward are left out, because a person always reviews them.
    """
    sure: list[tuple[float, bool]] = []
    folds = folds_of([item.text for item, _ in seen])
    for fold in range(FOLDS):
        others = [row for row, own in zip(seen, folds, strict=True) if own != fold]
        router = Router(directory, rules, plain(heads([*others, *always], directory, _FOLD_ITERATIONS)))
        for (item, _), own in zip(seen, folds, strict=True):
            if own == fold:
                decision = decide(router, item)
                if not decision.ward_open:
                    sure.append((decision.confidence, right(item, decision)))
    slope, shift = _platt(sure)
    model = _model(heads(seen[:1], directory), slope, shift)
    return Calibration(slope, shift, _threshold([(model.confidence(share), good) for share, good in sure]))


def folds_of(texts: Sequence[str]) -> list[int]:
    """Return the fold of every text. Similar texts are in the same fold, and the folds are about equally large."""
    grams = [frozenset(ngrams([word.folded for word in words(text)])) for text in texts]
    leader = list(range(len(texts)))
    for at, mine in enumerate(grams):
        for before in range(at):
            if len(mine & grams[before]) > _ALIKE * min(len(mine), len(grams[before])):
                leader[at] = leader[before]
                break
    order = {first: number for number, first in enumerate(dict.fromkeys(leader))}
    return [order[first] % FOLDS for first in leader]


def _platt(sure: Sequence[tuple[float, bool]]) -> tuple[float, float]:
    share = np.clip([value for value, _ in sure], 1e-6, 1 - 1e-6)
    odds = np.log(share / (1 - share))
    good = np.array([float(value) for _, value in sure])

    def loss(pair: Any) -> float:
        value = pair[0] * odds + pair[1]
        return float((np.logaddexp(0, value) - good * value).sum())

    slope, shift = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead", options={"xatol": 1e-6}).x
    return round(float(slope), 2), round(float(shift), 2)


def _threshold(sure: Sequence[tuple[float, bool]]) -> float:
    """Return the lowest confidence at which the decisions with at least this confidence reach the PRECISION."""
    best, good = 1.0, 0
    for number, (confidence, is_right) in enumerate(sorted(sure, key=lambda row: (-row[0], row[1])), 1):
        good += is_right
        if good >= PRECISION * number:
            best = confidence
    return round(best, 3)
