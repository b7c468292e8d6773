"""`make merge-units FROM=A,B INTO=C NAME=... DATE=2026-12-01`: merge units from a given day."""

from __future__ import annotations

import json
from datetime import date

import click

from infra.operate.errors import OperatorError
from infra.operate.options import Selection, dry_run_option, target_options
from infra.operate.target import OpenedTarget, agreed, target
from infra.reference_data import check
from petitions.domain.shared.instants import hanoi
from petitions.domain.units.directory import Directory
from petitions.domain.units.mergers import Merger, MergerFault
from petitions.domain.units.versions import DIRECTORY_KIND, ReferenceVersion, version_path
from petitions.usecases.reference.hand_over_unit import HandOverUnit
from petitions.usecases.reference.load_reference import LoadPlan, LoadReference


def _codes(_context: click.Context, _parameter: click.Parameter, text: str) -> list[str]:
    return text.split(",")


def _day(_context: click.Context, _parameter: click.Parameter, text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is no day, as 2026-12-01") from error


def _directory(where: OpenedTarget, plan: LoadPlan, merger: Merger) -> Directory:
    """Return the directory of units valid on the merger's day, from the plan or else from the database."""
    name = plan.after.in_force(date.fromisoformat(merger.day))[DIRECTORY_KIND]
    made = {version.version: version.data for version in plan.versions}
    if name not in made:
        fields = where.store.get(version_path(DIRECTORY_KIND, name))
        made[name] = ReferenceVersion.model_validate(fields).data
    return Directory.load(json.loads(made[name]))


@click.command("merge-units")
@click.argument("parts", callback=_codes)
@click.argument("into")
@click.argument("day", callback=_day)
@click.option("--name", default="", help="The new unit's name.")
@click.option("--source", default="entered by an operator", help="The decision that orders it.")
@dry_run_option
@target_options
def merge_units_command(
    selection: Selection, parts: list[str], into: str, day: str, name: str, source: str, *, dry_run: bool
) -> int:
    """Merge units into one from a day on. PARTS are codes separated by commas, INTO is a new or an existing unit.

    A new version of the directory is written: the parts end the day before DAY (2026-12-01), and their names keep
    leading to the successor. From DAY on, the successor has their open petitions and officers. Parts that have already
    ended are moved at once, and a schedule moves the rest after DAY, so a future day needs no second command. If the
    command was interrupted, run it again.
    """
    merger = Merger(day=day, parts=parts, into=into, name=name, source=source)
    where = target(selection)
    try:
        loading = LoadReference(where.store, where.clock)
        plan = loading.plan_merger(merger)
        check(plan)
        handing = HandOverUnit(where.store, where.publisher, where.clock, _directory(where, plan, merger))
        _show(where, plan, handing)
        if dry_run or not agreed(selection, "Do this?"):
            return 0 if dry_run else 1
        loading.apply(plan)
        moved = handing()
    except MergerFault as error:
        raise OperatorError(f"error: {error}") from error
    today = hanoi(where.clock.now()).date()
    left = sum(held.petitions + held.officers for held in handing.held() if held.until < today)
    print(f"done: {moved} moved, {left} left" + (" (run it again)" if left else ""))
    return 1 if left else 0


def _show(where: OpenedTarget, plan: LoadPlan, handing: HandOverUnit) -> None:
    print(f"{where.name}:", *(plan.lines or ["the directory has this merger already"]), sep="\n  ")
    today = hanoi(where.clock.now()).date()
    for held in handing.held():
        when = "now" if held.until < today else f"by the schedule, after {held.until}"
        print(f"  {held.unit} -> {held.heir}: {held.petitions} open petitions and {held.officers} officers move {when}")
