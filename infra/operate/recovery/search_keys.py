"""`make search-keys`: update the stored search words of petitions that an earlier release wrote."""

from __future__ import annotations

import click

from infra.operate.errors import OperatorError
from infra.operate.options import Selection, dry_run_option, target_options
from infra.operate.target import agreed, target
from petitions.errors import PetitionError
from petitions.usecases.shared.rebuild_search import RebuildSearch


@click.command("search-keys")
@target_options
@dry_run_option
def search_keys_command(selection: Selection, *, dry_run: bool) -> int:
    """Correct the search words and keys of petitions for the desk, after counting those that differ.

    Run it after deploying a release that searches more fields than the one before. Functions may go on meanwhile. If it
    was interrupted, run it again.
    """
    where = target(selection)
    search = RebuildSearch(where.store)
    try:
        codes = list(search.stale())
        if not codes:
            print(f"{where.name}: every petition is found by all that it should be")
            return 0
        print(f"{where.name}: {len(codes)} petitions are not found by all that they should be")
        if dry_run:
            return 0
        if not agreed(selection, "Put them right?"):
            return 1
        for code in codes:
            search.mend(code)
    except PetitionError as error:
        raise OperatorError(f"error: {error}; run it again") from error
    print(f"{len(codes)} put right")
    return 0
