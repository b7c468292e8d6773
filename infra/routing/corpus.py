"""Read labelled petitions: examples in the repository, the operator's sample, and corrections exported from the desk.

A row is `{"text", "units": [the right one first, then other defensible ones], "kind", "kinds"?, "address"?,
"location"?}`. A defensible unit could handle the petition too. The field names of the sample and of the corrections are
accepted as well.
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
"""Training texts by authors who had not seen the rules. The confidence is calibrated on them."""
EXAMPLES = TEXTS / "examples.jsonl"
EVALUATION = TEXTS / "evaluation.jsonl"
HELD_OUT = TEXTS / "held_out.jsonl"
CONFIRM = TEXTS / "confirm.jsonl"
"""Texts for evaluation only, written after the model. They check that the held-out set is not too easy."""

OUTSIDE = TEXTS / "outside.jsonl"
"""Texts for evaluation only: many with old wards, streets, villages, officials' conduct, or several offices."""

INDEPENDENT = TEXTS / "independent.jsonl"
"""Texts for evaluation only.

The author had seen no rules, model or other texts, and no developer reads the failures.
"""


@dataclass(frozen=True)
class Example:
    """A labelled petition. `units` and `kinds` are those that could be defended, the right one first.

    If `known`, the rules were written with this text in view, so its result proves nothing about them. If `phrase`, the
    text is a phrase from the directory of units instead of a petition.
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
        """Whether the petition reports a danger that is present."""
        return self.kinds[0] == PetitionKind.EMERGENCY


def example(row: dict[str, Any]) -> Example:
    """Return the example of a row from any source. Raise KeyError or ValueError for a row of another shape."""
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
    """Yield examples made from the directory of units: their keywords and competences, and words of fields of work."""
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
