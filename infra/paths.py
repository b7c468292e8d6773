"""Where the parts of the repository are."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FUNCTIONS = ROOT / "functions"
GCP = ROOT / "infra" / "gcp"
