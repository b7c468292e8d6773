"""Puts the folder of the function on the import path, as functions-framework does when it starts the function."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[3] / "functions" / "citizen_page"))
