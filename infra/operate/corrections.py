"""`make corrections FILE=corrections.jsonl`: officers' decisions about units as examples that `make train` reads.

The texts are masked, but they are citizens' words: the file is readable by its owner alone and is not to leave the
operator's machine or to be committed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from infra.target import arguments, target
from petitions.adapters.reference import InForce
from petitions.errors import PetitionError
from petitions.usecases.routing.export_corrections import ExportCorrections


def main(argv: list[str] | None = None) -> int:
    """Write the file; say how many."""
    parser = argparse.ArgumentParser(prog="python -m infra.corrections", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", type=Path, help="where to; an existing file is replaced")
    arguments(parser)
    options = parser.parse_args(argv)
    where = target(options)
    count = 0
    draft = options.file.with_name(options.file.name + ".new")
    try:
        directory = InForce(where.store, where.clock)().directory
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            for example in ExportCorrections(where.store, directory)():
                file.write(json.dumps(example, ensure_ascii=False) + "\n")
                count += 1
    except PetitionError as error:
        draft.unlink(missing_ok=True)
        print(f"error: {error}", file=sys.stderr)
        return 1
    draft.replace(options.file)
    print(f"{where.name}: {count} corrections in {options.file}; citizens' words: keep the file on this machine")
    return 0


if __name__ == "__main__":
    sys.exit(main())
