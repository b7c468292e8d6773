"""The shipped times after which petitions are rated and closed, and daily limits, all chosen by the project."""

from __future__ import annotations

import pytest

from tests import law
from tests.unit.shipped.texts import CATALOGUE, ENGLISH

NUMBERS = {
    "ask_rating_after_working_days": 2,
    "reopen_within_days": 10,  # LAW 7.3
    "reopen_times": 1,  # LAW 7.3
    "contact_seen_within_minutes": 15,
    "contact_acted_after_days": 0,
    "petitions_a_day": 10,  # LAW 7.12
    "contacts_a_day": 10,  # LAW 7.12
    "exported_at_once": 2000,
}
IN_WORDS = (
    "mở lại một lần",
    "trong 10 ngày kể từ ngày trả lời",
    "15 phút làm việc",
    "tối đa 10 phản ánh",
    "tối đa 10 lần",
)
"""The numbers as the source gives them."""


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number(name: str) -> None:
    assert getattr(law.packaged().chores, name) == NUMBERS[name]


def test_there_is_no_other_number_and_the_source_names_them() -> None:
    raw = law.packaged_data("housekeeping.json")
    assert set(raw) == {*NUMBERS, "version", "source"}
    assert raw["source"].startswith("Lựa chọn thiết kế")
    assert [words for words in IN_WORDS if words not in raw["source"]] == []


def test_numbers_in_texts_are_those_of_the_data() -> None:
    days, times = law.packaged().chores.reopen_within_days, law.packaged().chores.reopen_times
    for key in ("reason_kept", "reason_kept_later", "review_told", "review_told_later", "faq_dissatisfied"):
        assert f"trong {days} ngày kể từ ngày trả lời" in CATALOGUE[key], key
        assert f"within {days} days" in ENGLISH[key], key
    assert times == 1
    for key in ("review_told", "review_told_later", "faq_dissatisfied"):
        assert "một lần" in CATALOGUE[key], key
        assert "once" in ENGLISH[key], key
