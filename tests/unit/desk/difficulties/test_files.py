"""The quarterly list of difficulties as XLSX, PDF and CSV, limited to the officer's rights."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from tests.unit.desk.difficulties.reported import ANSWER, does, reported, stored
from tests.unit.desk.office import Office
from tests.unit.desk.petition.test_background_export import files, job_of, table
from tests.unit.management.test_paper import text_of
from tests.unit.reports.making import do_jobs

QUARTER = {"kind": "difficulty_list", "since": "2026-10-01", "until": "2027-01-01"}


@pytest.mark.parametrize("who", ["coordinator", "inspector"])
def test_files_have_the_same_content_as_the_page(who: str, tmp_path: Path) -> None:
    office = Office()
    coordinator, difficulty = office.at_desk("coordinator"), reported(office)
    reported(office, who="syt-officer", key="form-0002", kind="system", text="=1+1 phần mềm chậm")
    assert does(coordinator, difficulty, "arrange", group="Mẫu trả lời", assigned="STP", due="2026-12-01") == 303
    assert does(coordinator, stored(office, difficulty.id), "answer", text=ANSWER) == 303
    person = office.at_desk(who)
    assert "Làm tệp Excel và PDF" in person.see("/difficulties/quarter?since=2026-10-01&until=2027-01-01").text
    assert person.submit("/jobs", key="quarter01", **QUARTER).status_code == 303
    do_jobs(office, office.frozen)
    made = files(office, "quarter01")
    assert set(made) == {"xlsx", "pdf", "csv"}
    page = person.see("/difficulties/quarter.csv?since=2026-10-01&until=2027-01-01").get_data()
    assert made["csv"] == page
    sheet = openpyxl.load_workbook(io.BytesIO(made["xlsx"])).worksheets[0]
    assert sheet.freeze_panes == "A2"
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row]
    assert [cell for cell in cells if cell.data_type == "f"] == []
    assert {cell.data_type for cell in sheet["D"][1:]} == {"n"}
    assert "=1+1 phần mềm chậm" in [cell.value for cell in cells]
    assert len(table(made["csv"])) == sheet.max_row - 1 == 2
    paper = text_of(made["pdf"], tmp_path)
    for words in ("Danh mục khó khăn, vướng mắc của các đơn vị", "Mẫu trả lời", "Chưa xếp nhóm", "Sở Tư pháp"):
        assert words in paper, words


def test_invalid_quarters_and_unauthorised_officers_are_refused() -> None:
    office = Office()
    coordinator = office.at_desk("coordinator")
    for no_day in ("x", "hồ sơ của bà Lan"):
        assert coordinator.submit("/jobs", key="wrong0000", **QUARTER | {"since": no_day}).status_code == 400
    assert coordinator.submit("/jobs", key="wrong0001", **QUARTER | {"until": "2026-10-01"}).status_code == 303
    do_jobs(office, office.frozen)
    assert "Ngày" in (job_of(office, "wrong0001").failure or "")
    assert office.at_desk("sxd-head").submit("/jobs", key="quarter02", **QUARTER).status_code == 403
