"""`make publish KIND=calendars FILE=calendars.json`: a working calendar or deadline rules of the city put into force.

Checks the file and lists every fault in words; shows what differs from what is in force and which deadlines of open
petitions would move; asks; writes. Functions notice within a minute, and two minutes later every open deadline is
derived anew (`deadlines-recompute`). `--show` prints what is in force, to be edited.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from infra.target import Target, agreed, arguments, target
from petitions.adapters.reference import SEEDS, InForce, Reference, parsed
from petitions.domain.language.texts import hanoi_time
from petitions.errors import PetitionError
from petitions.usecases.reference.load_reference import Plan
from petitions.usecases.reference.publish_reference import KINDS, PublishReference, by_unit

SHOWN = 20


def publishing(where: Target) -> PublishReference:
    """The use case over the target's database and the package's data."""
    return PublishReference(
        store=where.store,
        clock=where.clock,
        shipped=lambda kind: parsed(SEEDS[kind]),
        built=Reference,
        known=InForce(where.store, where.clock),
    )


def moves_in_words(where: Target, plan: Plan) -> list[str]:
    """The deadlines of open petitions that the plan would move: so many of each unit, the first ones in full.

    Nothing if the plan changes neither calendar nor rules.
    """
    moved = publishing(where).moves(plan)
    if moved is None:
        return []
    lines = [
        f"  {each.code} {one.clock}: {hanoi_time(one.old)} -> {hanoi_time(one.new)}"
        for each in moved
        for one in each.moves
    ]
    units = [f"  {unit}: {count}" for unit, count in by_unit(moved).items()]
    rest = [f"  ... and {len(lines) - SHOWN} deadlines more"] if len(lines) > SHOWN else []
    return [f"{len(moved)} open petitions would move", *units, *lines[:SHOWN], *rest]


def main(argv: list[str] | None = None) -> int:
    """Check, show, ask, write."""
    parser = argparse.ArgumentParser(prog="python -m infra.publish", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("file", nargs="?", type=Path, help="the new data, as JSON")
    parser.add_argument("--show", action="store_true", help="print what is in force")
    parser.add_argument("--dry-run", action="store_true", help="only show what would change and move")
    arguments(parser)
    options = parser.parse_args(argv)
    if options.show == (options.file is not None):
        parser.error("give a file to publish, or --show")
    where = target(options)
    try:
        if options.show:
            print(json.dumps(publishing(where).in_force(options.kind), ensure_ascii=False, indent=2))
            return 0
        return _publish(where, options)
    except (PetitionError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _publish(where: Target, options: argparse.Namespace) -> int:
    publish = publishing(where)
    try:
        data = json.loads(options.file.read_text(encoding="utf-8"))
        faults = publish.faults({options.kind: data})
    except ValueError as error:
        faults = [f"not JSON: {error}"]
    if faults:
        print(f"{options.file}: {len(faults)} faults, nothing written:", *faults, sep="\n  ", file=sys.stderr)
        return 1
    plan = publish.plan(options.kind, data)
    if not plan.lines:
        print(f"{where.name}: in force already, nothing to write")
        return 0
    print(f"{where.name}:", *plan.lines, *moves_in_words(where, plan), sep="\n  ")
    if options.dry_run or not agreed(options, "Publish this?"):
        return 0 if options.dry_run else 1
    publish.apply(plan)
    print("published; functions notice within a minute, open deadlines follow two minutes later")
    return 0


if __name__ == "__main__":
    sys.exit(main())
