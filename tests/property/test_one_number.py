"""The number of the same petitions is equal in tabs, news, figures, lists and the head's weekly summary.

This is checked for every role after random changes, with figures up to date or not.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from petitions.domain.lifecycle.lifecycle import OPEN_STATES, Role
from petitions.domain.officers.policy import is_closed_to
from tests.property.figures_city import STEP, do
from tests.property.test_desk_counts import Town
from tests.unit.desk.office import PEOPLE, Browser, Office

READERS = [(who, unit, role) for who, _, unit, role in PEOPLE if role is not Role.ADMIN]
PERIOD = "from=2026-11-01&to=2027-12-31"


def tabs(page: str) -> dict[str, int]:
    return {name: int(number) for name, number in re.findall(r'data-count="(\w+)">(\d+)<', page)}


def tile(page: str, name: str) -> int:
    found = re.search(rf"<dt>{name}</dt><dd>(?:<a [^>]*>)?(\d+)", page)
    assert found, name
    return int(found[1])


def listed(browser: Browser, count: str) -> int:
    """Return the number in the heading of the list that the number `count` on the page of figures leads to."""
    found = re.search(r"<h1>[^<:]*: (\d+)", browser.see(f"/figures/list?count={count}&{PERIOD}").text)
    assert found
    return int(found[1])


def overdue_of_week(bell: str) -> int:
    found = re.search(r"(\d+) việc quá hạn", bell)
    return int(found[1]) if found else 0


@settings(max_examples=25)
@given(st.lists(STEP, min_size=5, max_size=30), st.integers(0, 59))
@example([("file", "SXD", 0), ("file", "VPUB", 0), ("wait", 90, 0), ("act", 0, 0)], 30)
def test_each_page_says_the_same_number(steps: list[Any], seconds: int) -> None:
    town = Town()
    for step in steps:
        do(town, step)
    town.clock.advance(seconds=seconds)
    office = Office(store=town.store, clock=town.clock)
    petitions = [town.petition(code) for code in town.codes]
    for who, unit, role in READERS:
        browser, reader = office.at_desk(who), office.officer(who)
        beside = tabs(browser.see("/").text)
        bell = browser.see("/live?duties=1&view=open").text
        assert tabs(bell) == beside, who
        figures = browser.see(f"/figures?{PERIOD}").text
        hidden = [
            petition for petition in petitions if petition.state in OPEN_STATES and is_closed_to(reader, petition)
        ]
        if not hidden:
            assert tile(figures, "Quá hạn") == listed(browser, "overdue") == beside["overdue"], who
            assert tile(figures, "Đang mở") == listed(browser, "open") == beside["open"], who
        if role is Role.HEAD:
            assert overdue_of_week(bell) == beside["overdue"], who
        assert unit


@pytest.mark.parametrize("late", [59, 60, 61])
def test_a_petition_is_overdue_in_the_same_second_everywhere(late: int) -> None:
    town = Town()
    town.clock.advance(seconds=17)
    town.file("SXD")
    due = town.petition(town.codes[0]).due_at
    assert due is not None
    town.clock.at = due.replace(second=0, microsecond=0)
    town.clock.advance(seconds=late)
    town.fold()
    browser = Office(store=town.store, clock=town.clock).at_desk("sxd-head")
    numbers = {
        tabs(browser.see("/").text)["overdue"],
        tile(browser.see(f"/figures?{PERIOD}").text, "Quá hạn"),
        listed(browser, "overdue"),
        overdue_of_week(browser.see("/live?duties=1&view=open").text),
    }
    assert numbers == {late >= 60}
