"""The shipped national codes of units, which are assumed until the city provides its own (PLATFORM 6.6)."""

from __future__ import annotations

import re

from tests import law

RAW = law.packaged_data("unit_codes.json")


def test_departments_have_codes_of_their_own_in_the_order_of_the_directory() -> None:
    codes = RAW["units"]
    assert [code for code in codes if not law.packaged().directory.unit(code)] == []
    assert [*codes.values()] == [f"000.00.{number:02}.H26" for number in range(1, len(codes) + 1)]
    assert all(re.fullmatch(r"\d{3}\.\d{2}\.\d{2}\.H26", code) for code in codes.values())


def test_a_ward_has_the_code_of_the_statistics_office() -> None:
    assert law.packaged().national_units.code_of("PX-00199") == "00199"
    assert law.packaged().national_units.code_of("CATP") is None  # of a ministry, whose code is not known


def test_the_source_says_that_they_are_assumed() -> None:
    assert RAW["source"].startswith("Giả định")
    assert "PLATFORM 6.6" in RAW["source"]
