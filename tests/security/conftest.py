"""The modules of functions with pages are found as functions-framework finds them: their folders are on the path."""

from __future__ import annotations

import sys

from infra.paths import FUNCTIONS

sys.path += [str(FUNCTIONS / folder) for folder in ("public_site", "citizen_page")]
