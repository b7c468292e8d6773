"""Paths of the repository's main folders."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FUNCTIONS = ROOT / "functions"
GCP = ROOT / "infra" / "gcp"
