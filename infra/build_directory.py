"""Builds the directory that the functions ship from its editable source: `python -m infra.build_directory SOURCE`.

The source is a JSON file with sources and confidence of every row; the result, petitions/data/directory.json, holds
what routing needs, one row a line, and is the same for the same source. Dates: departments exist as they are since
1-3-2025 (resolution of the city's council of 25-2-2025), wards since 1-7-2025 (1656/NQ-UBTVQH15).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

OUTPUT = Path(__file__).resolve().parent.parent / "functions" / "petitions" / "data" / "directory.json"
DEPARTMENTS_SINCE = "2025-03-01"
WARDS_SINCE = "2025-07-01"
_KINDS = ("phường", "xã", "thị trấn")

Row = dict[str, Any]


def _kind_of(name: str) -> str:
    for kind in _KINDS:
        if name.lower().startswith(kind + " "):
            return kind
    raise SystemExit(f"a ward's name without its type: {name}")


def _unit(row: Row) -> Row:
    return {
        "code": row["code"],
        "name": row["name"],
        "kind": row["kind"],
        "aliases": row["aliases"],
        "competence": row["competence"],
        "keywords": row["keywords"],
        "from": DEPARTMENTS_SINCE if row["kind"] == "so" else None,
    }


def _ward(row: Row) -> Row:
    return {
        "code": row["code"],
        "gso_code": row["gso_code"],
        "name": row["name"],
        "kind": _kind_of(row["name"]),
        "centroid": row["centroid"],
        "area_km2": row["area_km2"],
        "from": WARDS_SINCE,
    }


def _former(row: Row) -> Row:
    return {
        "name": row["name"],
        "kind": _kind_of(row["name"]),
        "district": row["district"],
        "wards": row["new"],
        "default": row["default"],
    }


def build(source: Row) -> Row:
    """The shipped form of a source; exits with words when a reference leads nowhere."""
    result: Row = {
        "version": source["version"],
        "effective_from": WARDS_SINCE,
        "effective_to": None,
        "units": [_unit(row) for row in source["units"]],
        "wards": sorted((_ward(row) for row in source["wards"]), key=lambda row: str(row["code"])),
        "former_wards": [_former(row) for row in sorted(source["legacy_wards"], key=lambda row: str(row["code"]))],
        "vanished": [
            {"name": row["name"], "district": row["district"], "merged_into": row["merged_into"]}
            for row in source["names_gone_before_2025_07"]
        ],
        "fields": [{"words": row["field"], "unit": row["unit"], "note": row["note"]} for row in source["fields"]],
        "ward_keywords": source["ward_keywords"],
    }
    wards = {row["code"] for row in result["wards"]}
    units = {row["code"] for row in result["units"]} | {"PX"}
    lost = [row["name"] for row in result["former_wards"] if not {*row["wards"], row["default"]} <= wards]
    lost += [row["words"] for row in result["fields"] if row["unit"] not in units]
    if lost:
        raise SystemExit(f"rows that lead to no unit or ward: {', '.join(lost)}")
    return result


def render(directory: Row) -> str:
    """JSON with one row of a list a line, so that changes can be read in a review."""
    parts = []
    for key, value in directory.items():
        if isinstance(value, list):
            rows = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in value)
            parts.append(f"{json.dumps(key)}:[\n{rows}\n]")
        else:
            parts.append(f"{json.dumps(key)}:{json.dumps(value, ensure_ascii=False)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main() -> None:
    """Read the source, write the shipped file, say how many rows it holds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("source", type=Path, help="the editable directory (JSON)")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="where the shipped file goes")
    arguments = parser.parse_args()
    directory = build(json.loads(arguments.source.read_text(encoding="utf-8")))
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_text(render(directory), encoding="utf-8")
    print(", ".join(f"{key}: {len(value)}" for key, value in directory.items() if isinstance(value, list)))


if __name__ == "__main__":
    main()
