"""The shipped list of units is consistent."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from petitions.domain.units.directory import COORDINATORS, OUT_OF_SCOPE, UNKNOWN_WARD
from tests import law

RAW: dict[str, Any] = law.packaged_data("directory.json")
DIRECTORY = law.packaged().directory


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
    for rows in ("units", "wards", "former_wards", "vanished", "fields"):
        for row in RAW[rows]:
            known = RAW["evidence"].get(rows, {}) | row
            assert known["confidence"], row
            assert known["source"], row
            assert all(RAW["sources"][number] for number in known["source"])
            assert "to" in row
    assert {row["to"] for row in RAW["former_wards"]} == {"2025-06-30"}
    assert {row["to"] for row in RAW["vanished"]} == {"2024-12-31", "2020-02-29"}


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


def test_it_fits_into_one_document() -> None:
    assert len(json.dumps(RAW, ensure_ascii=False).encode()) < 300_000
