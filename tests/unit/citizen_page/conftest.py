"""Puts the function's folder on the path, so that its modules are found as functions-framework finds them."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[3] / "functions" / "citizen_page"))
