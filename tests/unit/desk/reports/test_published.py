"""A frozen report, published at the desk, is on the public site after the nightly job, and can be withdrawn."""

from __future__ import annotations

import pytest

from petitions.domain.reports.frozen import PublicReport
from petitions.ports.store import Query
from petitions.usecases.publishing.public_view import PublicView
from petitions.usecases.publishing.publish_names import PublishReports
from tests.fakes import FakeStore
from tests.unit.desk.office import Office
from tests.unit.desk.reports.making import made_and_frozen

TEXT = "UBND phường chậm trả giấy khai sinh"


@pytest.fixture
def office() -> Office:
    office = Office()
    office.files(TEXT)
    office.clock.advance(days=40)
    return office


def shown(office: Office, public: FakeStore) -> list[PublicReport]:
    PublishReports(office.store, public)()
    return PublicView(public, office.clock, office.index).reports()


def test_only_the_row_of_the_city_is_public(office: Office) -> None:
    _, address = made_and_frozen(office)
    public, person = FakeStore(), office.at_desk("coordinator")
    assert shown(office, public) == []
    assert "Bản này chưa công khai." in person.see(address).text

    assert person.submit(f"{address}/public", do="publish").headers["Location"].endswith(address)
    assert "Bản này đang công khai." in person.see(address).text
    (report,) = shown(office, public)
    (known,) = office.app.extensions["desk"].reports.all_frozen()
    whole = office.app.extensions["desk"].reports.frozen_report(known.versions[0])
    assert [number.number for number in report.numbers] == whole.rows["HANOI"]
    assert (report.hash, report.version, report.form) == (known.versions[0].hash, 1, "II.05a")
    (petition,) = office.petitions()
    assert petition.code not in report.model_dump_json()
    assert "khai sinh" not in report.model_dump_json()

    person.submit(f"{address}/public", do="publish")  # again: nothing happens
    person.submit(f"{address}/public", do="take_back")
    assert shown(office, public) == []
    log = [document.data.get("action") for document in office.store.find(Query("audit"))]
    assert log.count("report_published") == log.count("report_unpublished") == 1


def test_no_other_version_than_the_public_one_takes_it_back(office: Office) -> None:
    _, address = made_and_frozen(office)
    person = office.at_desk("coordinator")
    person.submit(f"{address}/public", do="publish")
    assert person.submit(f"{address[:-1]}2/public", do="take_back").status_code == 404
    assert office.at_desk("sxd-head").submit(f"{address}/public", do="take_back").status_code == 403
    assert len(shown(office, FakeStore())) == 1
