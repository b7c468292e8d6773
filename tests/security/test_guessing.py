"""Guessing at filers' own views: four digits and a code, from many addresses, at many petitions.

The odds stand in the threat model (infra/README.md).
"""

from __future__ import annotations

import pytest

from petitions.domain.petition.codes import make_code
from petitions.domain.publishing.digit_tries import MOST_FROM_ADDRESS, MOST_OF_PART, SITE_PARTS
from petitions.domain.publishing.own_view import sealed_path
from petitions.errors import Rejected
from petitions.usecases.publishing.see_own import Paused
from tests.unit.public_site.site import OwnSite

ADDRESS = "203.0.113.5"


@pytest.fixture
def site() -> OwnSite:
    return OwnSite()


class Guesser:
    """Tries at many petitions, of which each has the same wrong ending."""

    def __init__(self, site: OwnSite, petitions: int) -> None:
        self.site = site
        sealed = site.public.documents[sealed_path(site.code)]
        day = site.world.clock.now().date()
        self.codes = [make_code(day, f"{number:07}") for number in range(petitions)]
        for code in self.codes:
            site.public.documents[sealed_path(code)] = sealed

    def guess(self, code: str, address: str = ADDRESS, digits: str = "0000") -> str:
        try:
            self.site.see(code, digits, address)
        except Paused as error:
            return str(error)
        except Rejected:
            return "wrong"
        return "opened"


def test_an_address_has_thirty_wrong_tries_a_day_over_all_codes(
    site: OwnSite, capsys: pytest.CaptureFixture[str]
) -> None:
    guesser = Guesser(site, 40)
    found = [guesser.guess(code) for code in guesser.codes]
    assert found[:MOST_FROM_ADDRESS] == ["wrong"] * MOST_FROM_ADDRESS
    assert all("mạng mà anh/chị đang dùng" in each for each in found[MOST_FROM_ADDRESS:])
    assert "own_view_budget" in capsys.readouterr().out
    assert "mạng mà anh/chị" in site.asks().text  # right digits, too, or the answer would tell that they are
    assert site.asks(address="203.0.113.6").status_code == 200
    site.clock.advance(days=1)
    assert site.asks().status_code == 200
    assert guesser.guess(guesser.codes[0]) == "wrong"


def test_addresses_of_one_subscriber_are_one(site: OwnSite) -> None:
    guesser = Guesser(site, 40)
    for number, code in enumerate(guesser.codes[:MOST_FROM_ADDRESS]):
        assert guesser.guess(code, f"2001:DB8:0:7:{number:x}::1") == "wrong"
    assert "mạng mà" in guesser.guess(guesser.codes[39], "2001:db8::7:0:0:0:1")
    assert guesser.guess(guesser.codes[39], "2001:db8::8:0:0:0:1") == "wrong"


def test_a_thousand_addresses_and_codes_have_five_hundred_wrong_tries_a_day(
    site: OwnSite, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before: 25,000 with 5,000 published codes."""
    guesser = Guesser(site, 5_000)
    found = [guesser.guess(code, f"10.{number // 256}.{number % 256}.1") for number, code in enumerate(guesser.codes)]
    assert found.count("wrong") == SITE_PARTS * MOST_OF_PART == 500
    assert found.count("opened") == 0
    assert sum("trên trang này" in each for each in found) == 4_500
    assert '"reason": "site"' in capsys.readouterr().out


def test_right_digits_are_charged_to_nobody(site: OwnSite) -> None:
    for _ in range(MOST_FROM_ADDRESS + 5):
        assert site.asks().status_code == 200
    assert [path for path in site.tries.documents if "from-" in path or "site-" in path] == []


def test_counts_expire_and_hold_no_address(site: OwnSite) -> None:
    site.asks("0000")
    assert ADDRESS not in repr(site.tries.documents)
    assert all(each["expires_at"] > site.clock.now() for each in site.tries.documents.values())
