"""Salutation, subject line, thanks and other polite parts of a letter are removed, all other lines kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.domain.language.letters import Letter

OPENING = "Kính gửi ông/bà,\n\nVề hồ sơ HN-261124-ABCD-EFGH gửi ngày 24/11/2026:"


@pytest.mark.parametrize(
    "closing",
    [
        "Trân trọng cảm ơn ông/bà.",
        "Trân trọng!",
        "Xin trân trọng cảm ơn ông, bà đã gửi phản ánh, kiến nghị.",
        "Trân trọng thông báo để ông/bà được biết.\nXin cảm ơn.",
        "Xin chân thành cảm ơn!",
        "Trân trọng cảm ơn ông/bà đã phản ánh tới đơn vị.",
        "",
    ],
)
def test_a_letter_comes_apart_and_together(closing: str) -> None:
    body = "Đơn vị đã kiểm tra ngày 25/11.\n\nViệc đã làm: thay bóng đèn."
    letter = Letter.of(f"{OPENING}\n\n{body}\n\n{closing}\n")
    assert letter == Letter(OPENING, body, closing)
    assert letter.with_body("Thêm.") == f"{OPENING}\n\n{body}\n\nThêm.\n\n{closing}".strip()


def test_thanks_that_come_first_are_courtesy_too() -> None:
    letter = Letter.of(f"{OPENING}\nCảm ơn ông/bà đã gửi phản ánh.\nĐèn đã được thay.\nTrân trọng.")
    assert (letter.body, letter.closing) == ("Đèn đã được thay.", "Trân trọng.")


@pytest.mark.parametrize(
    "line",
    [
        "Trân trọng đề nghị ông/bà nộp bản sao giấy khai sinh trước ngày 30/11.",
        "Cảm ơn ông/bà; đường sẽ được vá trong tuần này.",
        "Về hồ sơ của ông/bà, đơn vị đã kiểm tra.",
        "Trân trọng cảm ơn ông/bà. Đường dây nóng: 1022.",
    ],
)
def test_meaningful_lines_stay(line: str) -> None:
    assert Letter.of(line) == Letter("", line, "")
    assert Letter.of(f"Kính gửi bà Lan,\n{line}").body == line


def test_courtesy_alone_stays() -> None:
    assert Letter.of("Kính gửi ông/bà,\nTrân trọng.").body == "Kính gửi ông/bà,\nTrân trọng."


@given(st.text(alphabet="aàKínhgửi Trâtọc,.:\n", max_size=120))
def test_no_content_is_lost(text: str) -> None:
    letter = Letter.of(text)
    assert "".join(letter.with_body("").split()) == "".join(text.split())
