"""Differences between calendars or rules as the desk words them, with a Vietnamese name for every field."""

from __future__ import annotations

import json
from typing import Any

import pytest

from petitions.adapters.reference import parsed
from petitions.domain.clock.changes_in_words import changes_in_words, place_in_words, rule_name


def changed(name: str, **fields: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    old = parsed(f"{name}.json")
    new = json.loads(json.dumps(old))
    row = new["years" if name == "calendars" else "rules"][-1]
    row |= fields
    return old, new


def test_equal_data_have_no_lines() -> None:
    assert changes_in_words(*changed("calendars")) == []


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"amount": 12}, "Thời hạn: 5 → 12"),
        ({"unit": "working_hours"}, "Đơn vị tính: ngày làm việc → giờ làm việc"),
        ({"effective_to": "2027-01-01"}, "Hết hiệu lực: không → 01/01/2027"),
        ({"levels": ["urgent"]}, "Mức độ áp dụng: không → khẩn"),
    ],
)
def test_a_rule_is_named_and_its_field_is_in_vietnamese(fields: dict[str, Any], line: str) -> None:
    rule = {"id": "transfer", "clock": "transfer", "levels": None, "amount": 5, "unit": "working_days"}
    rule |= {"effective_from": "2023-01-01", "effective_to": None}
    new = rule | fields
    assert changes_in_words({"rules": [rule]}, {"rules": [new]}) == [f"Quy tắc {rule_name(new)} › {line}"]


def test_a_place_among_the_rules_is_named_with_the_days_of_the_rule() -> None:
    rule = {"id": "answer-2026-12-15", "clock": "answer", "levels": ["complex"], "classes": ["vbqppl"]}
    rule |= {"effective_from": "2026-12-15", "effective_to": "2027-01-01"}
    name = "Quy tắc thời hạn trả lời, phức tạp, về văn bản quy phạm pháp luật (từ 15/12/2026 đến trước 01/01/2027)"
    assert place_in_words("rules.0.amount", {"rules": [rule]}) == f"{name} › Thời hạn"
    for place in ("rules.1.amount", "years.0.off", "", "rules", "rules.x"):
        assert place_in_words(place, {"rules": [rule]}) == place
    assert place_in_words("rules.0", {"rules": [{"levels": 5}]}) == "Quy tắc thời hạn không"


def test_hours_years_and_flags_are_in_everyday_words() -> None:
    old, new = changed("calendars", provisional=False)
    last = old["years"][-1]
    new["weekdays"]["saturday"] = [["08:00", "12:00"]]
    new["years"].append({**last, "year": last["year"] + 1, "off": {}, "source": "dự kiến"})
    lines = changes_in_words(old, new)
    assert lines[0] == "Giờ làm việc › thứ Bảy: không → 08:00-12:00"
    assert f"Năm {last['year']} › Tạm thời: có → không" in lines
    assert lines[-1].startswith(f"Năm {last['year'] + 1}: thêm Căn cứ dự kiến; Tạm thời ")
    back = changes_in_words(new, old)
    assert back[-1].startswith(f"Năm {last['year'] + 1}: bỏ ")
    assert changes_in_words({"rules": [{"id": 1}, {"id": 2}]}, {"rules": [{"id": 2}, {"id": 1}]}) == [
        "Quy tắc: đổi thứ tự"
    ]


def test_every_field_of_the_data_has_a_name() -> None:
    for name in ("calendars", "deadline_rules"):
        data = parsed(f"{name}.json")
        row = data["years" if name == "calendars" else "rules"][0]
        for field in [*data, *row]:
            (line,) = changes_in_words({}, {field: "x"})
            assert not line.startswith(field)
