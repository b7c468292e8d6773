"""Ids, keys, days, times and numbers in requests: valid forms are parsed, others rejected."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from petitions.domain.shared.written import (
    LONGEST_ID,
    is_id,
    is_key,
    written_day,
    written_instant,
    written_number,
)


@pytest.mark.parametrize(
    "text", ["HN-261124-ABCD-EFGH", "petition-events-routing:77", "a@b", "x.y", "_x", "__x", "x" * LONGEST_ID, "đơn vị"]
)
def test_what_the_store_takes_is_an_id(text: str) -> None:
    assert is_id(text)


@pytest.mark.parametrize(
    "text", ["", ".", "..", "__x__", "____", "__\n__", "a/b", "/", "a\x00", "\ud800", "x" * (LONGEST_ID + 1)]
)
def test_what_the_store_refuses_is_none(text: str) -> None:
    assert not is_id(text)


def test_a_key_has_eight_to_a_hundred_letters() -> None:
    assert all(map(is_key, ("form-0001", "a1b2c3d4e5f6a7b8c9d0", "x" * 100)))
    assert not any(map(is_key, ("", "short", "__name__", "form 0001", "x" * 101, "ô" * 8)))


def test_a_day_is_written_in_one_way() -> None:
    assert written_day("2026-11-30") == date(2026, 11, 30)
    odd = ("", "20261130", "2026-W49-1", "2026-02-30", "30/11/2026", "0001-01-01", "9999-12-31", "٢٠٢٦-11-30")
    assert [written_day(text) for text in odd] == [None] * len(odd)


def test_an_instant_is_of_a_year_with_which_one_can_count() -> None:
    assert written_instant("2026-11-30T09:00:00+00:00") == datetime(2026, 11, 30, 9, tzinfo=UTC)
    odd = ("", "yesterday", "2026-11-30T25:00", "0001-01-01T00:00:00+07:00", "9999-12-31T23:59:59+00:00")
    assert [written_instant(text) for text in odd] == [None] * len(odd)


def test_a_number_has_few_digits_and_no_sign() -> None:
    assert (written_number("12", 2), written_number("0", 2)) == (12, 0)
    odd = ("", "-1", "123", "²", "٣", "1e1", " 1", "9" * 5_000)
    assert [written_number(text, 2) for text in odd] == [None] * len(odd)
