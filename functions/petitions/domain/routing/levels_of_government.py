"""The level of government of a petition, a step of its own: most misrouted ones reach the right field, wrong level."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from petitions.domain.units.directory import OUT_OF_SCOPE, Directory

_WARDS = "PX"
_VERTICAL = "nganh_doc"
_NAMED = 0.8


class Tier(StrEnum):
    """A ward or commune, a department of the city, an agency under a ministry, or nobody who takes petitions here."""

    WARD = "ward"
    DEPARTMENT = "department"
    AGENCY = "agency"
    NONE = "none"


def tier_of(code: str, directory: Directory) -> Tier:
    """Return the tier of a unit, of "PX" or a ward, or of "OOS"."""
    if code.startswith(_WARDS):
        return Tier.WARD
    if code == OUT_OF_SCOPE:
        return Tier.NONE
    unit = directory.unit(directory.heir(code))
    return Tier.AGENCY if unit and unit.kind == _VERTICAL else Tier.DEPARTMENT


def evidence_by_tier(weights: Mapping[str, float], directory: Directory, *, ward_named: bool) -> dict[str, float]:
    """Return the highest weight that the rules give within a tier; a named ward adds a little for its own."""
    found: dict[str, float] = {Tier.WARD: _NAMED} if ward_named else {}
    for code, weight in weights.items():
        tier = tier_of(code, directory)
        start = _NAMED if tier is Tier.WARD and ward_named else 0.0
        found[tier] = max(found.get(tier, 0.0), weight + start)
    return found
