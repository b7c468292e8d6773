"""The directory: units, what they answer for, the 126 wards, and the former wards that people still name.

One version of it is one document; a petition remembers the version that routed it. Codes are strings
("SXD", "PX-00352"); `UNKNOWN_WARD` and `OUT_OF_SCOPE` are routing results, never handlers.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from petitions.domain.shared.fingerprint import version_of

UNKNOWN_WARD = "PX-?"
OUT_OF_SCOPE = "OOS"
COORDINATORS = "VPUB"


@dataclass(frozen=True, slots=True)
class Unit:
    """A department, a vertical agency or a special code. `keywords` are phrases that speak for it."""

    code: str
    name: str
    kind: str
    aliases: tuple[str, ...]
    competence: str
    keywords: tuple[str, ...]
    valid_from: date | None


@dataclass(frozen=True, slots=True)
class Ward:
    """A ward or commune: `kind` is "phường" or "xã", the centroid in degrees, the area in square kilometres."""

    code: str
    gso_code: str
    name: str
    kind: str
    latitude: float
    longitude: float
    area_km2: float
    valid_from: date

    @property
    def bare(self) -> str:
        """The name without its type."""
        return self.name[len(self.kind) :].strip()


@dataclass(frozen=True, slots=True)
class FormerWard:
    """A ward or commune that ended on 30-6-2025, and the wards that took parts of it; `default` took the most."""

    name: str
    kind: str
    district: str
    wards: tuple[str, ...]
    default: str

    @property
    def bare(self) -> str:
        """The name without its type."""
        return self.name[len(self.kind) :].strip()


@dataclass(frozen=True, slots=True)
class VanishedName:
    """A ward's name that ended before July 2025, and the former wards of the same district that took it in."""

    name: str
    district: str
    merged_into: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """A unit or ward that is no more: `heir` is the code of what took over. Its name stays for what it did."""

    code: str
    name: str
    heir: str
    until: date


@dataclass(frozen=True, slots=True)
class Field:
    """A field of work in words and the unit that answers for it; "PX" stands for the ward concerned."""

    words: str
    unit: str
    note: str


@dataclass(frozen=True, eq=False)
class Directory:
    """One version of the directory. Compared by identity: compiled forms are cached on it.

    `units` and `wards` are those in force; `ended` those that a merger ended.
    """

    version: str
    effective_from: date
    effective_to: date | None
    units: tuple[Unit, ...]
    wards: tuple[Ward, ...]
    former_wards: tuple[FormerWard, ...]
    vanished: tuple[VanishedName, ...]
    ended: tuple[Ended, ...]
    fields: tuple[Field, ...] = field(repr=False)
    ward_keywords: tuple[str, ...] = field(repr=False)

    @classmethod
    def load(cls, raw: bytes | str | dict[str, Any]) -> Directory:
        """Read a version from its JSON. Raises KeyError, TypeError or ValueError on data of another shape."""
        data: dict[str, Any] = raw if isinstance(raw, dict) else json.loads(raw)
        end = data["effective_to"]
        return cls(
            version=version_of(data),
            effective_from=date.fromisoformat(data["effective_from"]),
            effective_to=date.fromisoformat(end) if end else None,
            units=tuple(_unit(row) for row in data["units"] if row["to"] is None),
            wards=tuple(_ward(row) for row in data["wards"] if row["to"] is None),
            former_wards=tuple(
                FormerWard(r["name"], r["kind"], r["district"], tuple(r["wards"]), r["default"])
                for r in data["former_wards"]
            ),
            vanished=tuple(VanishedName(r["name"], r["district"], tuple(r["merged_into"])) for r in data["vanished"]),
            ended=tuple(
                [_ended(row, row["name"]) for row in data["units"] if row["to"] is not None]
                + [_ended(row, _committee(row["name"])) for row in data["wards"] if row["to"] is not None]
            ),
            fields=tuple(Field(r["words"], r["unit"], r["note"]) for r in data["fields"]),
            ward_keywords=tuple(data["ward_keywords"]),
        )

    @cached_property
    def _units(self) -> dict[str, Unit]:
        return {unit.code: unit for unit in self.units}

    @cached_property
    def _wards(self) -> dict[str, Ward]:
        return {ward.code: ward for ward in self.wards}

    def unit(self, code: str) -> Unit | None:
        """The department, agency or special code, or None."""
        return self._units.get(code)

    def ward(self, code: str) -> Ward | None:
        """The ward, or None."""
        return self._wards.get(code)

    @cached_property
    def _ended(self) -> dict[str, Ended]:
        return {each.code: each for each in self.ended}

    def knows(self, code: str) -> bool:
        """Whether there is or was such a unit; a newer version may have more."""
        return code in self._units or code in self._wards or code in self._ended

    def heir(self, code: str) -> str:
        """The unit that answers today for what `code` did: itself, or what it became by mergers."""
        seen = {code}
        while (ended := self._ended.get(code)) and ended.heir not in seen:
            code = ended.heir
            seen.add(code)
        return code

    def name_of(self, code: str) -> str:
        """A unit's or ward's name as citizens read it; for a ward its committee's. An unknown code names itself."""
        if ward := self._wards.get(code):
            return _committee(ward.name)
        known = self._units.get(code) or self._ended.get(code)
        return known.name if known else code


def _committee(ward: str) -> str:
    return f"UBND {ward[:1].lower()}{ward[1:]}"


def _ended(row: dict[str, Any], name: str) -> Ended:
    return Ended(code=row["code"], name=name, heir=row["into"], until=date.fromisoformat(row["to"]))


def _unit(row: dict[str, Any]) -> Unit:
    start = row["from"]
    return Unit(
        code=row["code"],
        name=row["name"],
        kind=row["kind"],
        aliases=tuple(row["aliases"]),
        competence=row["competence"],
        keywords=tuple(row["keywords"]),
        valid_from=date.fromisoformat(start) if start else None,
    )


def _ward(row: dict[str, Any]) -> Ward:
    latitude, longitude = row["centroid"]
    return Ward(
        code=row["code"],
        gso_code=row["gso_code"],
        name=row["name"],
        kind=row["kind"],
        latitude=float(latitude),
        longitude=float(longitude),
        area_km2=float(row["area_km2"]),
        valid_from=date.fromisoformat(row["from"]),
    )
