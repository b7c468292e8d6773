"""Train the classifiers ("heads") of the routing model on labelled petitions and the directory of units.

`infra.routing.retrain` runs it. The points that rules give to units are added to the n-grams and concepts of a text
with a fixed weight. That weight was fitted once, on texts that had not been used to write the rules. A fit on the other
texts would trust the rules too much. The unit for complaints about conduct is not learned, because the classifiers
would take the superior's name for the field of work.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from infra.routing.corpus import Example
from infra.routing.fit import ITERATIONS, TrainingRow, fit
from petitions.domain.routing.kinds import CIVIL, GUIDED, PetitionKind
from petitions.domain.routing.levels_of_government import GovernmentLevel, evidence_by_level, level_of_government
from petitions.domain.routing.linear_model import WEIGHT_STEP, packed
from petitions.domain.routing.reading import WARD, PetitionReader, PetitionReading
from petitions.domain.routing.superiors import DOUBT
from petitions.domain.units.directory import OUT_OF_SCOPE, Directory

ReadExample = tuple[Example, PetitionReading]

FITTED_SHARE = 0.75
"""The share of the right unit in the target if other units are defensible too. The others divide the rest."""

DIRECTORY_WEIGHT = 0.3
_SECOND_CHOICE = 0.4
_RARER = {"khan_cap": -1.1, "spam": -0.25}
"""Corrections of kinds that are rarer among petitions than among the training texts.

The value is the logarithm of the two frequencies' ratio.
"""
_PENALTY = {"tier": 0.08, "unit": 0.05, "kind": 0.03}
_EVIDENCE = {"tier": 1.0, "unit": 1.7, "kind": 3.0}


def see(examples: Iterable[Example], reader: PetitionReader) -> list[ReadExample]:
    return [(item, reader.read(item.text, item.address, item.location)) for item in examples]


def heads(seen: Sequence[ReadExample], directory: Directory, iterations: int = ITERATIONS) -> dict[str, Any]:
    """Return the trained classifiers by name, as JSON values: level of government, unit, and kind of petition."""
    rows = _rows(seen, directory)
    units = [unit.code for unit in directory.units if not unit.code.startswith(WARD) and unit.code != OUT_OF_SCOPE]
    classes = {
        "tier": [tier.value for tier in GovernmentLevel],
        "unit": units,
        "kind": [*(kind.value for kind in PetitionKind), CIVIL],
    }
    found = {
        name: fit(rows[name], classes[name], evidence=_EVIDENCE[name], penalty=_PENALTY[name], iterations=iterations)
        for name in classes
    }
    for kind, shift in _RARER.items():
        found["kind"]["bias"][classes["kind"].index(kind)] += round(shift / WEIGHT_STEP)
    return {name: {**head, "weights": packed(head["weights"])} for name, head in found.items()}


def _rows(seen: Iterable[ReadExample], directory: Directory) -> dict[str, list[TrainingRow]]:
    rows: dict[str, list[TrainingRow]] = {"tier": [], "unit": [], "kind": []}
    for item, reading in seen:
        kind = _kind_class(item)
        if not item.phrase:
            rows["kind"].append(TrainingRow(reading.grams, {} if item.known else reading.kinds.weights, {kind: 1.0}))
        if (
            kind in GUIDED
            or reading.conduct.keys() - {DOUBT}
            or (reading.place.outside and item.units[0] == OUT_OF_SCOPE)
        ):
            continue
        weight = DIRECTORY_WEIGHT if item.phrase else 1.0
        shares = _shares([WARD if code.startswith(WARD) else code for code in item.units])
        tiers: dict[str, float] = {}
        for code, share in shares.items():
            tier = level_of_government(code, directory)
            tiers[tier] = tiers.get(tier, 0.0) + share
        evidence = evidence_by_level(reading.weights, directory, ward_named=reading.place.sure)
        rows["tier"].append(TrainingRow(reading.grams, {} if item.known else evidence, tiers, weight))
        units = {
            code: s
            for code, s in shares.items()
            if level_of_government(code, directory) in (GovernmentLevel.DEPARTMENT, GovernmentLevel.AGENCY)
        }
        if units:
            total = sum(units.values())
            target = {code: share / total for code, share in units.items()}
            if item.units[0] not in units:
                weight *= _SECOND_CHOICE
            rows["unit"].append(TrainingRow(reading.grams, {} if item.known else reading.weights, target, weight))
    return rows


def _kind_class(item: Example) -> str:
    if item.units[0] == OUT_OF_SCOPE and PetitionKind.QUESTION in item.kinds:
        return CIVIL
    return item.kinds[0]


def _shares(codes: Sequence[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for at, code in enumerate(codes):
        share = 1.0 if len(codes) == 1 else FITTED_SHARE if at == 0 else (1 - FITTED_SHARE) / (len(codes) - 1)
        found[code] = found.get(code, 0.0) + share
    return found
