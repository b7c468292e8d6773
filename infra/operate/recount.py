"""`make recount REPORT=ket-qua.json INPUTS=du-lieu-vao.jsonl.gz`: recompute a report from its exported inputs."""

from __future__ import annotations

import gzip
from pathlib import Path

import click

from infra.operate.errors import OperatorError
from petitions.domain.reports.report import Report, imported, recounted

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("recount")
@click.argument("report", type=EXISTING)
@click.argument("inputs", type=EXISTING)
def recount_command(report: Path, inputs: Path) -> int:
    """Recount the cells of REPORT from INPUTS, and compare the hash. Both files are on the report's page.

    It needs no access to the system or its data. The exit status is 1 if the hash or any part of its content differs.
    """
    try:
        given = Report.model_validate_json(report.read_bytes())
        again = recounted(given, imported(gzip.decompress(inputs.read_bytes()).splitlines()))
    except (ValueError, OSError, TypeError) as error:
        raise OperatorError(f"{report}, {inputs}: not the files of a report ({type(error).__name__})") from error
    cells = sum(len(row) for row in again.rows.values())
    print(f"{again.hash}  {given.form} {given.period_label}, {cells} cells in {len(again.rows)} rows")
    parts = [name for name in ("inputs", "formula", "rows", "hash") if getattr(again, name) != getattr(given, name)]
    print(f"NOT as the report says: {', '.join(parts)}" if parts else "the same as in the report")
    return 1 if parts else 0
