"""Make the directory of units and wards that the functions ship, petitions/data/directory.json.

It is made from the city's draft directory, a JSON file with source and confidence of every row. `vanished_names.json`
adds vanished names that the draft lacks or has in a worse form. The output is deterministic.

Dates: today's departments exist since 1-3-2025 (LAW 6.4), today's wards since 1-7-2025 (LAW 6.2). The former wards
ended on 30-6-2025, and vanished names on 31-12-2024 (LAW 6.3). LAW 6.5 lists the tasks that wards took over from
districts. A `from` of null means that the row is older than the directory. `to` is the last day, or null while the row
is valid. `source` holds indexes into `sources`. Rows without source or confidence use those of their list in
`evidence`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from infra.paths import FUNCTIONS

OUTPUT = FUNCTIONS / "petitions" / "data" / "directory.json"
VANISHED = Path(__file__).with_name("vanished_names.json")
DEPARTMENTS_SINCE = "2025-03-01"
WARDS_SINCE = "2025-07-01"
FORMER_UNTIL = "2025-06-30"
VANISHED_UNTIL = "2024-12-31"
NQ_1656 = "1656/NQ-UBTVQH15 (16-6-2025)"
NQ_1286 = "1286/NQ-UBTVQH15 (14-11-2024)"
_KINDS = ("phường", "xã", "thị trấn")

DirectoryRow = dict[str, Any]


class _Sources:
    def __init__(self) -> None:
        self.texts: list[str] = []

    def numbers(self, texts: Iterable[str]) -> list[int]:
        for text in texts:
            if text not in self.texts:
                self.texts.append(text)
        return [self.texts.index(text) for text in texts]


def _kind_of(name: str) -> str:
    for kind in _KINDS:
        if name.lower().startswith(kind + " "):
            return kind
    raise SystemExit(f"a ward's name without its type: {name}")


def _unit(row: DirectoryRow, sources: _Sources) -> DirectoryRow:
    return {
        "code": row["code"],
        "name": row["name"],
        "kind": row["kind"],
        "aliases": row["aliases"],
        "competence": row["competence"],
        "keywords": row["keywords"],
        "from": DEPARTMENTS_SINCE if row["kind"] == "so" else None,
        "to": None,
        "source": sources.numbers(row["source"]),
        "confidence": row["confidence"],
    }


def _ward(row: DirectoryRow) -> DirectoryRow:
    return {
        "code": row["code"],
        "gso_code": row["gso_code"],
        "name": row["name"],
        "kind": _kind_of(row["name"]),
        "centroid": row["centroid"],
        "area_km2": row["area_km2"],
        "from": WARDS_SINCE,
        "to": None,
    }


def _former(row: DirectoryRow) -> DirectoryRow:
    return {
        "code": row["code"],
        "name": row["name"],
        "kind": _kind_of(row["name"]),
        "district": row["district"],
        "wards": row["new"],
        "default": row["default"],
        "to": FORMER_UNTIL,
    }


def _vanished(row: DirectoryRow, source: list[int]) -> DirectoryRow:
    return {
        "name": row["name"],
        "district": row["district"],
        "merged_into": row["merged_into"],
        "to": row.get("to", VANISHED_UNTIL),
        "source": source,
        "confidence": row["confidence"],
    }


def _field(row: DirectoryRow) -> DirectoryRow:
    return {
        "words": row["field"],
        "unit": row["unit"],
        "note": row["note"],
        "from": WARDS_SINCE if row["unit"] == "PX" else DEPARTMENTS_SINCE,
        "to": None,
        "confidence": row["confidence"],
    }


def build(source: DirectoryRow, supplement: DirectoryRow) -> DirectoryRow:
    """Return the directory to ship, made from the draft. Exit with a message if a row names an unknown unit or ward."""
    sources = _Sources()
    units = [_unit(row, sources) for row in source["units"]]
    wards_from = sources.numbers([NQ_1656, source["wards_source"]])
    gone_from = sources.numbers([NQ_1286])
    added_from = sources.numbers([NQ_1286, supplement["source"]])
    added = [_vanished(row, added_from) for row in supplement["rows"]]
    names = {(row["district"], row["name"]) for row in added}
    drafted = [row for row in source["names_gone_before_2025_07"] if (row["district"], row["name"]) not in names]
    wards = [_ward(row) for row in source["wards"]]
    result: DirectoryRow = {
        "version": source["version"],
        "effective_from": WARDS_SINCE,
        "effective_to": None,
        "evidence": {
            "wards": {"source": wards_from, "confidence": source["wards_confidence"]},
            "former_wards": {"source": wards_from, "confidence": source["legacy_confidence"]},
            "fields": {"source": sources.numbers(source["legal"])},
        },
        "sources": sources.texts,
        "units": units,
        "wards": sorted(wards, key=lambda row: str(row["code"])),
        "former_wards": [_former(row) for row in sorted(source["legacy_wards"], key=lambda row: str(row["code"]))],
        "vanished": [*(_vanished(row, gone_from) for row in drafted), *added],
        "fields": [_field(row) for row in source["fields"]],
        "ward_keywords": source["ward_keywords"],
    }
    if lost := _lost(result):
        raise SystemExit(f"rows that lead to no unit or ward: {', '.join(lost)}")
    return result


def _lost(directory: DirectoryRow) -> list[str]:
    wards = {row["code"] for row in directory["wards"]}
    units = {row["code"] for row in directory["units"]} | {"PX"}
    before = {(row["district"], row["name"][len(row["kind"]) :].strip()) for row in directory["former_wards"]}
    lost = [row["name"] for row in directory["former_wards"] if not {*row["wards"], row["default"]} <= wards]
    lost += [row["words"] for row in directory["fields"] if row["unit"] not in units]
    lost += [
        row["name"]
        for row in directory["vanished"]
        if any((row["district"], name) not in before for name in row["merged_into"])
    ]
    return lost


def render(directory: DirectoryRow) -> str:
    """Return the directory as JSON with one row per line, so that changes can be reviewed in a diff."""
    parts = []
    for key, value in directory.items():
        if isinstance(value, list):
            rows = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in value)
            parts.append(f"{json.dumps(key)}:[\n{rows}\n]")
        else:
            parts.append(f"{json.dumps(key)}:{json.dumps(value, ensure_ascii=False)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"
