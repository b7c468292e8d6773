"""The list of units is read from bytes, text or data, and is built from the city's draft."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.build.directory import build, render
from petitions.adapters import reference
from petitions.domain.units.directory import Directory

RAW = reference.raw("directory.json")


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
