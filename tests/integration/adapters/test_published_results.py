"""The list of published results with the real client: random filters and searches equal a plain scan."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest

from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer
from infra.paths import ROOT
from petitions.adapters import reference
from petitions.adapters.firestore import FirestoreStore
from petitions.adapters.seals import AesSeals
from petitions.adapters.secret_keys import GivenKeys
from petitions.adapters.understanding import vocabulary
from petitions.domain.language.likeness import Likeness
from petitions.domain.lifecycle.states import State
from petitions.domain.petition.classification import Classification, Nature, Statement
from petitions.domain.petition.outcomes import AnswerOutcome
from petitions.domain.petition.petition import Contact, Petition, petition_path
from petitions.domain.petition.stored_answer import Publication, StoredAnswer
from petitions.domain.publishing.published import FILTERS, PublishedResult, ResultSearch, filter_key
from petitions.domain.publishing.search_index import indexed
from petitions.ports.store import DELETE, Query
from petitions.usecases.pages.keep_copy import KeepCopy
from petitions.usecases.publishing.index_results import IndexResults
from petitions.usecases.publishing.project_public import ProjectPublic
from petitions.usecases.publishing.public_view import PublicView
from petitions.usecases.publishing.seal_view import SealView
from petitions.usecases.shared.published_index import PublishedIndex
from tests.fakes import FakeClock, FakeFiles

KEY = "a-key-of-32-characters-for-tests"
WORDS = ["đường", "ngập", "nước", "trễ", "giấy", "khai", "sinh", "một", "cửa", "Hàng", "Đào", "cán", "bộ", "36", "phố"]
UNITS, FIELDS, WARDS = ("SXD", "STC", "PX-00175"), ("land", "other"), ("00175", "00070", None)
NOW = datetime(2026, 11, 27, 3, tzinfo=UTC)
SEED = 20


class Channel:
    def __init__(self, petitions: FirestoreStore, public: FirestoreStore) -> None:
        seals, directory = AesSeals(GivenKeys((KEY,))), reference.directory()
        self.index = PublishedIndex(public, vocabulary.search_words())
        copies = KeepCopy(petitions, public, FakeFiles(), seals, directory, self.index)
        seal = SealView(petitions, public, seals, copies)
        self.store, self.public = petitions, public
        self.project = ProjectPublic(petitions, public, directory, reference.fields(), seal, b"0123456789abcdef")
        self.view = PublicView(public, FakeClock(NOW), self.index)

    def publishes(self, number: int, chance: random.Random, version: int = 1, *, hidden: bool = False) -> None:
        code = f"HN-261127-0000-{number:04}"
        summary, answer = (" ".join(chance.choices(WORDS, k=4)) for _ in "12")
        at = NOW - timedelta(days=chance.randrange(90), seconds=number)
        petition = Petition.model_validate(
            {
                "code": code, "citizen": "c", "title": "t", "content": "riêng", "address": "a",
                "contact": Contact(name="n", phone="0912 345 678"), "unit": chance.choice(UNITS),
                "ward": chance.choice(WARDS), "filed_at": at, "version": version,
                "state": State.ANSWERED if hidden else State.PUBLISHED,
                "classified": Classification(
                    nature=Nature.CONDUCT, statement=Statement.REPORT, field=chance.choice(FIELDS), by="o", at=at
                ),
                "reply": StoredAnswer(
                    text="x", author="o", unit="SXD", written_at=at, approved_at=at,
                    outcome=chance.choice(list(AnswerOutcome)),
                ),
                "publication": None if hidden else Publication(summary=summary, answer=answer, by="o", at=at),
            }
        )  # fmt: skip
        if not self.store.create(petition_path(code), petition.stored()):
            self.store.update(petition_path(code), petition.stored())
        self.project(code)

    def scan(self) -> list[PublishedResult]:
        return [PublishedResult.model_validate(document.data) for document in self.public.find(Query("results"))]


@pytest.fixture(scope="module")
def channel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Channel]:
    path = tmp_path_factory.mktemp("public") / "data.sqlite"
    with FirestoreServer(path, indexes=ROOT / "infra/gcp/firestore.indexes.json") as server:
        with mock.patch.dict(os.environ, {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{server.port}"}):
            made = Channel(FirestoreStore(CHECKED_PROJECT, "petitions"), FirestoreStore(CHECKED_PROJECT, "public"))
        chance = random.Random(SEED)
        for number in range(60):
            made.publishes(number, chance)
        for number in range(0, 60, 7):
            made.publishes(number, chance, 2, hidden=number % 2 == 0)
        yield made


def fits(result: PublishedResult, search: ResultSearch) -> bool:
    month = result.published_at + timedelta(hours=7)
    values: dict[str, set[str | None]] = {
        "unit": {result.unit}, "field": {result.field}, "ward": {result.ward}, "outcome": {result.outcome},
        "time": {{True: "on", False: "late", None: None}[result.result.in_time]},
        "period": {f"{month:%Y}", f"{month:%Y-%m}"},
    }  # fmt: skip
    return all(v in values[k] for k, v in search.filters.items())


def test_every_combination_of_filters_matches_a_full_scan_newest_first(channel: Channel) -> None:
    everything, chance = channel.scan(), random.Random(SEED)
    asked = [
        ResultSearch(
            filters={
                kind: value
                for kind, values in {
                    "unit": UNITS, "field": FIELDS, "ward": ("00175", "00070"), "outcome": list(AnswerOutcome),
                    "period": ("2026", "2026-10", "2025"),
                }.items()
                if chance.random() < 0.3
                for value in [chance.choice(values)]
            },
        )
        for _ in range(40)
    ]  # fmt: skip
    assert {kind for result_search in asked for kind in result_search.filters} == {*FILTERS} - {"time"}
    for search in [ResultSearch(), *asked]:
        found, after = [], ""
        while True:
            page = channel.view.results(search, 7, after)
            found += page.results
            wanted = sorted(
                (published_result for published_result in everything if fits(published_result, search)), key=_newest
            )
            assert page.count == len(wanted), search
            if page.next is None:
                break
            after = page.next
        assert [published_result.result_id for published_result in found] == [
            published_result.result_id for published_result in wanted
        ], search


def test_search_by_the_index_matches_a_scan_and_reads_little(channel: Channel) -> None:
    everything = {published_result.result_id: published_result for published_result in channel.scan()}
    texts = {published_result.result_id: indexed(published_result).text for published_result in everything.values()}
    scan = Likeness(vocabulary.search_words(), texts)
    for text in ("khai sinh", "một cửa ngập", "duong nuoc", "zzzz"):
        found, after = [], ""
        while True:
            page = channel.view.results(ResultSearch(text), 7, after)
            found += [result.result_id for result in page.results]
            assert page.count == len(scan.nearest(text))
            if page.next is None:
                break
            after = page.next
        assert sorted(found) == sorted(scan.nearest(text)), text
    unit = channel.view.results(ResultSearch("khai sinh", {"unit": "SXD"}), 50)
    assert {result.unit for result in unit.results} == {"SXD"}
    newest = channel.view.results(ResultSearch("khai sinh"), 50, newest_first=True).results
    assert newest == sorted(newest, key=_newest)
    assert len(list(channel.public.find(Query("search")))) == 1


def test_results_from_before_the_index_are_taken_into_it_at_night(channel: Channel) -> None:
    facets = channel.public.get("site/results") or {}
    for document in channel.public.find(Query("results")):
        channel.public.update(f"results/{document.id}", {"part": DELETE})
    channel.public.update("site/results", {"parts": DELETE})
    channel.public.update("search/0", {"packed": b""})
    again = PublishedIndex(channel.public, vocabulary.search_words())
    assert again.search("khai sinh").places == []
    IndexResults(channel.public)()
    assert (
        again.search("khai sinh").places
        == PublishedIndex(channel.public, vocabulary.search_words()).search("khai sinh").places
    )
    stored = channel.public.get("site/results") or {}
    assert [part["results"] for part in stored["parts"]] == [facets["total"]]
    assert channel.view.results(ResultSearch("khai sinh"), 5).results


def _newest(result: PublishedResult) -> tuple[int, str]:
    return -int(result.published_at.timestamp()), result.result_id


def test_facets_count_and_name_existing_results(channel: Channel) -> None:
    facets, everything = channel.view.facets(), channel.scan()
    assert facets.total == len(everything) == 55
    for unit in UNITS:
        assert facets.counts.get(filter_key("unit", unit), 0) == sum(
            published_result.unit == unit for published_result in everything
        )
    assert set(facets.names.values()) >= {reference.directory().name_of("SXD"), reference.fields().name_of("land")}


def test_single_result_and_similar_ones(channel: Channel) -> None:
    some = channel.scan()[3]
    assert channel.view.result(some.result_id) == some
    assert some not in channel.view.similar(some, 3)
    assert channel.view.result("KQ-0000-0000-0000") is None


def test_only_published_data_of_a_petition_is_stored(channel: Channel) -> None:
    stored = "".join(published_result.model_dump_json() for published_result in channel.scan())
    assert not any(word in stored for word in ("riêng", "0912", "HN-2611", '"c"'))
