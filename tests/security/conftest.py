"""Puts the folders of web functions on the import path, as functions-framework does when it starts a function."""

from __future__ import annotations

import sys

from infra.paths import FUNCTIONS

sys.path += [str(FUNCTIONS / folder) for folder in ("public_site", "citizen_page")]
