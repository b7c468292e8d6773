from __future__ import annotations

import json

from infra.local.runner.provision import OFFICERS
from infra.paths import FUNCTIONS


def test_seeded_officers_belong_to_units_of_the_directory() -> None:
    officers = json.loads(OFFICERS.read_text())
    directory = (FUNCTIONS / "petitions" / "data" / "directory.json").read_text()
    assert {officer["role"] for officer in officers} == {"officer", "head", "coordinator", "inspector", "admin"}
    assert len({officer["id"] for officer in officers}) == len(officers)
    for officer in officers:
        assert set(officer) - {"position"} == {"id", "name", "email", "unit", "role"}
        assert officer["email"].endswith("example.vn")
        assert f'"{officer["unit"]}"' in directory
