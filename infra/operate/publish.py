"""`make publish KIND=calendars FILE=calendars.json`: put a working calendar or a set of rules into force.

The module also describes the effect of such a change on the deadlines of open petitions.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from infra.operate.errors import OperatorError
from infra.operate.options import Selection, dry_run_option, target_options
from infra.operate.target import OpenedTarget, agreed, target
from petitions.adapters.reference import SEEDS, ReferenceInForce, ReferenceSet, parsed
from petitions.domain.language.redaction import masked
from petitions.domain.language.texts import hanoi_time
from petitions.usecases.reference.load_reference import LoadPlan
from petitions.usecases.reference.publish_reference import PUBLISHED_KINDS, PublishReference, by_unit

SHOWN = 20
_WITHDRAW = '. Was it published by mistake? Add "withdrawn": ["{version}"] to the file, and they move too'


def publishing(where: OpenedTarget) -> PublishReference:
    """Return the use case that publishes reference data, on the target's database and this release's own data."""
    return PublishReference(
        store=where.store,
        clock=where.clock,
        shipped=lambda kind: parsed(SEEDS[kind]),
        built=ReferenceSet,
        known=ReferenceInForce(where.store, where.clock),
    )


def moves_in_words(where: OpenedTarget, plan: LoadPlan) -> list[str]:
    """Return lines about deadlines that a change would move, and petitions that keep their former rules.

    The list is empty if the change concerns neither the calendar nor the rules.
    """
    moved = publishing(where).moves(plan)
    if moved is None:
        return []
    lines = [
        f"  {moved_deadlines.code} {one.clock}: {hanoi_time(one.old)} -> {hanoi_time(one.new)}"
        for moved_deadlines in moved
        for one in moved_deadlines.moves
    ]
    units = [f"  {unit}: {count}" for unit, count in by_unit(moved).items()]
    rest = [f"  ... and {len(lines) - SHOWN} deadlines more"] if len(lines) > SHOWN else []
    publish = publishing(where)
    kept = [
        f"{count} open petitions keep the terms of {version}, under which they were filed"
        + ("" if publish.is_shipped("deadline_rules", version) else _WITHDRAW.format(version=version))
        for version, count in publish.kept_terms(plan).items()
    ]
    return [f"{len(moved)} open petitions would move", *units, *lines[:SHOWN], *rest, *kept]


def end_in_words(where: OpenedTarget, plan: LoadPlan) -> list[str]:
    """Return a line naming the log entry that shows when all deadlines have moved.

    The list is empty if the change concerns neither the calendar nor the rules.
    """
    basis = publishing(where).basis(plan)
    if basis is None:
        return []
    version = masked(basis)  # the log masks a hash that looks like somebody's number
    line = f'open deadlines follow, up to five minutes; over when the log has "recompute_done" of version {version},'
    return [f"{line} which has moved as many as are shown here"]


@click.command("publish")
@click.argument("kind", metavar="KIND", type=click.Choice(PUBLISHED_KINDS))
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--show", is_flag=True, help="Print the data in force, for editing.")
@dry_run_option
@target_options
def publish_command(selection: Selection, kind: str, file: Path | None, *, show: bool, dry_run: bool) -> int:
    """Put a working calendar or a set of rules of the city into force.

    KIND is `calendars`, `deadline_rules`, `reminder_ladder`, `housekeeping` or `scoring_rules`. FILE holds the new data
    as JSON.

    The command lists every fault of the file. If there is none, it shows the differences from the data in force and
    the deadlines of open petitions that would move, asks, and writes. Functions notice within a minute. Two minutes
    later `deadlines-recompute` moves the open deadlines. They keep the rules that they were given, unless the new rules
    name that version in `withdrawn`.
    """
    if show == (file is not None):
        raise click.UsageError("give a file to publish, or --show")
    where = target(selection)
    if file is None:
        print(json.dumps(publishing(where).in_force(kind), ensure_ascii=False, indent=2))
        return 0
    publish = publishing(where)
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        faults = publish.faults({kind: data})
    except OSError as error:
        raise OperatorError(f"error: {error}") from error
    except ValueError as error:
        faults = [f"not JSON: {error}"]
    if faults:
        print(f"{file}: {len(faults)} faults, nothing written:", *faults, sep="\n  ", file=sys.stderr)
        return 1
    plan = publish.plan(kind, data)
    if not plan.lines:
        print(f"{where.name}: in force already, nothing to write")
        return 0
    print(f"{where.name}:", *plan.lines, *moves_in_words(where, plan), sep="\n  ")
    if dry_run or not agreed(selection, "Publish this?"):
        return 0 if dry_run else 1
    ends = end_in_words(where, plan)
    publish.apply(plan)
    print("published; functions notice within a minute", *ends, sep="\n")
    return 0
