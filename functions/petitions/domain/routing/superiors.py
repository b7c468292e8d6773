"""Pass a petition about an office's own conduct to the superior of that office (LAW 7.8).

The superior of a ward is the city's office for the field of the petition. It is the coordinators' office if no field is
recognised, if the text hints at money, and for the head of a ward. A service centre is never a superior.

The conduct rules name an office: "PX head" (the head of a ward, or the ward as an authority), "PX" (its staff), a
unit's code, "*" (staff of the likeliest department) or "?" (staff of an unnamed office). "doubt" means that the text
may be about a mere delay or about conduct. A coordinator then decides before any unit gets the petition.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from petitions.domain.routing.levels_of_government import GovernmentLevel, level_of_government
from petitions.domain.routing.reading import WARD
from petitions.domain.routing.routing_rules import Superiors
from petitions.domain.units.directory import OUT_OF_SCOPE, Directory

_HEAD, _LIKELIEST_DEPARTMENT, _UNNAMED, DOUBT = "PX head", "*", "?", "doubt"
_SUPERIORS_SHARE = 0.95


@dataclass(frozen=True, slots=True)
class Accusation:
    """A unit accused of misconduct, and the superior that handles the petition."""

    unit: str
    """The accused unit. "PX" is the ward concerned."""
    superior: str
    words: tuple[str, ...]
    """The words in the text behind the accusation."""


def accusation(
    meant: Mapping[str, tuple[str, ...]],
    likely: Mapping[str, float],
    directory: Directory,
    superiors: Superiors,
    field: str | None,
) -> Accusation | None:
    """Return the accusation against the first office in `meant` for which a unit is known, or None.

    `meant` maps the offices of the conduct rules to the matched phrases. `likely` has the likelihood of every unit, of
    "PX" for wards and of "OOS" for guidance. `field` is the field of administration.
    """
    for office, words in meant.items():
        unit = _accused(office, likely, directory)
        if unit:
            superior = superiors.ward_heads if office == _HEAD else superiors.of(unit, field)
            return Accusation(unit, directory.heir(superior), words)
    return None


def _accused(office: str, likely: Mapping[str, float], directory: Directory) -> str | None:
    if office == _HEAD:
        return WARD
    if office == DOUBT:
        return None
    if office == _UNNAMED:
        first = max(likely, key=lambda code: (likely[code], code))
        return WARD if first == WARD else None
    if office == _LIKELIEST_DEPARTMENT:
        departments = [c for c in likely if level_of_government(c, directory) is GovernmentLevel.DEPARTMENT]
        return max(departments, key=lambda code: (likely[code], code), default=None)
    return office


def in_doubt(meant: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the phrases that may mean either conduct or a mere delay, so that an officer must decide. May be empty."""
    return meant.get(DOUBT, ())


def passed_on(likely: Mapping[str, float], accused: Accusation) -> dict[str, float]:
    """Return the likelihoods by unit, with 95 per cent of every one but that of "OOS" moved to the superior."""
    left = {c: share if c == OUT_OF_SCOPE else share * (1 - _SUPERIORS_SHARE) for c, share in likely.items()}
    left[accused.superior] = left.get(accused.superior, 0.0) + (1 - likely.get(OUT_OF_SCOPE, 0.0)) * _SUPERIORS_SHARE
    return left
