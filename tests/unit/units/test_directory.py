"""The shipped list of units is consistent."""

from __future__ import annotations

import json
from datetime import date
from importlib.resources import files
from typing import Any

import pytest

from infra.build.directory import build, render
from petitions.domain.units.directory import COORDINATORS, OUT_OF_SCOPE, UNKNOWN_WARD, Directory

RAW = files("petitions").joinpath("data/directory.json").read_bytes()
DIRECTORY = Directory.load(RAW)


def test_it_holds_all_wards_of_today_and_of_before() -> None:
    assert len(DIRECTORY.wards) == 126
    assert len({ward.code for ward in DIRECTORY.wards}) == 126
    assert sum(ward.kind == "phường" for ward in DIRECTORY.wards) == 51
    assert len(DIRECTORY.former_wards) == 526
    assert len(DIRECTORY.vanished) == 79
    departments = [unit for unit in DIRECTORY.units if unit.kind == "so"]
    assert len(departments) == 15 + 1  # and the board of industrial zones
    assert [unit.code for unit in DIRECTORY.units if DIRECTORY.is_service_centre(unit.code)] == ["TTPVHCC"]
    assert all(unit.valid_from == date(2025, 3, 1) for unit in departments)


def test_every_row_has_its_dates_source_and_confidence() -> None:
    data = json.loads(RAW)
    for rows in ("units", "wards", "former_wards", "vanished", "fields"):
        for row in data[rows]:
            known = data["evidence"].get(rows, {}) | row
            assert known["confidence"], row
            assert known["source"], row
            assert all(data["sources"][number] for number in known["source"])
            assert "to" in row
    assert {row["to"] for row in data["former_wards"]} == {"2025-06-30"}
    assert {row["to"] for row in data["vanished"]} == {"2024-12-31", "2020-02-29"}


@pytest.mark.parametrize(
    ("name", "district", "wards"),
    [
        ("Cổ Bi", "Huyện Gia Lâm", {"Phúc Lợi", "Phù Đổng", "Gia Lâm"}),
        ("Đặng Xá", "Huyện Gia Lâm", {"Phù Đổng", "Thuận An"}),
        ("Văn Khê", "Huyện Mê Linh", {"Ô Diên", "Mê Linh", "Tiến Thắng", "Yên Lãng"}),
    ],
)
def test_differences_between_packages_follow_the_official_notes(name: str, district: str, wards: set[str]) -> None:
    former = next(
        former_ward
        for former_ward in DIRECTORY.former_wards
        if (former_ward.bare, former_ward.district) == (name, district)
    )
    names = [DIRECTORY.ward(code) for code in former.wards]
    assert {ward.bare for ward in names if ward} == wards


def test_codes_are_strings_with_their_zeros() -> None:
    for ward in DIRECTORY.wards:
        assert ward.gso_code.isdecimal()
        assert len(ward.gso_code) == 5
        assert ward.code == f"PX-{ward.gso_code}"
        assert ward.valid_from == date(2025, 7, 1)
        assert 20.5 < ward.latitude < 21.5
        assert 105.2 < ward.longitude < 106.1
        assert ward.area_km2 > 0


def test_every_reference_leads_somewhere() -> None:
    for former in DIRECTORY.former_wards:
        assert former.default in former.wards
        assert all(DIRECTORY.ward(code) for code in former.wards)
    names = {(former.district, former.bare) for former in DIRECTORY.former_wards}
    for gone in DIRECTORY.vanished:
        assert all((gone.district, name) in names for name in gone.merged_into)
    for field in DIRECTORY.fields:
        assert field.unit == "PX" or DIRECTORY.unit(field.unit)
    for code in (COORDINATORS, OUT_OF_SCOPE, UNKNOWN_WARD):
        assert DIRECTORY.unit(code)


def test_every_ward_is_somebodys_successor() -> None:
    assert {code for former in DIRECTORY.former_wards for code in former.wards} == {w.code for w in DIRECTORY.wards}


def test_names_for_people() -> None:
    assert DIRECTORY.name_of("PX-00199") == "UBND phường Láng"
    assert DIRECTORY.name_of("SXD") == "Sở Xây dựng"
    assert DIRECTORY.name_of("PX-99999") == "PX-99999"
    assert DIRECTORY.ward("PX-99999") is None
    assert DIRECTORY.unit("PX-00199") is None


def test_loading_takes_bytes_text_or_data() -> None:
    data = json.loads(RAW)
    assert Directory.load(data).wards == Directory.load(RAW.decode()).wards
    del data["wards"]
    with pytest.raises(KeyError):
        Directory.load(data)


NOTHING_MORE: dict[str, Any] = {"source": "a list", "rows": []}


def _source() -> dict[str, Any]:
    return {
        "version": "test",
        "legal": ["a law"],
        "wards_source": "a package",
        "wards_confidence": "high",
        "legacy_confidence": "high",
        "units": [
            {
                "code": "SXD",
                "name": "Sở Xây dựng",
                "kind": "so",
                "aliases": [],
                "competence": "",
                "keywords": ["ngập"],
                "source": ["a newspaper"],
                "confidence": "high",
            }
        ],
        "wards": [
            {"code": f"PX-{code}", "gso_code": code, "name": name, "centroid": [21.0, 105.8], "area_km2": 2.0}
            for code, name in (("00009", "Xã Hai"), ("00001", "Phường Một"))
        ],
        "legacy_wards": [
            {
                "code": "00002",
                "name": "Phường Cũ",
                "district": "Quận Cũ",
                "new": ["PX-00001"],
                "default": "PX-00001",
            }
        ],
        "names_gone_before_2025_07": [
            {"name": "Xưa", "district": "Quận Cũ", "merged_into": ["Cũ"], "confidence": "low"}
        ],
        "fields": [{"field": "Ngập", "unit": "SXD", "note": "", "confidence": "high"}],
        "ward_keywords": ["rác"],
    }


def test_the_build_is_sorted_repeatable_and_readable() -> None:
    built = build(_source(), NOTHING_MORE)
    assert [row["code"] for row in built["wards"]] == ["PX-00001", "PX-00009"]
    text = render(built)
    assert text == render(build(_source(), NOTHING_MORE))
    assert Directory.load(text).former_wards[0].wards == ("PX-00001",)


def test_the_build_refuses_a_row_that_leads_nowhere() -> None:
    source = _source()
    source["legacy_wards"] = [
        {
            "code": "00002",
            "name": "Phường Cũ",
            "district": "Quận Cũ",
            "new": ["PX-00404"],
            "default": "PX-00404",
        }
    ]
    with pytest.raises(SystemExit, match="Phường Cũ"):
        build(source, NOTHING_MORE)


def test_a_row_of_ours_says_better_what_the_draft_says() -> None:
    row = {"name": "Xưa", "district": "Quận Cũ", "merged_into": ["Cũ"], "to": "2020-02-29", "confidence": "medium"}
    built = build(_source(), {"source": "a list", "rows": [row]})
    assert [(item["to"], item["confidence"]) for item in built["vanished"]] == [("2020-02-29", "medium")]
    row["merged_into"] = ["Nơi khác"]
    with pytest.raises(SystemExit, match="Xưa"):
        build(_source(), {"source": "a list", "rows": [row]})
