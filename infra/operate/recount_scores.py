"""`python -m infra.operate recount-scores FILE`: recompute the yearly scores of the units and print their hash."""

from __future__ import annotations

import gzip
from pathlib import Path

import click

from infra.operate.errors import OperatorError
from petitions.domain.scoring.scoring import counted_again


@click.command("recount-scores")
@click.argument("inputs", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def recount_scores_command(inputs: Path) -> int:
    """Recompute the scores from INPUTS, a file on the page of a year, and print the hash that the page shows.

    It needs no access to the system or its data.
    """
    try:
        result = counted_again(gzip.decompress(inputs.read_bytes()).splitlines())
    except (ValueError, OSError, EOFError, KeyError, TypeError) as error:
        raise OperatorError(f"{inputs}: no inputs of a scoring ({type(error).__name__})") from error
    print(f"{result.hash}  {len(result.units)} units")
    return 0
