"""The modules of desk and public site are found as functions-framework finds them: their folders are on the path."""

from __future__ import annotations

import sys

from infra.paths import FUNCTIONS

sys.path += [str(FUNCTIONS / "public_site"), str(FUNCTIONS / "desk")]
