"""The level of government of a petition: a separate step, because most misrouted petitions went to the wrong level."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from petitions.domain.units.directory import OUT_OF_SCOPE, Directory

_WARDS = "PX"
_VERTICAL = "nganh_doc"
_NAMED = 0.8


class GovernmentLevel(StrEnum):
    """A ward or commune, a department of the city, an agency under a ministry, or none for texts out of scope."""

    WARD = "ward"
    DEPARTMENT = "department"
    AGENCY = "agency"
    NONE = "none"


def level_of_government(code: str, directory: Directory) -> GovernmentLevel:
    """Return the level of a unit's code, a ward's code, "PX" (the ward concerned) or "OOS" (out of scope)."""
    if code.startswith(_WARDS):
        return GovernmentLevel.WARD
    if code == OUT_OF_SCOPE:
        return GovernmentLevel.NONE
    unit = directory.unit(directory.heir(code))
    return GovernmentLevel.AGENCY if unit and unit.kind == _VERTICAL else GovernmentLevel.DEPARTMENT


def evidence_by_level(weights: Mapping[str, float], directory: Directory, *, ward_named: bool) -> dict[str, float]:
    """Return, by level, the highest weight of its units. A ward named in the text adds to the level of wards."""
    found: dict[str, float] = {GovernmentLevel.WARD: _NAMED} if ward_named else {}
    for code, weight in weights.items():
        tier = level_of_government(code, directory)
        start = _NAMED if tier is GovernmentLevel.WARD and ward_named else 0.0
        found[tier] = max(found.get(tier, 0.0), weight + start)
    return found
