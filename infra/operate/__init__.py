"""The operator's commands on a running system: deploy it, load its data, repair it, restore it, rotate its keys.

`python -m infra.operate --help` lists them; most have the name of their `make` verb. A command works on a stack of
this laptop or, with --project, on a project in the cloud. `cli` names the commands, `options` declares what they
share, `target` opens the database; `deployment/` and `recovery/` are rooms of their own. Only tests import this
package. It stands on `infra.local` (a stack's folder, clock and console), `infra.build` (the archives) and, of
`functions/petitions`, on use cases and adapters.
"""

import sys

from infra.paths import FUNCTIONS

sys.path.insert(0, str(FUNCTIONS))
