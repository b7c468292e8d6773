"""Histories are read completely for any period and page size, even if older lines lack fields."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from petitions.domain.petition.petition import Petition
from petitions.domain.reports.histories import History
from petitions.ports.store import DELETE
from petitions.usecases.reports import read_histories
from petitions.usecases.reports.read_histories import ReadHistories
from tests.unit.desk.office import Office
from tests.unit.desk.scoring.scored_year import a_year


@pytest.fixture(scope="module")
def year() -> Office:
    office = Office()
    office.filed_in("SYT")
    office.clock.advance(days=3)
    a_year(office)
    office.filed_in("SXD")
    return office


@pytest.fixture
def office(year: Office) -> Iterator[Office]:
    documents = copy.deepcopy(year.store.documents)
    yield year
    year.store.documents.clear()
    year.store.documents.update(documents)


def read(office: Office, since: datetime, cut: datetime | None = None) -> list[History]:
    progress: list[tuple[int, int]] = []
    found = ReadHistories(office.store)(
        since, cut or office.clock.now(), lambda done, all_: progress.append((done, all_))
    )
    assert all(0 <= done < all_ for done, all_ in progress)
    return found


def first_day(office: Office) -> datetime:
    return min(petition.filed_at for petition in office.petitions())


@pytest.mark.parametrize(("page", "at_once"), [(1, 1), (2, 3), (300, 300)])
def test_every_petition_that_changed_or_is_open_has_all_its_lines(
    office: Office, monkeypatch: pytest.MonkeyPatch, page: int, at_once: int
) -> None:
    monkeypatch.setattr(read_histories, "PAGE", page)
    monkeypatch.setattr(read_histories, "AT_ONCE", at_once)
    petitions = {petition.code: petition for petition in office.petitions()}
    begun, now = first_day(office), office.clock.now()
    for since in (begun, begun + timedelta(days=3, seconds=1), begun + timedelta(days=20), now + timedelta(days=1)):
        found = {history.code: history for history in read(office, since)}
        assert list(found) == sorted(found)
        assert set(found) == {
            code for code, petition in petitions.items() if is_open(petition) or changed_since(office, code, since)
        }
        for code, history in found.items():
            assert [line.seq for line in history.lines] == list(range(1, petitions[code].version + 1))


def is_open(petition: Petition) -> bool:
    return str(petition.state) not in {"answered", "closed", "published"}


def changed_since(office: Office, code: str, since: datetime) -> bool:
    lines = [fields for path, fields in office.store.documents.items() if path.startswith(f"petitions/{code}/history/")]
    return any(line["at"] >= since for line in lines)


def without_due(histories: list[History]) -> list[History]:
    """Return the histories without due times, which are assigned to other lines when figures are derived later."""
    return [replace(one, lines=tuple(line._replace(due=0) for line in one.lines)) for one in histories]


def test_lines_from_before_there_were_figures_say_the_same(office: Office) -> None:
    before = without_due(read(office, first_day(office)))
    for path in list(office.store.documents):
        if "/history/" in path:
            office.store.update(path, {"figures": DELETE})
    assert without_due(read(office, first_day(office))) == before


def test_nothing_after_the_cut_is_known(office: Office) -> None:
    cut = first_day(office) + timedelta(days=3, seconds=1)
    whole = {history.code: history for history in read(office, first_day(office))}
    for history in read(office, first_day(office), cut):
        lines = [line for line in whole[history.code].lines if line.at <= round(cut.timestamp() * 1_000_000)]
        assert [line.seq for line in history.lines] == [line.seq for line in lines]


def test_the_receipt_of_what_an_officer_entered_is_read_in_pages(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_histories, "PAGE", 2)
    now = office.clock.now()
    expected = {}
    for number, petition in enumerate(sorted(office.petitions(), key=lambda one: one.code)):
        at = now - timedelta(days=number)
        office.store.update(f"petitions/{petition.code}", {"taken": {"at": at}})
        if number < 4:
            expected[petition.code] = petition.filed_at
    assert ReadHistories(office.store).received(now - timedelta(days=3)) == expected
