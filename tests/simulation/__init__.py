"""The whole system in one process: one seed decides who goes on, what fails, who is killed and when."""

import sys
from pathlib import Path

FUNCTIONS = str(Path(__file__).resolve().parents[2] / "functions")
if FUNCTIONS not in sys.path:  # pytest has it there; `python -m tests.simulation` does not
    sys.path.append(FUNCTIONS)
