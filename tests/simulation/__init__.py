"""A simulation of the whole system in one process, on virtual time.

A seed decides the order of all tasks, which calls fail, and when instances die, so a run can be repeated exactly. A run
begins with a storm, in which faults strike by chance, and ends with calm weather, in which all pending work must be
completed. A promise is a rule that must hold in every run, for example that no message is sent twice.
"""

import sys
from pathlib import Path

FUNCTIONS = str(Path(__file__).resolve().parents[2] / "functions")
if FUNCTIONS not in sys.path:  # pytest has it there already, `python -m tests.simulation` does not
    sys.path.append(FUNCTIONS)
