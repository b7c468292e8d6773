"""Mergers of units: the responsible unit afterwards, old names that lead to it, and refused mergers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from petitions.adapters import reference
from petitions.adapters.understanding import routers
from petitions.domain.routing.places import Places
from petitions.domain.routing.routing import Router
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import Directory
from petitions.domain.units.mergers import Merger, MergerFault, merged

SEED: dict[str, Any] = json.loads(reference.raw("directory.json"))
WARDS = Merger(
    day="2026-12-01",
    parts=["PX-00004", "PX-00008"],
    into="PX-99001",
    name="Phường Ba Đình - Ngọc Hà",
    source="a decision",
)
DEPARTMENTS = Merger(
    day="2027-01-01",
    parts=["SDL", "SVHTT"],
    into="SVHTTDL",
    name="Sở Văn hóa, Thể thao và Du lịch",
    source="a decision",
)


@pytest.fixture(scope="module")
def after() -> Directory:
    return Directory.load(merged(merged(SEED, WARDS), DEPARTMENTS))


def test_the_heir_answers_and_the_parts_do_not(after: Directory) -> None:
    heir = after.ward("PX-99001")
    assert heir
    before = Directory.load(SEED)
    parts = [before.ward(code) for code in WARDS.parts]
    assert heir.area_km2 == pytest.approx(sum(ward.area_km2 for ward in parts if ward))
    assert min(w.latitude for w in parts if w) < heir.latitude < max(w.latitude for w in parts if w)
    assert [after.ward(code) for code in WARDS.parts] == [None, None]
    assert [after.heir(code) for code in (*WARDS.parts, *DEPARTMENTS.parts, "SXD", "no such")] == [
        *("PX-99001", "PX-99001", "SVHTTDL", "SVHTTDL", "SXD", "no such")
    ]
    assert len(after.wards) == 125
    assert after.name_of("PX-00004") == "UBND phường Ba Đình"
    assert after.name_of("SDL") == "Sở Du lịch"
    assert after.name_of("SVHTTDL") == "Sở Văn hóa, Thể thao và Du lịch"


def test_competences_fields_and_words_go_with_them(after: Directory) -> None:
    unit = after.unit("SVHTTDL")
    assert unit
    assert {"Sở Du lịch", "Sở Văn hóa và Thể thao"} <= set(unit.aliases)
    assert {field.unit for field in after.fields} & {"SDL", "SVHTT"} == set()
    assert any(field.unit == "SVHTTDL" and field.words == "Du lịch" for field in after.fields)


@pytest.mark.parametrize("text", ["phường Ba Đình", "phuong ngoc ha", "P. Ngọc Hà", "phường Ba Đình - Ngọc Hà"])
def test_old_names_lead_to_the_heir(after: Directory, text: str) -> None:
    match = Places(after).find("", f"{text}, HN")
    assert (match.ward, match.sure) == ("PX-99001", True)


def test_former_wards_lead_to_the_heir(after: Directory) -> None:
    former = next(ward for ward in after.former_wards if ward.bare == "Đội Cấn")
    assert "PX-99001" in former.wards
    assert not {code for ward in after.former_wards for code in ward.wards} & set(WARDS.parts)


def test_rules_that_speak_of_the_parts_speak_for_the_heir(after: Directory) -> None:
    text = "Hướng dẫn viên du lịch và công ty lữ hành lừa khách, khách sạn không đúng hạng sao"
    before = Router(Directory.load(SEED), routers.routing_rules(), routers.routing_model()).route(text)
    now = Router(after, routers.routing_rules(), routers.routing_model()).route(text)
    assert before.units[0].code == "SDL"
    assert now.units[0].code == "SVHTTDL"
    assert not {unit.code for unit in now.units} & {*DEPARTMENTS.parts, *WARDS.parts}


def test_the_same_merger_twice_is_one() -> None:
    once = merged(SEED, WARDS)
    assert merged(once, WARDS) == once
    assert once["effective_from"] == "2026-12-01"
    assert Directory.load(once).version != Directory.load(SEED).version


def test_a_unit_may_go_on_and_take_another_in() -> None:
    merger = Merger(day="2026-12-01", parts=["SDL"], into="SVHTT", source="a decision")
    after = Directory.load(merged(SEED, merger))
    unit = after.unit("SVHTT")
    assert unit
    assert unit.name == "Sở Văn hóa và Thể thao"
    assert unit.valid_from == Directory.load(SEED).unit("SVHTT").valid_from  # type: ignore[union-attr]
    assert "Sở Du lịch" in unit.aliases
    assert after.heir("SDL") == "SVHTT"


def test_an_heir_may_be_merged_again() -> None:
    again = Merger(day="2027-06-01", parts=["PX-99001"], into="PX-00025", source="a decision")
    after = Directory.load(merged(merged(SEED, WARDS), again))
    assert after.heir("PX-00004") == "PX-00025"
    match = Places(after).find("", "phường Ngọc Hà, Hà Nội")
    assert (match.ward, match.sure) == ("PX-00025", True)


def test_a_renamed_ward_is_found_by_both_names() -> None:
    merger = Merger(
        day="2026-12-01", parts=["PX-00008"], into="PX-00004", name="Phường Thăng Long Thành", source="a decision"
    )
    places = Places(Directory.load(merged(SEED, merger)))
    for name in ("phường Thăng Long Thành", "phường Ba Đình", "phường Ngọc Hà"):
        assert places.find("", f"12 Đội Cấn, {name}").ward == "PX-00004"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"parts": ["PX-00004", "PX-12345"]}, "not in the directory"),
        ({"parts": ["PX-00004", "SDL"]}, "cannot be merged with each other"),
        ({"parts": ["VPUB"], "into": "SNV"}, "keeps the queue"),
        ({"parts": ["OOS"], "into": "SNV"}, "no unit of its own"),
        ({"parts": ["PX-00004", "PX-00004"]}, "name each unit that ends once"),
        ({"into": "PX-00004"}, "name each unit that ends once"),
        ({"into": "BADINH"}, "no code of a ward"),
        ({"name": ""}, "give it a NAME"),
        ({"name": "Ba Đình lớn"}, "begins with Phường or Xã"),
        ({"into": "SNV"}, "of another sort"),
    ],
)
def test_what_cannot_be_is_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(MergerFault, match=words):
        merged(SEED, replace(WARDS, **change))


def test_dissolved_unit_is_not_dissolved_again() -> None:
    other = replace(WARDS, into="PX-99002", day="2027-01-01")
    with pytest.raises(MergerFault, match="has ended already"):
        merged(merged(SEED, WARDS), other)
