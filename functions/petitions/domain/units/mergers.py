"""Mergers of units, with the day from which they apply, for the directory's JSON.

Nothing is deleted. A unit that ends stays as a row with its last day and its successor. Former wards lead to the
successor, and a ward that ends becomes a former ward itself, so that its name is still recognised.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from petitions.domain.shared.records import Record

DirectoryRow = dict[str, Any]

_WARD = re.compile(r"PX-(\d{5})")
_UNIT = re.compile(r"[A-Z][A-Z0-9]{1,11}")
_KINDS = ("phường", "xã", "đặc khu")
_COORDINATORS = "VPUB"


class MergerFault(ValueError):  # noqa: N818 - a fault of the merger, not of the program
    """Raised for an impossible merger. The message is for the operator."""


class Merger(Record):
    """A merger of several units into one."""

    day: str
    """The first day after the merger (ISO, in Hanoi). `parts` end on the day before."""
    parts: list[str]
    """The codes of the units that end."""
    into: str
    """The code of the unit that takes over."""
    name: str = ""
    """The name of the unit that takes over, if it is new or renamed. If empty, `into` must exist and keeps its name."""
    source: str


def merged(directory: Mapping[str, Any], merger: Merger) -> DirectoryRow:
    """Return the directory as of the merger's day. Raise MergerFault if the merger is impossible.

    A merger that the directory already contains changes nothing.
    """
    parts = [_row(directory, code) for code in merger.parts]
    heir = next((row for _, row in _rows(directory) if row["code"] == merger.into), None)
    if heir and all(row.get("into") == merger.into for _, row in parts):
        return dict(directory)
    _check(directory, merger, parts, heir)
    after = copy.deepcopy(dict(directory))
    after["effective_from"] = max(merger.day, str(directory["effective_from"]))
    after["sources"] = [*after.get("sources", []), merger.source]
    last = (date.fromisoformat(merger.day) - timedelta(days=1)).isoformat()
    for _, row in _rows(after):
        if row["code"] in merger.parts:
            row["to"], row["into"] = last, merger.into
    wards = parts[0][0] == "wards"
    olds = [row for _, row in parts]
    new = _merged_ward(olds, heir, merger) if wards else _merged_unit(olds, heir, merger)
    new |= {"from": new.get("from", merger.day), "to": None, "source": [len(after["sources"]) - 1]}
    new |= {"confidence": "high"}
    kind = "wards" if wards else "units"
    after[kind] = [row for row in after[kind] if row["code"] != merger.into] + [new]
    if wards:
        after["wards"].sort(key=lambda row: str(row["code"]))
        _lead_to_heir(after, merger, [*olds, *([heir] if heir and heir["name"] != new["name"] else [])], last)
    for row in after["fields"]:
        row["unit"] = merger.into if row["unit"] in merger.parts else row["unit"]
    return after


def _rows(directory: Mapping[str, Any]) -> list[tuple[str, DirectoryRow]]:
    return [(kind, row) for kind in ("units", "wards") for row in directory[kind]]


def _row(directory: Mapping[str, Any], code: str) -> tuple[str, DirectoryRow]:
    for kind, row in _rows(directory):
        if row["code"] == code:
            return kind, row
    raise MergerFault(f"{code} is not in the directory")


def _check(
    directory: Mapping[str, Any], merger: Merger, parts: list[tuple[str, DirectoryRow]], heir: DirectoryRow | None
) -> None:
    faults = [*_faults_of_parts(merger, parts), *_faults_of_heir(directory, merger, heir, wards=parts[0][0] == "wards")]
    if faults:
        raise MergerFault("; ".join(faults))


def _faults_of_parts(merger: Merger, parts: list[tuple[str, DirectoryRow]]) -> list[str]:
    faults = [f"{row['code']} has ended already" for _, row in parts if row["to"] is not None]
    faults += [f"{row['code']} is no unit of its own" for _, row in parts if row["kind"] == "special"]
    if len({kind for kind, _ in parts}) != 1:
        faults.append("departments and wards cannot be merged with each other")
    if _COORDINATORS in merger.parts:
        faults.append(f"{_COORDINATORS} keeps the queue of all that is unsure; others can be merged into it")
    if merger.into in merger.parts or len(set(merger.parts)) != len(merger.parts):
        faults.append("name each unit that ends once; one that goes on under its code is INTO, not FROM")
    return faults


def _faults_of_heir(
    directory: Mapping[str, Any], merger: Merger, heir: DirectoryRow | None, *, wards: bool
) -> list[str]:
    faults = []
    if not (_WARD if wards else _UNIT).fullmatch(merger.into):
        faults.append(f"{merger.into} is no code of a {'ward (PX- and five digits)' if wards else 'department'}")
    if heir is None and not merger.name:
        faults.append(f"{merger.into} is new: give it a NAME")
    if heir is not None and (
        heir["to"] is not None or (heir["code"] in {r["code"] for r in directory["wards"]}) != wards
    ):
        faults.append(f"{merger.into} has ended, or is a unit of another sort")
    if heir is None and wards and merger.name and not _ward_kind(merger.name):
        faults.append("a ward's NAME begins with Phường or Xã")
    return faults


def _ward_kind(name: str) -> str:
    return next((kind for kind in _KINDS if name.lower().startswith(kind + " ")), "")


def _merged_ward(olds: list[DirectoryRow], heir: DirectoryRow | None, merger: Merger) -> DirectoryRow:
    """Return the merged ward, with the mean of all parts' centres, weighted by area, as its centre."""
    all_of_it = [*olds, *([heir] if heir else [])]
    area = sum(row["area_km2"] for row in all_of_it)
    centre = [round(sum(row["centroid"][axis] * row["area_km2"] for row in all_of_it) / area, 5) for axis in (0, 1)]
    name = merger.name or (heir or {})["name"]
    return {
        "code": merger.into,
        "gso_code": merger.into.removeprefix("PX-"),
        "name": name,
        "kind": _ward_kind(name),
        "centroid": centre,
        "area_km2": round(area, 2),
        **({"from": heir["from"]} if heir else {}),
    }


def _merged_unit(olds: list[DirectoryRow], heir: DirectoryRow | None, merger: Merger) -> DirectoryRow:
    """Return the merged unit, with the competences, phrases and, as aliases, names of all parts."""
    all_of_it = [*([heir] if heir else []), *olds]

    def union(of: Callable[[DirectoryRow], list[str]]) -> list[str]:
        return list(dict.fromkeys(text for row in all_of_it for text in of(row)))

    name = merger.name or (heir or {})["name"]
    return {
        "code": merger.into,
        "name": name,
        "kind": all_of_it[0]["kind"],
        "aliases": [text for text in union(lambda row: [row["name"], *row["aliases"]]) if text != name],
        "competence": " ".join(union(lambda row: [row["competence"]])),
        "keywords": union(lambda row: row["keywords"]),
        **({"from": heir["from"]} if heir else {}),
    }


def _lead_to_heir(after: DirectoryRow, merger: Merger, olds: list[DirectoryRow], last: str) -> None:
    for row in after["former_wards"]:
        row["wards"] = list(dict.fromkeys(merger.into if code in merger.parts else code for code in row["wards"]))
        row["default"] = merger.into if row["default"] in merger.parts else row["default"]
    after["former_wards"] += [
        {
            "code": row["gso_code"],
            "name": row["name"],
            "kind": row["kind"],
            "district": "",
            "wards": [merger.into],
            "default": merger.into,
            "to": last,
        }
        for row in olds
    ]
