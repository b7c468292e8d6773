"""Labelled petitions: examples in the repository, the operator's dev sample, corrections exported from the desk.

A row is `{"text", "units": [the right one first, then other defensible ones], "kind", "kinds"?, "address"?,
"location"?}`. The names that the dev sample and the corrections use for the same fields are read too.
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
"""Trained on too, but by authors who had not seen the rules; therefore the confidence is calibrated on it."""
EXAMPLES = TEXTS / "examples.jsonl"
EVALUATION = TEXTS / "evaluation.jsonl"
HELD_OUT = TEXTS / "held_out.jsonl"
CONFIRM = TEXTS / "confirm.jsonl"
"""Never trained on, like the held-out set; written after the model, to check whether that set flatters it."""

OUTSIDE = TEXTS / "outside.jsonl"
"""Never trained on; much of it on old wards, streets, villages, conduct and letters that name several offices."""

INDEPENDENT = TEXTS / "independent.jsonl"
"""Never trained on, by an author who had seen neither rules nor model nor any other text; nobody read what fails."""


@dataclass(frozen=True)
class Example:
    """One labelled petition; `units` and `kinds` are the defensible ones, the right one first.

    `known` means that the rules were written on it, so that their result on it proves nothing. `phrase` means words of
    the directory instead of a petition.
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
        """Whether somebody is in danger now."""
        return self.kinds[0] == PetitionKind.EMERGENCY


def example(row: dict[str, Any]) -> Example:
    """Return the example of a row of any source. Raise KeyError or ValueError for another shape."""
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
    """Return the examples of a JSON-lines file; exit with the number of a line that cannot be read."""
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
    """Yield the directory's own words as weak examples: keywords and competences of units, words of fields."""
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
