"""Fit one classifier ("head") of the linear routing model: multinomial logistic regression.

The features are the words of a petition and the points that hand-written rules give to a class (the evidence). The
penalty makes the loss strictly convex, so the optimum is unique. The fit comes far closer to it than the weights are
rounded, so the same examples give the same file. Weights too small to change a decision are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from petitions.domain.routing.linear_model import WEIGHT_STEP

Matrix = np.ndarray[Any, np.dtype[np.float64]]
_BIAS_PENALTY = 1e-3
_TOLERANCE = 1e-7
_LEAST = 3
_FAINT = 8
ITERATIONS = 3000


@dataclass(frozen=True)
class TrainingRow:
    """An example for a classifier, and its target: a share for every right class."""

    grams: Mapping[str, float]
    evidence: Mapping[str, float]
    target: Mapping[str, float]
    weight: float = 1.0


def fit(
    rows: Sequence[TrainingRow],
    classes: Sequence[str],
    *,
    evidence: float,
    penalty: float,
    faint: int = _FAINT,
    iterations: int = ITERATIONS,
) -> dict[str, Any]:
    """Return the JSON of a classifier.

    `evidence` is the weight of one point from the rules, and `penalty` the weight of the squared weights. Weights are
    rounded to whole steps. Those of fewer steps than `faint` are left out.
    """
    counts = Counter(gram for row in rows for gram in row.grams)
    names = sorted(gram for gram, count in counts.items() if count >= _LEAST)
    shown = _grams(rows, names)
    given = _table(rows, classes, lambda row: row.evidence) * evidence
    target = _table(rows, classes, lambda row: row.target)
    weight = np.array([row.weight for row in rows])[:, None]
    size = len(names) * len(classes)

    def loss(flat: Matrix) -> tuple[float, Matrix]:
        weights, bias = flat[:size].reshape(len(names), len(classes)), flat[size:]
        odds = shown @ weights + bias + given
        odds = odds - odds.max(axis=1, keepdims=True)
        log_share = odds - np.log(np.exp(odds).sum(axis=1, keepdims=True))
        off = weight * (np.exp(log_share) * target.sum(axis=1, keepdims=True) - target)
        value = penalty / 2 * (weights**2).sum() + _BIAS_PENALTY / 2 * (bias**2).sum()
        value -= (weight * target * log_share).sum()
        slope = [(shown.T @ off + penalty * weights).ravel(), off.sum(axis=0) + _BIAS_PENALTY * bias]
        return float(value), np.concatenate(slope)

    options = {"maxiter": iterations, "ftol": 1e-14, "gtol": _TOLERANCE, "maxcor": 20}
    found = minimize(loss, np.zeros(size + len(classes)), jac=True, method="L-BFGS-B", options=options).x
    whole = np.rint(found / WEIGHT_STEP).astype(int)
    whole[:size][np.abs(whole[:size]) < faint] = 0
    kept = {
        gram: [int(n) for at in np.flatnonzero(row) for n in (at, row[at])]
        for gram, row in zip(names, whole[:size].reshape(len(names), len(classes)), strict=True)
        if row.any()
    }
    return {"classes": list(classes), "bias": [int(n) for n in whole[size:]], "evidence": evidence, "weights": kept}


def _grams(rows: Sequence[TrainingRow], names: Sequence[str]) -> Any:
    column = {gram: at for at, gram in enumerate(names)}
    cells = [
        (at, column[gram], value) for at, row in enumerate(rows) for gram, value in row.grams.items() if gram in column
    ]
    places = ([at for at, _, _ in cells], [column for _, column, _ in cells])
    return csr_matrix(([value for _, _, value in cells], places), shape=(len(rows), len(names)))


def _table(rows: Sequence[TrainingRow], classes: Sequence[str], values: Any) -> Matrix:
    place = {name: at for at, name in enumerate(classes)}
    table = np.zeros((len(rows), len(classes)))
    for at, row in enumerate(rows):
        for name, value in values(row).items():
            if name in place:
                table[at, place[name]] = value
    return table
