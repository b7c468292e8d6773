"""`make simulate SEEDS=300`: run seeds and report speed, faults reached and not reached, and broken promises."""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Collection
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from types import FrameType

from tests.simulation.faults import everything
from tests.simulation.functions import innermost_frame, programs
from tests.simulation.invariants import INVARIANTS, begun, outcome
from tests.simulation.minimiser import shrunk
from tests.simulation.planted.every_fault import PLANTED
from tests.simulation.planted.planting import caught_by
from tests.simulation.promises.of_waiting import MEDIAN, P99, Wait, distribution, is_in_time, waits
from tests.simulation.promises.read_world import AtRest
from tests.simulation.system import Broken, Simulation
from tests.simulation.timeline import page

EVERY = 500
COLLECTED = 20
"""The number of runs between two garbage collections, which are too expensive after every run."""
ENOUGH = 1000
"""The number of seeds after which every kind of fault should have struck at every place."""
LONGEST = 120.0
"""Seconds of processor time after which a run is considered endless and is stopped."""
PAGES = Path(".build") / "simulation"


def print_line(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def coverage(reached: Counter[tuple[str, str]], *, whole: bool) -> int:
    """Print how often every fault struck at every place, and return the number of faults that never struck."""
    places: dict[str, list[str]] = {}
    for (place, kind), count in sorted(reached.items()):
        places.setdefault(place, []).append(f"{kind} {count}")
    wanted = everything()
    never = sorted(wanted - reached.keys())
    if whole:
        for place, kinds in places.items():
            print_line(f"{place:30} {', '.join(kinds)}")
        for place, kind in never:
            print_line(f"never: {place} {kind}")
    print_line(f"{len(wanted) - len(never)} of {len(wanted)} faults at their places were reached")
    return len(never)


def summary(broken: dict[int, Broken]) -> None:
    """Print every broken promise with its docstring, the number of failing seeds, and a command to repeat one."""
    meant = {invariant.__name__: str(invariant.__doc__).strip() for invariant in INVARIANTS}
    for name in sorted({name for found in broken.values() for name, _ in found}):
        seeds = [seed for seed, found in broken.items() if name in dict(found)]
        print_line(f"{name} ({meant.get(name, 'Nothing is raised that nobody answers for.')})")
        print_line(f"  in {len(seeds)} worlds; make simulate FIRST={seeds[0]} SEEDS=1 SHRINK={name}")


def explain(seed: int, breaks: str | None) -> None:
    """Print the smallest run of the seed that still breaks the promise, and draw it as an HTML page.

    If `breaks` is None, use the first promise that the seed breaks.
    """
    found = shrunk(seed, breaks)
    if found is None:
        print_line(f"seed {seed} does not break {breaks}")
        return
    print_line(f"seed {seed}: {found.breaks} with {len(found.world.scheduler.strikes)} faults of {found.strikes}:")
    print_line("  without any of these it does not happen, though some may only shift the time")
    for strike in found.world.scheduler.strikes:
        print_line(f"  {strike.place}: {strike.kind} (the world's call {strike.number} there)")
    print_line(f"  without {', '.join(sorted(found.plan.without)) or 'nobody'}")
    for name, words in found.broken:
        if name == found.breaks:
            print_line(f"  now: {words}")
    draw(found.world, found.broken, f"{seed}-{found.breaks}")


def table(seeds: Collection[int], names: Collection[str]) -> int:
    """Run the seeds once with every planted fault, and print the promises that each fault broke.

    Return the number of planted faults that broke no promise.
    """
    silent = 0
    for name in names:
        planted = PLANTED[name]
        found = caught_by(planted, lambda seed: outcome(begun(seed)), seeds)
        silent += found is None
        caught = f"seed {found[0]:3}, {', '.join(sorted(found[1]))}" if found else f"by none of {len(seeds)} seeds"
        print_line(f"{name:46} {planted.breaks:38} {caught}")
    return silent


def draw(world: Simulation, found: Broken, name: str) -> None:
    """Write an HTML page of the run to `.build/simulation`, and print its path."""
    PAGES.mkdir(parents=True, exist_ok=True)
    path = PAGES / f"{name}.html"
    path.write_text(page(world, found), encoding="utf-8")
    print_line(f"  {path}")


def limit(seed: int) -> None:
    """End the process after LONGEST seconds of processor time, and print the line of code that was running."""

    def ended(_: int, frame: FrameType | None) -> None:
        place = innermost_frame(traceback.extract_stack(frame))
        print_line(f"seed {seed}: it has no end, after {LONGEST:.0f} s of CPU: {place}")
        os._exit(1)

    signal.signal(signal.SIGVTALRM, ended)
    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST)


@dataclass
class Lived:
    broken: dict[int, Broken] = field(default_factory=dict)
    """The broken promises by seed."""
    reached: Counter[tuple[str, str]] = field(default_factory=Counter)
    """The number of strikes of every fault."""
    waits: list[Wait] = field(default_factory=list)
    """The time that every answer took."""


def live_through(seeds: range, *, drawn: bool, loud: bool) -> Lived:
    lived, began = Lived(), time.perf_counter()
    for number, seed in enumerate(seeds, 1):
        limit(seed)
        world = begun(seed, recorded=drawn, loud=loud)
        found = outcome(world)
        lived.reached += world.scheduler.reached
        lived.waits += waits(AtRest(world))
        if found:
            lived.broken[seed] = found
        for name, words in found:
            print_line(f"seed {seed}: {name}: {words}")
        for words in world.unexpected if found else ():
            print_line(f"seed {seed} logged: {words}")
        if drawn:
            draw(world, found, str(seed))
        if number % COLLECTED == 0:
            gc.collect()
        if number % EVERY == 0:
            print_line(f"{number} seeds after {time.perf_counter() - began:.0f} s, {len(lived.broken)} of them broken")
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return lived


def side_by_side(seeds: range, jobs: int, *, drawn: bool, loud: bool) -> Lived:
    """Run the seeds in `jobs` processes, like `live_through`."""
    shares = [seeds[number::jobs] for number in range(jobs)]
    with ProcessPoolExecutor(jobs, mp_context=get_context("fork")) as processes:
        parts = list(processes.map(partial(live_through, drawn=drawn, loud=loud), shares))
    broken = {seed: found for part in parts for seed, found in part.broken.items()}
    reached = sum((part.reached for part in parts), Counter[tuple[str, str]]())
    return Lived(dict(sorted(broken.items())), reached, [wait for part in parts for wait in part.waits])


def processor_seconds() -> float:
    """Return the processor time, in seconds, used by this process and its finished children."""
    return sum(os.times()[:4])


def count(text: str) -> int:
    """Parse a non-negative integer from the command line. Raise ArgumentTypeError for any other text."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 on")
    return int(text)


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=count, default=100, help="how many")
    parser.add_argument("--first", type=count, default=0, help="the first of them")
    parser.add_argument("--jobs", type=count, default=1, help="in how many processes")
    parser.add_argument("--loud", action="store_true", help="show the functions' log")
    parser.add_argument("--shrink", nargs="?", const="", metavar="PROMISE", help="shrink what fails, and draw it")
    parser.add_argument("--draw", action="store_true", help="draw each seed")
    parser.add_argument("--planted", nargs="*", metavar="NAME", help="plant these faults, or all; say what tells")
    given = parser.parse_args()
    unknown = set(given.planted or ()) - PLANTED.keys()
    if unknown:
        parser.error(f"no such planted fault: {', '.join(sorted(unknown))}; there are: {'; '.join(PLANTED)}")
    if given.planted is not None and (given.shrink is not None or given.draw or given.loud):
        parser.error("--planted only says what tells")
    if not given.seeds or not given.jobs:
        parser.error("no seeds, or nobody to live through them: nothing to show")
    return given


def main() -> int:
    """Run the seeds given on the command line, and return 1 if a promise was broken, otherwise 0.

    With at least ENOUGH seeds, also return 1 if some fault never struck.
    """
    given = asked()
    programs()
    seeds = range(given.first, given.first + given.seeds)
    if given.planted is not None:
        return 1 if table(seeds, given.planted or PLANTED) else 0
    gc.freeze()
    gc.disable()
    began, before = time.perf_counter(), processor_seconds()
    live = live_through if given.jobs == 1 else partial(side_by_side, jobs=given.jobs)
    lived = live(seeds, drawn=given.draw, loud=given.loud)
    took, cpu_time = time.perf_counter() - began, processor_seconds() - before
    never = coverage(lived.reached, whole=given.seeds >= ENOUGH)
    summary(lived.broken)
    if given.shrink is not None:
        for seed in lived.broken:
            explain(seed, given.shrink or None)
    for line in distribution(lived.waits):
        print_line(line)
    violations = sum(map(len, lived.broken.values()))
    print_line(
        f"{given.seeds} seeds in {took:.1f} s, {given.seeds / cpu_time:.1f} a second of CPU, {violations} violations"
    )
    if never and given.seeds >= ENOUGH:
        print_line(f"failed: {never} faults were never reached at their places")
        return 1
    if not is_in_time(lived.waits):
        print_line(f"failed: half of those who wait should be answered in {MEDIAN:.0f} s, 99 of 100 in {P99:.0f} s")
        return 1
    return 1 if lived.broken else 0


if __name__ == "__main__":
    sys.exit(main())
