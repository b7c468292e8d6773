"""How good routing is on labelled petitions: `python -m infra.routing.evaluate [FILE ...]`, by default the repo's.

Defensible: the first unit is one of those the label allows; strict: it is the right one; top3: one of the first three
is allowed. Precision is that of the decisions which the machine would act on alone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from infra.routing.corpus import EVALUATION, EXAMPLES, TRAINING, Example, read
from petitions.domain.routing.kinds import Kind
from petitions.domain.routing.routing import Decision, Router
from petitions.wiring import routing

TOP = 3
PROMISED = 0.97
"""The share of right decisions among those acted on alone; more than that is no better, but fewer left to people is."""


@dataclass(frozen=True)
class Report:
    """Shares in 0..1 of `count` petitions; `missed` and `false_alarms` are numbers of petitions."""

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
        """One line."""
        return (
            f"{self.count} petitions: defensible {self.defensible:.3f}, strict {self.strict:.3f}, "
            f"top3 {self.top3:.3f}, kind {self.kind:.3f}, auto {self.auto:.3f} at {self.auto_precision:.3f}, "
            f"emergencies missed {self.missed}, false alarms {self.false_alarms}"
        )

    def worse_than(self, other: Report) -> bool:
        """Whether it is behind in what counts: the right unit, the first three, acting alone, emergencies."""
        return self._worth() < other._worth()

    def _worth(self) -> tuple[float, int, float, float]:
        enough = min(self.auto_precision, PROMISED)
        return self.defensible + self.top3 + self.strict, -self.missed, enough, self.auto


def decide(router: Router, item: Example) -> Decision:
    """What the router says of an example."""
    return router.route(item.text, item.address, item.location)


def right(item: Example, decision: Decision) -> bool:
    """Whether the first unit may be defended."""
    return decision.units[0].code in item.units


def measure(examples: Iterable[Example], router: Router) -> Report:
    """The figures over some examples."""
    rows = [(item, decide(router, item)) for item in examples]
    acted = [right(item, decision) for item, decision in rows if decision.auto]
    count = len(rows) or 1
    called = [(item.emergency, decision.kind is Kind.EMERGENCY) for item, decision in rows]
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
    """Print a line for each file."""
    paths = [Path(name) for name in (sys.argv[1:] if argv is None else argv)] or [TRAINING, EXAMPLES, EVALUATION]
    for path in paths:
        print(f"{path.name}: {measure(read(path), routing.router())}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
