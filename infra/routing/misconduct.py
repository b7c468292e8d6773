"""Train and measure the classifier `misconduct`, which estimates whether a text accuses public servants.

Such a text is closed: only coordinators may read it, because the accused unit must not. A less certain text is doubted:
a person decides. A row of a file is `{"text", "kind": plain | subtle | innocent, "accused": the unit or null,
"author"}`. The authors wrote the texts without knowing the purpose of routing. `ACCUSATIONS` is used for training.
`JUDGE`, by other authors, is only measured: `python -m infra.routing.misconduct [FILE ...]`.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log
from pathlib import Path
from typing import Any

from infra.conversation import corpus
from infra.routing.corpus import TEXTS
from infra.routing.fit import TrainingRow, fit
from infra.routing.train import ReadExample
from petitions.adapters import reference
from petitions.adapters.understanding import routers
from petitions.domain.routing.kinds import GUIDED
from petitions.domain.routing.linear_model import head_of, packed, shares
from petitions.domain.routing.reading import PetitionReader, PetitionReading
from petitions.domain.routing.routing import Router
from petitions.domain.units.directory import COORDINATORS, UNKNOWN_WARD

ACCUSATIONS = TEXTS / "accusations.jsonl"
JUDGE = TEXTS / "accusations_held_out.jsonl"
CLASSES = ("no", "yes")
CLOSED, DOUBTED = 0.055, 0.19
"""The highest shares of innocent texts that may be closed (CLOSED), and that may be doubted (DOUBTED).

They hold for texts by authors that were not used in training. Only coordinators may read a closed text. A person
decides about a doubted one.
"""
_PENALTY = 0.02
_ORDINARY = 0.15
"""The weight of an ordinary petition as a harmless example. They are many, and most are far from any accusation."""
_PARTS = 5
"""The number of groups of authors. A classifier trained on the others judges the texts of a group."""
_STEPS = 100
"""The number of steps of a fit. With more, no more accusations by unseen authors are found."""
_MESSAGE = 0.05
"""The weight of a harmless chat message. Such messages are examples because later texts are judged too."""
_SAYS_NOTHING_OF_OTHERS = frozenset(
    {"affirm", "ask", "cancel", "choose", "correct", "deny", "finish", "give", "skip", "status", "talk", "unclear"}
)
_FAINT = 5
"""Weights of fewer steps than this are left out."""


@dataclass(frozen=True)
class Accusation:
    """A labelled text. `kind` is "plain" or "subtle" for an accusation, or "innocent"."""

    text: str
    kind: str
    accused: str | None
    author: str


def read_accusations(path: Path) -> list[Accusation]:
    """Return the labelled texts in a file. Raise KeyError or ValueError for a line of another shape."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [Accusation(row["text"], row["kind"], row["accused"], row["author"]) for row in rows]


def everyday_messages() -> list[str]:
    """Return harmless chat messages: training messages of the conversation without an account of a matter, sorted."""
    messages = corpus.read(corpus.TRAINING[0])
    return sorted({message.text for message in messages if {*message.commands} <= _SAYS_NOTHING_OF_OTHERS})


def learned(
    accusations: Sequence[Accusation], petitions: Iterable[ReadExample], reader: PetitionReader
) -> tuple[dict[str, Any], tuple[float, float]]:
    """Return the JSON of the classifier, and two likelihoods of an accusation.

    Above the first, only coordinators may read a text (it is closed). Above the second, a person decides about the text
    (it is doubted). Both are chosen on innocent texts, each judged by a classifier that was trained without its author.
    Ordinary petitions and chat messages are the harmless examples. Petitions about officials' conduct are left out.
    """
    rows = {item: _row(reader.read(item.text), accuses=item.kind != "innocent") for item in accusations}
    ordinary = [
        _row(reading, accuses=False, weight=_ORDINARY)
        for item, reading in petitions
        if not (item.phrase or reading.conduct or item.kinds[0] in GUIDED)
    ]
    ordinary += [_row(reader.read(text), accuses=False, weight=_MESSAGE) for text in everyday_messages()]
    found: list[float] = []
    authors = sorted({item.author for item in accusations})
    for part in ({*authors[at::_PARTS]} for at in range(_PARTS)):
        others = [row for item, row in rows.items() if item.author not in part]
        head = head_of(_fit([*others, *ordinary]))
        innocent = [row for item, row in rows.items() if item.author in part and item.kind == "innocent"]
        found += [shares(head.odds(row.grams, {}))["yes"] for row in innocent]
    highest = sorted(found, reverse=True)
    closed, doubted = (round(highest[int(share * len(highest))], 4) for share in (CLOSED, DOUBTED))
    return _fit([*rows.values(), *ordinary]), (closed, doubted)


def _row(reading: PetitionReading, *, accuses: bool, weight: float = 1.0) -> TrainingRow:
    return TrainingRow({**reading.grams, **reading.marked}, {}, {CLASSES[accuses]: 1.0}, weight)


def _fit(rows: Sequence[TrainingRow]) -> dict[str, Any]:
    """Return the JSON of the classifier. Every n-gram is scaled by the ratio of its frequencies in the two classes.

    Such ratios (Wang and Manning, 2012) find the accusing words among many harmless ones. On unseen authors they missed
    a third fewer accusations than n-grams without them.
    """
    ratios = _ratios(rows)
    scaled = [replace(row, grams={gram: value * ratios[gram] for gram, value in row.grams.items()}) for row in rows]
    found = fit(scaled, CLASSES, evidence=0.0, penalty=_PENALTY, faint=0, iterations=_STEPS)
    # The two classes mirror one another, so their difference is enough.
    weights = {gram: round(_difference(row) * ratios[gram]) for gram, row in found["weights"].items()}
    bias = [0, found["bias"][1] - found["bias"][0]]
    kept = packed({gram: [1, w] for gram, w in weights.items() if abs(w) >= _FAINT})
    return {**found, "bias": bias, "weights": kept}


def _difference(row: Sequence[int]) -> int:
    return sum(steps if which else -steps for which, steps in zip(row[::2], row[1::2], strict=True))


def _ratios(rows: Sequence[TrainingRow]) -> dict[str, float]:
    """Return the logarithm of every n-gram's share in accusing texts divided by its share in harmless ones."""
    counts = {name: defaultdict[str, float](float) for name in CLASSES}
    for row in rows:
        (name,) = row.target
        for gram in row.grams:
            counts[name][gram] += row.weight
    totals = {name: sum(1 + found[gram] for gram in counts["no"] | counts["yes"]) for name, found in counts.items()}
    return {
        gram: log((1 + counts["yes"][gram]) / totals["yes"]) - log((1 + counts["no"][gram]) / totals["no"])
        for gram in counts["no"] | counts["yes"]
    }


@dataclass(frozen=True)
class Measured:
    """The numbers of texts of one kind, such as innocent ones, by the router's decision."""

    texts: int
    closed: int
    passed_on: int
    """Texts that the router sends to a unit other than the coordinators."""
    leaked: int
    """Texts that the router sends to the accused unit itself."""


def measure(accusations: Sequence[Accusation], router: Router) -> Mapping[str, Measured]:
    counts = {kind: Counter[str]() for kind in ("plain", "subtle", "innocent")}
    for item in accusations:
        decision = router.route(item.text)
        passed_on = decision.handler != COORDINATORS
        is_ward = decision.handler.startswith("PX-") and item.accused == UNKNOWN_WARD
        counts[item.kind].update(
            texts=1,
            closed=decision.closed,
            passed_on=passed_on,
            leaked=passed_on and (decision.handler == item.accused or is_ward),
        )
    names = ("texts", "closed", "passed_on", "leaked")
    return {kind: Measured(**{name: found[name] for name in names}) for kind, found in counts.items()}


def main(paths: Sequence[str]) -> int:
    router = Router(reference.directory(), routers.routing_rules(), routers.routing_model())
    for path in [Path(item) for item in paths] or [JUDGE]:
        for kind, found in measure(read_accusations(path), router).items():
            sys.stdout.write(
                f"{path.name} {kind}: {found.texts} texts, {found.closed / found.texts:.1%} closed,"
                f" {found.passed_on / found.texts:.1%} passed on, {found.leaked / found.texts:.1%} to the accused\n"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
