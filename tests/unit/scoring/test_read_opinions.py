"""Opinions of citizens about petitions that did not change in the scored period."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from petitions.domain.contact.contact_request import ContactReason, ContactRequest
from petitions.domain.lifecycle.states import State
from petitions.domain.petition.petition import Contact, Petition, petition_path
from petitions.domain.reports.periods import Period
from petitions.usecases.scoring import read_opinions
from petitions.usecases.scoring.read_opinions import ReadOpinions
from tests.fakes import FakeStore

PERIOD = Period("calendar_year", "2026", "Năm 2026", date(2026, 1, 1), date(2027, 1, 1))


def contested(store: FakeStore, number: int, code: str | None, after: timedelta) -> None:
    due = PERIOD.since + after
    made = ContactRequest(
        id=f"c{number}", why=ContactReason.CONTESTED, citizen="p", code=code, unit="VPUB",
        at=due - timedelta(hours=6), act_by=due, expires_at=due + timedelta(days=400),
    )  # fmt: skip
    store.create(f"contact_requests/{made.id}", made.stored())


def petition(store: FakeStore, code: str, unit: str) -> None:
    made = Petition(
        code=code, citizen="c", title="t", content="t", address="a", contact=Contact(name="n", phone="p"),
        unit=unit, state=State.CLOSED, filed_at=PERIOD.since - timedelta(days=30),
    )  # fmt: skip
    store.create(petition_path(code), made.stored())


@pytest.mark.parametrize("at_once", [1, 2, 300])
def test_the_unit_is_read_of_each_petition_however_many_are_read_at_once(
    monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(read_opinions, "AT_ONCE", at_once)
    store = FakeStore()
    for number, unit in enumerate(("SXD", "SYT", "STC"), 1):
        petition(store, f"HN-25{number}", unit)
        contested(store, number, f"HN-25{number}", timedelta(days=number))
    contested(store, 4, None, timedelta(days=4))
    contested(store, 5, "HN-gone", timedelta(days=5))
    found = ReadOpinions(store)(PERIOD, PERIOD.until, [])
    assert [(fact.code, fact.unit, fact.verdict) for fact in found] == [
        ("HN-251", "SXD", "ignored"),
        ("HN-252", "SYT", "ignored"),
        ("HN-253", "STC", "ignored"),
    ]


def test_an_objection_counts_in_the_period_in_which_its_time_was_over() -> None:
    store, tick, whole = FakeStore(), timedelta(microseconds=1), PERIOD.until - PERIOD.since
    for number, after in enumerate((-tick, timedelta(0), whole - tick, whole)):
        petition(store, f"HN-{number}", "SXD")
        contested(store, number, f"HN-{number}", after)
    read = ReadOpinions(store)
    assert [fact.code for fact in read(PERIOD, PERIOD.until, [])] == ["HN-1", "HN-2"]
    assert [fact.code for fact in read(PERIOD, PERIOD.since, [])] == ["HN-1"], "known at the cut, and over with it"
    assert [fact.code for fact in read(PERIOD, PERIOD.until - 2 * tick, [])] == ["HN-1"]
