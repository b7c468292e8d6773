"""Searches for a person's name are recognised, and similar words are not."""

from __future__ import annotations

import pytest

from petitions.adapters.reference import directory
from petitions.domain.language.named_people import names_somebody
from petitions.domain.language.unnamed import without_people

PLACES = directory().place_names


@pytest.mark.parametrize(
    "text",
    [
        "Nguyễn Thị Lan", "nguyễn thị lan", "nguyen thi lan", "NGUYỄN VĂN AN", "đơn của Nguyễn Văn Hùng", "Lê Phi",
        "ông Hùng", "chị Thu, bãi xe", "trần quốc tuấn", "Phạm Minh Anh ngõ 12", "vũ văn hải", "Đào Thị Hường",
        "hoàng thị mai", "Trần Văn Bình - 5 phố Huế",
    ],
)  # fmt: skip
def test_names(text: str) -> None:
    assert names_somebody(text, PLACES)


@pytest.mark.parametrize(
    "text",
    [
        "", "bãi xe", "đào đường", "lệ phí", "le phi dat dai", "vũ trường ồn", "anh hùng liệt sĩ", "đường Nguyễn Trãi",
        "phố Trần Duy Hưng", "chung cư cao tầng", "đình chỉ thi công", "trần nhà dột", "hồ Tây", "Hoàng Mai",
        "quản lý thị trường", "vi phạm hành chính", "ngo hai ba trung", "cầu Long Biên", "công văn", "Việc của Sở Y tế",
    ],
)  # fmt: skip
def test_what_is_no_name(text: str) -> None:
    assert not names_somebody(text, PLACES)


def test_no_ward_is_taken_for_a_person() -> None:
    assert [ward.name for ward in directory().wards if names_somebody(ward.name, PLACES)] == []


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Rác thải chất đống ở Lê Văn Lương", "Rác thải chất đống ở Lê Văn Lương"),
        ("Đoạn gần Phạm Văn Đồng bị ngập", "Đoạn gần Phạm Văn Đồng bị ngập"),
        ("ở Lê Thị Hoa; người đứng đầu Lê Văn Lương", "ở [tên]; người đứng đầu [tên]"),
        ("chị Lan ở Lê Văn Lương", "chị [tên] ở Lê Văn Lương"),
    ],
)
def test_a_street_after_a_word_of_place_is_no_person(text: str, left: str) -> None:
    assert without_people(text) == left
