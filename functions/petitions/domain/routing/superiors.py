"""An office whose own conduct is meant does not handle the petition: its superior does (LAW 7.8).

The superior of a ward is the city's office of the field that the petition is about, and the coordinators' office where
no field shows, where money is hinted at, and for who leads the ward. A service centre is nobody's superior.

The conduct rules name an office: "PX head" (who leads a ward, or the ward as an authority), "PX" (its staff), a unit's
code, "*" (staff of whichever department is likeliest) or "?" (staff of an office that is not named). "doubt" names
none: what is told of people in an office may be a mere delay or their conduct, which a coordinator decides before any
unit learns of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from petitions.domain.routing.levels_of_government import GovernmentLevel, level_of_government
from petitions.domain.routing.reading import WARD
from petitions.domain.routing.routing_rules import Superiors
from petitions.domain.units.directory import OUT_OF_SCOPE, Directory

_HEAD, _LIKELIEST_DEPARTMENT, _UNNAMED, _DOUBT = "PX head", "*", "?", "doubt"
_SUPERIORS_SHARE = 0.95


@dataclass(frozen=True, slots=True)
class Accusation:
    """Whose conduct is meant and who handles it."""

    unit: str
    """The unit accused; "PX" is the ward concerned."""
    superior: str
    words: tuple[str, ...]
    """The words that show it."""


def accusation(
    meant: Mapping[str, tuple[str, ...]],
    likely: Mapping[str, float],
    directory: Directory,
    superiors: Superiors,
    field: str | None,
) -> Accusation | None:
    """Return who is accused if the offices `meant` by the rules show it, else None.

    `likely` has the likelihoods by unit, with "PX" for the wards and "OOS". `field` is the field of administration.
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
    if office == _DOUBT:
        return None
    if office == _UNNAMED:
        first = max(likely, key=lambda code: (likely[code], code))
        return WARD if first == WARD else None
    if office == _LIKELIEST_DEPARTMENT:
        departments = [c for c in likely if level_of_government(c, directory) is GovernmentLevel.DEPARTMENT]
        return max(departments, key=lambda code: (likely[code], code), default=None)
    return office


def in_doubt(meant: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the words after which a person has to say whether conduct is meant; none if there is no such doubt."""
    return meant.get(_DOUBT, ())


def passed_on(likely: Mapping[str, float], accused: Accusation) -> dict[str, float]:
    """Return the likelihoods with nearly all of every unit's given to the superior; that of guidance stays."""
    left = {c: share if c == OUT_OF_SCOPE else share * (1 - _SUPERIORS_SHARE) for c, share in likely.items()}
    left[accused.superior] = left.get(accused.superior, 0.0) + (1 - likely.get(OUT_OF_SCOPE, 0.0)) * _SUPERIORS_SHARE
    return left
