"""The search equals a plain scan: its pages have exactly the matches that the officer may see."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from petitions.adapters.reference import directory
from petitions.domain.language.slips import SHORTEST
from petitions.domain.language.words import fold
from petitions.domain.lifecycle.lifecycle import Role, State
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission, may, may_see
from petitions.domain.petition.codes import ALPHABET, make_code
from petitions.domain.petition.petition import Addition, Contact, Petition, petition_path
from petitions.domain.petition.search_terms import read_terms
from petitions.usecases.desk import search_petitions
from petitions.usecases.desk.search_petitions import SearchPage, SearchPetitions
from petitions.usecases.officers.staff import Staff
from tests.fakes import FakeClock, FakeIds, FakeStore

DIRECTORY = directory()
WARDS = [next(ward for ward in DIRECTORY.wards if ward.bare == name) for name in ("Ba Đình", "Cầu Giấy", "Đông Anh")]
WORDS = ["khai", "rác", "đường", *(ward.bare for ward in WARDS), "số 5", "zzzz", "a"]
ASKED = st.lists(st.sampled_from([*WORDS, "phường", "xã", "khong", "RAC", "Bá Đinh"]), min_size=1, max_size=3)
NAMES = ["Nguyễn Thị Phượng", "Trần Hoàng Giang", "Lò Thùy Dương"]
UNITS = ["SXD", "SYT", "VPUB"]
OFFICERS = [
    Officer(id=f"{unit}-{role}", name=f"Đặng Quốc {name}", email=f"{unit}-{role}@x.vn", unit=unit, role=role)
    for unit, role, name in (
        ("SXD", Role.OFFICER, "Bảo"), ("SYT", Role.HEAD, "Chính"), ("VPUB", Role.COORDINATOR, "Dũng"),
        ("SNV", Role.INSPECTOR, "Hiếu"),
    )
]  # fmt: skip
NOW = FakeClock().now()
CLASSES = ["pakn", "pakn", "complaint", "denunciation"]


def code_of(number: int) -> str:
    return make_code(NOW.date(), ALPHABET[number // 32] * 6 + ALPHABET[number % 32])


def plain_words(*texts: str) -> set[str]:
    """Return the words for comparison: without diacritics, of two letters or more, repeated letters once."""
    return {word for text in texts for item in fold(text).split() if len(word := re.sub(r"(.)\1{2,}", r"\1", item)) > 1}


def seen_texts(petition: Petition) -> list[str]:
    reply = petition.reply
    return [
        *(petition.title, petition.address, petition.content, petition.decision or ""),
        *(addition.text or "" for addition in petition.additions),
        *((reply.text, reply.basis) if reply else ()),
    ]


def plain_fit(petition: Petition, text: str) -> bool:
    """Return whether the petition contains all words, or all words except a ward's name."""
    words, folded = plain_words(*seen_texts(petition)), f" {fold(text)} "
    if plain_words(text) and plain_words(text) <= words:
        return True
    named = [ward for ward in DIRECTORY.wards if f" {fold(ward.bare)} " in folded]
    longest = max((len(ward.bare.split()) for ward in named), default=0)
    first = min(
        (ward for ward in named if len(ward.bare.split()) == longest),
        key=lambda ward: folded.index(f" {fold(ward.bare)} "), default=None,
    )  # fmt: skip
    if first is None or petition.ward != first.code:
        return False
    before, after = folded.split(f" {fold(first.bare)} ", 1)
    before = re.sub(r" (phuong|xa)$", " ", before.rstrip())
    return plain_words(before, after) <= words


@st.composite
def cities(draw: st.DrawFn, least: int = 0) -> list[Petition]:
    made = []
    for number in range(draw(st.integers(least, 16))):
        drawn = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5))
        unit = draw(st.sampled_from(UNITS))
        later, answered = draw(st.lists(st.sampled_from(WORDS), max_size=2)), draw(st.sampled_from([None, *WORDS]))
        fields: dict[str, Any] = {
            "code": code_of(number), "citizen": "c", "title": " ".join(drawn[:2]), "content": " ".join(drawn),
            "address": draw(st.sampled_from(["", "phố Vọng", "Cầu Giấy"])), "unit": unit,
            "additions": [Addition(input=str(at), at=NOW, type="text", text=item) for at, item in enumerate(later)],
            "reply": answered and {"text": answered, "author": "x", "unit": unit, "written_at": NOW},
            "handler": draw(st.sampled_from([None, *(officer.id for officer in OFFICERS)])),
            "ward": draw(st.sampled_from([None, *(ward.code for ward in WARDS)])),
            "contact": Contact(
                name=draw(st.sampled_from(NAMES)), phone=draw(st.sampled_from(["84912345678", "84987654321"]))
            ),
            "coordinating": draw(st.lists(st.sampled_from(UNITS[:2]), max_size=1)),
            "petition_class": draw(st.sampled_from(CLASSES)),
            "accused": draw(st.sampled_from([None, None, "SXD", "SNV", "VPUB"])),
            "state": draw(st.sampled_from(State)),
            "filed_at": NOW - timedelta(days=draw(st.integers(0, 6))),
        }  # fmt: skip
        made.append(Petition.model_validate({name: value for name, value in fields.items() if value is not None}))
    return made


class Counting(FakeStore):
    def __init__(self, city: list[Petition]) -> None:
        super().__init__()
        self.read: list[str] = []
        self.queries = 0
        for petition in city:
            self.create(petition_path(petition.code), petition.stored())
        for officer in OFFICERS:
            self.create(f"officers/{officer.id}", officer.stored())

    def find(self, query: Any) -> Any:
        found = super().find(query)
        if query.collection == "petitions":
            self.queries += 1
            self.read += [document.id for document in found]
        return found

    def search(self) -> SearchPetitions:
        return SearchPetitions(self, FakeClock(), FakeIds(), DIRECTORY, Staff(self, FakeClock()))


def pages(store: Counting, officer: Officer, text: str, reason: str = "") -> list[SearchPage]:
    found: list[SearchPage] = []
    search, after = store.search(), ""
    while True:
        store.queries = 0
        page = search(officer, text, after, reason)
        assert store.queries <= 1  # a text without a word, such as "zzzz", asks nothing
        found.append(page)
        if page.next is None:
            return found
        assert page.next != after
        after = page.next


def found_codes(store: Counting, officer: Officer, text: str, reason: str = "") -> set[str]:
    return {hit.code for hit in store.search()(officer, text, "", reason).hits}


@settings(phases=(Phase.explicit, Phase.reuse, Phase.generate))  # failures are small, and slow to shrink
@given(city=cities(), asked=ASKED, officer=st.sampled_from(OFFICERS), most=st.integers(1, 4))
def test_all_pages_have_what_a_plain_scan_finds(
    city: list[Petition], asked: list[str], officer: Officer, most: int
) -> None:
    store, text = Counting(city), " ".join(asked)
    terms = read_terms(text, DIRECTORY, {})
    plain = {petition.code for petition in city if plain_fit(petition, text) and may_see(officer, petition)}
    with patch.object(search_petitions, "PAGE", most):
        found = pages(store, officer, text)
    codes = [hit.code for page in found for hit in page.hits]
    assert len(codes) == len(set(codes))
    assert set(codes) == plain
    assert len(store.read) <= 2 * len(codes), "at most two reads a result"
    known = {petition.code: petition for petition in city}
    for page in found:
        ranks = [terms.rank(known[hit.code]) for hit in page.hits]
        assert ranks == sorted(ranks, reverse=True)


@settings(phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(city=cities(least=1), officer=st.sampled_from(OFFICERS))
def test_what_an_officer_may_see_of_a_petition_finds_it_and_nothing_else_does(
    city: list[Petition], officer: Officer
) -> None:
    store = Counting(city)
    for petition in city:
        handler = next((item.name for item in OFFICERS if item.id == petition.handler), None)
        shown = [*(text for text in seen_texts(petition) if plain_words(text)), petition.code, petition.code[:-3]]
        for text in [*shown, *([handler] if handler else [])]:
            assert (petition.code in found_codes(store, officer, text)) == may_see(officer, petition), text
        hidden = petition.contact.name
        assert found_codes(store, officer, hidden) == set()
        knows = may(officer, Permission.REVEAL, petition)
        assert (petition.code in found_codes(store, officer, hidden, "người dân hỏi")) == knows
    known = {item.code: item for item in city}
    assert all(may_see(officer, known[code]) for code in store.read), "what is closed is not even read"


@given(city=cities(), officer=st.sampled_from(OFFICERS), name=st.sampled_from(NAMES), data=st.data())
def test_a_name_is_found_with_one_slip_and_audited_without_the_name(
    city: list[Petition], officer: Officer, name: str, data: st.DataObject
) -> None:
    store = Counting(city)
    words = fold(name).split()
    which = data.draw(st.sampled_from([at for at, word in enumerate(words) if len(word) > SHORTEST]))
    at = data.draw(st.integers(0, len(words[which]) - 1))
    words[which] = words[which][:at] + words[which][at + 1 :]
    found = found_codes(store, officer, " ".join(words), "người dân hỏi")
    plain = {
        petition.code
        for petition in city
        if petition.contact.name == name and may(officer, Permission.REVEAL, petition)
    }
    assert plain <= found
    assert all(may(officer, Permission.REVEAL, petition) for petition in city if petition.code in found)
    audit = [store.documents[path] for path in store.paths("audit")]
    assert [(item["action"], item["reason"]) for item in audit] == (
        [] if officer.role is Role.INSPECTOR else [("searched_name", "người dân hỏi")]
    )


@given(city=cities(), officer=st.sampled_from(OFFICERS))
def test_a_telephone_finds_its_petitions_for_those_alone_who_may_know_the_filer(
    city: list[Petition], officer: Officer
) -> None:
    store = Counting(city)
    page = store.search()(officer, "0912 345 678")
    plain = {
        petition.code
        for petition in city
        if petition.contact.phone == "84912345678" and may(officer, Permission.REVEAL, petition)
    }
    assert {hit.code for hit in page.hits} == plain
    assert set(store.read) == plain
    assert page.phone_refused == (officer.role is Role.INSPECTOR)
    audit = [store.documents[path] for path in store.paths("audit")]
    assert len(audit) == (officer.role is not Role.INSPECTOR)
    assert "912345678" not in str(audit)
