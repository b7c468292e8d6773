"""Puts the folders of functions with pages on the path, so that their modules are found as in functions-framework."""

from __future__ import annotations

import sys

from infra.paths import FUNCTIONS

sys.path += [str(FUNCTIONS / folder) for folder in ("public_site", "citizen_page")]
