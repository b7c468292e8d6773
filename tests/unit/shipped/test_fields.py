"""The shipped fields of administration: the project's list until the city provides one (LAW 7.10)."""

from __future__ import annotations

from tests import law

FIELDS = law.packaged().fields


def test_codes_and_names_are_given_once_and_units_exist() -> None:
    fields = FIELDS.fields
    assert len(fields) == len({field.code for field in fields}) == len({field.name for field in fields}) == 21
    assert [unit for field in fields for unit in field.units if not law.packaged().directory.unit(unit)] == []


def test_what_fits_nowhere_has_a_field_without_units() -> None:
    assert [field.code for field in FIELDS.fields if not field.units] == ["khac"]
    assert "thành phố xác nhận hoặc thay" in FIELDS.source
