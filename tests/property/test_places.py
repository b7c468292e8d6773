"""Every ward, including former ones, is found in every usual spelling, or the bot asks which one is meant."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petitions.adapters import reference
from petitions.domain.language.words import fold
from petitions.domain.petition.petition import Location
from petitions.domain.routing.places import Places
from petitions.domain.units.directory import Directory, FormerWard, Ward

DIRECTORY = Directory.load(reference.raw("directory.json"))
SHORT = {"phường": "P.", "xã": "X.", "thị trấn": "TT "}
OLD_TONES = {
    "òa": "oà", "óa": "oá", "ỏa": "oả", "õa": "oã", "ọa": "oạ", "òe": "oè", "óe": "oé", "ỏe": "oẻ",
    "ùy": "uỳ", "úy": "uý", "ủy": "uỷ", "ũy": "uỹ", "ụy": "uỵ",
}  # fmt: skip


@cache
def places() -> Places:
    return Places(DIRECTORY)


def _old_tones(text: str) -> str:
    for new, old in OLD_TONES.items():
        text = text.replace(new, old)
    return text


def _new_tones(text: str) -> str:
    for new, old in OLD_TONES.items():
        text = text.replace(old, new)
    return text


def _nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


SPELLINGS: list[Callable[[str], str]] = [str, fold, _nfd, str.upper, str.lower, _old_tones, _new_tones]
SPELLINGS += [
    lambda text: fold(text).upper(),
    lambda text: _nfd(text.upper()),
    lambda text: fold(text).title(),
]
PLACED = st.sampled_from(
    ["{}", "Rác ở {} nhiều quá", "số 5 ngõ 3, {}, Hà Nội", "{}: đèn đường hỏng", "tai {} hay mat dien"]
)


def _short(name: str, kind: str) -> str:
    return SHORT[kind] + name[len(kind) + 1 :]


@pytest.mark.parametrize("ward", DIRECTORY.wards, ids=lambda ward: ward.code)
def test_every_ward_is_sure_from_its_own_name_with_its_type(ward: Ward) -> None:
    for spell in SPELLINGS:
        for name in (ward.name, _short(ward.name, ward.kind), f"UBND {ward.name}"):
            found = places().find(spell(name))
            assert found.ward == ward.code, (spell(name), found)
            assert found.sure, (spell(name), found)


@pytest.mark.parametrize("former", DIRECTORY.former_wards, ids=lambda f: f"{f.name}, {f.district}")
def test_every_former_ward_with_its_district_leads_to_its_candidates(former: FormerWard) -> None:
    expected = set(former.wards)
    for spell in SPELLINGS:
        for name in (former.name, f"{former.name} cũ", _short(former.name, former.kind)):
            found = places().find("", spell(f"số 1, {name}, {former.district}, Hà Nội"))
            codes = {candidate.code for candidate in found.wards}
            assert codes == expected, (spell(name), former.district, codes)
            assert found.sure == (len(expected) == 1)


@pytest.mark.parametrize("former", DIRECTORY.former_wards, ids=lambda f: f"{f.name}, {f.district}")
def test_every_former_ward_alone_keeps_its_candidates_or_is_a_ward_of_today(former: FormerWard) -> None:
    found = places().find(f"Ổ gà ở {former.name} cũ")
    codes = {candidate.code for candidate in found.wards}
    assert set(former.wards) <= codes
    assert found.sure == (len(codes) == 1)


@pytest.mark.parametrize("gone", DIRECTORY.vanished, ids=lambda gone: gone.name)
def test_every_vanished_name_leads_to_where_its_successors_went(gone: object) -> None:
    name, district = gone.name, gone.district  # type: ignore[attr-defined]
    merged = [f for f in DIRECTORY.former_wards if f.district == district and f.bare in gone.merged_into]  # type: ignore[attr-defined]
    expected = {code for former in merged for code in former.wards}
    assert expected
    for spell in SPELLINGS:
        found = places().find(spell(f"phường {name}, {district}"))
        assert {candidate.code for candidate in found.wards} == expected


@pytest.mark.parametrize("district", sorted({former.district for former in DIRECTORY.former_wards}))
def test_a_district_alone_never_decides(district: str) -> None:
    for spell in SPELLINGS:
        for text in (district, f"{district}, Hà Nội", f"Nhiều chỗ ở {district} ngập"):
            found = places().find(spell(text))
            assert not found.sure
            assert found.doubt
            assert len(found.wards) > 1


@settings(max_examples=60)
@given(ward=st.sampled_from(DIRECTORY.wards), spell=st.sampled_from(SPELLINGS), placed=PLACED)
def test_a_ward_is_found_inside_a_text(ward: Ward, spell: Callable[[str], str], placed: str) -> None:
    found = places().find(spell(placed.format(ward.name)))
    assert found.ward == ward.code
    assert found.sure


@settings(max_examples=150)
@given(text=st.text(max_size=200), address=st.text(max_size=80), latitude=st.floats(), longitude=st.floats())
def test_nothing_raises(text: str, address: str, latitude: float, longitude: float) -> None:
    found = places().find(text, address, Location(latitude=latitude, longitude=longitude))
    assert sum(candidate.share for candidate in found.wards) <= 1.001
    assert len({candidate.code for candidate in found.wards}) == len(found.wards)


@pytest.mark.parametrize("ward", DIRECTORY.wards, ids=lambda ward: ward.code)
def test_a_location_suggests_and_never_decides(ward: Ward) -> None:
    found = places().find("Rác ở đây", None, Location(latitude=ward.latitude, longitude=ward.longitude))
    assert ward.code in {candidate.code for candidate in found.wards}
    assert not found.sure
