"""The checks and previews of texts written by administrators, and their merging with the shipped texts."""

from __future__ import annotations

import unicodedata

import pytest

from petitions.adapters import reference
from petitions.domain.language.catalogue import SAMPLES, merge_texts, preview, text_faults, where_used

CATALOGUE: dict[str, str] = reference.parsed("texts.vi.json")
WRONG = {
    "": "trống",
    "Mã $code, đơn vị $unit": "Thiếu chỗ điền: $filed_at, $state",
    "$code $state $unit $filed_at $due": "Không có chỗ điền: $due",
    "$code $state $unit $filed_at giá 5$": "Dấu $",
    "**$code** $state $unit $filed_at": "định dạng",
    "$code $state $unit $filed_at\n# Mục": "định dạng",
    " $code $state $unit $filed_at": "khoảng trắng thừa",
    unicodedata.normalize("NFD", "Mã $code $state $unit $filed_at"): "NFC",
    "$code $state $unit $filed_at\x07": "điều khiển",
    "$code $state $unit $filed_at\n1. Có": "không có số nào",
    "$code $state $unit $filed_at " + "x" * 1950: "tối đa 2000",
}


@pytest.mark.parametrize("text", WRONG)
def test_invalid_data_is_reported_in_words(text: str) -> None:
    (fault,) = text_faults("status", text, CATALOGUE["status"])
    assert WRONG[text] in fault


def test_choices_subjects_and_the_consent_keep_what_the_code_relies_on() -> None:
    asked = CATALOGUE["rating_ask"]
    assert "1, 2, 3" in text_faults("rating_ask", asked.replace("3. ", "Ba: "), asked)[0]
    subject = CATALOGUE["news_subject"]
    assert text_faults("news_subject", f"{subject}\nBcc: a@example.vn", subject) == ["Tiêu đề thư chỉ một dòng."]
    for key in ("consent_ask", "notice_read", "abroad_yes", "abroad_no"):
        consent = CATALOGUE[key]
        assert "chỉ đổi cùng phần mềm" in text_faults(key, f"{consent} Vâng", consent)[0]


def test_a_preview_is_split_as_it_is_sent() -> None:
    assert preview("Mã $code") == [f"Mã {SAMPLES['code']}"]
    assert [len(item) for item in preview("x" * 4000)] == [2000, 2000]


def test_a_text_of_another_release_that_cannot_be_rendered_is_left_out() -> None:
    assert merge_texts({"a": "$code", "b": "$x"}, {"a": "Mã $code", "b": "$y"}) == {"a": "Mã $code", "b": "$x"}


def test_place_of_a_text_is_correct() -> None:
    assert where_used("filed") == where_used("filed_already") == "Zalo: tin cho công dân"
    assert where_used("file_late") == where_used("files_here") == "Zalo: về ảnh và tệp"


def test_a_place_in_braces_is_no_place() -> None:
    shipped = CATALOGUE["status"]
    (fault,) = text_faults("status", f"{shipped} {{khong_co}}", shipped)
    assert "{khong_co}" in fault
