"""A desk at the end of a year with petitions answered on time and late, and the steps of its scoring."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from petitions.domain.petition.petition import Petition
from petitions.domain.scoring.scoring import Scoring
from tests.unit.desk.office import Browser, Office
from tests.unit.reports.making import do_jobs

AFTER = datetime(2027, 1, 4, 2, 0, tzinfo=UTC)
YEAR = "calendar-year-2026"
ANSWER = (
    "Sở đã kiểm tra tại chỗ, yêu cầu bộ phận một cửa trả kết quả trong ngày 26/11 và niêm yết lại quy trình ở quầy; "
    "người nộp hồ sơ đã nhận giấy, không phải nộp thêm giấy tờ nào, cán bộ liên quan đã được nhắc nhở bằng văn bản."
)


def answered(office: Office, unit: str = "sxd", *, late: bool = False) -> Petition:
    petition = office.filed_in(unit.upper())
    officer, head = office.at_desk(f"{unit}-officer"), office.at_desk(f"{unit}-head")
    officer.submit(f"/petitions/{petition.code}/take-up", version=petition.version)
    if late:
        office.clock.advance(days=30)
        officer, head = office.at_desk(f"{unit}-officer"), office.at_desk(f"{unit}-head")
    done = officer.does(office.petition(petition.code), "submit_answer", text=ANSWER, no_evidence="Đã xong tại chỗ")
    assert done.status_code == 303, done.text
    assert head.does(office.petition(petition.code), "approve", text="Đã xem").status_code == 303
    return office.petition(petition.code)


def a_year(office: Office) -> tuple[list[Petition], Petition]:
    in_time = [answered(office), answered(office)]
    late = answered(office, late=True)
    office.clock.advance(seconds=(AFTER - office.clock.now()).total_seconds())
    return in_time, late


def works(office: Office) -> None:
    do_jobs(office, office.frozen)


def key_on(browser: Browser, path: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', browser.see(path).text)
    assert found
    return found[1]


def make(office: Office, inspector: Browser, **more: str) -> Scoring:
    done = inspector.submit("/scoring/make", name="2026", key=key_on(inspector, "/scoring"), **more)
    assert done.status_code == 303, done.text
    works(office)
    return stored(office)


def freeze(office: Office, inspector: Browser) -> Scoring:
    done = inspector.submit(f"/scoring/{YEAR}/freeze", key=key_on(inspector, "/scoring"), sure="1")
    assert done.status_code == 303, done.text
    works(office)
    return stored(office)


def stored(office: Office) -> Scoring:
    return Scoring.model_validate(office.store.documents[f"scorings/{YEAR}"])
