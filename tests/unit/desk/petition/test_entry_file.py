"""Petitions imported from a spreadsheet are checked line by line, and filed once after a confirmation."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any
from unittest import mock

import openpyxl
import pytest

from petitions.adapters import reference
from petitions.adapters.understanding import routers
from petitions.domain.channels import entry_table
from petitions.domain.channels.entry_table import HEADS, row_key
from petitions.domain.files.sheets import csv_text
from petitions.domain.jobs.job import Job
from petitions.errors import Retryable
from petitions.usecases.channels import entry_files
from petitions.usecases.channels.hand_in import HandIn
from petitions.usecases.jobs.sweep_jobs import SweepJobs
from tests.unit.desk.office import Browser, Office
from tests.unit.desk.petition.entering import entered
from tests.unit.reports.making import do_jobs

HEAD = [names[0].capitalize() for names in HEADS.values()]
ROW = {
    "channel": "Tổng đài 1022",
    "number": "1022-0001",
    "received_at": "23/11/2026 08:30",
    "content": "Bãi xe số 5 phố Trung Kính thu 20.000 đồng một lượt, niêm yết 5.000 đồng",
    "place": "5 phố Trung Kính",
    "ward": "phường Yên Hòa",
    "name": "Lê Văn Bình",
    "phone": "987654321",
    "home": "12 phố Trung Kính",
    "reply_by": "gửi lại kênh",
}
OTHER = ROW | {
    "number": "1022-0002",
    "content": "Trạm y tế không tiêm phòng đúng lịch, người dân phải quay lại nhiều lần",
    "name": "Vũ Thị Hà",
}
THIRD = ROW | {
    "channel": "đơn, thư",
    "number": "15/UBND-VP",
    "dated": "20/11/2026",
    "authority": "UBND xã Sơn Đồng",
    "reply_by": "thư giấy",
    "content": "Đường vào trường tiểu học ngập sau mỗi trận mưa, đề nghị thông cống trước năm học",
    "name": "Trần Minh Khôi",
}


def table(*rows: dict[str, str]) -> bytes:
    return csv_text(HEAD, [[row.get(name, "") for name in HEADS] for row in rows]).encode()


def workbook(*rows: dict[str, Any]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet
    sheet.append(HEAD)
    for row in rows:
        sheet.append([row.get(name) for name in HEADS])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def sends(browser: Browser, content: bytes, key: str = "file00001", name: str = "a.csv") -> str:
    answer = browser.submit("/take-in/file", key=key, file=(io.BytesIO(content), name))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def checked(office: Office, browser: Browser, content: bytes, key: str = "file00001") -> tuple[str, str]:
    path = sends(browser, content, key)
    do_jobs(office, office.frozen)
    return path, browser.see(path).text


def imported(office: Office, browser: Browser, path: str, **also: Any) -> tuple[str, str]:
    answer = browser.submit(path, **also)
    assert answer.status_code == 303, answer.text
    do_jobs(office, office.frozen)
    done = str(answer.headers["Location"])
    return done, browser.see(done).text


def file_of(browser: Browser, path: str, number: int) -> bytes:
    answer = browser.see(f"/jobs/{path.rpartition('/')[2]}/files/{number}")
    assert answer.status_code == 200
    return answer.get_data()


def results(browser: Browser, path: str) -> list[list[str]]:
    text = file_of(browser, path, 0).decode().removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text)))[1:]


def test_nothing_is_filed_before_it_is_confirmed_and_then_each_row_once() -> None:
    office = Office()
    officer = office.at_desk("sxd-officer")
    path, page = checked(office, officer, table(ROW, OTHER, THIRD))
    assert "Sẽ nhập 3" in page
    assert not office.petitions()
    done, page = imported(office, officer, path)
    assert "Đã nhập 3" in page
    first, second, third = sorted(
        office.petitions(), key=lambda petition: petition.taken.number if petition.taken else ""
    )[:3]
    assert {petition.code for petition in (first, second, third)} == {code for _, _, code, *_ in results(officer, done)}
    assert first.taken
    assert (first.taken.channel, first.taken.number, first.taken.unit) == ("1022", "1022-0001", "SXD")
    assert (first.answer_way, first.contact.phone, first.source) == ("channel", "84987654321", "phone")
    assert third.taken
    assert (third.taken.authority, str(third.taken.dated)) == ("UBND xã Sơn Đồng", "2026-11-20")
    assert third.answer_way == "post"
    assert first.clocks["reception"].started_at.isoformat() == "2026-11-23T01:30:00+00:00"
    ward = next(item.code for item in reference.directory().wards if "Yên Hòa" in item.name)
    assert first.ward == ward


def test_the_same_file_and_the_same_rows_again_file_nothing() -> None:
    office = Office()
    officer = office.at_desk("sxd-officer")
    path, _ = checked(office, officer, table(ROW, OTHER))
    done, _ = imported(office, officer, path)
    assert officer.submit(path).headers["Location"] == done  # the form was sent twice
    do_jobs(office, office.frozen)
    codes = {petition.code for petition in office.petitions()}
    assert len(codes) == 2
    again, page = checked(office, officer, table(OTHER, ROW, THIRD), "file00002")
    assert "Sẽ nhập 1" in page
    assert "Đã có 2" in page
    assert all(code in page for code in codes)
    imported(office, officer, again)
    assert len(office.petitions()) == 3


def test_rows_are_recognised_by_a_later_version_with_more_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office()
    officer = office.at_desk("sxd-officer")
    visits = [row | {"channel": "trực tiếp", "number": "", "reply_by": ""} for row in (ROW, OTHER)]
    path, _ = checked(office, officer, table(*visits))
    imported(office, officer, path)
    monkeypatch.setattr(entry_table, "HEADS", {**HEADS, "fax": ("số fax",)})
    _, page = checked(office, officer, table(*visits, THIRD), "file00002")
    assert "Đã có 2" in page
    assert "Sẽ nhập 1" in page
    assert row_key(ROW | {"fax": " "}) == row_key(ROW) != row_key(ROW | {"fax": "024 3825 1234"})


def test_of_two_previews_confirmed_the_second_counts_what_it_wrote_itself() -> None:
    office = Office()
    officer = office.at_desk("sxd-officer")
    first, _ = checked(office, officer, table(ROW, OTHER, THIRD))
    second, _ = checked(office, officer, table(ROW, OTHER, THIRD), "file00002")
    _, page = imported(office, officer, first)
    assert "Đã ghi 3 hồ sơ" in page
    _, page = imported(office, officer, second)
    assert "Đã ghi 0 hồ sơ" in page
    assert "Đã nhập 0" in page
    assert "Đã có 3" in page


def test_the_number_is_known_from_the_form_and_the_form_from_the_file() -> None:
    office = Office()
    officer = office.at_desk("sxd-officer")
    known = entered(office, officer, channel="1022", number=" 1022–0001 ")
    _, page = checked(office, officer, table(ROW, OTHER))
    assert "Sẽ nhập 1" in page
    assert f"/petitions/{known.code}" in page
    assert "Số này của kênh đã có hồ sơ" in page


FAULTY = [
    ({"channel": "bồ câu"}, "Cách nhận: thiếu hoặc chưa đúng; xin ghi một trong: trực tiếp;"),
    ({"received_at": "hôm qua"}, "Nhận lúc: thiếu hoặc chưa đúng"),
    ({"received_at": "1/12/26"}, "Nhận lúc: thiếu hoặc chưa đúng; xin ghi như 25/11/2026 08:30, năm đủ bốn chữ số"),
    ({"dated": "1/12/26"}, "Ngày văn bản: thiếu hoặc chưa đúng"),
    ({"received_at": "25/11/2027"}, "Nhận lúc: không được ở tương lai"),
    ({"content": " "}, "Nội dung phản ánh: thiếu."),
    ({"name": ""}, "Họ và tên: thiếu."),
    ({"phone": "12"}, "Số điện thoại: chưa đúng."),
    ({"ward": "phường Nào Đó"}, "Phường, xã: không có trong danh sách"),
    ({"place": "", "ward": ""}, "Địa chỉ nơi xảy ra: thiếu; xin ghi nơi xảy ra hoặc phường, xã."),
    ({"reply_by": "chim"}, "Cách trả lời: không có trong danh sách"),
    ({"channel": "fax", "reply_by": "gửi lại kênh"}, "Cách trả lời: chỉ 1022, iHanoi và cơ quan khác"),
    ({"channel": "đơn thư", "number": "5", "reply_by": ""}, "Ngày văn bản: thiếu hoặc chưa đúng"),
    ({"reply_by": "e-mail"}, "E-mail: thiếu; cần e-mail để gửi trả lời."),
    ({"phone": "", "reply_by": ""}, "Cách trả lời: trang riêng cần số điện thoại"),
    ({"number": ""}, "Số của kênh: thiếu"),
]


def test_faults_are_reported_by_line_and_column_in_a_file_to_correct() -> None:
    office = Office()
    officer = office.at_desk("sxd-officer")
    wrong = [ROW | {"number": f"1022-{number}"} | more for number, (more, _) in enumerate(FAULTY, 10)]
    path, page = checked(office, officer, table(*wrong, OTHER))
    assert f"Lỗi {len(FAULTY)}" in page
    found = [result[:4] for result in results(officer, path)]
    for (line, kind, _, words), (_, expected) in zip(found, FAULTY, strict=False):
        assert kind == "Lỗi", (line, expected)
        assert expected in words, line
        assert f"Dòng {line}" in page
    sheet = openpyxl.load_workbook(io.BytesIO(file_of(officer, path, 1))).worksheets[0]
    heads, *rows = sheet.iter_rows(values_only=True)
    assert list(heads) == [*HEAD, "Lỗi"]
    assert len(rows) == len(FAULTY)
    mended = {name: str(item or "") for name, item in zip(HEADS, rows[6], strict=False)} | {"name": "Đỗ Văn Sửa"}
    _, page = checked(office, officer, table(mended), "file00003")
    assert "Sẽ nhập 1" in page


def test_similar_petition_is_imported_only_if_ticked() -> None:
    office = Office()
    officer = office.at_desk("sxd-officer")
    there = entered(office, officer, content=ROW["content"] + ", xin xem lại")
    office.changed(there.code, unit="SXD")
    hidden = entered(office, office.at_desk("syt-officer"), content=OTHER["content"] + ", xin xem lại", key="form-0002")
    office.changed(hidden.code, unit="SYT")
    path, page = checked(office, officer, table(ROW, OTHER, THIRD))
    assert "Giống hồ sơ, dòng khác 1" in page
    assert there.code in page
    assert hidden.code not in page
    assert 'name="also" value="2"' in page
    before = {petition.code for petition in office.petitions()}
    imported(office, officer, path, also=["2"])
    assert len({petition.code for petition in office.petitions()} - before) == 3
    other = Office()
    officer = other.at_desk("sxd-officer")
    other.changed(entered(other, officer, content=ROW["content"]).code, unit="SXD")
    path, _ = checked(other, officer, table(ROW, OTHER))
    _, page = imported(other, officer, path)
    assert "Đã nhập 1" in page
    assert "Bỏ qua 1" in page


def test_lines_of_one_file_are_compared_with_each_other() -> None:
    office = Office()
    officer = office.at_desk("sxd-officer")
    alike = ROW | {"number": "1022-9", "content": ROW["content"] + " rất vô lý"}
    ticket = OTHER | {"number": "1022-0001"}
    path, _ = checked(office, officer, table(ROW, ROW, alike, ticket))
    kinds = [(line, kind) for line, kind, *_ in results(officer, path)]
    assert kinds == [("2", "Sẽ nhập"), ("3", "Đã có"), ("4", "Giống hồ sơ, dòng khác"), ("5", "Đã có")]


def test_one_document_brings_several_petitions_of_a_file_and_no_more_later() -> None:
    office = Office()
    officer = office.at_desk("sxd-officer")
    second = THIRD | {"content": OTHER["content"], "name": "Vũ Thị Hà"}
    path, page = checked(office, officer, table(THIRD, second))
    assert "Sẽ nhập 2" in page
    _, page = imported(office, officer, path)
    assert "Đã nhập 2" in page
    third = THIRD | {"content": ROW["content"], "name": "Lê Văn Bình"}
    path, page = checked(office, officer, table(third), "file00002")
    assert "Đã có 1" in page
    assert officer.submit(path).status_code == 400


@pytest.mark.parametrize("dies_after", [0, 1, 2])
def test_a_worker_that_dies_half_way_is_followed_by_one_that_files_the_rest(dies_after: int) -> None:
    office = Office()
    officer = office.at_desk("sxd-officer")
    path, _ = checked(office, officer, table(ROW, OTHER, THIRD))
    whole: Callable[..., Any] = HandIn.__call__
    calls = 0

    def dying(self: HandIn, *given: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls > dies_after:
            raise Retryable("killed", reason="killed")
        return whole(self, *given)

    with mock.patch.object(HandIn, "__call__", dying), pytest.raises(Retryable):
        imported(office, officer, path)
    assert len(office.petitions()) == dies_after
    office.clock.advance(minutes=5)
    do_jobs(office, office.frozen)
    assert len(office.petitions()) == 3
    (job,) = [
        Job.model_validate(office.store.documents[item])
        for item in office.store.paths("jobs")
        if office.store.documents[item]["kind"] == "import_entries"
    ]
    assert "Đã nhập 3" in officer.see(f"/take-in/file/{job.id}").text


def test_a_workbook_is_read_as_spreadsheets_store_it() -> None:
    office = Office()
    officer = office.at_desk("sxd-officer")
    row: dict[str, Any] = ROW | {"received_at": 46349.354166666664, "number": 10220001, "phone": 987654321}
    path = sends(officer, workbook(row, OTHER), name="a.xlsx")
    do_jobs(office, office.frozen)
    assert "Sẽ nhập 2" in officer.see(path).text
    imported(office, officer, path)
    petition = next(item for item in office.petitions() if item.taken and item.taken.number == "10220001")
    assert petition.filed_at.isoformat() == "2026-11-23T01:30:00+00:00"


def test_a_formula_without_a_value_is_a_fault_of_its_line_alone() -> None:
    office = Office()
    officer = office.at_desk("sxd-officer")
    rows = (ROW | {"name": '=CONCATENATE("Lê ","Bình")'}, OTHER)
    path = sends(officer, workbook(*rows), name="a.xlsx")
    do_jobs(office, office.frozen)
    page = officer.see(path).text
    assert "Sẽ nhập 1" in page
    assert "Họ và tên: là công thức chưa có giá trị" in page
    again = file_of(officer, path, 1)
    _, page = checked(office, officer, again, "file00002")
    assert "Họ và tên: là công thức chưa có giá trị" in page


@pytest.mark.parametrize(("content", "words"), [(b"", "Xin chọn tệp"), (b"x" * 1001, "Xin chia nhỏ")])
def test_missing_file_is_refused_at_once(content: bytes, words: str) -> None:
    office = Office()
    officer = office.at_desk("sxd-officer")
    with mock.patch.object(entry_files, "MOST_BYTES", 1000):
        answer = officer.submit("/take-in/file", key="file00001", file=(io.BytesIO(content), "a.csv"))
    assert answer.status_code == 400
    assert words in answer.text
    assert not office.store.paths("jobs")
    assert not office.kept.objects


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04 no workbook", "không phải bảng XLSX hoặc CSV"),
        (b"Ho ten,Don vi\na,b\n", "Dòng tiêu đề thiếu cột “Cách nhận”"),
        (table(), "chỉ có dòng tiêu đề"),
        (b"\n\n", "Bảng trống"),
        (table(*[ROW] * 8), "mỗi tệp tối đa 7"),
    ],
)
def test_invalid_table_is_reported_on_the_page(content: bytes, words: str) -> None:
    office = Office()
    with mock.patch.object(entry_table, "MOST_ROWS", 7):
        _, page = checked(office, office.at_desk("sxd-officer"), content)
    assert words in page


def test_a_check_is_nobody_elses_and_is_gone_after_a_day() -> None:
    office = Office()
    officer = office.at_desk("sxd-officer")
    path, _ = checked(office, officer, table(ROW))
    for who in ("sxd-head", "coordinator"):
        assert office.at_desk(who).see(path).status_code == 404
        assert office.at_desk(who).submit(path).status_code == 404
    assert office.at_desk("inspector").see("/take-in/file").status_code == 403
    office.clock.advance(days=1, minutes=1)
    SweepJobs(office.store, office.publisher, office.clock, office.kept)()
    assert not [name for name in office.kept.objects if name.startswith("exports/")]
    officer = office.at_desk("sxd-officer")
    assert "đã hết hạn" in officer.see(path).text
    assert officer.submit(path).status_code == 404
    assert not office.petitions()


def test_a_file_that_could_not_be_read_is_erased_too() -> None:
    office = Office()
    _, page = checked(office, office.at_desk("sxd-officer"), b"no table")
    assert "Dòng tiêu đề thiếu" in page
    office.clock.advance(days=1, minutes=1)
    SweepJobs(office.store, office.publisher, office.clock, office.kept)()
    assert not office.kept.objects
    (path,) = office.store.paths("jobs")
    job = office.store.documents[path]
    assert (job["state"], "next_attempt_at" in job) == ("failed", False)


def test_no_cell_that_comes_back_is_run_by_a_spreadsheet() -> None:
    office = Office()
    officer = office.at_desk("sxd-officer")
    evil = ROW | {"name": "=HYPERLINK(1)", "phone": "12", "home": "@SUM(1)"}
    path, page = checked(office, officer, table(evil))
    assert "HYPERLINK" not in page
    assert "HYPERLINK" not in file_of(officer, path, 0).decode()
    sheet = openpyxl.load_workbook(io.BytesIO(file_of(officer, path, 1))).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_sample_is_a_file_without_a_fault(ending: str) -> None:
    office = Office()
    officer = office.at_desk("sxd-officer")
    content = officer.see(f"/take-in/file/sample.{ending}").get_data()
    path = sends(officer, content, name=f"a.{ending}")
    do_jobs(office, office.frozen)
    assert "Sẽ nhập 1" in officer.see(path).text


def test_accusations_in_a_file_are_judged_like_all_texts() -> None:
    office = Office()
    officer = office.at_desk("sxd-officer")
    content = "Cán bộ một cửa UBND phường Yên Hòa đòi tôi năm triệu đồng mới nhận hồ sơ, đề nghị xử lý"
    path, _ = checked(office, officer, table(ROW | {"content": content}))
    imported(office, officer, path)
    (petition,) = office.petitions()
    office.routing(petition.code)
    assert office.petition(petition.code).unit == "VPUB"
    assert re.fullmatch(r"PX-\d{5}|PX-\?|\?", office.petition(petition.code).accused or "")


def test_import_job_without_a_checked_file_fails_with_a_reason() -> None:
    office = Office()
    officer = office.at_desk("sxd-officer")
    assert officer.submit("/jobs", kind="import_entries", key="alone00001").status_code == 303
    do_jobs(office, office.frozen)
    assert "không còn" in officer.see("/jobs").text


def numbers(page: str) -> dict[str, int]:
    return {name: int(number) for name, number in re.findall(r'<span class="tag[^"]*">([^<>]*?) (\d+)</span>', page)}


def test_lines_are_shown_with_texts_units_and_similar_petitions() -> None:
    office = Office()
    officer = office.at_desk("sxd-officer")
    known = entered(office, officer, channel="1022", number="1022-0002", content="Trạm y tế phường đóng cửa cả tuần")
    for other in office.petitions():
        office.changed(other.code, unit="SXD")
    near = OTHER | {"number": "1022-0009", "name": "Lý Văn An", "content": f"{ROW['content']}."}
    long = THIRD | {"content": "Đề nghị thông cống. " * 40}
    path, page = checked(office, officer, table(ROW, OTHER, near, long))
    assert ROW["content"] in page  # also a new line that needs no decision
    where = f"{ROW['ward'].capitalize()}, {ROW['place']}"
    unit = routers.router().route(ROW["content"], where).handler
    assert f'data-label="Đơn vị dự kiến">{reference.directory().name_of(unit)}</td>' in page
    assert re.search(rf"{known.code}</a> Trạm y tế phường đóng cửa cả tuần", page)
    assert OTHER["content"] in page
    assert page.count(ROW["content"]) >= 3  # the petition, the one like it, and one beside that
    assert "Đề nghị thông cống. " * 40 not in page
    assert sum(numbers(page).values()) == 4
    _, done = imported(office, officer, path)
    assert sum(numbers(done).values()) == 4
    assert numbers(done)["Đã có"] == numbers(page)["Đã có"] == 1
    assert "cộng lại 4 dòng" in page
    assert "cộng lại 4 dòng" in done


def test_similar_petition_of_a_line_is_shown_only_to_its_readers() -> None:
    office = Office()
    other = office.at_desk("syt-officer")
    known = entered(office, other, channel="1022", number="1022-0001", content="Bệnh viện thu phí gửi xe hai lần")
    office.changed(known.code, unit="SYT")
    _, page = checked(office, office.at_desk("sxd-officer"), table(ROW))
    assert numbers(page)["Đã có"] == 1
    assert known.code not in page
    assert "Bệnh viện thu phí" not in page
