"""`make figures`: the dashboards' figures counted anew from the petitions and their histories; what differs is mended.

For histories that began before figures were kept, and after a fault that the nightly comparison found
(`stats_checks/`). Functions may go on meanwhile. Broken off, it is simply run again; `FROM=day` goes on with the day
that it said last, since it counts day by day, the newest first.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from datetime import date

from infra.target import agreed, arguments, target
from petitions.errors import PetitionError
from petitions.usecases.figures.fold_figures import FoldFigures
from petitions.usecases.figures.rebuild_figures import RebuildFigures

SHOWN = 20


def rebuild(figures: RebuildFigures, fold: FoldFigures, since: str, *, mend: bool) -> int:
    """Compare and, with `mend`, put right; every difference is printed. How many there were."""
    codes = figures.lacking()
    began = sum(figures.give(code) > 0 if mend else True for code in codes)
    if began:
        print(f"  {began} histories began before figures{': they have them now' if mend else ' and lack them'}")
    found = began + _told("open", figures.standing(mend=mend))
    for day in figures.days():
        if not since or day <= since:
            found += _told(day, figures.day(day, mend=mend))
    while mend and fold():
        continue
    return found


def _told(what: str, differences: Iterable[str]) -> int:
    lines = list(differences)
    if lines:
        rest = [f"... and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
        print(f"  {what}: {len(lines)} differ", *lines[:SHOWN], *rest, sep="\n    ")
    return len(lines)


def main(argv: list[str] | None = None) -> int:
    """Show what differs, ask, put it right."""
    parser = argparse.ArgumentParser(prog="python -m infra.figures", description=(__doc__ or "").splitlines()[0])
    arguments(parser)
    parser.add_argument("--from", dest="since", default="", help="leave out the days after this one, as 2026-11-23")
    parser.add_argument("--dry-run", action="store_true", help="only show what differs")
    options = parser.parse_args(argv)
    if options.since:
        try:
            date.fromisoformat(options.since)
        except ValueError:
            parser.error(f"{options.since!r} is no day, as 2026-11-23")
    where = target(options)
    figures, fold = RebuildFigures(where.store, where.clock), FoldFigures(where.store, where.clock)
    try:
        print(f"{where.name}: counting")
        if not options.yes or options.dry_run:
            found = rebuild(figures, fold, options.since, mend=False)
            if options.dry_run or not found:
                print(f"{found} differences" if found else "the figures are those of a full count")
                return 0
            if not agreed(options, "Put them right?"):
                return 1
        found = rebuild(figures, fold, options.since, mend=True)
        print(f"{found} differences put right" if found else "the figures are those of a full count")
    except PetitionError as error:
        print(f"error: {error}; run it again", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
