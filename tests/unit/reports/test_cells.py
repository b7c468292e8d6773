"""A report's rows, the petitions behind a cell, and the petition's fields used if its history lacks them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from petitions.domain.jobs.job import Job, JobFile, job_path
from petitions.domain.lifecycle.states import Role, State
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.classification import Classification, Nature, Statement
from petitions.domain.petition.history_counts import CITY
from petitions.domain.petition.petition import Contact, Petition, petition_path
from petitions.domain.reports.facts import Fact
from petitions.domain.reports.forms import behind, row_of
from petitions.domain.reports.histories import NOTHING, RawLine, history_of
from petitions.domain.reports.report import make_report
from petitions.domain.shared.records import replace
from petitions.errors import NotFound
from petitions.usecases.jobs.read_jobs import ReadJobs
from petitions.usecases.reports import read_reports
from petitions.usecases.reports.read_reports import KIND, ReadReports
from tests.fakes import FakeClock, FakeFiles, FakeIds, FakeStore
from tests.unit.reports.test_balance import CUT, FORMS, GOOD, PERIOD

BY = Officer(id="o", name="An", email="o@example.vn", unit="VPUB", role=Role.COORDINATOR)
REPORT, FACTS = make_report(FORMS, FORMS.forms[0], PERIOD, CUT, [GOOD])
TICK = timedelta(microseconds=1)


def petition(code: str, **more: object) -> Petition:
    fields = {"code": code, "citizen": "c", "title": f"Của {code}", "content": "t", "address": "a", "unit": "SXD"}
    own = {"contact": Contact(name="n", phone="p"), "state": State.IN_PROGRESS, "filed_at": CUT}
    return Petition.model_validate(fields | own | more)


class Reading:
    def __init__(self) -> None:
        self.store, clock, files = FakeStore(), FakeClock(), FakeFiles()
        self.read = ReadReports(self.store, ReadJobs(self.store, clock, FakeIds(), files), files, files)
        self.files, self.at = files, clock.now()
        self.column = next(one for one in REPORT.columns if behind(REPORT.row_kind, one, CITY, FACTS))
        for code in "ABCDE":
            self.store.create(petition_path(code), petition(code).stored())

    @property
    def facts(self) -> list[Fact]:
        return [fact._replace(code=code) for code in "DBACE" for fact in FACTS]

    def page(self, after: str = "", row: str = CITY) -> tuple[str, str]:
        found = self.read._behind(BY, REPORT, self.facts, row, self.column.key, after)
        return "".join(line.code for line in found.lines), found.next


@pytest.mark.parametrize(
    ("size", "pages"),
    [
        (2, [("AB", "B"), ("CD", "D"), ("E", "")]),
        (5, [("ABCDE", "")]),
        (4, [("ABCD", "D"), ("E", "")]),
        (1, [(code, "" if code == "E" else code) for code in "ABCDE"]),
    ],
)
def test_the_petitions_behind_a_cell_are_shown_once_and_in_pages(
    monkeypatch: pytest.MonkeyPatch, size: int, pages: list[tuple[str, str]]
) -> None:
    monkeypatch.setattr(read_reports, "PAGE", size)
    reading, after = Reading(), ""
    for expected in pages:
        found = reading.page(after)
        assert found == expected
        after = found[1]


def test_there_is_nothing_behind_a_cell_that_is_none() -> None:
    reading = Reading()
    with pytest.raises(NotFound):
        reading.page(row="no-row")
    with pytest.raises(NotFound):
        reading.read._behind(BY, REPORT, [], CITY, "no-column", "")


@pytest.mark.parametrize(("kind", "name", "found"), [
    (KIND, "a.csv", True), (KIND, "b.csv", False), ("list_files", "a.csv", False),
])  # fmt: skip
def test_only_a_report_of_ones_own_is_read(kind: str, name: str, *, found: bool) -> None:
    reading = Reading()
    reading.files.put("o", b"content", "text/csv")
    file = JobFile(object="o", name="a.csv", media_type="text/csv", size=7, sha256="aa")
    job = Job(
        id="j", kind=kind, by=BY.id, role=BY.role, unit=BY.unit, asked_at=reading.at, files=[file],
        expires_at=reading.at + timedelta(days=1),
    )  # fmt: skip
    reading.store.create(job_path("j"), job.stored())
    assert reading.read.own(BY) == ([job] if kind == KIND else [])
    if found:
        assert reading.read._own(BY, "j", name) == b"content"
        return
    with pytest.raises(NotFound):
        reading.read._own(BY, "j", name)


@pytest.mark.parametrize(
    ("kind", "unit", "row"),
    [
        ("units", "PX-00004", "PX-00004"), ("units", "VPUB", "VPUB"), ("levels", "PX-00004", "wards"),
        ("levels", "VPUB", "coordinators"), ("levels", "SXD", "departments"),
    ],
)  # fmt: skip
def test_a_unit_is_counted_in_its_own_row_or_in_that_of_its_level(kind: str, unit: str, row: str) -> None:
    assert row_of(kind, unit) == row  # type: ignore[arg-type]


def line(nature: str = NOTHING, statement: str = NOTHING) -> RawLine:
    return RawLine(
        1, round(CUT.timestamp() * 1_000_000), "filed", "SXD", "", "new", 0, NOTHING, NOTHING, nature, statement, 0,
        has_figures=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("own", "after", "expected"),
    [
        (NOTHING, timedelta(0), ("content", "proposal")),
        (NOTHING, -TICK, ("content", "proposal")),
        (NOTHING, TICK, (NOTHING, NOTHING)),
        ("conduct", timedelta(0), ("conduct", "report")),
    ],
)
def test_a_classification_that_no_line_holds_is_the_petitions_if_it_was_known_at_the_cut(
    own: str, after: timedelta, expected: tuple[str, str]
) -> None:
    given = Classification(
        nature=Nature.CONTENT, statement=Statement.PROPOSAL, field="khac", by="o", at=CUT + after
    )  # fmt: skip
    raw = line(own, "report" if own != NOTHING else NOTHING)
    found = history_of("A", [raw], CUT, replace(petition("A"), classified=given))
    assert (found.nature, found.statement) == expected
    assert history_of("A", [raw], CUT).nature == own
