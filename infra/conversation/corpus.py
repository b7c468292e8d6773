"""Labelled utterances: what citizens write in each situation, with its act, its values, and what would hurt.

A row is `{"id", "situation", "text", "act", "also": [acts as good], "values": {...}, "harm": [acts or values]}`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from petitions.domain.understanding.acts import DialogAct, Situation

TEXTS = Path(__file__).with_name("texts")
TRAINING = TEXTS / "training"
"""One file by author."""
HELD_OUT = TEXTS / "held_out"
"""By authors of whom nothing is learned; no errors are read but those of even lines of the first."""


@dataclass(frozen=True)
class Utterance:
    """One labelled message."""

    id: str
    situation: Situation
    text: str
    act: DialogAct
    also: tuple[DialogAct, ...]
    """Other acceptable acts."""
    values: Mapping[str, Any]
    harm: tuple[str, ...]
    """Acts, `value:phone` and the like, or `rate:3`: their choice would hurt."""

    def allows(self, act: DialogAct) -> bool:
        """Return whether the act is right."""
        return act is self.act or act in self.also


def utterance(row: Mapping[str, Any]) -> Utterance:
    """Return the utterance of a row. Raise KeyError or ValueError for another shape."""
    return Utterance(
        id=str(row["id"]),
        situation=Situation(row["situation"]),
        text=str(row["text"]),
        act=DialogAct(row["act"]),
        also=tuple(DialogAct(act) for act in row["also"]),
        values=dict(row["values"]),
        harm=tuple(row["harm"]),
    )


def read(path: Path) -> list[Utterance]:
    """Return the utterances of a JSON-lines file, or of all files in a folder; exit with the number of a bad line."""
    if path.is_dir():
        return [item for file in sorted(path.glob("*.jsonl")) for item in read(file)]
    found: list[Utterance] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if line.strip():
            try:
                found.append(utterance(json.loads(line)))
            except (ValueError, KeyError, TypeError) as error:
                raise SystemExit(f"{path}:{number}: {error!r}") from error
    return found
