"""Official reports at the desk: requested, read, explored, frozen once, and corrected only by a new version."""

from __future__ import annotations

import csv
import gzip
import html
import io
import json
import re
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest

from petitions.adapters import reference
from petitions.domain.clock.punctuality import ON_TIME_WORDS
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.petition.classification import Classification, Nature, Statement
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.reports.periods import around, named
from petitions.domain.reports.report import Report, differences, imported, make_report
from petitions.domain.shared.instants import hanoi
from petitions.ports.store import Transaction
from petitions.usecases.reports.make_official_report import FACTS, INPUTS, RESULT
from petitions.usecases.shared.petition_changes import Actor, Change, change_petition, petition_in
from tests.unit.desk.office import Browser, Office
from tests.unit.desk.petition.entering import entered, local
from tests.unit.reports.making import do_jobs
from tests.unit.world import USER

AFTER = datetime(2027, 1, 4, 2, 0, tzinfo=UTC)
MARKS = ("Nguyễn Văn Mốc", "0912345678", "84912345678", "12 phố Trung Kính", USER, "Cán bộ một cửa")
YEAR_NAMED = "Biểu II.05a – Năm dương lịch 2026"
DATA_FILES = {
    "Kết quả, để đếm lại (JSON)": RESULT,
    "Hồ sơ của từng ô (JSON nén)": FACTS,
    "Dữ liệu vào, để đếm lại (JSON nén)": INPUTS,
}


class Reporting(Office):
    def works(self) -> None:
        do_jobs(self, self.frozen)

    def classified(self, code: str, nature: str) -> None:
        now = self.clock.now()
        given = Classification(
            nature=Nature(nature), statement=Statement.REPORT, field="khac", by="coordinator", at=now
        )

        def write(tx: Transaction) -> None:
            actor = Actor(Role.COORDINATOR, "coordinator")
            change_petition(tx, petition_in(tx, code), {"classified": given}, Change("classify", actor, now))  # type: ignore[arg-type]

        self.store.transact(write)


@pytest.fixture
def office() -> Reporting:
    office = Reporting()
    for user in ("1000000000000000001", "1000000000000000002"):
        office.files("UBND phường chậm trả giấy khai sinh", user=user)
    office.classified(min(petition.code for petition in office.petitions()), "conduct")
    office.clock.advance(seconds=(AFTER - office.clock.now()).total_seconds())
    return office


def asks(office: Reporting, person: Browser, **more: str) -> str:
    form = {"form": "II.05a", "period": "calendar_year", "name": "2026", "key": office.ids.token(), **more}
    answer = person.submit("/reports", **form)
    assert answer.status_code == 303, answer.text
    office.works()
    return str(answer.headers["Location"])


def cells_of(page: str, row: str) -> list[str]:
    found = re.search(rf'<th scope="row">{re.escape(row)}</th>(.*?)</tr>', page, re.DOTALL)
    assert found, page
    return [html.unescape(re.sub("<[^>]+>", "", item)) for item in re.findall(r"<td>(.*?)</td>", found[1], re.DOTALL)]


@pytest.mark.parametrize("who", ["coordinator", "inspector"])
def test_a_report_is_made_read_and_drilled_into(office: Reporting, who: str) -> None:
    person = office.at_desk(who)
    place = asks(office, person)
    page = person.see(place).text
    assert "chưa" not in page.split("<table")[0]
    assert cells_of(page, "Toàn thành phố")[:5] == ["2", "1", "–", "–", "1"]
    assert "đối chiếu trước khi ký" in page
    assert f"Đúng hạn toàn thành phố: 0%</b> (0 trên 2): {ON_TIME_WORDS}" in page
    behind = person.see(f"{place}/cells?row=HANOI&column=conduct").text
    codes = sorted(petition.code for petition in office.petitions())
    assert codes[0] in behind
    assert codes[1] not in behind
    assert f'<a href="/petitions/{codes[0]}">{office.petition(codes[0]).title}</a>' in behind
    assert person.see(f"{place}/cells?row=HANOI&column=nothing").status_code == 404
    assert person.see(f"{place}/cells?row=SXD&column=total").status_code == 404
    for stranger in ("sxd-head", "sxd-officer", "admin"):
        assert office.at_desk(stranger).see(place).status_code == 403
    other = {"coordinator": "inspector", "inspector": "coordinator"}[who]
    assert office.at_desk(other).see(place).status_code == 404


def new_in(office: Reporting, name: str) -> str:
    person = office.at_desk("coordinator")
    page = person.see(asks(office, person, period="calendar_month", name=name)).text
    place = [column.key for column in reference.report_forms().columns].index("new")
    return cells_of(page, "Toàn thành phố")[place]


@pytest.mark.parametrize(("is_frozen", "november", "december"), [(False, "1", "–"), (True, "–", "1")])
def test_what_is_entered_late_counts_when_it_was_received_unless_that_number_is_fixed(
    *, is_frozen: bool, november: str, december: str
) -> None:
    office = Reporting()
    received = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)
    office.clock.advance(seconds=(received + timedelta(days=1, hours=5) - office.clock.now()).total_seconds())
    if is_frozen:
        over = {"period": "calendar_month", "name": "2026-11", "do": "freeze", "sure": "1"}
        asks(office, office.at_desk("coordinator"), **over)
    office.clock.advance(days=1)
    entered(office, office.at_desk("sxd-officer"), received_at=local(received))
    office.clock.advance(days=1)
    assert (new_in(office, "2026-11"), new_in(office, "2026-12")) == (november, december)


def files_of(office: Reporting, person: Browser, place: str) -> dict[str, bytes]:
    page = person.see(place).text
    found = re.findall(r'<a href="([^"]+/files/\d+)" download>([^<]+)</a>', page)
    return {DATA_FILES.get(name, name): person.see(address).data for address, name in found}


def test_the_workbook_has_numbers_sums_and_a_frozen_head(office: Reporting) -> None:
    person = office.at_desk("inspector")
    files = files_of(office, person, asks(office, person))
    book = openpyxl.load_workbook(io.BytesIO(files[f"{YEAR_NAMED}.xlsx"]))
    sheet = book["Số liệu"]
    first = next(row for row in sheet.iter_rows() if row[1].value == "Toàn thành phố")
    assert sheet.freeze_panes == f"C{first[0].row}"
    rows = [row for row in sheet.iter_rows(min_row=first[0].row + 1) if row[0].value]
    assert {type(cell.value) for row in rows for cell in (row[0], *row[2:])} == {int}
    heads = [cell.value for cell in sheet[first[0].row - 1]]
    new = heads.index("Mới trong kỳ")
    assert first[new].value.startswith("=SUM(")
    values = openpyxl.load_workbook(io.BytesIO(files[f"{YEAR_NAMED}.xlsx"]), data_only=True)["Số liệu"]
    shown = [cell.value for cell in values[first[0].row]]
    assert shown[new] == sum(row[new].value for row in rows) == 2
    assert [cell.value for cell in book["Giải thích cột"][1]] == ["Nhóm", "Cột", "Đếm gì"]
    assert files[f"{YEAR_NAMED}.pdf"].startswith(b"%PDF-")
    heads, *lines = csv.reader(io.StringIO(files[f"{YEAR_NAMED}.csv"].decode().removeprefix("\ufeff")))
    assert len(heads) == len(shown) - 1
    assert heads[0] == "Đơn vị"
    assert lines[0] == ["Toàn thành phố", *map(str, shown[2:])]
    assert [line[1:] for line in lines[1:]] == [[str(cell.value) for cell in row[2:]] for row in rows]


@pytest.mark.parametrize("closed", [{"accused": "SNV"}, {"closed_with": ["SNV"]}, {"petition_class": "denunciation"}])
def test_an_inspector_reads_no_code_of_a_petition_that_is_closed_to_them(
    office: Reporting, closed: dict[str, object]
) -> None:
    """The inspector's own report leaves the closed petition out, a frozen one counts it without its code."""
    secret, other = sorted(petition.code for petition in office.petitions())
    for code, fields in ((secret, closed), (other, {})):
        office.changed(code, unit="SXD", **fields)  # inspectors cannot read petitions held by the coordinators
    coordinator, inspector = office.at_desk("coordinator"), office.at_desk("inspector")
    asks(office, coordinator, do="freeze", sure="1")
    (known,) = office.app.extensions["desk"].reports.all_frozen()
    own = asks(office, inspector)
    for place in (own, f"/reports/frozen/{known.id}/1"):
        page = inspector.see(place).text
        assert cells_of(page, "Toàn thành phố")[0] == {own: "1"}.get(place, "2")
        behind = inspector.see(f"{place}/cells?row=HANOI&column=total").text
        words = "Không gồm hồ sơ anh/chị không được xem" in behind, "Không gồm hồ sơ người lập không được xem" in page
        assert words == ((True, True) if place == own else (False, False))
        assert (secret in behind, other in behind) == (False, True)
        files = files_of(office, inspector, place)
        assert {FACTS, INPUTS}.isdisjoint(files)
        assert [name for name, content in files.items() if secret.encode() in content] == []
    numbers = [f"/jobs/{own.rpartition('/')[2]}/files/{{}}", f"/reports/frozen/{known.id}/1/files/{{}}"]
    for address in numbers:
        assert [inspector.see(address.format(number)).status_code for number in range(7)] == [200] * 4 + [404] * 3
    jobs = inspector.see("/jobs").text
    assert [name for name in (FACTS, INPUTS) if name in jobs] == []
    frozen = f"/reports/frozen/{known.id}/1"
    assert secret in coordinator.see(f"{frozen}/cells?row=HANOI&column=total").text
    assert {FACTS, INPUTS} <= files_of(office, coordinator, frozen).keys()


def test_no_file_contains_a_filer(office: Reporting) -> None:
    person = office.at_desk("coordinator")
    place = asks(office, person)
    files = files_of(office, person, place)
    assert len(files) == 6
    book = openpyxl.load_workbook(io.BytesIO(files.pop(f"{YEAR_NAMED}.xlsx")))
    texts = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    texts += [files[f"{YEAR_NAMED}.csv"].decode()]
    texts += [gzip.decompress(files[name]).decode() for name in (FACTS, INPUTS)] + [files[RESULT].decode()]
    texts += [person.see(place).text]
    behind = person.see(f"{place}/cells?row=HANOI&column=total").text  # with the titles, as lists have them
    stored = Petition.model_validate(office.store.documents[petition_path(office.petitions()[0].code)])
    hidden = (*MARKS, stored.contact.name, stored.contact.phone, stored.address, stored.citizen)
    assert [mark for mark in hidden for text in (*texts, behind) if mark in text] == []
    assert [text for text in texts if stored.content in text] == []


def test_downloaded_data_gives_the_same_hash(office: Reporting) -> None:
    person = office.at_desk("coordinator")
    files = files_of(office, person, asks(office, person))
    report = Report.model_validate_json(files[RESULT])
    forms = reference.report_forms()
    histories = imported(gzip.decompress(files[INPUTS]).splitlines())
    form = forms.forms[0]
    again, facts = make_report(forms, form, named(forms.periods, "calendar_year", "2026"), report.cut, histories)
    assert again.hash == report.hash
    assert json.loads(gzip.decompress(files[FACTS])) == [list(fact) for fact in facts]


def test_frozen_report_stays_with_a_late_correction_beside_it(office: Reporting) -> None:
    person = office.at_desk("coordinator")
    asks(office, person, do="freeze", sure="1")
    (known,) = office.app.extensions["desk"].reports.all_frozen()
    objects = dict(office.frozen.objects)
    office.clock.advance(seconds=300)
    asks(office, person, do="freeze", sure="1", restates="thử lại")
    (again,) = office.app.extensions["desk"].reports.all_frozen()
    assert [version.hash for version in again.versions] == [known.versions[0].hash]  # nothing has changed

    late = sorted(petition.code for petition in office.petitions())[1]
    office.classified(late, "content")
    asks(office, person, do="freeze", sure="1")
    assert "đính chính" in person.see("/jobs").text
    assert len(office.app.extensions["desk"].reports.all_frozen()[0].versions) == 1

    asks(office, person, do="freeze", sure="1", restates="Phân loại lại một hồ sơ")
    (restated,) = office.app.extensions["desk"].reports.all_frozen()
    assert [version.number for version in restated.versions] == [1, 2]
    assert restated.versions[0] == known.versions[0]
    audited = [office.store.documents[path] for path in office.store.paths("audit") if "/frozen-" in path]
    assert [(entry["action"], entry["subject"], entry["reason"]) for entry in audited] == [
        ("report_frozen", known.id, version.hash) for version in restated.versions
    ]
    assert objects.items() <= office.frozen.objects.items()
    first = person.see(f"/reports/frozen/{known.id}/1").text
    second = person.see(f"/reports/frozen/{known.id}/2").text
    assert cells_of(first, "Toàn thành phố")[:5] == ["2", "1", "–", "–", "1"]
    assert cells_of(second, "Toàn thành phố")[:5] == ["2", "1", "1", "–", "–"]
    assert "Phân loại lại một hồ sơ" in second
    assert "Thay đổi so với bản trước" in second
    assert late in person.see(f"/reports/frozen/{known.id}/2/cells?row=HANOI&column=content").text
    inspector = office.at_desk("inspector")
    assert len(files_of(office, inspector, f"/reports/frozen/{known.id}/2")) == 4
    assert inspector.see(f"/reports/frozen/{known.id}/3").status_code == 404
    assert inspector.see("/reports/frozen/none/1").status_code == 404

    office.classified(min(petition.code for petition in office.petitions()), "content")
    asks(office, person, do="freeze", sure="1", restates="Phân loại lại hồ sơ khác")
    reports = office.app.extensions["desk"].reports
    (third,) = reports.all_frozen()
    whole = [reports.frozen_report(version) for version in third.versions]
    assert [reports.changed(third, version) for version in third.versions] == [
        [], differences(whole[0], whole[1]), differences(whole[1], whole[2])
    ]  # fmt: skip
    assert differences(whole[0], whole[2]) != differences(whole[1], whole[2]) != []


def test_a_freezing_is_asked_for_once_more(office: Reporting) -> None:
    person = office.at_desk("coordinator")
    form = {"form": "II.05a", "period": "calendar_year", "name": "2026", "key": office.ids.token(), "do": "freeze"}
    answer = person.submit("/reports", **form)
    assert (answer.status_code, "xin đánh dấu là đã xem lại" in answer.text) == (400, True)
    office.works()
    assert office.frozen.objects == {}


def test_periods_are_grouped_by_year_and_the_last_quarter_is_chosen(office: Reporting) -> None:
    page = office.at_desk("coordinator").see("/reports").text
    years = re.findall(r'<optgroup label="([^"]+)">', page)
    assert years == sorted(years, reverse=True)
    assert len(years) <= 5
    now = hanoi(office.clock.now()).date()
    (chosen,) = re.findall(r'value="quarter:(\d+-\d)" selected', page)
    quarter = next(period for period in reference.report_forms().periods if period.kind == "quarter")
    last = named([quarter], "quarter", chosen)
    assert last.after == around(quarter, now).first


def test_a_period_that_is_not_over_is_not_frozen(office: Reporting) -> None:
    person = office.at_desk("coordinator")
    asks(office, person, name="2027", do="freeze", sure="1")
    assert "chưa kết thúc" in person.see("/jobs").text
    assert office.frozen.objects == {}


def test_a_history_with_a_hole_is_refused_with_its_code(office: Reporting) -> None:
    code = min(petition.code for petition in office.petitions())
    del office.store.documents[f"petitions/{code}/history/1"]
    person = office.at_desk("coordinator")
    page = person.see(asks(office, person)).text
    assert "Không lập được báo cáo" in page
    assert code in page


@pytest.mark.parametrize(
    "given",
    [
        {"form": "II.06"},
        {"period": "week"},
        {"name": "2026-1"},
        {"period": "days", "name": "", "first": "2026-12-05", "last": "2026-12-01"},
        {"period": "days", "name": "", "first": "2020-01-01", "last": "2026-12-01"},
        {"period": "days", "name": ""},
    ],
)
def test_impossible_report_is_refused_with_a_message(office: Reporting, given: dict[str, str]) -> None:
    person = office.at_desk("coordinator")
    form = {"form": "II.05a", "period": "calendar_year", "name": "2026", "key": "key00001", **given}
    answer = person.submit("/reports", **form)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert office.publisher.of("jobs") == []


def test_any_days_can_be_chosen(office: Reporting) -> None:
    person = office.at_desk("coordinator")
    today = (AFTER - timedelta(days=80)).date()
    place = asks(office, person, period="days", name="", first=f"{today}", last="2026-12-31", form="II.05b")
    assert cells_of(person.see(place).text, "Toàn thành phố")[0] == "2"
