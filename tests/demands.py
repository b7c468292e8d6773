"""The table of Zalo's demands in tests/README.md, row by row."""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).resolve().parent
SECTION = (TESTS / "README.md").read_text().partition("## What Zalo demands")[2].partition("\n## ")[0]
ROWS = [line.strip("| ").split(" | ") for line in SECTION.splitlines() if line.startswith("| ")][2:]
