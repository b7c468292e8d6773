"""`make simulate SEEDS=300`: runs seeds, says how fast, what was reached, and what was broken."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from petitions import telemetry
from tests.simulation.invariants import violations
from tests.simulation.system import Simulation


def quiet(*_: object, **__: object) -> None:
    """Log nothing: a seed writes thousands of lines."""


def say(line: str) -> None:
    """Write one line."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def lived(seed: int) -> Simulation:
    """Return the world of a seed after it has come to rest."""
    world = Simulation(seed)
    world.run()
    return world


def main() -> int:
    """Run the seeds; return 1 if a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=100, help="how many")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--loud", action="store_true", help="show the log")
    asked = parser.parse_args()
    if not asked.loud:
        telemetry.log = quiet
    broken, reached = 0, Counter[tuple[str, str]]()
    began, worked = time.perf_counter(), time.process_time()
    for seed in range(asked.first, asked.first + asked.seeds):
        world = lived(seed)
        reached += world.scheduler.reached
        for name, words in violations(world):
            broken += 1
            say(f"seed {seed}: {name}: {words}")
    took, work = time.perf_counter() - began, time.process_time() - worked
    for (point, fault), count in sorted(reached.items()):
        say(f"{point:28} {fault:24} {count:8}")
    say(f"{asked.seeds} seeds in {took:.1f} s, {asked.seeds / work:.1f} a second of CPU, {broken} violations")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
