"""The function's own modules are found as functions-framework finds them: its folder is on the path."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[3] / "functions" / "citizen_page"))
