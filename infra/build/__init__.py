"""Tools that check the sources or generate files from them, used by `make package`, `make audit` and `make lint`.

`python -m infra.build --help` lists the commands. They need neither a running system nor a cloud project, and they
touch no data, which is why they are separate from `infra.operate`. Only `package` may be imported by `infra.operate`.
The other modules are imported by tests only.
"""

import sys

from infra.paths import FUNCTIONS

sys.path.insert(0, str(FUNCTIONS))
