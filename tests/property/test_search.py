"""Search against a plain scan: its pages together have exactly what fits and may be seen, whatever the cuts."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from petitions.adapters.reference import directory
from petitions.domain.language.words import fold
from petitions.domain.lifecycle.lifecycle import Role, State
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission, may, may_see
from petitions.domain.petition.codes import ALPHABET, make_code
from petitions.domain.petition.petition import Contact, Petition, petition_path
from petitions.domain.petition.search_terms import read_terms
from petitions.usecases.desk import search_petitions
from petitions.usecases.desk.search_petitions import SearchPage, SearchPetitions
from tests.fakes import FakeClock, FakeIds, FakeStore

DIRECTORY = directory()
WARDS = [next(each for each in DIRECTORY.wards if each.bare == name) for name in ("Ba Đình", "Cầu Giấy", "Đông Anh")]
WORDS = ["khai", "rác", "đường", *(each.bare for each in WARDS), "số 5", "zzzz", "a"]
ASKED = st.lists(st.sampled_from([*WORDS, "phường", "xã", "khong", "RAC", "Bá Đinh"]), min_size=1, max_size=3)
UNITS = ["SXD", "SYT", "VPUB"]
OFFICERS = [
    Officer(id=f"{unit}-{role}", name="x", email=f"{unit}-{role}@x.vn", unit=unit, role=role)
    for unit, role in (
        ("SXD", Role.OFFICER), ("SYT", Role.HEAD), ("VPUB", Role.COORDINATOR), ("SNV", Role.INSPECTOR),
    )
]  # fmt: skip
NOW = FakeClock().now()
CLASSES = ["pakn", "pakn", "complaint", "denunciation"]


def code_of(number: int) -> str:
    return make_code(NOW.date(), ALPHABET[number // 32] * 6 + ALPHABET[number % 32])


def plain_words(*texts: str) -> set[str]:
    """The words that a reader would compare: without marks, of two letters or more, drawn-out letters once."""
    return {word for text in texts for each in fold(text).split() if len(word := re.sub(r"(.)\1{2,}", r"\1", each)) > 1}


def plain_fit(petition: Petition, text: str) -> bool:
    """Whether every word is there, or every word beside the name of its ward (the longest name said)."""
    words, said = plain_words(petition.title, petition.address, petition.content), f" {fold(text)} "
    if plain_words(text) and plain_words(text) <= words:
        return True
    named = [each for each in DIRECTORY.wards if f" {fold(each.bare)} " in said]
    longest = max((len(each.bare.split()) for each in named), default=0)
    first = min(
        (each for each in named if len(each.bare.split()) == longest),
        key=lambda each: said.index(f" {fold(each.bare)} "), default=None,
    )  # fmt: skip
    if first is None or petition.ward != first.code:
        return False
    before, after = said.split(f" {fold(first.bare)} ", 1)
    before = re.sub(r" (phuong|xa)$", " ", before.rstrip())
    return plain_words(before, after) <= words


@st.composite
def cities(draw: st.DrawFn) -> list[Petition]:
    made = []
    for number in range(draw(st.integers(0, 16))):
        said = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5))
        unit = draw(st.sampled_from(UNITS))
        fields: dict[str, Any] = {
            "code": code_of(number), "citizen": "c", "title": " ".join(said[:2]), "content": " ".join(said),
            "address": draw(st.sampled_from(["", "phố Vọng", "Cầu Giấy"])), "unit": unit,
            "ward": draw(st.sampled_from([None, *(each.code for each in WARDS)])),
            "contact": Contact(name="Lan", phone=draw(st.sampled_from(["84912345678", "84987654321"]))),
            "coordinating": draw(st.lists(st.sampled_from(UNITS[:2]), max_size=1)),
            "petition_class": draw(st.sampled_from(CLASSES)), "accused": draw(st.sampled_from([None, "SXD"])),
            "state": draw(st.sampled_from(State)),
            # Several at one instant, so that a cursor must not lose one of them.
            "filed_at": NOW - timedelta(days=draw(st.integers(0, 6))),
        }  # fmt: skip
        made.append(Petition.model_validate({name: value for name, value in fields.items() if value is not None}))
    return made


class Counting(FakeStore):
    calls = 0

    def find(self, query: Any) -> Any:
        self.calls += 1
        return super().find(query)

    def count(self, query: Any) -> int:
        self.calls += 1
        return len(FakeStore.find(self, query))


def pages(search: SearchPetitions, store: Counting, officer: Officer, text: str) -> list[SearchPage]:
    found, after = [], ""
    while True:
        store.calls = 0
        page = search(officer, text, after)
        assert store.calls <= 5
        found.append(page)
        if page.next is None:
            return found
        assert page.next != after
        after = page.next


@settings(phases=(Phase.explicit, Phase.reuse, Phase.generate))  # what fails is small, and slow to make smaller
@given(city=cities(), asked=ASKED, officer=st.sampled_from(OFFICERS), scan=st.integers(1, 6), most=st.integers(1, 4))
def test_all_pages_have_what_a_plain_scan_finds(
    city: list[Petition], asked: list[str], officer: Officer, scan: int, most: int
) -> None:
    store, text = Counting(), " ".join(asked)
    for each in city:
        store.create(petition_path(each.code), each.stored())
    terms = read_terms(text, DIRECTORY)
    plain = {each.code for each in city if plain_fit(each, text) and may_see(officer, each)}
    with patch.multiple(search_petitions, SCAN=scan, PAGE=most):
        found = pages(SearchPetitions(store, FakeClock(), FakeIds(), DIRECTORY), store, officer, text)
    codes = [hit.code for page in found for hit in page.hits]
    assert len(codes) == len(set(codes))
    assert set(codes) == plain
    known = {each.code: each for each in city}
    for page in found:
        ranks = [terms.rank(known[hit.code]) for hit in page.hits]
        assert ranks == sorted(ranks, reverse=True)


@given(city=cities(), officer=st.sampled_from(OFFICERS))
def test_a_telephone_finds_its_petitions_for_those_alone_who_may_know_the_filer(
    city: list[Petition], officer: Officer
) -> None:
    store = Counting()
    for each in city:
        store.create(petition_path(each.code), each.stored())
    page = SearchPetitions(store, FakeClock(), FakeIds(), DIRECTORY)(officer, "0912 345 678")
    plain = {
        each.code for each in city if each.contact.phone == "84912345678" and may(officer, Permission.REVEAL, each)
    }
    assert {hit.code for hit in page.hits} == plain
    assert page.phone_refused == (officer.role is Role.INSPECTOR)
    audit = [store.documents[path] for path in store.paths("audit")]
    assert len(audit) == (officer.role is not Role.INSPECTOR)
    assert "912345678" not in str(audit)
