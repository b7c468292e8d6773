"""Attackers guess the secrets of citizens' pages, from many addresses: the four digits for a known code or link.

The calculated chances are in the threat model (infra/README.md).
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from petitions.domain.pages.links import copy_path, page_id, page_key
from petitions.domain.pages.petition_view import PetitionView
from petitions.domain.petition.codes import make_code
from petitions.domain.publishing.digit_tries import (
    MOST_FROM_ADDRESS,
    MOST_OF_CODE,
    MOST_OF_PART,
    MOST_WRONG,
    SITE_PARTS,
)
from petitions.domain.publishing.own_view import sealed_path
from petitions.domain.shared.records import replace
from petitions.usecases.pages.open_page import Paused, WrongTry
from tests.unit.pages.paged import ADDRESS, DIGITS, SECRET, Paged

OTHER = "b" * 48
WHOLE = "912345678"
Ways = Callable[["Guesser", str, str, str], None]


def by_code(guesser: Guesser, door: str, digits: str, address: str) -> None:
    guesser.page.open.by_code(guesser.codes[door], digits, address, OTHER)


def by_link(guesser: Guesser, door: str, digits: str, address: str) -> None:
    guesser.page.open.by_digits(door, OTHER, digits, address)


WAYS = pytest.mark.parametrize("way", [by_code, by_link])


@pytest.fixture
def page() -> Paged:
    made = Paged()
    made.world.types("1")
    made.world.relay()
    return made


class Guesser:
    def __init__(self, page: Paged, petitions: int, way: Ways) -> None:
        self.page, self.way = page, way
        public, seals, view = page.world.public.documents, page.world.seals, page.view()
        assert isinstance(view, PetitionView)
        shown, door = public[copy_path(page_id(page.key))], public[sealed_path(page.petition().code)]
        day, self.links = page.world.clock.now().date(), [f"{number:020}" for number in range(petitions)]
        self.doors = [page_key(link) for link in self.links]
        self.codes = {key: make_code(day, link[-7:]) for key, link in zip(self.doors, self.links, strict=True)}
        for key, code in self.codes.items():
            path, other = copy_path(page_id(key)), sealed_path(code)
            content = replace(view, code=code).model_dump_json().encode()
            public[path] = {**shown, "box": seals.seal(path, key, content)}
            boxes = {"box": seals.seal(other, DIGITS, key.encode()), "whole": seals.seal(other, WHOLE, key.encode())}
            public[other] = {**door, **boxes, "has_chat": False}

    def guess(self, door: str, address: str = ADDRESS, digits: str = "0000") -> str:
        """Try once. Return "opened", "wrong", or the name of the limit that stopped the attempt."""
        try:
            self.way(self, door, digits, address)
        except Paused as error:
            return error.scope
        except WrongTry:
            return "wrong"
        return "opened"


@WAYS
def test_an_address_has_thirty_wrong_tries_a_day_over_all_petitions(
    page: Paged, way: Ways, capsys: pytest.CaptureFixture[str]
) -> None:
    guesser = Guesser(page, 40, way)
    found = [guesser.guess(door) for door in guesser.doors]
    assert found == ["wrong"] * MOST_FROM_ADDRESS + ["address"] * (40 - MOST_FROM_ADDRESS)
    assert "own_view_budget" in capsys.readouterr().out
    door = guesser.doors[-1]
    assert guesser.guess(door, digits=DIGITS) == "address"  # right digits too, or they would be revealed
    assert guesser.guess(door, "203.0.113.6", DIGITS) == "opened"
    page.world.clock.advance(days=1)
    assert guesser.guess(door, digits=DIGITS) == "opened"
    assert guesser.guess(guesser.doors[0]) == "wrong"


@WAYS
def test_addresses_of_one_subscriber_are_one(page: Paged, way: Ways) -> None:
    guesser = Guesser(page, 40, way)
    for number, door in enumerate(guesser.doors[:MOST_FROM_ADDRESS]):
        assert guesser.guess(door, f"2001:DB8:0:7:{number:x}::1") == "wrong"
    assert guesser.guess(guesser.doors[39], "2001:db8::7:0:0:0:1") == "address"
    assert guesser.guess(guesser.doors[39], "2001:db8::8:0:0:0:1") == "wrong"


@WAYS
def test_a_thousand_addresses_and_petitions_have_five_hundred_wrong_tries_a_day(
    page: Paged, way: Ways, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the limits for the whole site, 5,000 codes or links would allow 25,000 wrong tries a day."""
    guesser = Guesser(page, 5_000, way)
    found = [guesser.guess(door, f"10.{number // 256}.{number % 256}.1") for number, door in enumerate(guesser.doors)]
    assert found.count("wrong") == SITE_PARTS * MOST_OF_PART == 500
    assert (found.count("opened"), found.count("site")) == (0, 4_500)
    assert '"reason": "site"' in capsys.readouterr().out


def test_guesses_by_code_and_by_link_share_the_budget_of_their_address(page: Paged) -> None:
    codes = Guesser(page, 40, by_code)
    for door in codes.doors[: MOST_FROM_ADDRESS // 2]:
        assert codes.guess(door) == "wrong"
    links = Guesser(page, 40, by_link)
    found = [links.guess(door) for door in links.doors]
    assert (found.count("wrong"), found.count("address")) == (MOST_FROM_ADDRESS // 2, 40 - MOST_FROM_ADDRESS // 2)


@WAYS
def test_an_address_has_five_wrong_tries_at_a_petition_and_shuts_out_no_other(page: Paged, way: Ways) -> None:
    guesser = Guesser(page, 1, way)
    (door,) = guesser.doors
    assert [guesser.guess(door, digits=f"{number:04}") for number in range(8)] == ["wrong"] * MOST_WRONG + [
        "digits"
    ] * 3
    assert guesser.guess(door, digits=DIGITS) == "digits"
    assert guesser.guess(door, "203.0.113.6", DIGITS) == "opened"
    page.world.clock.advance(days=1)
    assert [guesser.guess(door), guesser.guess(door)] == ["wrong", "digits"]  # one came back
    page.world.clock.advance(days=1)
    assert guesser.guess(door, digits=DIGITS) == "opened"


def guessed(guesser: Guesser, addresses: int, days: int) -> tuple[int, int]:
    """Guess every morning from `addresses` addresses, as often as allowed.

    Return the number of attempts that were checked, and of days on which the filer cannot use the four digits at noon.
    """
    (door,) = guesser.doors
    looked_at, shut_out = 0, 0
    for _ in range(days):
        for number in range(addresses):
            while guesser.guess(door, f"10.0.{number // 250}.{number % 250}") == "wrong":
                looked_at += 1
        found = guesser.guess(door, "203.0.113.6", DIGITS)
        shut_out += found == "page"
        assert guesser.guess(door, "203.0.113.6", WHOLE) == "opened"
        guesser.page.world.clock.advance(days=1)
    return looked_at, shut_out


@pytest.mark.parametrize(("addresses", "most"), [(1, MOST_WRONG), (2, MOST_OF_CODE), (30, MOST_OF_CODE)])
def test_a_year_of_guesses_at_a_petition_is_a_chance_of_four_in_a_hundred(
    page: Paged, addresses: int, most: int
) -> None:
    """A year allows 404 guesses at four digits, of which there are 10,000.

    With five tries a day from anywhere, the chance would be 18 in a hundred.
    """
    looked_at, shut_out = guessed(Guesser(page, 1, by_code), addresses, 365)
    assert looked_at == most + 364
    assert (shut_out == 0) == (addresses == 1)


@WAYS
def test_right_digits_are_charged_to_nobody(page: Paged, way: Ways) -> None:
    guesser = Guesser(page, 1, way)
    for _ in range(MOST_FROM_ADDRESS + 5):
        assert guesser.guess(guesser.doors[0], digits=DIGITS) == "opened"
    assert [path for path in page.tries.documents if "from-" in path or "site-" in path] == []


@WAYS
def test_guesses_do_not_lock_out_a_browser_that_opened_the_page(page: Paged, way: Ways) -> None:
    guesser = Guesser(page, 1, way)
    (door,), (link,) = guesser.doors, guesser.links
    page.open.first(link, SECRET)
    for number in range(MOST_OF_CODE + 1):
        guesser.guess(door, f"10.0.{number}.1", f"{number:04}")
    assert guesser.guess(door, digits=DIGITS) == "page"
    assert page.open(door, SECRET)


@WAYS
def test_guesses_at_four_digits_from_wherever_shut_out_nobody_with_the_number(page: Paged, way: Ways) -> None:
    """The whole telephone number opens a page although guesses at the four digits have reached a limit.

    The limit may be the one for the code, for the address, or for the whole site.
    """
    guesser = Guesser(page, 80 * SITE_PARTS, way)
    for number, door in enumerate(guesser.doors):
        guesser.guess(door, f"10.{number // 256}.{number % 256}.1")
    for door in guesser.doors[:MOST_FROM_ADDRESS]:
        guesser.guess(door)
    assert {guesser.guess(door, digits=DIGITS) for door in guesser.doors} == {"site"}
    assert {guesser.guess(door, digits=f"0{WHOLE}") for door in guesser.doors} == {"opened"}


@WAYS
def test_a_whole_number_has_five_wrong_tries_a_day_for_an_address(page: Paged, way: Ways) -> None:
    guesser = Guesser(page, 2, way)
    door, other = guesser.doors
    found = [guesser.guess(door, digits=f"09{number:08}") for number in range(8)]
    assert found == ["wrong"] * MOST_WRONG + ["number"] * 3
    assert guesser.guess(door, digits=WHOLE) == "number"
    assert guesser.guess(other, digits=WHOLE) == "opened"
    assert guesser.guess(door, "203.0.113.6", WHOLE) == "opened"
    assert guesser.guess(door, digits=DIGITS) == "opened"


@WAYS
def test_counts_expire_and_hold_neither_address_nor_digits(page: Paged, way: Ways) -> None:
    guesser = Guesser(page, 1, way)
    (door,) = guesser.doors
    guesser.guess(door, digits="1357")
    guesser.guess(door, digits=DIGITS)
    kept = repr(page.tries.documents)
    for words in (ADDRESS, "1357", DIGITS, door, OTHER):
        assert words not in kept
    assert all(document["expires_at"] > page.world.clock.now() for document in page.tries.documents.values())
    counts = [fields for fields in page.tries.documents.values() if "began_at" in fields]
    assert [set(count) for count in counts] == [{"schema_version", "wrong", "began_at", "expires_at"}] * 4
