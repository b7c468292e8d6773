"""`make figures`: recount the statistics of the dashboards and correct those that differ."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import click

from infra.operate.errors import OperatorError
from infra.operate.options import Selection, dry_run_option, target_options
from infra.operate.target import agreed, target
from petitions.errors import PetitionError
from petitions.usecases.figures.fold_figures import FoldFigures
from petitions.usecases.figures.keep_ends import KeepEnds
from petitions.usecases.figures.rebuild_figures import RebuildFigures

SHOWN = 20


def _day(_context: click.Context, _parameter: click.Parameter, text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is no day, as 2026-11-23") from error


def rebuild(figures: RebuildFigures, fold: FoldFigures, ends: KeepEnds, since: str, *, mend: bool) -> int:
    """Print every difference between the stored statistics and a full count, and return their number.

    With `mend`, correct the statistics. `since` (2026-11-23) leaves out later days.
    """
    codes = figures.lacking()
    began = sum(figures.add_figures(code) > 0 if mend else True for code in codes)
    if began:
        print(f"  {began} histories began before figures{': they have them now' if mend else ' and lack them'}")
    found = began + _shown("open", figures.standing(mend=mend))
    days = [day for day in figures.days() if not since or day <= since]
    found += sum(_shown(day, figures.day(day, mend=mend)) for day in days)
    months = sorted({day[:7] for day in days}, reverse=True)
    found += sum(_shown(month, figures.month(month, mend=mend)) for month in months)
    if days:
        found += _shown("ends of days", ends.differing_days(date.fromisoformat(days[-1]), mend=mend))
    while mend and fold():
        continue
    return found


def _shown(what: str, differences: Iterable[str]) -> int:
    lines = list(differences)
    if lines:
        rest = [f"... and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
        print(f"  {what}: {len(lines)} differ", *lines[:SHOWN], *rest, sep="\n    ")
    return len(lines)


@click.command("figures")
@target_options
@click.option("--from", "since", callback=_day, default="", help="Leave out the days after this one, as 2026-11-23.")
@dry_run_option
def figures_command(selection: Selection, since: str, *, dry_run: bool) -> int:
    """Recount the statistics of the dashboards, show the differences, and correct them.

    The numbers are counted from the petitions and their histories, including histories that began before statistics
    were kept. The numbers of open petitions at the ends of days are counted as well. Use it after the nightly
    comparison has found a fault (`stats_checks/`). Functions may go on running meanwhile. Days are counted one by one,
    the newest first. If the command was interrupted, run it again with --from and the last day that it printed.
    """
    where = target(selection)
    figures, fold = RebuildFigures(where.store, where.clock), FoldFigures(where.store, where.clock)
    ends = KeepEnds(where.store, where.clock)
    try:
        print(f"{where.name}: counting")
        if not selection.yes or dry_run:
            found = rebuild(figures, fold, ends, since, mend=False)
            if dry_run or not found:
                print(f"{found} differences" if found else "the figures are those of a full count")
                return 0
            if not agreed(selection, "Put them right?"):
                return 1
        found = rebuild(figures, fold, ends, since, mend=True)
    except PetitionError as error:
        raise OperatorError(f"error: {error}; run it again") from error
    print(f"{found} differences put right" if found else "the figures are those of a full count")
    return 0
