"""Quotations from ratings contain no name, number or place. A doubtful text is counted but not quoted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.management.quoting import LONGEST_QUOTE, quoted
from petitions.domain.petition.petition import Contact, Petition, Rating
from petitions.domain.shared.records import replace

AT = datetime(2026, 11, 20, tzinfo=UTC)


def rated(reason: str | None, **more: Any) -> Petition:
    petition = Petition(
        code="HN-261120-0000-0001", citizen="c", title="t", content="c", filed_at=AT, state=State.ANSWERED,
        address="Số 12 phố Trung Kính",
        contact=Contact(name="Nguyễn Thị Lan", phone="84912345678", address="Số 12 phố Trung Kính, phường Yên Hòa"),
        rating=Rating(level=3, at=AT, reason=reason),
    )  # fmt: skip
    return replace(petition, **more)


@pytest.mark.parametrize(
    "reason",
    [
        "Trả lời chung chung, không đúng câu hỏi",
        "Trả lời trễ. Phải đi lại nhiều lần, UBND không ai tiếp!",
        "trả lời cho có",
    ],
)
def test_plain_words_are_quoted_as_they_are(reason: str) -> None:
    assert quoted(rated(reason)) == reason


def test_who_filed_is_masked() -> None:
    assert quoted(rated("Chị Nguyễn Thị Lan gọi 0912 345 678 mà không ai nghe")) == (
        "Chị [tên] gọi [điện thoại] mà không ai nghe"
    )
    assert quoted(rated("goi cho chi lan khong ai nghe")) == "goi cho chi [tên] khong ai nghe"


@pytest.mark.parametrize(
    "reason",
    [
        "Tôi ở 12 phố Trung Kính mà bảo sang nơi khác",
        "Cô Hoa ở một cửa quát tôi",
        "Bà Trần Thị Mận chửi người dân",
        "hẹn ngày 5 mà không trả",
        "nhà trong ngõ chợ thì ai mà không biết",
        "Gọi vào máy 0987",
        None,
        "",
    ],
)
def test_text_that_may_identify_a_person_is_not_quoted(reason: str | None) -> None:
    assert quoted(rated(reason)) == ""


def test_confidential_matters_are_not_quoted() -> None:
    assert quoted(rated("Trả lời chung chung", petition_class="denunciation")) == ""
    assert quoted(rated("Trả lời chung chung", accused="SYT")) == ""
    assert quoted(rated("Trả lời chung chung", rating=None)) == ""


def test_a_long_one_is_cut_at_a_word() -> None:
    found = quoted(rated("phải đi lại nhiều lần " * 20))
    assert len(found) <= LONGEST_QUOTE + 1
    assert found.endswith(("lần…", "lại…", "đi…", "phải…", "nhiều…"))
