"""`make load`: write the reference data of this release (units, calendars, rules, texts) to Firestore.

The differences from the stored data are shown first.
"""

from __future__ import annotations

import click

from infra.operate.errors import OperatorError
from infra.operate.options import Selection, target_options
from infra.operate.publish import end_in_words, moves_in_words
from infra.operate.target import agreed, target
from infra.reference_data import planned
from petitions.domain.units.mergers import MergerFault
from petitions.usecases.reference.load_reference import LoadReference


@click.command("load")
@target_options
def load_command(selection: Selection) -> int:
    """Load the reference data of the package, after showing the differences.

    Directory, calendars, deadline rules, ladder and texts become one document per version. `rules/current` records the
    version in force from a given day. Loading the same data again changes nothing. Mergers made in the meantime
    (merge-units) are repeated on the loaded directory. Functions notice within a minute.
    """
    where = target(selection)
    try:
        plan = planned(where.store, where.clock)
        if not plan.lines:
            print(f"{where.name}: reference data are as they should be, nothing to write")
            return 0
        print(f"{where.name}:", *plan.lines, *moves_in_words(where, plan), sep="\n  ")
        if not agreed(selection, "Write this?"):
            return 1
        ends = end_in_words(where, plan)
        LoadReference(where.store, where.clock).apply(plan)
    except MergerFault as error:
        raise OperatorError(f"error: {error}") from error
    print("written; functions notice within a minute", *ends, sep="\n")
    return 0
