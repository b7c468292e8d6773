"""The level of government of a petition, a step of its own: most misrouted ones reach the right field, wrong level."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from petitions.domain.units.directory import OUT_OF_SCOPE, Directory

_WARDS = "PX"
_VERTICAL = "nganh_doc"
_NAMED = 0.8


class GovernmentLevel(StrEnum):
    """A ward or commune, a department of the city, an agency under a ministry, or nobody who takes petitions here."""

    WARD = "ward"
    DEPARTMENT = "department"
    AGENCY = "agency"
    NONE = "none"


def level_of_government(code: str, directory: Directory) -> GovernmentLevel:
    """Return the tier of a unit, of "PX" or a ward, or of "OOS"."""
    if code.startswith(_WARDS):
        return GovernmentLevel.WARD
    if code == OUT_OF_SCOPE:
        return GovernmentLevel.NONE
    unit = directory.unit(directory.heir(code))
    return GovernmentLevel.AGENCY if unit and unit.kind == _VERTICAL else GovernmentLevel.DEPARTMENT


def evidence_by_level(weights: Mapping[str, float], directory: Directory, *, ward_named: bool) -> dict[str, float]:
    """Return the highest weight that the rules give within a tier; a named ward adds a little for its own."""
    found: dict[str, float] = {GovernmentLevel.WARD: _NAMED} if ward_named else {}
    for code, weight in weights.items():
        tier = level_of_government(code, directory)
        start = _NAMED if tier is GovernmentLevel.WARD and ward_named else 0.0
        found[tier] = max(found.get(tier, 0.0), weight + start)
    return found
