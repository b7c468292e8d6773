"""The modules of the public site are found as functions-framework finds them: its folder is on the path."""

from __future__ import annotations

import sys

from infra.paths import FUNCTIONS

sys.path.append(str(FUNCTIONS / "public_site"))
