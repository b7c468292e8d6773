"""Tools that work on the sources before anything runs: what `make package`, `make audit` and `make lint` call.

`python -m infra.build --help` lists them: the functions' archives, the tables of the README, the directory of units
that the functions ship, the audit, the check of the manifest. They are apart from `infra.operate` because they need
neither a stack nor a project and touch no data; the manifest's model itself is `infra/manifest.py`, one floor up,
since every part of `infra` reads it. `package` may be imported by `infra.operate`, the rest by tests alone.
"""

import sys

from infra.paths import FUNCTIONS

sys.path.insert(0, str(FUNCTIONS))
