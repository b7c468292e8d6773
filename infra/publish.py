"""`make publish KIND=calendars FILE=calendars.json`: a working calendar or deadline rules of the city put into force.

Checks the file and lists every fault in words; shows what differs from what is in force and which deadlines of open
petitions would move; asks; writes. Functions notice within a minute, and two minutes later every open deadline is
derived anew (`deadlines-recompute`). `--show` prints what is in force, to be edited.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from infra.target import Target, agreed, arguments, target
from petitions.adapters.reference import SEEDS, InForce, Reference, parsed
from petitions.domain.instants import hanoi
from petitions.domain.reference_data import ReferenceFaults
from petitions.domain.texts import hanoi_time
from petitions.domain.versions import CURRENT, Current, Version, version_path
from petitions.errors import PetitionError
from petitions.usecases.load_reference import LoadReference, Plan
from petitions.usecases.recompute_deadlines import preview
from petitions.usecases.timekeeping import Timekeeping

KINDS = ("calendars", "deadline_rules")
SHOWN = 20


def data_in_force(where: Target, kind: str) -> Any:
    """The data of a kind in force today; the package's where nothing was loaded."""
    found = where.store.get(CURRENT)
    versions = Current.model_validate(found).in_force(hanoi(where.clock.now()).date()) if found else {}
    fields = where.store.get(version_path(kind, versions[kind])) if kind in versions else None
    return parsed(SEEDS[kind]) if fields is None else json.loads(Version.model_validate(fields).data)


def check(data: dict[str, Any]) -> list[str]:
    """Every fault of these data (by kind), in words."""
    faults = []
    reference = Reference(lambda kind: data[kind])
    for kind, part in (("calendars", "calendar"), ("deadline_rules", "rules")):
        if kind in data:
            try:
                getattr(reference, part)
            except ReferenceFaults as error:
                faults += error.faults
            except (ValueError, TypeError) as error:
                faults.append(str(error))
    return faults


def moves_in_words(where: Target, plan: Plan) -> list[str]:
    """The deadlines of open petitions that the plan would move: so many of each unit, the first ones in full.

    Nothing if the plan changes neither calendar nor rules.
    """
    fresh = {version.kind: json.loads(version.data) for version in plan.versions if version.kind in KINDS}
    if not fresh:
        return []
    new = Reference(lambda kind: fresh[kind] if kind in fresh else data_in_force(where, kind))
    known = InForce(where.store, where.clock)()
    then = Timekeeping(new.rules, new.calendar, known.ladder, known.chores)
    units, lines = Counter[str](), list[str]()
    for each in preview(where.store, then, where.clock.now()):
        units[each.unit] += 1
        lines += [f"  {each.code} {one.clock}: {hanoi_time(one.old)} -> {hanoi_time(one.new)}" for one in each.moves]
    by_unit = [f"  {unit}: {count}" for unit, count in sorted(units.items())]
    rest = [f"  ... and {len(lines) - SHOWN} deadlines more"] if len(lines) > SHOWN else []
    return [f"{units.total()} open petitions would move", *by_unit, *lines[:SHOWN], *rest]


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
            print(json.dumps(data_in_force(where, options.kind), ensure_ascii=False, indent=2))
            return 0
        return _publish(where, options)
    except (PetitionError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _publish(where: Target, options: argparse.Namespace) -> int:
    try:
        data = json.loads(options.file.read_text(encoding="utf-8"))
        faults = check({options.kind: data})
    except ValueError as error:
        faults = [f"not JSON: {error}"]
    if faults:
        print(f"{options.file}: {len(faults)} faults, nothing written:", *faults, sep="\n  ", file=sys.stderr)
        return 1
    loading = LoadReference(where.store, where.clock)
    plan = loading.plan_edit(options.kind, data, parsed(SEEDS[options.kind]))
    if not plan.lines:
        print(f"{where.name}: in force already, nothing to write")
        return 0
    print(f"{where.name}:", *plan.lines, *moves_in_words(where, plan), sep="\n  ")
    if options.dry_run or not agreed(options, "Publish this?"):
        return 0 if options.dry_run else 1
    loading.apply(plan)
    print("published; functions notice within a minute, open deadlines follow two minutes later")
    return 0


if __name__ == "__main__":
    sys.exit(main())
