"""Tools that check the sources or generate files from them, used by `make package`, `make audit` and `make lint`.

`python -m infra.build --help` lists them: the functions' archives, the tables of the README, the shipped directory of
units, the audit, the check of the manifest. They are separate from `infra.operate` because they need neither a stack
nor a project and touch no data. `infra.operate` may import `package`. The other modules are imported by tests only.
"""

import sys

from infra.paths import FUNCTIONS

sys.path.insert(0, str(FUNCTIONS))
