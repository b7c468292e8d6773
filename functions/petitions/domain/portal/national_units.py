"""The national codes of units, which the portal uses: `data/unit_codes.json` and the directory.

The code of a department comes from the table. The code of a ward is that of the General Statistics Office
(PLATFORM 6.6).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from petitions.domain.shared.reference_data import ReferenceModel, VersionName, parse
from petitions.domain.units.directory import Directory

NationalCode = Annotated[str, Field(pattern=r"^\d{3}\.\d\d\.\d\d\.[A-Z]\d\d$")]


class UnitCodes(ReferenceModel):
    """The table of the departments' national codes."""

    version: VersionName
    source: Annotated[str, Field(min_length=1)]
    units: dict[str, NationalCode]

    @classmethod
    def load(cls, raw: dict[str, Any]) -> UnitCodes:
        """Return the table of codes read from its document. Raise ReferenceFaults with all faults."""
        return parse(cls, raw, "unit_codes")

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        if len(set(self.units.values())) < len(self.units):
            raise ValueError("two units have the same code")
        return self


@dataclass(frozen=True, eq=False)
class NationalUnits:
    """The mapping between this system's unit codes and the national codes."""

    codes: UnitCodes
    directory: Directory

    @cached_property
    def _wards(self) -> dict[str, str]:
        heirs = {unit.gso_code: self.directory.heir(unit.code) for unit in self.directory.ended if unit.gso_code}
        return heirs | {ward.gso_code: ward.code for ward in self.directory.wards}

    @cached_property
    def _units(self) -> dict[str, str]:
        heirs = {national: self.directory.heir(unit) for unit, national in self.codes.units.items()}
        return {national: heir for national, heir in heirs.items() if self.directory.unit(heir)}

    def code_of(self, unit: str) -> str | None:
        """Return the unit's national code, or its successor's if the unit was dissolved. None if there is none."""
        heir = self.directory.heir(unit)
        ward = self.directory.ward(heir)
        return ward.gso_code if ward else self.codes.units.get(heir)

    def unit_of(self, code: str) -> str | None:
        """Return the code of the unit with this national code, or of its successor if it was dissolved, or None."""
        return self._wards.get(code) or self._units.get(code)

    def name_of(self, code: str) -> str:
        unit = self.unit_of(code)
        return self.directory.name_of(unit) if unit else code
