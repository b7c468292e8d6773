"""Opening a page, and the rights it gives: by a fresh link, by a chat code, or by petition code and digits."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from petitions.adapters.seals import AesSeals
from petitions.adapters.secret_keys import GivenKeys
from petitions.domain.pages.browsers import FRESH_FOR, MOST_BROWSERS, MOST_WORDS, Right, browsers_path
from petitions.domain.pages.links import page_id
from petitions.domain.pages.petition_view import PetitionView
from petitions.domain.pages.posts import MoreForPetition, PageCorrection, WordWanted
from petitions.domain.publishing.digit_tries import LOCKED_FOR, MOST_OF_CODE, MOST_WRONG
from petitions.domain.publishing.own_view import typed_digits
from petitions.domain.shared.records import replace
from petitions.errors import NotFound, Rejected
from petitions.usecases.pages.open_page import NotOpen, OpenPage, Paused, WrongTry
from petitions.usecases.publishing.seal_view import RenewSeals, SealView
from tests.unit.pages.paged import ADDRESS, DIGITS, SECRET, STORY, Paged
from tests.unit.world import SEAL_KEYS

OTHER = "b" * 48
WHOLE = "0912 345 678"
WORD = "482193"


@pytest.fixture
def page() -> Paged:
    made = Paged()
    made.world.relay()
    return made


@pytest.fixture
def filed() -> Paged:
    made = Paged()
    made.world.types("1")
    made.world.relay()
    return made


def asked(page: Paged, secret: str, key: str | None = None, needed: Right = Right.READ) -> str:
    try:
        page.open(key or page.key, secret, needed)
    except NotOpen as error:
        return error.asked
    except NotFound:
        return "nothing"
    return "open"


def may(page: Paged, secret: str, key: str | None = None) -> int:
    """Return the highest right of a browser with the given secret, 0 for none."""
    return sum(asked(page, secret, key, right) == "open" for right in Right)


def follows(page: Paged, secret: str, link: str | None = None) -> str:
    """Open the link in a browser, and return the proof that it must give, or "open" if it needs none."""
    try:
        page.open.first(link or page.link, secret)
    except NotOpen as error:
        return error.asked
    return "open"


def confirms(page: Paged, secret: str, key: str | None = None, word: str = WORD) -> None:
    page.open.word(key or page.key, secret, word)
    page.open.confirm(key or page.key, secret, word)


def on_paper(page: Paged, phone: str = "84912345678") -> Paged:
    petition = page.petition()
    contact = replace(petition.contact, phone=phone)
    fields = {"source": "paper", "contact": contact.stored(), "version": 90}
    page.world.store.update(f"petitions/{petition.code}", fields)
    page.world.project(petition.code)
    return page


# By the link.


def test_a_fresh_link_admits_the_first_browser_alone(page: Paged) -> None:
    assert asked(page, SECRET) == "word"
    assert [follows(page, SECRET), follows(page, SECRET), follows(page, OTHER)] == ["open", "open", "word"]
    assert (may(page, SECRET), may(page, OTHER)) == (Right.ACT, 0)


def test_of_two_browsers_that_open_it_at_once_one_is_the_first(page: Paged) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda secret: follows(page, secret), [f"{number:048x}" for number in range(16)]))
    assert (found.count("open"), found.count("word")) == (1, 15)


@pytest.mark.parametrize("filing", [False, True])
def test_a_link_that_lay_about_admits_nobody_until_it_is_given_again(page: Paged, filing: bool) -> None:  # noqa: FBT001
    if filing:
        page.world.types("1")
        page.world.relay()
    page.world.clock.advance(seconds=FRESH_FOR.total_seconds())
    assert follows(page, OTHER) == ("either" if filing else "word")
    assert may(page, OTHER) == 0
    page.world.types(page.petition().code if filing else "xem lại")
    page.world.relay()
    assert follows(page, SECRET) == "open"
    assert may(page, SECRET) == Right.ACT


@pytest.mark.parametrize("filing", [False, True])
def test_receiver_of_an_old_link_does_not_become_the_filer(page: Paged, filing: bool) -> None:  # noqa: FBT001
    if filing:
        page.world.types("1")
        page.world.relay()
    page.world.clock.advance(minutes=15)
    with pytest.raises(NotOpen) as old:
        page.open.first(page.link, OTHER)
    assert (old.value.because, may(page, OTHER)) == ("old", 0)
    confirms(page, SECRET)
    with pytest.raises(NotOpen) as taken:
        page.open.first(page.link, OTHER)
    assert (taken.value.because, may(page, SECRET)) == ("taken", Right.END)


def test_earlier_opener_of_the_link_is_shut_out_by_the_filers_word(page: Paged) -> None:
    assert [follows(page, OTHER), follows(page, SECRET)] == ["open", "word"]
    confirms(page, SECRET)
    assert (may(page, SECRET), may(page, OTHER)) == (Right.END, 0)
    assert follows(page, OTHER) == "word"


def test_reader_by_code_and_digits_replaces_no_browser(filed: Paged) -> None:
    filed.open.by_code(filed.petition().code, DIGITS, ADDRESS, OTHER)
    assert follows(filed, SECRET) == "open"
    assert (may(filed, SECRET), may(filed, OTHER)) == (Right.ACT, Right.READ)


def test_key_by_code_and_digits_gives_no_link(filed: Paged) -> None:
    key = filed.open.by_code(filed.petition().code, DIGITS, ADDRESS, OTHER)
    for known in (key, key[:20], page_id(key), page_id(key)[:20]):
        with pytest.raises(NotFound):
            filed.open.first(known, OTHER)
    assert filed.link not in repr((filed.world.public.documents, filed.tries.documents))


def test_a_link_that_ended_unopened_binds_no_browser(filed: Paged) -> None:
    filed.world.clock.advance(days=31)
    assert follows(filed, SECRET) == "either"


def test_once_the_link_has_ended_a_browser_is_confirmed_anew(page: Paged) -> None:
    key = page.key
    follows(page, SECRET)
    page.world.types("1")
    page.world.relay()
    page.world.clock.advance(days=30)
    assert asked(page, SECRET, key) == "either"
    page.open.by_digits(key, OTHER, DIGITS, ADDRESS)
    assert (may(page, SECRET, key), may(page, OTHER, key)) == (0, Right.READ)  # not confirmed by another
    confirms(page, SECRET, key)
    assert may(page, SECRET, key) == Right.END
    page.world.clock.advance(hours=1)
    assert (asked(page, SECRET, key), asked(page, OTHER, key)) == ("either", "either")


@pytest.mark.parametrize("known", ["", "x", "a" * 20, "A" * 20, "a" * 40, "../" * 7, "a" * 4000, "é" * 20])
def test_a_forged_link_or_key_opens_nothing(page: Paged, known: str) -> None:
    for attempt in (page.open, page.open.first):
        with pytest.raises(NotFound):
            attempt(known, SECRET)


def test_an_altered_link_opens_nothing(page: Paged) -> None:
    link = page.link
    for place in range(len(link)):
        other = link[:place] + ("b" if link[place] != "b" else "c") + link[place + 1 :]
        with pytest.raises(NotFound):
            page.open.first(other, SECRET)


# By a word from the chat.


def test_a_word_in_the_chat_admits_the_browser_that_asked_for_it(page: Paged) -> None:
    follows(page, SECRET)
    view = page.open.word(page.key, OTHER, WORD)
    assert WORD in page.does(WordWanted(word=WORD), view)
    for secret in (SECRET, "c" * 48):  # the word was sent for another one
        with pytest.raises(Rejected, match="no word"):
            page.open.confirm(page.key, secret, WORD)
    with pytest.raises(WrongTry):
        page.open.confirm(page.key, OTHER, "000000")
    page.open.confirm(page.key, OTHER, WORD)
    assert may(page, OTHER) == Right.END
    with pytest.raises(Rejected, match="no word"):  # it is used up
        page.open.confirm(page.key, OTHER, WORD)


def test_a_word_holds_for_ten_minutes_and_three_are_sent_in_a_day(page: Paged) -> None:
    page.open.word(page.key, OTHER, WORD)
    page.world.clock.advance(minutes=10)
    with pytest.raises(Rejected, match="no word"):
        page.open.confirm(page.key, OTHER, WORD)
    for number in range(1, MOST_WORDS):
        page.open.word(page.key, OTHER, f"00000{number}")
    with pytest.raises(Rejected, match="enough"):
        page.open.word(page.key, OTHER, "000009")
    page.world.clock.advance(days=1)
    page.open.word(page.key, OTHER, "000010")


def test_a_browser_that_a_word_has_confirmed_withdraws_and_erases_for_an_hour(page: Paged) -> None:
    confirms(page, SECRET)
    page.world.clock.advance(minutes=59)
    assert may(page, SECRET) == Right.END
    page.world.clock.advance(minutes=1)
    assert (may(page, SECRET), asked(page, SECRET, needed=Right.END)) == (Right.SEND, "word")


@pytest.mark.parametrize("typed", ["", "48219", "4821933", "abcdef", "４８２１９３", "482193\x00"])
def test_input_without_a_word_is_no_try(page: Paged, typed: str) -> None:
    page.open.word(page.key, OTHER, WORD)
    before = dict(page.tries.documents)
    with pytest.raises(Rejected):
        page.open.confirm(page.key, OTHER, typed)
    assert page.tries.documents == before


def test_five_wrong_tries_use_a_word_up_and_shut_out_no_other_browser(page: Paged) -> None:
    page.open.word(page.key, OTHER, WORD)
    left = []
    for number in range(MOST_WRONG):
        with pytest.raises(WrongTry) as caught:
            page.open.confirm(page.key, OTHER, f"{number:06}")
        left.append(caught.value.left)
    assert left == [4, 3, 2, 1, 0]
    with pytest.raises(Rejected, match="no word"):
        page.open.confirm(page.key, OTHER, WORD)
    confirms(page, SECRET)
    assert may(page, SECRET) == Right.END


def test_words_that_a_stranger_has_used_up_come_back_when_the_chat_gives_the_link(filed: Paged) -> None:
    for number in range(MOST_WORDS):
        filed.open.word(filed.key, f"{number:048x}", WORD)
    with pytest.raises(Rejected, match="enough"):
        filed.open.word(filed.key, SECRET, WORD)
    filed.world.clock.advance(minutes=1)
    filed.world.types(filed.petition().code)
    filed.world.relay()
    confirms(filed, SECRET)
    assert may(filed, SECRET) == Right.END


def test_a_word_that_a_stranger_asks_for_takes_nobodys_away(page: Paged) -> None:
    page.open.word(page.key, SECRET, WORD)
    page.open.word(page.key, OTHER, "000000")
    page.open.confirm(page.key, SECRET, WORD)
    assert may(page, SECRET) == Right.END


def test_a_page_remembers_five_browsers_of_each_kind(filed: Paged) -> None:
    follows(filed, SECRET)
    code = filed.petition().code
    for number in range(MOST_BROWSERS + 1):
        filed.open.by_code(code, DIGITS, ADDRESS, f"{number:048x}")
    assert [may(filed, f"{number:048x}") for number in range(MOST_BROWSERS + 1)] == [0] + [Right.READ] * MOST_BROWSERS
    assert may(filed, SECRET) == Right.ACT  # whatever strangers do
    for number in range(MOST_BROWSERS + 1):
        confirms(filed, f"{number + 10:048x}")
        filed.world.clock.advance(days=1)
    assert [may(filed, f"{number + 10:048x}") for number in range(2)] == [0, Right.SEND]


# By code and digits.


def test_code_and_digits_read_the_petition_without_its_filer(filed: Paged) -> None:
    petition = filed.petition()
    assert filed.open.by_code(petition.code, DIGITS, ADDRESS, OTHER) == filed.key
    view = filed.open(filed.key, OTHER)
    assert isinstance(view, PetitionView)
    assert view.own.content == STORY
    assert (view.contact, view.posts, view.may) == ({}, [], ["word"])
    for words in (petition.contact.name, "912345678", petition.contact.address):
        assert words not in view.model_dump_json()
    assert asked(filed, OTHER, needed=Right.ACT) == "word"
    for code, digits in ((petition.code, "0000"), ("HN-000000-0000-0000", DIGITS)):
        with pytest.raises(WrongTry):
            filed.open.by_code(code, digits, ADDRESS, "c" * 48)
    assert may(filed, "c" * 48) == 0


def test_who_filed_is_not_read_from_what_was_corrected(filed: Paged) -> None:
    filed.does(PageCorrection(values={"name": "Trần Thị Hoa", "phone": "0987 000 111", "home": "5 Láng Hạ"}))
    filed.does(MoreForPetition(words="Đã ba tuần"))
    filed.open.by_code(filed.petition().code, "0111", ADDRESS, OTHER)
    shown = filed.open(filed.key, OTHER).model_dump_json()
    assert "Đã ba tuần" in shown
    for words in ("Hoa", "987000111", "Láng Hạ", "Trung Kính"):
        assert words not in shown, words


def test_whoever_the_texts_name_is_not_read_by_code_and_digits(filed: Paged) -> None:
    text = "Chủ quán là bà Lê Thị Sáu ở số 14 ngõ 5, cùng anh Hùng; giấy đứng tên Trần Văn Bền"
    petition = filed.petition()
    fields = {"content": text, "decision": f"Đã mời {text}", "state": "refused", "version": 90}
    filed.world.store.update(f"petitions/{petition.code}", fields)
    filed.world.project(petition.code)
    filed.does(MoreForPetition(words=text))
    filed.open.by_code(petition.code, DIGITS, ADDRESS, OTHER)
    shown = filed.open(filed.key, OTHER).model_dump_json()
    for words in ("Sáu", "số 14", "ngõ 5", "Hùng", "Bền"):
        assert words not in shown, words
    assert "bà [tên] ở [địa chỉ], cùng anh [tên]" in shown
    follows(filed, SECRET)
    assert "bà Lê Thị Sáu ở số 14" in filed.open(filed.key, SECRET).model_dump_json()


def test_a_draft_is_not_opened_by_digits(page: Paged) -> None:
    with pytest.raises(Rejected):
        page.open.by_digits(page.key, OTHER, DIGITS, ADDRESS)
    assert may(page, OTHER) == 0


@pytest.mark.parametrize("typed", ["", "567", "56789", "abcd", "５６７８", "5678\x00", "9" * 14, "0000"[:3] + "-"])
def test_input_other_than_digits_or_number_is_no_try(filed: Paged, typed: str) -> None:
    before = dict(filed.tries.documents)
    with pytest.raises(Rejected, match="malformed"):
        filed.open.by_digits(filed.key, OTHER, typed, ADDRESS)
    assert filed.tries.documents == before


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("5678", "5678"), ("0912345678", "912345678"), ("+84 912.345.678", "912345678"), ("84912345678", "912345678"),
        ("0084 912 345 678", "912345678"), ("0841234567", "841234567"), ("(024) 3825-3536", "2438253536"),
        ("+84 (0)24 3825 3536", "2438253536"), ("0000000000", None), ("1022113", None), ("x5678", None),
    ],
)  # fmt: skip
def test_a_number_is_the_same_however_it_is_written(typed: str, known: str | None) -> None:
    assert typed_digits(typed) == known


def test_whole_number_opens_a_page_paused_by_strangers(filed: Paged) -> None:
    on_paper(filed)
    code = filed.petition().code
    for number in range(MOST_OF_CODE):
        with pytest.raises(WrongTry):
            filed.open.by_code(code, f"{number:04}", f"10.0.0.{number}", OTHER)
    with pytest.raises(Paused) as caught:
        filed.open.by_code(code, DIGITS, ADDRESS, SECRET)
    assert caught.value.scope == "page"
    filed.open.by_code(code, WHOLE, ADDRESS, SECRET)
    assert may(filed, SECRET) == Right.READ


def test_whole_numbers_are_counted_for_a_code_and_an_address(filed: Paged) -> None:
    on_paper(filed)
    code = filed.petition().code
    left = []
    for number in range(MOST_WRONG):
        with pytest.raises(WrongTry) as caught:
            filed.open.by_code(code, f"09120000{number:02}", ADDRESS, OTHER)
        left.append(caught.value.left)
    assert left == [4, 3, 2, 1, 0]
    with pytest.raises(Paused) as paused:
        filed.open.by_code(code, WHOLE, ADDRESS, OTHER)
    assert paused.value.scope == "number"
    filed.open.by_code(code, WHOLE, "203.0.113.6", SECRET)
    filed.open.by_code(code, DIGITS, ADDRESS, OTHER)  # the wrong tries were not at the four digits
    filed.world.clock.advance(seconds=LOCKED_FOR.total_seconds() + 1)
    filed.open.by_code(code, WHOLE, ADDRESS, OTHER)


def test_guessing_with_known_numbers_is_limited(filed: Paged) -> None:
    """A complete number that opens the page identifies the filer. Filers on Zalo keep the chat during a pause."""
    code = filed.petition().code
    for number in range(MOST_OF_CODE):
        with pytest.raises(WrongTry):
            filed.open.by_code(code, f"09120000{number:02}", f"10.0.0.{number}", OTHER)
    for known in (WHOLE, DIGITS):
        with pytest.raises(Paused) as paused:
            filed.open.by_code(code, known, ADDRESS, OTHER)
        assert paused.value.scope == "page"


@pytest.mark.parametrize("typed", ["0912345678", "84912345678", "+84 912 345 678"])
def test_filer_on_zalo_may_type_the_whole_number(filed: Paged, typed: str) -> None:
    filed.open.by_digits(filed.key, OTHER, typed, ADDRESS)
    assert may(filed, OTHER) == Right.READ
    with pytest.raises(WrongTry):
        filed.open.by_code(filed.petition().code, "0987655678", ADDRESS, OTHER)  # its last digits are the same


def test_a_whole_number_that_ends_alike_opens_nothing(filed: Paged) -> None:
    on_paper(filed)
    with pytest.raises(WrongTry):
        filed.open.by_code(filed.petition().code, "0987655678", ADDRESS, OTHER)
    assert may(filed, OTHER) == 0


def test_of_sixteen_guesses_at_once_five_are_looked_at(filed: Paged) -> None:
    follows(filed, SECRET)

    def guess(number: int) -> str:
        other = OpenPage(filed.world.public, filed.tries, filed.world.seals, filed.world.clock)
        try:
            other.by_digits(filed.key, OTHER, f"{number:04}", ADDRESS)
        except Paused:
            return "paused"
        except WrongTry:
            return "wrong"
        return "right"

    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(guess, range(16)))
    assert (found.count("wrong"), found.count("paused")) == (5, 11)
    with pytest.raises(Paused):
        filed.open.by_digits(filed.key, OTHER, DIGITS, ADDRESS)
    assert asked(filed, SECRET) == "open"  # a browser that has opened it is not shut out by a stranger's guesses
    confirms(filed, OTHER)  # nor is a filer with the chat
    filed.world.clock.advance(seconds=LOCKED_FOR.total_seconds() + 1)
    filed.open.by_digits(filed.key, "c" * 48, DIGITS, ADDRESS)


def test_a_browser_confirmed_by_a_telephone_is_shut_out_once_that_is_corrected(filed: Paged) -> None:
    petition, key = filed.petition(), filed.key
    follows(filed, SECRET)
    filed.open.by_code(petition.code, DIGITS, ADDRESS, OTHER)
    contact = replace(petition.contact, phone="84987000111")
    filed.world.store.update(f"petitions/{petition.code}", {"contact": contact.stored(), "version": 90})
    filed.world.project(petition.code)
    assert (asked(filed, SECRET, key), asked(filed, OTHER, key)) == ("open", "either")
    for former in (DIGITS, WHOLE):
        with pytest.raises(WrongTry):
            filed.open.by_code(petition.code, former, ADDRESS, OTHER)
    filed.open.by_code(petition.code, "0111", ADDRESS, OTHER)
    assert asked(filed, OTHER, key) == "open"


def test_a_new_number_with_the_old_ending_opens_and_the_old_one_does_not(filed: Paged) -> None:
    petition = filed.petition()
    on_paper(filed, "84987005678")
    with pytest.raises(WrongTry):
        filed.open.by_code(petition.code, WHOLE, ADDRESS, OTHER)
    filed.open.by_code(petition.code, "0987005678", ADDRESS, OTHER)


# Petitions that were not filed on Zalo.


def test_a_petition_on_paper_is_read_and_nothing_is_sent_about_it(filed: Paged) -> None:
    on_paper(filed)
    filed.open.by_code(filed.petition().code, DIGITS, ADDRESS, OTHER)
    view = filed.open(filed.key, OTHER)
    assert isinstance(view, PetitionView)
    assert (view.may, view.contact) == ([], {})
    for right in (Right.ACT, Right.END):
        with pytest.raises(NotFound):
            filed.open(filed.key, OTHER, right)
    with pytest.raises(Rejected, match="no chat"):
        filed.open.word(filed.key, OTHER, WORD)
    filed.world.clock.advance(hours=2)
    assert follows(filed, SECRET) == "digits"


@pytest.mark.parametrize(("phone", "proof"), [("84912345678", "digits"), ("", "office")])
def test_link_on_a_receipt_does_not_admit_a_finder(filed: Paged, phone: str, proof: str) -> None:
    on_paper(filed, phone=phone)
    assert [follows(filed, OTHER), follows(filed, SECRET)] == [proof, proof]
    assert (may(filed, OTHER), may(filed, SECRET)) == (0, 0)
    filed.world.clock.advance(days=31)
    assert follows(filed, OTHER) == proof


def test_filer_on_paper_opens_the_page_by_digits_even_after_a_finder(filed: Paged) -> None:
    on_paper(filed)
    follows(filed, OTHER)
    with pytest.raises(NotOpen) as asked_for:
        filed.open.first(filed.link, SECRET)
    assert asked_for.value.because is None
    filed.open.by_digits(filed.key, SECRET, DIGITS, ADDRESS)
    assert (asked(filed, SECRET), asked(filed, OTHER)) == ("open", "digits")


def test_a_browser_that_once_opened_a_paper_by_its_link_alone_is_asked_for_digits(filed: Paged) -> None:
    follows(filed, OTHER)
    key = filed.key
    on_paper(filed)
    assert asked(filed, OTHER, key) == "digits"


# Stored data.


def test_the_databases_give_nothing_away(filed: Paged) -> None:
    follows(filed, SECRET)
    filed.open.word(filed.key, OTHER, WORD)
    stored = repr(filed.world.public.documents) + repr(filed.tries.documents)
    for words in (STORY, "Nguyễn Thị Lan", "912345678", DIGITS, filed.key, filed.link, SECRET, OTHER, WORD):
        assert words not in stored, words
    path = f"pages/{page_id(filed.key)}"
    box = filed.world.public.documents[path]["box"]
    stranger = AesSeals(GivenKeys(("another-key-of-32-characters-here",)))
    assert stranger.open(path, filed.key, box) is None
    assert filed.world.seals.open(path, "a" * 40, box) is None


def test_a_new_key_of_ours_takes_over_pages_and_doors(page: Paged) -> None:
    code = page.world.files("Đường ngập nước nhiều ngày, xin xem lại cống", user="7").code
    page.world.store.update(f"petitions/{code}", {"source": "paper", "version": 90})
    page.world.project(code)
    new = "a-new-key-of-32-characters-and-more"
    both, only = AesSeals(GivenKeys((new, *SEAL_KEYS))), AesSeals(GivenKeys((new,)))
    world = page.world
    copies = type(world.copies)(world.store, world.public, world.kept, both, world.copies.directory, world.index)
    renew = RenewSeals(SealView(world.store, world.public, both, copies), world.clock)
    with pytest.raises(NotFound):
        OpenPage(world.public, page.tries, only, world.clock).first(page.link, SECRET)
    assert (renew(), renew()) == (2, 0)  # the entry by code is renewed together with its page
    opening = OpenPage(world.public, page.tries, only, world.clock)
    opening.first(page.link, SECRET)
    opening.by_code(code, WHOLE, ADDRESS, SECRET)


def test_a_record_of_browsers_ends_and_holds_no_address(filed: Paged) -> None:
    follows(filed, SECRET)
    for typed in ("0000", "0912000000"):
        with pytest.raises(WrongTry):
            filed.open.by_digits(filed.key, OTHER, typed, ADDRESS)
    record = filed.tries.documents[browsers_path(page_id(filed.key))]
    assert record["expires_at"] > filed.world.clock.now() + timedelta(days=300)
    assert all("expires_at" in stored for stored in filed.tries.documents.values())
    assert ADDRESS not in json.dumps(filed.tries.documents, default=str)
