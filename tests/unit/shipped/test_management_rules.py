"""The shipped rule by which the monthly report names units, a proposal that awaits the city's decision."""

from __future__ import annotations

from petitions.domain.management.sentences import rule_in_words
from tests import law

RULES = law.packaged_data("management_rules.json")


def test_numbers_of_the_rule() -> None:
    assert (RULES["named"], RULES["quotes"]) == (5, 3)
    points = {signal["number"]: signal["points"] for signal in RULES["signals"]}
    assert points == {"overdue": 3, "late": 2, "rated_3": 2, "reopened": 1}


def test_the_source_gives_the_order_of_the_points_and_who_decides() -> None:
    assert "quá hạn nặng hơn trễ, trễ nặng hơn chưa hài lòng hoặc phải mở lại" in RULES["source"]
    assert "chờ Văn phòng UBND thành phố quyết định" in RULES["source"]


def test_the_rule_can_be_said() -> None:
    assert rule_in_words(law.packaged().management).startswith("Cần chú ý là nơi có nhiều điểm nhất: mỗi hồ sơ ")
