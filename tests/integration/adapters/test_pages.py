"""Citizens' pages on the Firestore emulator: parallel guesses are all counted, and old keys are found."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier
from unittest import mock

import pytest

from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer
from infra.paths import ROOT
from petitions.adapters import reference
from petitions.adapters.firestore import FirestoreStore
from petitions.adapters.seals import AesSeals
from petitions.adapters.secret_keys import GivenKeys
from petitions.adapters.understanding import vocabulary
from petitions.domain.pages.browsers import MOST_WORDS, PageBrowsers, Right, browsers_path
from petitions.domain.pages.links import OPEN_FOR, page_id, page_key, page_of
from petitions.domain.petition.petition import petition_path
from petitions.domain.publishing.digit_tries import MOST_OF_CODE, MOST_WRONG, GuessBudget, tries_path
from petitions.errors import NotFound, Rejected
from petitions.usecases.pages.keep_copy import KeepCopy
from petitions.usecases.pages.open_page import NotOpen, OpenPage, Paused, WrongTry
from petitions.usecases.publishing.seal_view import RenewSeals, SealView
from petitions.usecases.shared.published_index import PublishedIndex
from tests.fakes import FakeClock, FakeFiles
from tests.unit.pages.paged import ADDRESS, DIGITS, SECRET, STORY, Paged

INDEXES = ROOT / "infra" / "gcp" / "firestore.indexes.json"
KEYS = ("a-key-of-32-characters-for-tests", "another-key-of-32-characters-xxx")
OTHER, MANY = "b" * 48, 12
WORD = "482193"


@dataclass
class Databases:
    petitions: FirestoreStore
    public: FirestoreStore
    tries: FirestoreStore
    clock: FakeClock
    draft: str
    """The secret part of the link to the draft's page."""
    petition: str
    code: str

    def sealing(self, *keys: str) -> SealView:
        seals = AesSeals(GivenKeys(keys))
        index = PublishedIndex(self.public, vocabulary.search_words())
        copies = KeepCopy(self.petitions, self.public, FakeFiles(), seals, reference.directory(), index)
        return SealView(self.petitions, self.public, seals, copies)

    def opening(self, *keys: str) -> OpenPage:
        return OpenPage(self.public, self.tries, AesSeals(GivenKeys(keys or KEYS[:1])), self.clock)


@pytest.fixture
def databases(tmp_path: Path) -> Iterator[Databases]:
    page = Paged()
    draft, (citizen,) = page.link, page.world.store.paths("citizens")
    filed = page.world.files("Đường ngập nước nhiều ngày, xin xem lại cống", user="7")
    with FirestoreServer(tmp_path / "data.sqlite", indexes=INDEXES) as server:
        with mock.patch.dict(os.environ, {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{server.port}"}):
            stores = {item: FirestoreStore(CHECKED_PROJECT, item) for item in ("petitions", "public", "tries")}
        # The emulator deletes expired documents by the machine's clock.
        clock = FakeClock(datetime.now(UTC))
        page.world.store.documents[citizen]["conversation"]["stage"]["draft"]["page_at"] = clock.now()
        page.world.store.update(petition_path(filed.code), {"page_until": clock.now() + OPEN_FOR})
        made = Databases(**stores, clock=clock, draft=draft, petition=str(filed.page), code=filed.code)
        made.petitions.create_all(page.world.store.documents)
        seal = made.sealing(KEYS[0])
        seal(filed.code)
        seal.copies.draft(citizen.partition("/")[2], page_of(draft))
        yield made


def at_once(attempt: Callable[[OpenPage, int], object], databases: Databases) -> Counter[str]:
    """Run MANY attempts at the same time on different instances, and count their results."""
    together = Barrier(MANY)

    def one(number: int) -> str:
        opening = databases.opening()
        together.wait(timeout=30)
        try:
            attempt(opening, number)
        except (Paused, WrongTry, NotOpen) as error:
            return type(error).__name__
        return "opened"

    with ThreadPoolExecutor(MANY) as pool:
        return Counter(pool.map(one, range(MANY)))


def test_guesses_at_a_link_are_counted_one_by_one(databases: Databases) -> None:
    key = page_key(databases.petition)
    databases.opening().first(databases.petition, SECRET)
    found = at_once(lambda opening, n: opening.by_digits(key, OTHER, f"{n:04}", ADDRESS), databases)
    assert found == {"WrongTry": MOST_WRONG, "Paused": MANY - MOST_WRONG}
    with pytest.raises(Paused):
        databases.opening().by_digits(key, OTHER, DIGITS, ADDRESS)
    assert spent(databases) == [MOST_WRONG] * 4
    databases.opening().word(key, OTHER, WORD)
    databases.opening().confirm(key, OTHER, WORD)
    assert databases.opening()(key, OTHER)


def test_guesses_at_a_whole_number_are_counted_one_by_one(databases: Databases) -> None:
    found = at_once(lambda opening, n: opening.by_code(databases.code, f"09123456{n:02}", ADDRESS, OTHER), databases)
    assert found == {"WrongTry": MOST_WRONG, "Paused": MANY - MOST_WRONG}
    assert spent(databases) == [MOST_WRONG] * 4  # charged like the last digits, as the filer has a chat


def test_guesses_at_a_word_are_counted_one_by_one(databases: Databases) -> None:
    key = page_key(databases.draft)
    databases.opening().word(key, OTHER, WORD)

    def guess(opening: OpenPage, number: int) -> None:
        try:
            opening.confirm(key, OTHER, f"{number:06}")
        except WrongTry:
            raise
        except Rejected as error:
            raise NotOpen("word") from error

    assert at_once(guess, databases) == {"WrongTry": MOST_WRONG, "NotOpen": MANY - MOST_WRONG}
    with pytest.raises(Rejected, match="no word"):
        databases.opening().confirm(key, OTHER, WORD)


def test_word_typed_in_many_browsers_at_once_admits_one(databases: Databases) -> None:
    key = page_key(databases.draft)
    databases.opening().word(key, OTHER, WORD)

    def types(opening: OpenPage, _: int) -> None:
        try:
            opening.confirm(key, OTHER, WORD)
        except Rejected as error:
            raise NotOpen("word") from error

    assert at_once(types, databases) == {"opened": 1, "NotOpen": MANY - 1}
    record = PageBrowsers.model_validate(databases.tries.get(browsers_path(page_id(key))))
    assert [(known.by, len(record.sent)) for known in record.known] == [("word", 1)]
    assert databases.opening()(key, OTHER, Right.END)


def test_words_sent_at_once_are_counted_one_by_one(databases: Databases) -> None:
    key = page_key(databases.draft)

    def sends(opening: OpenPage, number: int) -> None:
        try:
            opening.word(key, f"{number:048x}", WORD)
        except Rejected as error:
            raise NotOpen("word") from error

    assert at_once(sends, databases) == {"opened": MOST_WORDS, "NotOpen": MANY - MOST_WORDS}


def test_guesses_at_a_code_are_counted_one_by_one(databases: Databases) -> None:
    found = at_once(lambda opening, n: opening.by_code(databases.code, f"{n:04}", ADDRESS, OTHER), databases)
    assert found == {"WrongTry": MOST_WRONG, "Paused": MANY - MOST_WRONG}
    assert spent(databases) == [MOST_WRONG] * 4
    with pytest.raises(Paused):
        databases.opening().by_code(databases.code, DIGITS, ADDRESS, OTHER)
    assert databases.opening().by_code(databases.code, DIGITS, "203.0.113.6", OTHER) == page_key(databases.petition)
    assert databases.opening()(page_key(databases.petition), OTHER)


def test_guesses_from_many_addresses_are_counted_one_by_one(databases: Databases) -> None:
    for number in range(MOST_OF_CODE - 3):
        with pytest.raises(WrongTry):
            databases.opening().by_code(databases.code, "0000", f"10.1.{number}.1", OTHER)
    found = at_once(lambda opening, n: opening.by_code(databases.code, "0000", f"10.2.{n}.1", OTHER), databases)
    assert found == {"WrongTry": 3, "Paused": MANY - 3}
    with pytest.raises(Paused):
        databases.opening().by_code(databases.code, DIGITS, "203.0.113.6", OTHER)
    databases.clock.advance(days=1, seconds=1)
    assert databases.opening().by_code(databases.code, DIGITS, "203.0.113.6", OTHER) == page_key(databases.petition)


def spent(databases: Databases) -> list[int]:
    """Return the wrong attempts counted for address and code together, the code, the address, and the whole site."""
    marks = AesSeals(GivenKeys(KEYS)).mark("tries", "", ADDRESS.encode())
    paths = [tries_path(name) for name in (f"digits-{databases.code}-{marks}", f"code-{databases.code}")]
    paths += [tries_path(f"from-{marks}"), *(tries_path(f"site-{part}") for part in range(10))]
    return [GuessBudget.model_validate(found).wrong for found in databases.tries.get_all(paths) if found]


def test_of_browsers_that_open_a_page_at_once_one_is_the_first(databases: Databases) -> None:
    found = at_once(lambda opening, n: opening.first(databases.draft, f"{n:048x}"), databases)
    assert found == {"opened": 1, "NotOpen": MANY - 1}


def test_pages_and_doors_of_another_key_are_found_and_sealed_again(databases: Databases) -> None:
    opening = databases.opening()
    opening.first(databases.draft, SECRET)
    opening.first(databases.petition, SECRET)
    # Both orders, so that the order of the two ids in the index does not matter.
    for keys in (KEYS[::-1], KEYS):
        with pytest.raises(NotFound):
            databases.opening(keys[0])(page_key(databases.draft), SECRET)
        renew = RenewSeals(databases.sealing(*keys), databases.clock)
        assert (renew(), renew()) == (2, 0)  # the access to a page is renewed with the page
        only = databases.opening(keys[0])
        shown = [only(page_key(databases.draft), SECRET), only(page_key(databases.petition), SECRET)]
        assert [item.kind for item in shown] == ["draft", "petition"]
        assert STORY in shown[0].model_dump_json()
        assert only.by_code(databases.code, DIGITS, ADDRESS, OTHER) == page_key(databases.petition)
