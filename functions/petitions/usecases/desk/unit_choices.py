"""The units as the options of a form: wards by their own names, so that the first letters find one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from petitions.domain.language.words import fold
from petitions.domain.units.directory import Directory


@dataclass(frozen=True)
class NamedChoice:
    """An option with its id and its name."""

    id: str
    name: str


@dataclass(frozen=True)
class UnitChoices:
    """The units that can handle petitions."""

    units: tuple[NamedChoice, ...]
    """Departments and agencies, in the order of the directory."""
    wards: tuple[NamedChoice, ...]
    """Wards and communes, by name."""


@lru_cache(maxsize=2)
def unit_choices(directory: Directory) -> UnitChoices:
    """Return the choices of this version of the directory."""
    return UnitChoices(
        tuple(NamedChoice(each.code, each.name) for each in directory.units if each.kind != "special"),
        tuple(
            NamedChoice(each.code, directory.listed_name(each.code))
            for each in sorted(directory.wards, key=lambda each: fold(each.bare))
        ),
    )
