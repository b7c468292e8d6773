"""Entry point of `python -m infra.operate COMMAND`, which runs one of the operator's commands."""

from __future__ import annotations

import sys

from infra.operate.cli import main

if __name__ == "__main__":
    sys.exit(main())
