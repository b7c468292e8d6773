"""Labelled petitions: examples in the repository, the operator's dev sample, corrections exported from the desk.

A row is `{"text", "units": [the right one first, then other defensible ones], "kind", "kinds"?, "address"?,
"location"?}`. The field names of the dev sample and of the corrections are accepted too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from petitions.domain.petition.petition import Location
from petitions.domain.routing.kinds import PetitionKind
from petitions.domain.units.directory import UNKNOWN_WARD, Directory

TEXTS = Path(__file__).with_name("texts")
TRAINING = TEXTS / "training.jsonl"
APART = TEXTS / "apart.jsonl"
"""Also used for training. Its authors had not seen the rules, so the confidence is calibrated on it."""
EXAMPLES = TEXTS / "examples.jsonl"
EVALUATION = TEXTS / "evaluation.jsonl"
HELD_OUT = TEXTS / "held_out.jsonl"
CONFIRM = TEXTS / "confirm.jsonl"
"""Never trained on, like the held-out set. Written after the model, to check that the held-out set does not flatter."""

OUTSIDE = TEXTS / "outside.jsonl"
"""Never trained on. Many texts have old wards, streets, villages, conduct, or names of several offices."""

INDEPENDENT = TEXTS / "independent.jsonl"
"""Never trained on. The author had seen no rules, model or other texts, and no developer reads the failures."""


@dataclass(frozen=True)
class Example:
    """A labelled petition. `units` and `kinds` are the defensible ones, the right one first.

    `known` means that the rules were written on it, so its result proves nothing about them. `phrase` means that the
    text is words of the directory instead of a petition.
    """

    text: str
    units: tuple[str, ...]
    kinds: tuple[str, ...]
    address: str = ""
    location: Location | None = None
    known: bool = False
    phrase: bool = False

    @property
    def emergency(self) -> bool:
        """Whether the petition reports a present danger."""
        return self.kinds[0] == PetitionKind.EMERGENCY


def example(row: dict[str, Any]) -> Example:
    """Return the example of a row from any source. Raise KeyError or ValueError for another shape."""
    units = row["units"] if "units" in row else [row["expected_unit"], *row.get("accept_units", [])]
    kinds = row.get("kinds") or [row.get("kind") or row.get("expected_kind") or PetitionKind.CONDUCT]
    if not units:
        raise ValueError("an example without a unit")
    point = row.get("location")
    return Example(
        text=str(row["text"]),
        units=tuple(dict.fromkeys(units)),
        kinds=tuple(PetitionKind(kind).value for kind in kinds),
        address=str(row.get("address") or ""),
        location=Location(latitude=float(point["latitude"]), longitude=float(point["longitude"])) if point else None,
    )


def read(path: Path) -> list[Example]:
    """Return the examples of a JSON-lines file. Exit with the line number if a line cannot be read."""
    found: list[Example] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if not line.strip():
            continue
        try:
            found.append(example(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise SystemExit(f"{path}:{number}: {error!r}") from error
    return found


def from_directory(directory: Directory) -> Iterable[Example]:
    """Yield weak examples from the directory: keywords and competences of units, words of fields."""
    kinds = (PetitionKind.CONDUCT.value,)
    for unit in directory.units:
        parts = (part.strip() for part in unit.competence.replace(";", ",").split(","))
        for phrase in (*unit.keywords, *parts):
            if phrase:
                yield Example(phrase, (unit.code,), kinds, known=True, phrase=True)
    for phrase in directory.ward_keywords:
        yield Example(phrase, (UNKNOWN_WARD,), kinds, known=True, phrase=True)
    for field in directory.fields:
        code = UNKNOWN_WARD if field.unit == "PX" else field.unit
        yield Example(field.words, (code,), kinds, known=True, phrase=True)
