"""The directory: units and their competences, the 126 wards, and the former wards still in common use.

One version is one document, and a petition stores the version by which it was routed. Codes are strings ("SXD",
"PX-00352"). `UNKNOWN_WARD` and `OUT_OF_SCOPE` are results of routing. No unit handles petitions under them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from petitions.domain.language.words import fold
from petitions.domain.shared.fingerprint import version_of

INSPECTORS = "SNV"
"""Sở Nội vụ. Its inspectors score the units (LAW 6.1)."""
INSPECTORATE = "TTTP"
"""Thanh tra thành phố. It handles petitions about the conduct of the coordinators' office (LAW 7.8)."""
UNKNOWN_WARD = "PX-?"
UNKNOWN_OFFICE = "?"
"""The code of an accused office that is not named yet. Only coordinators may read petitions that accuse it."""
OUT_OF_SCOPE = "OOS"
COORDINATORS = "VPUB"
_SERVICE_CENTRE = "trung_tam"


@dataclass(frozen=True, slots=True)
class Unit:
    """A department, an agency under a ministry, or a special code for routing."""

    code: str
    name: str
    kind: str
    aliases: tuple[str, ...]
    competence: str
    keywords: tuple[str, ...]
    """Phrases in petitions that point to this unit."""
    valid_from: date | None


@dataclass(frozen=True, slots=True)
class Ward:
    """A ward or commune that exists today."""

    code: str
    gso_code: str
    name: str
    kind: str
    """The type of the ward: "phường" or "xã"."""
    latitude: float
    """The latitude of the centroid, in degrees."""
    longitude: float
    """The longitude of the centroid, in degrees."""
    area_km2: float
    valid_from: date

    @property
    def bare(self) -> str:
        return self.name[len(self.kind) :].strip()


@dataclass(frozen=True, slots=True)
class FormerWard:
    """A ward or commune that was abolished on 30-6-2025."""

    name: str
    kind: str
    district: str
    wards: tuple[str, ...]
    """The codes of the wards that took over parts of it."""
    default: str
    """The code of the ward that took over the largest part."""

    @property
    def bare(self) -> str:
        return self.name[len(self.kind) :].strip()


@dataclass(frozen=True, slots=True)
class VanishedName:
    """The name of a ward that was abolished before July 2025."""

    name: str
    district: str
    merged_into: tuple[str, ...]
    """The names of the former wards in the same district that absorbed it."""


@dataclass(frozen=True, slots=True)
class EndedUnit:
    """A unit or ward that no longer exists. Its name is kept for the petitions that it handled."""

    code: str
    name: str
    heir: str
    """The code of the unit that took over its work."""
    until: date
    gso_code: str | None
    """A ward's code of the General Statistics Office."""


@dataclass(frozen=True, slots=True)
class FieldOfWork:
    """A field of work, described in words, with the unit responsible for it."""

    words: str
    unit: str
    """The code of the responsible unit. "PX" means the ward concerned."""
    note: str


@dataclass(frozen=True, eq=False)
class Directory:
    """One version of the directory. Versions are compared by identity, because compiled forms are cached by object."""

    version: str
    effective_from: date
    effective_to: date | None
    units: tuple[Unit, ...]
    """The units that exist today."""
    wards: tuple[Ward, ...]
    """The wards that exist today, as the directory lists them."""
    former_wards: tuple[FormerWard, ...]
    vanished: tuple[VanishedName, ...]
    ended: tuple[EndedUnit, ...]
    """The units and wards that ended in a merger."""
    fields: tuple[FieldOfWork, ...] = field(repr=False)
    ward_keywords: tuple[str, ...] = field(repr=False)

    @classmethod
    def load(cls, raw: bytes | str | dict[str, Any]) -> Directory:
        """Return the directory read from its JSON. Raise KeyError, TypeError or ValueError if the shape is wrong."""
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
            fields=tuple(FieldOfWork(r["words"], r["unit"], r["note"]) for r in data["fields"]),
            ward_keywords=tuple(data["ward_keywords"]),
        )

    @cached_property
    def _units(self) -> dict[str, Unit]:
        return {unit.code: unit for unit in self.units}

    @cached_property
    def _wards(self) -> dict[str, Ward]:
        return {ward.code: ward for ward in self.wards}

    @cached_property
    def place_names(self) -> frozenset[str]:
        """Names of wards, former wards and districts without their types, in lower case and without diacritics."""
        names = [ward.bare for ward in self.wards] + [ward.bare for ward in self.former_wards]
        names += [vanished_name.name for vanished_name in self.vanished]
        districts = {ward.district for ward in self.former_wards} | {
            vanished_name.district for vanished_name in self.vanished
        }
        return frozenset(map(fold, (*names, *(district.split(" ", 1)[-1] for district in districts))))

    def unit(self, code: str) -> Unit | None:
        return self._units.get(code)

    def ward(self, code: str) -> Ward | None:
        return self._wards.get(code)

    def is_service_centre(self, code: str) -> bool:
        """Return whether the unit is a service centre, which never supervises other units."""
        unit = self.unit(self.heir(code))
        return unit is not None and unit.kind == _SERVICE_CENTRE

    @cached_property
    def _by_name(self) -> dict[str, str]:
        names = {_plain_name(name): unit.code for unit in self.units for name in (unit.name, *unit.aliases)}
        return names | {
            _plain_name(name): ward.code for ward in self.wards for name in (ward.name, _committee(ward.name))
        }

    def unit_named(self, name: str) -> str | None:
        """Return the code of the unit or ward with this name, or None.

        Diacritics, capitals and the city's name at the end make no difference.
        """
        return self._by_name.get(_plain_name(name))

    @cached_property
    def _ended(self) -> dict[str, EndedUnit]:
        return {unit.code: unit for unit in self.ended}

    def knows(self, code: str) -> bool:
        """Return whether the code belongs to a unit or ward of this version, existing or ended."""
        return code in self._units or code in self._wards or code in self._ended

    def heir(self, code: str) -> str:
        """Return the code of the unit that does the work of `code` today: itself or, after mergers, its successor."""
        seen = {code}
        while (ended := self._ended.get(code)) and ended.heir not in seen:
            code = ended.heir
            seen.add(code)
        return code

    def listed_name(self, code: str) -> str:
        """Return the name for a long list, with a ward's type after its name: “Yên Hòa (phường)”."""
        ward = self._wards.get(code)
        return f"{ward.bare} ({ward.kind})" if ward else self.name_of(code)

    def name_of(self, code: str) -> str:
        """Return the name for citizens, which for a ward is the name of its committee.

        An unknown code is returned unchanged.
        """
        if code == UNKNOWN_OFFICE:
            return "một cơ quan chưa rõ"
        if ward := self._wards.get(code):
            return _committee(ward.name)
        known = self._units.get(code) or self._ended.get(code)
        return known.name if known else code


def _plain_name(name: str) -> str:
    plain = fold(name).replace("uy ban nhan dan", "ubnd")
    for city in ("thanh pho ha noi", "tp ha noi", "ha noi"):
        plain = plain.removesuffix(city).rstrip(" ,.-")
    return plain


def _committee(ward: str) -> str:
    return f"UBND {ward[:1].lower()}{ward[1:]}"


def _ended(row: dict[str, Any], name: str) -> EndedUnit:
    until = date.fromisoformat(row["to"])
    return EndedUnit(code=row["code"], name=name, heir=row["into"], until=until, gso_code=row.get("gso_code"))


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
