"""`make corrections FILE=corrections.jsonl`: export officers' choices of units as training examples.

An example is the text of a petition with the unit that an officer chose for it. `make train` learns from the examples
which unit handles a petition.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from infra.operate.options import Selection, target_options
from infra.operate.target import target
from petitions.adapters.reference import ReferenceInForce
from petitions.errors import PetitionError
from petitions.usecases.routing.export_corrections import ExportCorrections


@click.command("corrections")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@target_options
def corrections_command(selection: Selection, file: Path) -> int:
    """Write officers' choices of units to FILE, which is replaced if it exists.

    Personal data in the texts are masked, but the texts are still written by citizens. The file is readable by its
    owner only. It must not leave the operator's machine or be committed.
    """
    where = target(selection)
    count = 0
    draft = file.with_name(file.name + ".new")
    try:
        directory = ReferenceInForce(where.store, where.clock)().directory
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as lines:
            for example in ExportCorrections(where.store, directory)():
                lines.write(json.dumps(example, ensure_ascii=False) + "\n")
                count += 1
    except PetitionError:
        draft.unlink(missing_ok=True)
        raise
    draft.replace(file)
    print(f"{where.name}: {count} corrections in {file}; citizens' words: keep the file on this machine")
    return 0
