"""`python -m infra.operate recount-scores FILE`: count the hash of a scoring again from its exported inputs."""

from __future__ import annotations

import gzip
from pathlib import Path

import click

from infra.operate.errors import OperatorError
from petitions.domain.scoring.scoring import counted_again


@click.command("recount-scores")
@click.argument("inputs", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def recount_scores_command(inputs: Path) -> int:
    """Count the scores of INPUTS, a file of the page of a year, and print their hash, as the page shows it.

    It needs neither the system nor its data.
    """
    try:
        result = counted_again(gzip.decompress(inputs.read_bytes()).splitlines())
    except (ValueError, OSError, EOFError, KeyError, TypeError) as error:
        raise OperatorError(f"{inputs}: no inputs of a scoring ({type(error).__name__})") from error
    print(f"{result.hash}  {len(result.units)} units")
    return 0
