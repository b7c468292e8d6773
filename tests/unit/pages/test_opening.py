"""Who may open a page: the first browser, others once they are confirmed, and nobody who guesses."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from petitions.adapters.seals import AesSeals
from petitions.adapters.secret_keys import GivenKeys
from petitions.domain.pages.browsers import MOST_BROWSERS, browsers_path
from petitions.domain.pages.links import page_id
from petitions.domain.pages.posts import WordWanted
from petitions.domain.publishing.digit_tries import LOCKED_FOR, MOST_WRONG
from petitions.errors import NotFound, Rejected
from petitions.usecases.pages.open_page import NotOpen, OpenPage, Paused, WrongTry
from petitions.usecases.publishing.seal_view import RenewSeals, SealView
from tests.unit.pages.paged import ADDRESS, DIGITS, SECRET, STORY, Paged
from tests.unit.world import SEAL_KEYS

OTHER = "b" * 48


@pytest.fixture
def page() -> Paged:
    made = Paged()
    made.world.relay()
    return made


def asked(page: Paged, secret: str, key: str | None = None) -> str:
    try:
        page.open(key or page.key, secret)
    except NotOpen as error:
        return error.asked
    return "open"


def test_the_first_browser_is_bound_and_another_is_asked_for_the_digits(page: Paged) -> None:
    assert asked(page, SECRET) == "first"
    page.open.first(page.key, SECRET)
    page.open.first(page.key, SECRET)
    assert (asked(page, SECRET), asked(page, OTHER)) == ("open", "digits")
    with pytest.raises(NotOpen):
        page.open.first(page.key, OTHER)
    page.open.confirm(page.key, OTHER, DIGITS, ADDRESS)
    assert (asked(page, SECRET), asked(page, OTHER)) == ("open", "open")


def test_of_two_browsers_that_open_it_at_once_one_is_the_first(page: Paged) -> None:
    def first(secret: str) -> str:
        try:
            page.open.first(page.key, secret)
        except NotOpen:
            return "asked"
        return "first"

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(first, [f"{number:048x}" for number in range(16)]))
    assert (found.count("first"), found.count("asked")) == (1, 15)


def test_of_sixteen_guesses_at_once_five_are_looked_at(page: Paged) -> None:
    page.open.first(page.key, SECRET)

    def guess(number: int) -> str:
        other = OpenPage(page.world.public, page.tries, page.world.seals, page.world.clock)
        try:
            other.confirm(page.key, OTHER, f"{number:04}", ADDRESS)
        except Paused:
            return "paused"
        except WrongTry:
            return "wrong"
        return "right"

    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(guess, range(16)))
    assert (found.count("wrong"), found.count("paused")) == (5, 11)
    with pytest.raises(Paused):
        page.open.confirm(page.key, OTHER, DIGITS, ADDRESS)
    assert asked(page, SECRET) == "open"  # who has opened it is not shut out by somebody's guesses
    page.world.clock.advance(seconds=LOCKED_FOR.total_seconds() + 1)
    page.open.confirm(page.key, OTHER, DIGITS, ADDRESS)


def test_the_tries_that_are_left_are_told(page: Paged) -> None:
    page.open.first(page.key, SECRET)
    left = []
    for number in range(MOST_WRONG):
        with pytest.raises(WrongTry) as caught:
            page.open.confirm(page.key, OTHER, f"{number:04}", ADDRESS)
        left.append(caught.value.left)
    assert left == [4, 3, 2, 1, 0]


@pytest.mark.parametrize("typed", ["", "567", "56789", "abcd", "５６７８", "5678\x00"])
def test_what_is_not_four_digits_counts_as_no_try(page: Paged, typed: str) -> None:
    page.open.first(page.key, SECRET)
    before = dict(page.tries.documents)
    with pytest.raises(Rejected):
        page.open.confirm(page.key, OTHER, typed, ADDRESS)
    assert page.tries.documents == before


def test_without_a_telephone_a_word_in_the_chat_confirms_another_browser() -> None:
    page = Paged(begun=False)
    page.world.types(STORY, "đồng ý", "Phường Yên Hòa")
    page.world.relay()
    page.open.first(page.key, SECRET)
    assert asked(page, OTHER) == "word"
    view = page.open.word(page.key, "482193")
    reply = page.does(WordWanted(word="482193"), view)
    assert "482193" in reply
    with pytest.raises(WrongTry):
        page.open.confirm(page.key, OTHER, "000000", ADDRESS)
    page.open.confirm(page.key, OTHER, "482193", ADDRESS)
    assert asked(page, OTHER) == "open"
    with pytest.raises(WrongTry):  # it confirms one browser
        page.open.confirm(page.key, "c" * 48, "482193", ADDRESS)


def test_a_word_holds_for_ten_minutes_and_three_are_sent_in_a_day() -> None:
    page = Paged(begun=False)
    page.world.types(STORY, "đồng ý", "Phường Yên Hòa")
    page.world.relay()
    page.open.first(page.key, SECRET)
    page.open.word(page.key, "482193")
    page.world.clock.advance(minutes=10)
    with pytest.raises(WrongTry):
        page.open.confirm(page.key, OTHER, "482193", ADDRESS)
    page.open.word(page.key, "482194")
    page.open.word(page.key, "482195")
    with pytest.raises(Rejected, match="enough"):
        page.open.word(page.key, "482196")
    page.world.clock.advance(days=1)
    page.open.word(page.key, "482197")


def test_a_page_remembers_five_browsers(page: Paged) -> None:
    page.open.first(page.key, SECRET)
    for number in range(MOST_BROWSERS):
        page.open.confirm(page.key, f"{number:048x}", DIGITS, ADDRESS)
    assert asked(page, SECRET) == "digits"


@pytest.mark.parametrize("key", ["", "x", "a" * 20, "A" * 20, "../" * 7, "a" * 4000, "é" * 20])
def test_a_forged_key_opens_nothing(page: Paged, key: str) -> None:
    for attempt in (page.open, page.open.first):
        with pytest.raises(NotFound):
            attempt(key, SECRET)


def test_an_altered_key_opens_nothing(page: Paged) -> None:
    key = page.key
    for place in range(len(key)):
        other = key[:place] + ("b" if key[place] != "b" else "c") + key[place + 1 :]
        with pytest.raises(NotFound):
            page.open.first(other, SECRET)


def test_the_databases_give_nothing_away(page: Paged) -> None:
    page.open.first(page.key, SECRET)
    stored = repr(page.world.public.documents) + repr(page.tries.documents)
    for words in (STORY, "Nguyễn Thị Lan", "912345678", DIGITS, page.key, SECRET):
        assert words not in stored, words
    box = page.world.public.documents[f"pages/{page_id(page.key)}"]["box"]
    stranger = AesSeals(GivenKeys(("another-key-of-32-characters-here",)))
    assert stranger.open(f"pages/{page_id(page.key)}", page.key, box) is None
    assert page.world.seals.open(f"pages/{page_id(page.key)}", "a" * 20, box) is None


def test_once_the_link_has_ended_a_browser_is_confirmed_anew(page: Paged) -> None:
    key = page.key
    page.open.first(key, SECRET)
    page.world.types("1")
    page.world.relay()
    page.world.clock.advance(days=30)
    assert asked(page, SECRET, key) == "digits"
    page.open.confirm(key, SECRET, DIGITS, ADDRESS)
    assert asked(page, SECRET, key) == "open"
    page.world.clock.advance(hours=1)
    assert asked(page, SECRET, key) == "digits"


def test_a_link_that_ended_unopened_binds_no_browser(page: Paged) -> None:
    key = page.key
    page.world.types("1")
    page.world.relay()
    page.world.clock.advance(days=31)
    with pytest.raises(NotOpen) as caught:
        page.open.first(key, SECRET)
    assert caught.value.asked == "digits"


def test_code_and_digits_open_the_page_of_a_petition(page: Paged) -> None:
    page.world.types("1")
    page.world.relay()
    code, key = page.petition().code, page.petition().page
    assert page.open.by_code(code, DIGITS, ADDRESS, OTHER) == key
    assert asked(page, OTHER, key) == "open"
    with pytest.raises(WrongTry):
        page.open.by_code(code, "0000", ADDRESS, "c" * 48)
    with pytest.raises(WrongTry):
        page.open.by_code("HN-000000-0000-0000", DIGITS, ADDRESS, "c" * 48)


def test_a_browser_confirmed_by_a_telephone_is_shut_out_once_that_is_corrected(page: Paged) -> None:
    page.world.types("1")
    page.world.relay()
    petition, key = page.petition(), page.petition().page
    page.open.first(str(key), SECRET)
    page.open.by_code(petition.code, DIGITS, ADDRESS, OTHER)
    contact = petition.contact.model_copy(update={"phone": "84987000111"})
    page.world.store.update(f"petitions/{petition.code}", {"contact": contact.stored(), "version": 90})
    page.world.project(petition.code)
    assert (asked(page, SECRET, key), asked(page, OTHER, key)) == ("open", "digits")
    with pytest.raises(WrongTry):
        page.open.by_code(petition.code, DIGITS, ADDRESS, OTHER)
    page.open.by_code(petition.code, "0111", ADDRESS, OTHER)
    assert asked(page, OTHER, key) == "open"


def test_a_new_key_of_ours_takes_over_pages_and_doors(page: Paged) -> None:
    page.world.files("Đường ngập nước nhiều ngày, xin xem lại cống", user="7")
    page.world.relay()
    new = "a-new-key-of-32-characters-and-more"
    both, only = AesSeals(GivenKeys((new, *SEAL_KEYS))), AesSeals(GivenKeys((new,)))
    world = page.world
    copies = type(world.copies)(world.store, world.public, world.kept, both, world.copies.directory, world.index)
    renew = RenewSeals(SealView(world.store, world.public, both, copies), world.clock)
    with pytest.raises(NotFound):
        OpenPage(world.public, page.tries, only, world.clock).first(page.key, SECRET)
    assert (renew(), renew()) == (2, 0)  # a door goes with its page
    OpenPage(world.public, page.tries, only, world.clock).first(page.key, SECRET)


def test_a_record_of_browsers_ends_and_holds_no_address(page: Paged) -> None:
    page.open.first(page.key, SECRET)
    with pytest.raises(WrongTry):
        page.open.confirm(page.key, OTHER, "0000", ADDRESS)
    record = page.tries.documents[browsers_path(page_id(page.key))]
    assert record["expires_at"] > page.world.clock.now() + timedelta(days=300)
    assert ADDRESS not in json.dumps(page.tries.documents, default=str)
