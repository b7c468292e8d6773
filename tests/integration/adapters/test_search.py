"""The desk's search on the Firestore emulator uses only declared indexes, and at most two reads per result."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer
from petitions.adapters import reference
from petitions.adapters.firestore import FirestoreStore
from petitions.adapters.ids import RandomIds
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import may_see
from petitions.domain.petition.petition import Addition, Petition, petition_path
from petitions.domain.shared.records import replace
from petitions.errors import Retryable
from petitions.usecases.desk.search_petitions import PAGE, SearchPage, SearchPetitions
from petitions.usecases.officers.staff import Staff
from petitions.usecases.portal.portal_births import with_national_code
from petitions.usecases.shared.petition_changes import changed_fields
from tests.fakes import FakeClock
from tests.load.desk_city import DATABASE, HELD, INDEXES, NOW, PEOPLE, city, code_of, cost, filer_of
from tests.load.prepared import prepare

RICH, SECRET = 100, 102
"""The numbers of a petition with every kind of content, and of one that only coordinators may read."""
CITIES = [pytest.param(1_000, id="thousand"), pytest.param(100_000, id="hundred-thousand", marks=pytest.mark.release)]
WHY = "người dân gọi điện"


def store_of(server: FirestoreServer) -> FirestoreStore:
    with mock.patch.dict(os.environ, {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{server.port}"}):
        return FirestoreStore(CHECKED_PROJECT, DATABASE)


def stored(store: FirestoreStore, code: str) -> Petition:
    found = store.get(petition_path(code))
    assert found
    return Petition.model_validate(found)


@pytest.fixture(scope="module", params=CITIES)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirestoreServer]:
    file: Path = prepare(tmp_path_factory.mktemp("search") / "data.sqlite", DATABASE, city(request.param))
    with FirestoreServer(file, indexes=INDEXES) as running:
        store = store_of(running)
        before, open_before = stored(store, code_of(RICH)), stored(store, code_of(SECRET))
        addition = Addition(input="i", at=NOW, type="text", text="hộ tịch viên vắng mặt")
        more: dict[str, Any] = {"additions": [addition], "papers": ["07/SYT-PAKN"]}
        rich = with_national_code(replace(before, **more), "PAKN.20261123.0007")
        secret = replace(open_before, petition_class="denunciation")
        for old, new in ((before, rich), (open_before, secret)):
            store.update(petition_path(new.code), changed_fields(old, new))
        yield running


class Searching:
    """An officer that searches. A search may use two reads per result, or one read without a result."""

    def __init__(self, server: FirestoreServer, officer: Officer) -> None:
        clock, self.store = FakeClock(NOW), store_of(server)
        self.server, self.officer, staff = server, officer, Staff(self.store, clock)
        staff.known()
        self.search = SearchPetitions(self.store, clock, RandomIds(), reference.directory(), staff)

    def __call__(self, text: str, after: str = "", reason: str = "") -> SearchPage:
        with suppress(Retryable):  # the emulator builds an index at the first query, which may take long
            self.search(self.officer, text, after, reason)
        cost(self.server)
        page = self.search(self.officer, text, after, reason)
        spent = cost(self.server)["reads"]
        assert spent <= 2 * max(1, len(page.hits)), (text, spent, len(page.hits))
        return page


@pytest.mark.parametrize("who", PEOPLE)
def test_any_text_of_one_petition_finds_it_alone(server: FirestoreServer, who: str) -> None:
    search, code = Searching(server, PEOPLE[who]), code_of(RICH)
    for text in ("hộ tịch vắng", "07/syt-pakn", "PAKN.20261123.0007", "20261123 0007", code, code[:-1].lower()):
        assert [hit.code for hit in search(text).hits] == [code], text


@pytest.mark.parametrize("who", PEOPLE)
def test_common_words_fill_pages_that_have_nothing_in_common(server: FirestoreServer, who: str) -> None:
    search, text = Searching(server, PEOPLE[who]), "khó khăn Trung Kính khai sinh"
    first = search(text)
    assert len(first.hits) == PAGE
    assert first.next
    further = {hit.code for hit in search(text, first.next).hits}
    assert further.isdisjoint(hit.code for hit in first.hits)


@pytest.mark.parametrize("who", PEOPLE)
def test_a_name_is_found_also_misspelt(server: FirestoreServer, who: str) -> None:
    officer, name = PEOPLE[who], filer_of(RICH)
    search = Searching(server, officer)
    assert search(name).hits == []
    for text in (name, name.upper(), f"{name[:-2]}{name[-1]}"):
        found = [stored(search.store, hit.code) for hit in search(text, reason=WHY).hits]
        assert {petition.contact.name for petition in found} == (set() if officer.role is Role.INSPECTOR else {name}), (
            text
        )
        assert (
            len(found) == PAGE
            or officer.role is Role.INSPECTOR
            or code_of(RICH) in {petition.code for petition in found}
        )


@pytest.mark.parametrize("who", PEOPLE)
def test_closed_petition_is_not_found(server: FirestoreServer, who: str) -> None:
    officer = PEOPLE[who]
    search, code = Searching(server, officer), code_of(SECRET)
    assert SECRET < HELD, "it lies with the unit of two of the people"
    for text in ("khó khăn", code[:9], code):
        found = [stored(search.store, hit.code) for hit in search(text).hits]
        assert all(may_see(officer, petition) for petition in found)
    assert bool(search(code).hits) == (officer.role is Role.COORDINATOR)
