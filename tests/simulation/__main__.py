"""`make simulate SEEDS=300`: runs seeds, says how fast, what was reached and what never, and what was broken."""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections import Counter
from collections.abc import Collection
from pathlib import Path

from tests.simulation.faults import everything
from tests.simulation.functions import programs
from tests.simulation.invariants import begun, violations
from tests.simulation.minimiser import shrunk
from tests.simulation.planted.every_fault import PLANTED
from tests.simulation.planted.planting import caught_by
from tests.simulation.system import Simulation
from tests.simulation.timeline import page

EVERY = 500
COLLECTED = 20
"""After so many worlds their circles are found at once, which costs less than looking for them all the while."""
ENOUGH = 1000
"""In so many seeds every fault is to be reached at every place."""
PAGES = Path(".build") / "simulation"


def say(line: str) -> None:
    """Write one line."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def coverage(reached: Counter[tuple[str, str]]) -> int:
    """Say how often each fault struck at each place, and which never did; return how many these are."""
    places: dict[str, list[str]] = {}
    for (place, kind), count in sorted(reached.items()):
        places.setdefault(place, []).append(f"{kind} {count}")
    for place, kinds in places.items():
        say(f"{place:30} {', '.join(kinds)}")
    wanted = everything()
    never = sorted(wanted - reached.keys())
    say(f"{len(wanted) - len(never)} of {len(wanted)} faults at their places were reached")
    for place, kind in never:
        say(f"never: {place} {kind}")
    return len(never)


def outcome(world: Simulation) -> list[tuple[str, str]]:
    """Live through a world; return what it breaks."""
    try:
        world.run()
        return violations(world)
    except Exception as error:  # noqa: BLE001 - the other seeds are to be run
        return [("it_comes_to_its_end", f"{type(error).__name__}: {error}")]


def explain(seed: int) -> None:
    """Shrink a seed that breaks a promise, and draw what is left of it."""
    found = shrunk(seed)
    if found is None:
        say(f"seed {seed} breaks nothing")
        return
    say(f"seed {seed}: {found.breaks} with {len(found.world.scheduler.strikes)} faults of {found.strikes}:")
    for strike in found.world.scheduler.strikes:
        say(f"  {strike.place} {strike.number}: {strike.kind}")
    say(f"  without {', '.join(sorted(found.plan.without)) or 'nobody'}")
    draw(found.world, f"{seed}-shrunk")


def table(seeds: int, names: Collection[str]) -> int:
    """Plant faults, and say which promise told of each after how many seeds; return how many were not told of."""
    silent = 0
    for name in names or PLANTED:
        planted = PLANTED[name]
        found = caught_by(planted, lambda seed: outcome(begun(seed)), range(seeds))
        silent += found is None
        told = f"after {found[0] + 1:3}, {', '.join(sorted(found[1]))}" if found else f"not in {seeds}"
        say(f"{name:46} {planted.breaks:38} {told}")
    return silent


def draw(world: Simulation, name: str) -> None:
    """Write the page of a world."""
    PAGES.mkdir(parents=True, exist_ok=True)
    path = PAGES / f"{name}.html"
    path.write_text(page(world), encoding="utf-8")
    say(f"  {path}")


def main() -> int:
    """Run the seeds; return 1 if a promise was broken, or if in so many seeds a fault was never reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=100, help="how many")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--loud", action="store_true", help="show the log")
    parser.add_argument("--shrink", action="store_true", help="shrink what fails, and draw it")
    parser.add_argument("--draw", action="store_true", help="draw each seed")
    parser.add_argument("--planted", nargs="*", metavar="NAME", help="plant these faults, or all; say what tells")
    asked = parser.parse_args()
    programs()
    if asked.planted is not None:
        return 1 if table(asked.seeds, asked.planted) else 0
    gc.freeze()
    gc.disable()
    broken, failing, reached = 0, [], Counter[tuple[str, str]]()
    began, worked = time.perf_counter(), time.process_time()
    for seed in range(asked.first, asked.first + asked.seeds):
        world = begun(seed, recorded=asked.draw, loud=asked.loud)
        found = outcome(world)
        reached += world.scheduler.reached
        broken += len(found)
        failing += [seed] if found else []
        for name, words in found:
            say(f"seed {seed}: {name}: {words}")
        if asked.draw:
            draw(world, str(seed))
        if seed % COLLECTED == 0:
            gc.collect()
        if seed % EVERY == 0:
            say(f"seed {seed} after {time.perf_counter() - began:.0f} s, {time.process_time() - worked:.0f} s of CPU")
    took, work = time.perf_counter() - began, time.process_time() - worked
    never = coverage(reached)
    say(f"{asked.seeds} seeds in {took:.1f} s, {asked.seeds / work:.1f} a second of CPU, {broken} violations")
    if asked.shrink:
        for seed in failing:
            explain(seed)
    return 1 if broken or (never and asked.seeds >= ENOUGH) else 0


if __name__ == "__main__":
    sys.exit(main())
