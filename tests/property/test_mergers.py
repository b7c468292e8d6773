"""After any mergers of units in any order, every code and name ever used leads to an existing unit."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from petitions.adapters import reference
from petitions.domain.units.directory import Directory
from petitions.domain.units.mergers import Merger, merged

SEED: dict[str, Any] = json.loads(reference.raw("directory.json"))
CODES = [row["code"] for row in SEED["wards"]]


@st.composite
def histories(draw: st.DrawFn) -> list[Merger]:
    """Draw mergers on successive days. Existing wards become a new ward, or part of another one."""
    alive, mergers = list(CODES), list[Merger]()
    for number in range(draw(st.integers(1, 6))):
        size = draw(st.integers(1, 3))
        start = draw(st.integers(0, len(alive) - size - 2))
        parts = alive[start : start + size]
        fresh = draw(st.booleans())
        into = f"PX-99{number:03d}" if fresh else alive[(start + size) % len(alive)]
        name = f"Phường Mới {number}" if fresh else ""
        mergers.append(Merger(day=f"2027-01-{number + 1:02d}", parts=parts, into=into, name=name, source="a decision"))
        alive = [code for code in alive if code not in parts] + ([into] if fresh else [])
    return mergers


@settings(max_examples=25)
@given(histories())
def test_nothing_is_lost(mergers: list[Merger]) -> None:
    data: Any = SEED
    for merger in mergers:
        data = merged(data, merger)
    after, before = Directory.load(data), Directory.load(SEED)
    in_force = {ward.code for ward in after.wards}
    for ward in before.wards:
        assert after.heir(ward.code) in in_force
        assert after.name_of(ward.code) == before.name_of(ward.code)
        leads = {code for old in after.former_wards if old.name == ward.name for code in old.wards}
        assert ward.code in in_force or after.heir(ward.code) in leads
    for old, new in zip(before.former_wards, after.former_wards, strict=False):
        assert {after.heir(code) for code in old.wards} == set(new.wards)
        assert new.default in new.wards
    assert sum(ward.area_km2 for ward in after.wards) - sum(ward.area_km2 for ward in before.wards) < 1
    again = data
    for merger in mergers:
        again = merged(again, merger)
    assert again == data
