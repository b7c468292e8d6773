"""Training of the heads of the dialog act model; run it by `infra.conversation.retrain`."""

from __future__ import annotations

import struct
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from infra.conversation.corpus import Utterance
from infra.routing.fit import TrainingRow, fit
from petitions.domain.understanding.act_model import NONE, PACKED, key_of
from petitions.domain.understanding.acts import DialogAct, Situation, group
from petitions.domain.understanding.features import features

LABELLED_SHARE = 0.8
"""The share of the labelled act where others are acceptable, which get the rest."""

ANYWHERE, FEW, LEAST_HARM = "", 5.0, 0.03

_PENALTY = {"act": 0.08, "topic": 0.02, "level": 0.02, "field": 0.02}
_FAINT = {"act": 10, "topic": 6, "level": 6, "field": 6}
_ITERATIONS = 80

Label = Callable[[Utterance], Mapping[str, float]]


def acts_of(item: Utterance) -> dict[str, float]:
    """Return the share of each act that a careful person would accept."""
    rest = (1 - LABELLED_SHARE) / len(item.also) if item.also else 0.0
    return {item.act.value: LABELLED_SHARE if item.also else 1.0} | {act.value: rest for act in item.also}


def _value(name: str, *, none: Callable[[Utterance], bool] = lambda _: False) -> Label:
    """Return the label of a value; `none` tells the utterances from which it is learned that there is none."""
    return lambda item: {str(item.values[name]): 1.0} if name in item.values else {NONE: 1.0} if none(item) else {}


def _unrated(item: Utterance) -> bool:
    return item.situation is Situation.ANSWERED and item.act not in {DialogAct.THANKS, DialogAct.ADD}


def _unnamed(item: Utterance) -> bool:
    return item.act is DialogAct.CORRECT


LABELS: dict[str, Label] = {
    "act": acts_of,
    "topic": _value("topic"),
    "level": _value("level", none=_unrated),
    "field": _value("field", none=_unnamed),
}


def anywhere(grams: Mapping[str, float]) -> dict[str, float]:
    """Return the features without those of a situation: what a question is about does not depend on it."""
    return {name: value for name, value in grams.items() if "|" not in name and not name.startswith("@")}


def heads(items: Sequence[Utterance]) -> dict[str, Any]:
    """Return the trained heads, as in the model's JSON."""
    seen = [features(item.text, item.situation) for item in items]
    found: dict[str, dict[str, Any]] = {}
    for name, label in LABELS.items():
        rows = [
            TrainingRow(grams if name == "act" else anywhere(grams), {}, shares)
            for grams, item in zip(seen, items, strict=True)
            if (shares := label(item))
        ]
        classes = (
            [act.value for act in DialogAct] if name == "act" else sorted({key for row in rows for key in row.target})
        )
        trained = fit(rows, classes, evidence=0.0, penalty=_PENALTY[name], faint=_FAINT[name], iterations=_ITERATIONS)
        found[name] = trained | pack(trained["weights"])
    return found


def pack(rows: Mapping[str, Sequence[int]]) -> dict[str, str]:
    """Return the arrays of a head; a row has numbers of classes and weights by turns. Of equal keys the first stays."""
    by_key: dict[int, Sequence[int]] = {}
    for gram in sorted(rows):
        by_key.setdefault(key_of(gram), rows[gram])
    listed = [by_key[key] for key in sorted(by_key)]
    parts = (
        struct.pack(f"<{len(by_key)}I", *sorted(by_key)),
        bytes(len(row) // 2 for row in listed),
        bytes(number for row in listed for number in row[::2]),
        b"".join(struct.pack(f"<{len(row) // 2}h", *row[1::2]) for row in listed),
    )
    return {name: b64encode(part).decode() for name, part in zip(PACKED, parts, strict=True)}


def harm(items: Sequence[Utterance]) -> dict[str, dict[str, dict[str, float]]]:
    """Return, by group of situations, act meant and act taken, the share of labels that say that the choice hurts.

    Where a group has few labels of an act, those of all groups count more.
    """
    acts = {act.value for act in DialogAct}
    count: Counter[tuple[str, str]] = Counter()
    hurts: Counter[tuple[str, str, str]] = Counter()
    for item in items:
        for name in (ANYWHERE, group(item.situation)):
            count[name, item.act] += 1
            hurts.update((name, item.act.value, taken) for taken in item.harm if taken in acts)
    found: dict[str, dict[str, dict[str, float]]] = {}
    for name in sorted({group(situation) for situation in Situation}):
        for meant in sorted(acts):
            for taken in sorted(acts - {meant}):
                usual = hurts[ANYWHERE, meant, taken] / max(1, count[ANYWHERE, meant])
                share = (hurts[name, meant, taken] + FEW * usual) / (count[name, meant] + FEW)
                if share >= LEAST_HARM:
                    found.setdefault(name, {}).setdefault(meant, {})[taken] = round(share, 2)
    return found
