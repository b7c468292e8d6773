"""Background exports of long lists have the rows of a direct export, and are kept one day for their officer."""

from __future__ import annotations

import csv
import html
import io
import re
from dataclasses import fields
from datetime import date
from pathlib import Path
from unittest import mock

import openpyxl
import pytest

from petitions.adapters import reference
from petitions.domain.clock.clocks import TimeState
from petitions.domain.jobs.job import Job
from petitions.domain.lifecycle.lifecycle import Role, State
from petitions.domain.officers.list_layout import Column, Sort
from petitions.errors import Rejected
from petitions.usecases.desk.work_list_query import WorkListFilters, WorkListView
from petitions.usecases.exports.list_request import ReadListRequest, list_params
from petitions.usecases.exports.make_list_files import MOST_ON_PAPER
from petitions.usecases.jobs.read_jobs import LINK_OVER
from petitions.usecases.officers.staff import Staff
from tests.unit.desk.busy import fill
from tests.unit.desk.office import Browser, Office
from tests.unit.desk.petition.test_export import DANGEROUS, rows
from tests.unit.management.test_paper import text_of
from tests.unit.reports.making import do_jobs


@pytest.fixture(scope="module")
def office() -> Office:
    made = Office()
    fill(made, 60)
    return made


def asked(person: Browser, key: str, **chosen: str) -> None:
    answer = person.submit("/list", key=key, **chosen)
    assert (answer.status_code, answer.headers.get("Location")) == (303, "/jobs"), answer.text


def job_of(office: Office, key: str) -> Job:
    (path,) = [path for path in office.store.paths("jobs") if path.endswith(key)]
    return Job.model_validate(office.store.documents[path])


def files(office: Office, key: str) -> dict[str, bytes]:
    found = job_of(office, key)
    assert not found.failure, found.failure
    return {file.name.rpartition(".")[2]: b"".join(office.kept.read(file.object)) for file in found.files}


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode().removeprefix("\ufeff"), newline="")))[1:]


@pytest.mark.parametrize(
    "chosen", [{"view": "open"}, {"view": "open", "state": "new"}, {"view": "overdue"}, {"view": "done"}]
)
@pytest.mark.parametrize("who", ["sxd-officer", "coordinator", "inspector"])
def test_background_files_match_direct_exports(office: Office, who: str, chosen: dict[str, str]) -> None:
    person, key = office.at_desk(who), f"{who.replace('-', '')}{''.join(chosen.values())}".ljust(8, "0")
    query = "&".join(f"{name}={value}" for name, value in chosen.items())
    asked(person, key, **chosen)
    at_once = rows(person, query)
    do_jobs(office, office.frozen)
    made = files(office, key)
    assert [item[:4] for item in table(made["csv"])] == [item[:4] for item in at_once]
    book = openpyxl.load_workbook(io.BytesIO(made["xlsx"]))
    assert [row[0].value for row in book.worksheets[0].iter_rows(min_row=2)] == [item[0] for item in at_once]
    assert made["pdf"].startswith(b"%PDF-")


def test_progress_and_link_are_shown_and_requests_and_downloads_recorded(office: Office) -> None:
    officer = office.at_desk("sxd-head")
    asked(officer, "progress1", view="open")
    assert "Đang chờ" in officer.see("/jobs").text
    do_jobs(office, office.frozen)
    addresses = re.findall(r'href="(/jobs/[^"]+progress1/files/\d)"', officer.see("/jobs").text)
    assert len(addresses) == 3
    assert officer.see(addresses[0]).status_code == 200
    assert office.at_desk("coordinator").see(addresses[0]).status_code == 404
    deeds = [office.store.documents[path] for path in office.store.paths("audit")]
    mine = {deed["action"] for deed in deeds if deed["officer"] == "sxd-head"}
    assert {"job_asked", "list_exported", "job_fetched"} <= mine
    assert any(deed["reason"].endswith("hồ sơ; nền") for deed in deeds if deed["action"] == "list_exported")
    office.clock.advance(days=1)
    assert office.at_desk("sxd-head").see(addresses[0]).status_code == 404


def test_inspectors_files_are_masked_and_paper_is_masked_for_all(tmp_path: Path) -> None:
    office = Office()
    petition = office.filed_in("SXD")
    name = petition.contact.name
    office.store.update(f"petitions/{petition.code}", {"title": f"{name}, 0912345678, khai sinh chậm"})
    inspector, head = office.at_desk("inspector"), office.at_desk("sxd-head")
    asked(inspector, "masked001", view="open")
    asked(head, "masked002", view="open")
    do_jobs(office, office.frozen)
    made = files(office, "masked001")
    text = made["csv"].decode() + text_of(made["pdf"], tmp_path)
    text += str(openpyxl.load_workbook(io.BytesIO(made["xlsx"])).worksheets[0]["B2"].value)
    assert name not in text
    assert "0912345678" not in text
    assert "khai sinh chậm" in text
    assert name in files(office, "masked002")["csv"].decode()
    for secret in (petition.contact.phone, petition.contact.address or "-"):
        assert secret not in files(office, "masked002")["csv"].decode()


@pytest.mark.parametrize("title", DANGEROUS)
def test_no_cell_of_any_file_is_run(title: str) -> None:
    office = Office()
    petition = office.filed_in("SXD")
    office.store.update(f"petitions/{petition.code}", {"title": title})
    head = office.at_desk("sxd-head")
    asked(head, "formula01", view="open")
    do_jobs(office, office.frozen)
    made = files(office, "formula01")
    for delimiter in ",;\t":
        text = made["csv"].decode().removeprefix("\ufeff")
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            assert not [cell for cell in row if cell.startswith(tuple("=+-@＝＋－＠\t\r"))]
    for sheet in openpyxl.load_workbook(io.BytesIO(made["xlsx"])):
        assert [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"] == []


def test_a_list_that_is_too_long_for_at_once_is_made_in_the_background() -> None:
    office = Office()
    for _ in range(4):
        office.filed_in("SXD")
    head = office.at_desk("sxd-head")
    with mock.patch.dict(office.timekeeping.chores.__dict__, exported_at_once=3):
        refused = head.see("/list.csv?view=open")
        assert refused.status_code == 400
        assert "Làm ở nền" in refused.text
        assert "đến 3 hồ sơ" in head.see("/?view=open").text
        asked(head, "toolong01", view="open")
        do_jobs(office, office.frozen)
    assert len(table(files(office, "toolong01")["csv"])) == 4


def test_officer_moved_meanwhile_gets_only_petitions_visible_now(office: Office) -> None:
    officer = office.at_desk("syt-officer")
    asked(officer, "moved0001", view="open")
    office.store.update("officers/syt-officer", {"role": Role.ADMIN})
    office.clock.advance(seconds=61)
    do_jobs(office, office.frozen)
    found = job_of(office, "moved0001")
    assert found.failure == "Anh/chị không còn quyền xem danh sách này."
    assert found.files == []


@pytest.mark.parametrize("who", ["sxd-head", "inspector"])
def test_a_file_with_a_petition_that_was_closed_since_is_had_no_more(who: str) -> None:
    office = Office()
    first, second = office.filed_in("SXD"), office.filed_in("SXD")
    person = office.at_desk(who)
    asked(person, "closed001", view="open")
    do_jobs(office, office.frozen)
    place = f"/jobs/{job_of(office, 'closed001').id}/files/"
    assert first.code in person.see(f"{place}1").text
    office.clock.advance(seconds=60)
    unit = {"sxd-head": "SXD", "inspector": "SNV"}[who]
    changed = {"at": office.clock.now(), "action": "note", "by": None}
    office.store.update(f"petitions/{second.code}", {"address": "Số 1 phố Hàng Bài", "changed": changed})
    office.store.update(f"petitions/{office.filed_in('SXD').code}", {"accused": unit, "changed": changed})
    assert person.see(f"{place}1").status_code == 200  # no petition in it is closed
    office.store.update(f"petitions/{first.code}", {"closed_with": [unit], "held_by": ["SXD"], "changed": changed})
    gone = [person.see(f"{place}{number}") for number in range(3)]
    assert {test_response.status_code for test_response in gone} == {404}
    assert LINK_OVER in html.unescape(gone[0].text)
    office.clock.advance(days=2)
    assert office.at_desk(who).see(f"{place}0").status_code == 404


@pytest.mark.parametrize("who", ["sxd-head", "inspector"])
@pytest.mark.parametrize("action", ["reassign", "take_back", "kept_closed", "merge"])
def test_a_file_with_a_petition_that_was_only_passed_on_is_over_in_the_same_words(who: str, action: str) -> None:
    office = Office()
    first = office.filed_in("SXD")
    person = office.at_desk(who)
    asked(person, "moved0002", view="open")
    do_jobs(office, office.frozen)
    place = f"/jobs/{job_of(office, 'moved0002').id}/files/1"
    office.clock.advance(seconds=60)
    changed = {"at": office.clock.now(), "action": action, "by": None}
    moved = {"unit": "SYT", "held_by": ["SXD", "SYT"], "changed": changed}
    before = dict(office.store.documents[f"petitions/{first.code}"])
    answers = []
    for changes in (moved, moved | {"unit": "VPUB", "accused": "SXD" if who == "sxd-head" else "SNV"}):
        office.store.update(f"petitions/{first.code}", {**before, **changes})
        answer = person.see(place)
        answers.append((answer.status_code, LINK_OVER in html.unescape(answer.text)))
    assert answers == [(404, True), (404, True)]


def test_search_text_is_not_stored(office: Office) -> None:
    officer = office.at_desk("sxd-officer")
    officer.submit("/", text="Nguyễn Thị Lan khai sinh", view="open")
    answer = officer.submit("/list", key="search001", view="open", find="1")
    assert answer.status_code == 400
    assert [path for path in office.store.paths("jobs") if path.endswith("search001")] == []
    with pytest.raises(Rejected):
        list_params(WorkListView.OPEN, WorkListFilters(text="Lan"))


@pytest.mark.parametrize(
    "params",
    [
        {"view": "none"},
        {"filters": "{}x"},
        {"filters": '{"city": 1}'},
        {"filters": "[]"},
        {"filters": '{"text": "Nguyễn Thị Lan"}'},
        {"filters": '{"ward": "Nguyễn Thị Lan"}'},
        {"filters": '{"handler": "0912345678"}'},
        {"filters": '{"kind": ["spam"]}'},
        {"filters": '{"mine": "bà Lan"}'},
        {"filters": '{"rating": 7}'},
        {"filters": "[" * 400},
        {"said": "hồ sơ của bà Lan"},
    ],
)
def test_a_list_that_no_page_offers_is_refused_and_not_kept(office: Office, params: dict[str, str]) -> None:
    person = office.at_desk("sxd-head")
    before = dict(office.store.documents)
    given = {"view": "open", "filters": "{}"} | params
    assert person.submit("/jobs", kind="list_files", key="none0000", **given).status_code == 400
    assert office.store.documents == before


def test_words_of_a_restatement_name_nobody_and_are_not_repeated_in_the_audit(office: Office) -> None:
    person, params = office.at_desk("inspector"), {"form": "II.05a", "period": "year", "name": "2026"}
    for words, status in (("sót hồ sơ của bà Lan", 400), ("theo số 0912345678", 400), ("sót hai hồ sơ", 303)):
        asked = {"kind": "freeze_report", "key": "frozen001", **params, "restates": words}
        assert person.submit("/jobs", **asked).status_code == status, words
    (line,) = [item for path, item in office.store.documents.items() if path.endswith("frozen001") and "audit" in path]
    assert line["reason"] == "form=II.05a; name=2026; period=year"


def test_every_filter_is_read_back_as_it_was(office: Office) -> None:
    filters = WorkListFilters(
        state=State.NEW, time=TimeState.OVERDUE, kind="spam", level="urgent", ward="PX-00004", unit="SXD", mine=True,
        handler="sxd-officer", source="paper", field="khac", rating=3, since=date(2026, 1, 2), until=date(2026, 3, 4),
        sort=Sort(Column.DUE, down=True),
    )  # fmt: skip
    assert all(getattr(filters, field.name) for field in fields(WorkListFilters) if field.name != "text")
    read = ReadListRequest(reference.directory(), Staff(office.store, office.clock), reference.fields())
    for list_filters in (filters, WorkListFilters()):
        assert read(list_params(WorkListView.OPEN, list_filters)) == (WorkListView.OPEN, list_filters)
    assert MOST_ON_PAPER > 100
