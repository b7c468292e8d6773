"""`make merge-units FROM=A,B INTO=C NAME=... DATE=2026-12-01`: units A and B become C from a day on.

Writes a new version of the directory: A and B end the day before, their names keep leading to C. From that day on
their open petitions and their officers are C's. What is there by then moves now; what comes later is moved by a
schedule, so a day in the future needs no second command. Running it again goes on where it was broken off.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date

from infra.load import check
from infra.target import Target, agreed, arguments, target
from petitions.domain.shared.instants import hanoi
from petitions.domain.units.directory import Directory
from petitions.domain.units.mergers import Merger, MergerFault
from petitions.domain.units.versions import DIRECTORY, Version, version_path
from petitions.errors import PetitionError
from petitions.usecases.reference.hand_over_unit import HandOver
from petitions.usecases.reference.load_reference import LoadReference, Plan


def _day(text: str) -> str:
    return date.fromisoformat(text).isoformat()


def _directory(where: Target, plan: Plan, merger: Merger) -> Directory:
    """The directory of the merger's day, whether it is to be written or there already."""
    name = plan.after.in_force(date.fromisoformat(merger.day))[DIRECTORY]
    made = {version.version: version.data for version in plan.versions}
    if name not in made:
        fields = where.store.get(version_path(DIRECTORY, name))
        made[name] = Version.model_validate(fields).data
    return Directory.load(json.loads(made[name]))


def main(argv: list[str] | None = None) -> int:
    """Show, ask, write, hand over."""
    parser = argparse.ArgumentParser(prog="python -m infra.merge_units", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("parts", type=lambda text: text.split(","), help="codes of the units that end, by commas")
    parser.add_argument("into", help="code of the unit that takes over: a new one, or one that goes on")
    parser.add_argument("day", type=_day, help="the first day, 2026-12-01")
    parser.add_argument("--name", default="", help="the new unit's name")
    parser.add_argument("--source", default="entered by an operator", help="the decision that orders it")
    parser.add_argument("--dry-run", action="store_true", help="only show what would change and move")
    arguments(parser)
    options = parser.parse_args(argv)
    merger = Merger(day=options.day, parts=options.parts, into=options.into, name=options.name, source=options.source)
    where = target(options)
    try:
        loading = LoadReference(where.store, where.clock)
        plan = loading.plan_merger(merger)
        check(plan)
        handing = HandOver(where.store, where.publisher, where.clock, _directory(where, plan, merger))
        _show(where, plan, handing)
        if options.dry_run or not agreed(options, "Do this?"):
            return 0 if options.dry_run else 1
        loading.apply(plan)
        moved = handing()
    except (PetitionError, MergerFault) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    today = hanoi(where.clock.now()).date()
    left = sum(each.petitions + each.officers for each in handing.held() if each.until < today)
    print(f"done: {moved} moved, {left} left" + (" (run it again)" if left else ""))
    return 1 if left else 0


def _show(where: Target, plan: Plan, handing: HandOver) -> None:
    print(f"{where.name}:", *(plan.lines or ["the directory has this merger already"]), sep="\n  ")
    today = hanoi(where.clock.now()).date()
    for each in handing.held():
        when = "now" if each.until < today else f"by the schedule, after {each.until}"
        print(f"  {each.unit} -> {each.heir}: {each.petitions} open petitions and {each.officers} officers move {when}")


if __name__ == "__main__":
    sys.exit(main())
