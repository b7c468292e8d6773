"""A changed copy of a record accepts only known fields, which mypy also reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from infra.paths import FUNCTIONS
from petitions.domain.petition.petition import Contact
from petitions.domain.shared.records import replace


@dataclass(frozen=True)
class Point:
    x: int = 1


def test_copy_differs_only_in_the_given_fields() -> None:
    before = Contact(name="Nguyễn Thị Lan", phone="84912345678")
    after = replace(before, name="Trần Văn Hùng")
    assert (after.name, after.phone, before.name) == ("Trần Văn Hùng", "84912345678", "Nguyễn Thị Lan")
    assert replace(Point(), x=2) == Point(2)


@pytest.mark.parametrize("record", [Contact(name="Lan", phone="84912345678"), Point()])
def test_an_unknown_name_is_refused(record: Any) -> None:
    with pytest.raises(TypeError, match="secnd_phone"):
        replace(record, secnd_phone="0912")


def test_no_record_is_copied_without_a_look_at_the_names() -> None:
    """Pydantic's `model_copy` would accept any field name."""
    files = [path for path in FUNCTIONS.rglob("*.py") if "model_copy(" in path.read_text(encoding="utf-8")]
    assert [path.name for path in files] == ["records.py"]
