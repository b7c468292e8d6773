"""`make load`: the reference data of the package -> Firestore, the difference first.

Directory, calendars, deadline rules, ladder and texts, each as one document per version, and `rules/current`, which
says what is in force from which day. The same data twice change nothing. Mergers made meanwhile (`make merge-units`)
are made again on the directory that is loaded. Functions notice within a minute.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from infra.publish import moves_in_words
from infra.target import agreed, arguments, target
from petitions.adapters.reference import SEEDS, Reference, parsed
from petitions.domain.units.directory import Directory
from petitions.domain.units.mergers import MergerFault
from petitions.domain.units.versions import DIRECTORY
from petitions.errors import PetitionError
from petitions.ports.store import Store
from petitions.ports.world import Clock
from petitions.usecases.reference.load_reference import LoadReference, Plan


def planned(store: Store, clock: Clock) -> Plan:
    """What loading the package's data would write. Raises ValueError for data that no function could use."""
    seeds: dict[str, Any] = {kind: parsed(file) for kind, file in SEEDS.items()}
    reference = Reference(seeds.__getitem__)
    reference.check()
    plan = LoadReference(store, clock).plan(seeds)
    check(plan)
    return plan


def check(plan: Plan) -> None:
    """That the functions can read every directory that the plan writes. Raises ValueError, KeyError or TypeError."""
    for version in plan.versions:
        if version.kind == DIRECTORY:
            Directory.load(json.loads(version.data))


def load(store: Store, clock: Clock) -> bool:
    """Load the package's data without asking; whether anything was written. For a stack that starts."""
    return LoadReference(store, clock).apply(planned(store, clock))


def main(argv: list[str] | None = None) -> int:
    """Show, ask, write."""
    parser = argparse.ArgumentParser(prog="python -m infra.load", description=(__doc__ or "").splitlines()[0])
    arguments(parser)
    options = parser.parse_args(argv)
    where = target(options)
    try:
        plan = planned(where.store, where.clock)
        if not plan.lines:
            print(f"{where.name}: reference data are as they should be, nothing to write")
            return 0
        print(f"{where.name}:", *plan.lines, *moves_in_words(where, plan), sep="\n  ")
        if not agreed(options, "Write this?"):
            return 1
        LoadReference(where.store, where.clock).apply(plan)
    except (PetitionError, MergerFault) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print("written; functions notice within a minute")
    return 0


if __name__ == "__main__":
    sys.exit(main())
