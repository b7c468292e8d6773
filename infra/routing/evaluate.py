"""Evaluate routing on labelled petitions: `python -m infra.routing.evaluate [FILE ...]`, by default on our files.

The figures:

* Defensible: the label allows the first unit.
* Strict: the first unit is the right one.
* Top3: the label allows one of the first three units.
* Precision: the defensible share of the decisions that would be carried out without a person.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from infra.routing.corpus import EVALUATION, EXAMPLES, TRAINING, Example, read
from petitions.domain.routing.kinds import PetitionKind
from petitions.domain.routing.routing import Router, RoutingDecision
from petitions.wiring import routing

TOP = 3
PROMISED = 0.97
"""The promised precision of decisions without a person. A higher precision brings no advantage."""


@dataclass(frozen=True)
class Report:
    """The measurements for `count` petitions: shares from 0 to 1, except the counts `missed` and `false_alarms`.

    Both count emergencies: petitions that report one and are not recognized, and the opposite.
    """

    count: int
    defensible: float
    strict: float
    top3: float
    kind: float
    auto: float
    auto_precision: float
    missed: int
    false_alarms: int

    def __str__(self) -> str:
        return (
            f"{self.count} petitions: defensible {self.defensible:.3f}, strict {self.strict:.3f}, "
            f"top3 {self.top3:.3f}, kind {self.kind:.3f}, auto {self.auto:.3f} at {self.auto_precision:.3f}, "
            f"emergencies missed {self.missed}, false alarms {self.false_alarms}"
        )

    def worse_than(self, other: Report) -> bool:
        """Return whether this report is worse. The shares of right units (defensible, strict and top3) decide first.

        Equal reports are compared by missed emergencies, then precision, then the share decided without a person.
        """
        return self._worth() < other._worth()

    def _worth(self) -> tuple[float, int, float, float]:
        enough = min(self.auto_precision, PROMISED)
        return self.defensible + self.top3 + self.strict, -self.missed, enough, self.auto


def decide(router: Router, item: Example) -> RoutingDecision:
    return router.route(item.text, item.address, item.location)


def right(item: Example, decision: RoutingDecision) -> bool:
    return decision.units[0].code in item.units


def measure(examples: Iterable[Example], router: Router) -> Report:
    """Route labelled petitions with `router`, and return the measured shares and counts."""
    rows = [(item, decide(router, item)) for item in examples]
    acted = [right(item, decision) for item, decision in rows if decision.auto]
    count = len(rows) or 1
    called = [(item.emergency, decision.kind is PetitionKind.EMERGENCY) for item, decision in rows]
    return Report(
        count=len(rows),
        defensible=sum(right(*row) for row in rows) / count,
        strict=sum(decision.units[0].code == item.units[0] for item, decision in rows) / count,
        top3=sum(not set(decision.top).isdisjoint(item.units) for item, decision in rows) / count,
        kind=sum(decision.kind.value in item.kinds for item, decision in rows) / count,
        auto=len(acted) / count,
        auto_precision=sum(acted) / (len(acted) or 1),
        missed=called.count((True, False)),
        false_alarms=called.count((False, True)),
    )


def main(argv: list[str] | None = None) -> int:
    """Print the measured shares and counts of every file in `argv`, one line for each file."""
    paths = [Path(name) for name in (sys.argv[1:] if argv is None else argv)] or [TRAINING, EXAMPLES, EVALUATION]
    for path in paths:
        print(f"{path.name}: {measure(read(path), routing.router())}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
