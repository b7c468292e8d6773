"""Entry point of `python -m infra.local COMMAND`. It runs under any Python version that the project supports."""

from __future__ import annotations

import os
import sys
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - a script's python3 may be older than the project's own
    own = Path(__file__).resolve().parents[2] / ".venv" / "bin" / "python"
    if not own.exists():
        sys.exit("python -m infra.local needs Python 3.11 or newer; `make up` finds one or says what is missing")
    os.execv(own, [str(own), "-m", "infra.local", *sys.argv[1:]])  # noqa: S606 - this project's interpreter

from infra.local.commands.cli import main

if __name__ == "__main__":
    sys.exit(main())
