"""Train and measure the head `misconduct`, which decides whether a text accuses public servants.

A row of a file is `{"text", "kind": plain | subtle | innocent, "accused": the unit or null, "author"}`. The authors
wrote them without knowing the purpose of routing. `ACCUSATIONS` is used for training. `JUDGE`, by other authors, is
only measured: `python -m infra.routing.misconduct [FILE ...]`.
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
from petitions.domain.routing.kinds import GUIDED
from petitions.domain.routing.linear_model import head_of, shares
from petitions.domain.routing.reading import PetitionReader, PetitionReading
from petitions.domain.routing.routing import Router
from petitions.domain.units.directory import COORDINATORS, UNKNOWN_WARD

ACCUSATIONS = TEXTS / "accusations.jsonl"
JUDGE = TEXTS / "accusations_held_out.jsonl"
CLASSES = ("no", "yes")
CLOSED, DOUBTED = 0.055, 0.2
"""Shares of innocent texts by unseen authors that may be closed to units and doubted."""
_PENALTY = 0.02
_ORDINARY = 0.15
"""The weight of an ordinary petition. Most are far from any accusation, and there are many, so they count for less."""
_PARTS = 5
"""The parts of the authors. The texts of a part are judged by a head that learned from the others."""
_STEPS = 100
"""Steps of a fit. More steps find no more accusations by unseen authors."""
_MESSAGE = 0.05
"""The weight of a message that reports nothing. Such messages matter because later texts are judged too."""
_SAYS_NOTHING_OF_OTHERS = frozenset(
    {"affirm", "ask", "cancel", "choose", "correct", "deny", "finish", "give", "skip", "status", "talk", "unclear"}
)
_FAINT = 5
"""Weights of fewer steps are left out."""


@dataclass(frozen=True)
class Accusation:
    """A labelled text."""

    text: str
    kind: str
    accused: str | None
    author: str


def read_accusations(path: Path) -> list[Accusation]:
    """Return the texts of a file. Raise KeyError or ValueError for a line of another shape."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [Accusation(row["text"], row["kind"], row["accused"], row["author"]) for row in rows]


def everyday_messages() -> list[str]:
    """Return the training messages of conversations that report nothing, without duplicates."""
    messages = corpus.read(corpus.TRAINING[0])
    return sorted({message.text for message in messages if {*message.commands} <= _SAYS_NOTHING_OF_OTHERS})


def learned(
    accusations: Sequence[Accusation], petitions: Iterable[ReadExample], reader: PetitionReader
) -> tuple[dict[str, Any], tuple[float, float]]:
    """Return the head's JSON, and the likelihoods from which a text is closed to units and from which it is doubted.

    `petitions` are ordinary ones, of which reports of conduct are left out. Conversation messages that report nothing
    are learned as harmless, because later texts are judged too. The likelihoods are chosen on the texts of a fifth of
    the authors by a head that learned from the others.
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
    """Return the head's JSON. A gram counts by how much more frequent it is in one class than in the other.

    Such ratios (Wang and Manning, 2012) find the accusing words among many harmless ones. On unseen authors they missed
    a third fewer accusations than the bare grams.
    """
    ratios = _ratios(rows)
    scaled = [replace(row, grams={gram: value * ratios[gram] for gram, value in row.grams.items()}) for row in rows]
    found = fit(scaled, CLASSES, evidence=0.0, penalty=_PENALTY, faint=0, iterations=_STEPS)
    # The two classes mirror one another, so their difference is enough.
    weights = {gram: round(_difference(row) * ratios[gram]) for gram, row in found["weights"].items()}
    bias = [0, found["bias"][1] - found["bias"][0]]
    return {**found, "bias": bias, "weights": {gram: [1, w] for gram, w in weights.items() if abs(w) >= _FAINT}}


def _difference(row: Sequence[int]) -> int:
    """Return the steps of "yes" minus those of "no" in a gram's row."""
    return sum(steps if which else -steps for which, steps in zip(row[::2], row[1::2], strict=True))


def _ratios(rows: Sequence[TrainingRow]) -> dict[str, float]:
    """Return the log ratio of every gram's shares in accusing and in harmless texts."""
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
    """Counts of the outcomes for the texts of one kind."""

    texts: int
    closed: int
    passed_on: int
    """Sent to a unit by the machine, and not closed."""
    leaked: int
    """Sent to the accused unit itself."""


def measure(accusations: Sequence[Accusation], router: Router) -> Mapping[str, Measured]:
    """Return the outcomes by kind of text."""
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
    """Print the outcomes by file and kind."""
    router = Router(reference.directory(), reference.routing_rules(), reference.routing_model())
    for path in [Path(item) for item in paths] or [JUDGE]:
        for kind, found in measure(read_accusations(path), router).items():
            sys.stdout.write(
                f"{path.name} {kind}: {found.texts} texts, {found.closed / found.texts:.1%} closed,"
                f" {found.passed_on / found.texts:.1%} passed on, {found.leaked / found.texts:.1%} to the accused\n"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
