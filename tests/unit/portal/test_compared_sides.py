"""The differences between a petition here and on the portal, and the position from which its list is read on."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from petitions.domain.lifecycle.states import State
from petitions.domain.petition.petition import Contact, Petition, PortalSync
from petitions.domain.portal.portal_compare import ComparedSide, PortalSide, compare
from petitions.domain.portal.portal_differences import DifferenceKind
from petitions.ports.store import Transaction
from petitions.usecases.portal.keep_difference import keep_difference
from petitions.usecases.portal.portal_pages import next_page
from tests.fakes import FakeClock, FakeStore

NOW = FakeClock().now()
TICK = timedelta(microseconds=1)
HERE = ComparedSide("open", "SXD", "", 0)


def portal(side: ComparedSide, at: datetime | None = NOW, *, away: bool = False) -> PortalSide:
    return PortalSide(side, away=away, returned=False, at=at)


def petition(state: State = State.IN_PROGRESS, *, pushed: bool = True) -> Petition:
    return Petition(
        code="HN-1", citizen="c", title="t", content="t", address="a", contact=Contact(name="n", phone="p"),
        unit="SXD", state=state, filed_at=NOW, sync=PortalSync(told_at=NOW if pushed else None),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("state", "away", "after", "pushed", "take"),
    [
        (State.IN_PROGRESS, False, TICK, True, "moved"),
        (State.IN_PROGRESS, False, timedelta(0), True, ""),
        (State.IN_PROGRESS, False, -TICK, True, ""),
        (State.IN_PROGRESS, False, -TICK, False, "moved"),
        (State.IN_PROGRESS, True, TICK, True, ""),
        (State.CLOSED, False, TICK, True, ""),
    ],
)
def test_a_unit_that_was_changed_there_later_is_taken(
    state: State, after: timedelta, take: str, *, away: bool, pushed: bool
) -> None:
    there = portal(ComparedSide("open", "SYT", "", 0), NOW + after, away=away)
    (found,) = compare(petition(state, pushed=pushed), HERE, there)
    assert (found.kind, found.here, found.there, found.take) == (DifferenceKind.UNIT, "SXD", "SYT", take)


def test_equal_sides_differ_in_nothing_and_each_difference_is_named() -> None:
    assert compare(petition(), HERE, portal(HERE)) == []
    other = ComparedSide("answered", "SYT", "Đã xong", 2)
    found = compare(petition(), HERE, portal(other, None))
    assert [one.kind for one in found] == [
        DifferenceKind.STATE, DifferenceKind.UNIT, DifferenceKind.ANSWER, DifferenceKind.RATING,
    ]  # fmt: skip
    assert "Đã xong" not in str(found)
    assert found[3].take == "rated"
    rated_here = compare(petition(), ComparedSide("open", "SXD", "", 1), portal(ComparedSide("open", "SXD", "", 2)))
    assert [one.take for one in rated_here] == [""]


def test_a_list_in_order_is_read_on_from_its_last_time_and_another_by_its_pages() -> None:
    later = NOW + timedelta(seconds=1)
    assert next_page(NOW, 1, [NOW, later]) == (later, 1)
    assert next_page(NOW, 3, [later, later]) == (later, 1)
    assert next_page(NOW, 1, [NOW, NOW]) == (NOW, 2)
    assert next_page(NOW, 2, [NOW - TICK]) == (NOW, 3)
    assert next_page(NOW, 2, [later, NOW]) == (NOW, 3)
    assert next_page(NOW, 2, [NOW, later, NOW]) == (NOW, 3)
    assert next_page(NOW, 2, [NOW, None, later]) == (NOW, 3)
    assert next_page(NOW, 2, [None]) == (NOW, 3)
    assert next_page(NOW, 2, []) == (NOW, 3)


def test_a_difference_that_is_seen_again_is_open_again_and_says_when_and_how_often() -> None:
    store = FakeStore()

    def keep(reason: str, at: timedelta) -> None:
        def write(tx: Transaction) -> object:
            return keep_difference(
                tx, DifferenceKind.UNIT, code="HN-1", national_code="G1", reason=reason, now=NOW + at,
                here="SXD", there=reason,
            )  # fmt: skip

        store.transact(write)

    keep("first", timedelta(0))
    (path,) = store.paths("portal_differences")
    store.update(path, {"state": "dismissed"})
    keep("second", TICK)
    stored = store.documents[path]
    assert (stored["state"], stored["times"], stored["reason"], stored["there"]) == ("open", 2, "second", "second")
    assert (stored["found_at"], stored["seen_at"]) == (NOW, NOW + TICK)
