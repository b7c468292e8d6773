"""The operator's commands on a running system: deploy it, load its data, repair it, restore it, rotate its keys.

`python -m infra.operate --help` lists them. Most have the name of a target in the Makefile. A command works on a local
stack (the system on this laptop) or, with --project, on a project in the cloud. `cli` names the commands, `options`
declares the shared options, `target` opens the database, and `deployment/` and `recovery/` are packages of their own.
Only tests import this package. It depends on `infra.local` (a stack's folder, clock and console), `infra.build` (the
archives), and use cases and adapters of `functions/petitions`.
"""

import sys

from infra.paths import FUNCTIONS

sys.path.insert(0, str(FUNCTIONS))
