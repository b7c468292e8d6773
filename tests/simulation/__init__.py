"""The whole system in one process: one seed decides which task goes on, which calls fail, and when instances die."""

import sys
from pathlib import Path

FUNCTIONS = str(Path(__file__).resolve().parents[2] / "functions")
if FUNCTIONS not in sys.path:  # pytest has it there already, `python -m tests.simulation` does not
    sys.path.append(FUNCTIONS)
