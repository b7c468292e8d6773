"""The right to sign papers for a unit, and the lines above the signature, by the decree on documents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.adapters import reference
from petitions.domain.lifecycle.states import Role
from petitions.domain.officers.officer import Officer, StandsIn
from petitions.domain.papers.composing import right_of
from petitions.domain.papers.signing_right import Signer, SigningRight
from petitions.domain.shared.records import replace

TM, MANDATE = "TM. ỦY BAN NHÂN DÂN", "15/GUQ-UBND ngày 01/12/2026"


def right(unit: str, position: str, *, for_head: bool = False, mandate: str = "") -> SigningRight:
    signer = Signer("Lê Quang Minh", position, for_head, mandate)
    return right_of(signer, unit, reference.paper_forms(), reference.directory())


@pytest.mark.parametrize(
    ("unit", "position", "lines"),
    [
        ("SXD", "Giám đốc", ["GIÁM ĐỐC"]),
        ("SXD", "giám đốc Sở Xây dựng", ["GIÁM ĐỐC"]),
        ("SXD", "Quyền Giám đốc", ["Q. GIÁM ĐỐC"]),
        ("SXD", "Phó Giám đốc", ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"]),
        ("SXD", "Phó Giám đốc phụ trách Sở", ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"]),
        ("SXD", "Trưởng phòng", ["TL. GIÁM ĐỐC", "TRƯỞNG PHÒNG"]),
        ("SXD", "Phó Trưởng phòng Hạ tầng", ["TL. GIÁM ĐỐC", "KT. TRƯỞNG PHÒNG HẠ TẦNG", "PHÓ TRƯỞNG PHÒNG HẠ TẦNG"]),
        ("VPUB", "Chánh Văn phòng", ["CHÁNH VĂN PHÒNG"]),
        ("VPUB", "Phó Chánh Văn phòng UBND thành phố", ["KT. CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG"]),
        ("PX-00175", "Chủ tịch", [TM, "CHỦ TỊCH"]),
        ("PX-00175", "Chủ tịch Uỷ ban nhân dân phường Yên Hoà", [TM, "CHỦ TỊCH"]),
        ("PX-00175", "Q. Chủ tịch UBND phường", [TM, "Q. CHỦ TỊCH"]),
        ("PX-00175", "Phó Chủ tịch", [TM, "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]),
        ("PX-00175", "phó chủ tịch UBND phường Yên Hòa", [TM, "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]),
        ("PX-00175", "Trưởng phòng Kinh tế", ["TL. CHỦ TỊCH", "TRƯỞNG PHÒNG KINH TẾ"]),
    ],
)
def test_the_right_to_sign_follows_from_the_office_held(unit: str, position: str, lines: list[str]) -> None:
    assert right(unit, position) == SigningRight(lines)


@pytest.mark.parametrize(
    ("position", "words"),
    [
        ("", "Chưa ghi chức vụ"),
        ("  \u200b ", "Chưa ghi chức vụ"),
        ("Chuyên viên", "“Chuyên viên” không có quyền ký"),
        ("Phó Chủ tịch Hội đồng nhân dân", "không có quyền ký"),
        ("Chủ tịch Hội Nông dân", "không có quyền ký"),
        ("Phó Chủ tịch UBND phường Ba Đình", "không có quyền ký"),
        ("Thư ký Chủ tịch", "không có quyền ký"),
    ],
)
def test_officer_without_a_signing_position_gets_instructions(position: str, words: str) -> None:
    found = right("PX-00175", position)
    assert found.lines == []
    assert found.why_not is not None
    assert words in found.why_not
    assert "Phó Chủ tịch" in found.why_not


@pytest.mark.parametrize("position", ["Phó Chủ tịch", "Phó Chủ tịch UBND phường Yên Hòa"])
def test_deputy_of_the_head_signs_as_deputy(position: str) -> None:
    assert right("PX-00175", position, for_head=True).lines == [TM, "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]


@pytest.mark.parametrize("position", ["Chuyên viên", "Trưởng phòng Kinh tế", "Phó Trưởng phòng Kinh tế", "Chủ tịch"])
def test_substitute_without_a_deputys_position_does_not_sign(position: str) -> None:
    found = right("PX-00175", position, for_head=True)
    assert found.lines == []
    assert found.why_not is not None
    assert f"đang thay lãnh đạo với chức vụ “{position}”" in found.why_not
    assert "Phó Chủ tịch" in found.why_not


def test_a_written_mandate_lets_the_head_of_a_part_sign_and_nobody_else() -> None:
    mandated = right("PX-00175", "Trưởng phòng Kinh tế", for_head=True, mandate=MANDATE)
    assert mandated == SigningRight(["TUQ. CHỦ TỊCH", "TRƯỞNG PHÒNG KINH TẾ"])
    assert right("PX-00175", "Chuyên viên", for_head=True, mandate=MANDATE).lines == []
    assert right("PX-00175", "", for_head=True, mandate=MANDATE).lines == []


def test_who_stands_in_for_a_coordinator_signs_by_their_own_office() -> None:
    person = Officer(id="o", name="Lê Vân", email="o@x.vn", unit="VPUB", role=Role.COORDINATOR, position="Trưởng phòng")
    acting = replace(person, stands_in=StandsIn(officer="coordinator"))
    assert not Signer.of(acting).for_head
    assert Signer.of(replace(acting, role=Role.HEAD)).for_head


@given(st.sampled_from(["SXD", "VPUB", "PX-00175", "CATP", "THUE"]), st.text(max_size=30), st.booleans(), st.text())
def test_no_office_signs_as_head_but_the_head(unit: str, position: str, for_head: bool, mandate: str) -> None:  # noqa: FBT001
    found = right(unit, position, for_head=for_head, mandate=mandate)
    assert bool(found.lines) is (found.why_not is None)
