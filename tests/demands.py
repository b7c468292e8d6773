"""Reads the tables of requirements and of findings in tests/README.md, row by row."""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).resolve().parent
README = (TESTS / "README.md").read_text()


def _rows(heading: str) -> list[list[str]]:
    section = README.partition(f"## {heading}")[2].partition("\n## ")[0]
    return [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ")][2:]


ROWS = _rows("What Zalo demands")
FINDINGS = _rows("What was found at the desk")
VIOLATIONS = _rows("What an outside harness broke")
DEPLOYMENT = _rows("What kept the first deployment")
