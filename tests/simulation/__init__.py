"""A simulation of the whole system in one process, on virtual time.

One number, the seed, decides the order of all tasks, the calls that fail, and the times when instances die. One run of
a seed is called a world: it has citizens, officers, the functions, and the systems around them, and can be repeated
exactly. It begins with a storm, in which faults strike by chance, and ends with calm weather, in which all work must be
completed. A promise is a rule that must hold in every world, for example that no message is sent twice.
"""

import sys
from pathlib import Path

FUNCTIONS = str(Path(__file__).resolve().parents[2] / "functions")
if FUNCTIONS not in sys.path:  # pytest has it there already, `python -m tests.simulation` does not
    sys.path.append(FUNCTIONS)
