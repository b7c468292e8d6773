"""The monthly management report, made and mailed as a link automatically or on request, without personal data."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from petitions.adapters import reference
from petitions.domain.difficulties.difficulty import KIND_LABELS, DifficultyKind
from petitions.domain.jobs.job import Job, JobState, job_path
from petitions.domain.notices.notice import Notice
from petitions.domain.officers.officer import officer_path
from petitions.errors import Retryable
from petitions.usecases.figures.fold_figures import PAGE
from petitions.usecases.jobs.sweep_jobs import SweepJobs
from petitions.usecases.management.send_management_report import SendManagementReport, sent_id
from petitions.usecases.officers.officer_mail import OfficerMail
from tests.unit.desk.difficulties.reported import reported
from tests.unit.desk.office import Office
from tests.unit.management.test_paper import text_of
from tests.unit.reports.making import do_jobs, management

OFF = datetime(2026, 12, 5, 2, 0, tzinfo=UTC)
"""A Saturday after a month with petitions."""
MONDAY = OFF + timedelta(days=2)
REASON = "Chị Nguyễn Thị Lan gọi 0912 345 678 mà không ai nghe, trả lời chung chung"
UNSAFE = "Nhà tôi ở 12 phố Trung Kính mà bảo sang chỗ khác"
MARKS = ("Nguyễn Thị Lan", "Trung Kính", "0912 345 678", "84912345678", "Cán bộ một cửa")


class Leading(Office):
    """A desk with the monthly schedule, jobs and figures, which run only when a test calls them."""

    def __post_init__(self) -> None:
        super().__post_init__()
        texts, calendar = reference.texts(), reference.calendar()
        mail = OfficerMail(texts, reference.directory(), "https://desk.test")
        self.send = SendManagementReport(self.store, self.publisher, self.clock, mail, calendar, management(self))
        self.ends = SweepJobs(self.store, self.publisher, self.clock, self.kept)

    def at(self, instant: datetime) -> None:
        self.clock.advance(seconds=(instant - self.clock.now()).total_seconds())
        self.fold()

    def works(self) -> None:
        do_jobs(self, self.frozen)

    def letters(self) -> list[Notice]:
        found = [Notice.model_validate(self.store.documents[path]) for path in self.store.paths("notices")]
        return [notice for notice in found if notice.kind == "management"]

    def job(self, month: str) -> Job:
        return Job.model_validate(self.store.documents[job_path(sent_id(month))])

    def rated(self, content: str, reason: str, **more: Any) -> None:
        filed = self.filed_in("SXD", content)
        rating = {"level": 3, "at": self.clock.now(), "reason": reason}
        self.store.update(f"petitions/{filed.code}", {"rating": rating} | more)


@pytest.fixture
def office() -> Leading:
    found = Leading()
    found.rated("UBND phường chậm trả giấy khai sinh", REASON)
    found.rated(
        "Cán bộ một cửa đòi thêm giấy", "Tố cáo đích danh cán bộ Mật", petition_class="denunciation", unit="VPUB"
    )
    found.rated("Cán bộ một cửa quát người dân", "Cán bộ Kín quát tôi", accused="SYT", unit="SYT")
    found.rated("Cán bộ một cửa chậm", UNSAFE, unit="STP")
    reported(found, key="form-0007")
    return found


def test_it_is_made_on_the_first_working_day_and_its_numbers_mailed_once_to_every_head(office: Leading) -> None:
    office.at(OFF)
    assert office.send() == 0
    assert office.store.paths("jobs") == []
    office.at(MONDAY)
    assert office.send() == 0
    assert office.send() == 0  # it is not done yet
    office.works()
    assert office.send() == 2
    assert [office.send() for _ in range(3)] == [0, 0, 0]
    assert len([message for message in office.publisher.of("jobs") if message.data["id"] == sent_id("2026-11")]) == 1
    letters = office.letters()
    assert sorted(letter.officer or "" for letter in letters) == ["sxd-head", "syt-head"]
    for letter in letters:
        assert letter.channel == "email"
        assert not letter.files
        assert "11/2026" in (letter.subject or "")
        assert "Tháng 11/2026 nhận 4 hồ sơ mới, trả lời 0" in letter.text
        assert "Đang quá hạn 4 hồ sơ" in letter.text
        assert [mark for mark in MARKS if mark in letter.text] == []


def test_the_address_in_the_letter_shows_the_month_for_as_long_as_there_are_figures(office: Leading) -> None:
    office.at(MONDAY)
    office.send()
    office.works()
    office.send()
    found = re.search(r"https://desk.test(/management\S+)", office.letters()[0].text)
    assert found
    office.clock.advance(days=90)
    office.ends()
    page = office.at_desk("sxd-head").see(found[1])
    assert page.status_code == 200
    assert "Tháng 11/2026 nhận 4 hồ sơ mới" in page.text
    assert office.at_desk("sxd-head").see("/management?month=2027-13").status_code == 400


def test_a_head_reads_it_for_a_day_and_then_has_it_made_anew(office: Leading, tmp_path: Path) -> None:
    office.at(MONDAY)
    office.send()
    person = office.at_desk("sxd-head")
    assert "<progress" in person.see("/management").text
    office.works()
    page = person.see("/management").text
    assert "hệ thống lập đầu tháng" in page
    (address, _) = re.findall(r'href="(/jobs/[^"]+/files/\d)"', page)
    text = text_of(person.see(address).data, tmp_path)
    assert "Báo cáo điều hành tháng 11/2026" in text
    office.clock.advance(days=1)
    office.ends()
    assert office.job("2026-11").state is JobState.EXPIRED
    person = office.at_desk("sxd-head")
    assert person.see(address).status_code == 404
    assert "hết hạn" in person.see("/management").text
    answer = person.submit("/management", name="2026-11", key="key00000001")
    assert answer.status_code == 303
    office.works()
    assert len(re.findall(r'href="(/jobs/[^"]+/files/\d)"', person.see("/management").text)) == 2


def test_nobodys_data_and_no_confidential_matter_is_in_it(office: Leading, tmp_path: Path) -> None:
    office.at(MONDAY)
    office.send()
    office.works()
    paper, numbers = (b"".join(office.kept.read(file.object)) for file in office.job("2026-11").files)
    text = text_of(paper, tmp_path) + numbers.decode() + office.at_desk("sxd-head").see("/management").text
    assert "không ai nghe, trả lời chung chung" in text
    assert [mark for mark in MARKS if mark in text] == []
    assert "Mật" not in text
    assert "Kín" not in text
    assert all(petition.code not in text for petition in office.petitions())
    assert KIND_LABELS[DifficultyKind.SYSTEM] in text or "Khó khăn" in text


def test_a_month_that_is_not_over_or_not_one_is_refused_with_words(office: Leading) -> None:
    office.at(MONDAY)
    person = office.at_desk("coordinator")
    for name in ("2026-12", "2027-01", "2026-13", "", "2020-01", "nothing"):
        answer = person.submit("/management", name=name, key="key00000002")
        assert answer.status_code == 400, name
        assert 'role="alert"' in answer.text
    assert office.publisher.of("jobs") == []


def test_heads_coordinators_and_inspectors_may_read_it_and_nobody_else(office: Leading) -> None:
    office.at(MONDAY)
    office.send()
    office.works()
    mine = office.at_desk("sxd-head").submit("/management", name="2026-10", key="key00000003")
    assert mine.status_code == 303
    office.works()
    for who in ("sxd-head", "syt-head", "coordinator", "inspector"):
        assert office.at_desk(who).see(f"/jobs/{sent_id('2026-11')}/files/0").status_code == 200
        own = office.at_desk(who).see("/jobs/sxd-head-key00000003/files/0").status_code
        assert own == (200 if who == "sxd-head" else 404)
    for who in ("sxd-officer", "admin"):
        assert office.at_desk(who).see("/management").status_code == 403
        assert office.at_desk(who).see(f"/jobs/{sent_id('2026-11')}/files/0").status_code == 404
    deed = [path for path in office.store.paths("audit") if office.store.documents[path]["action"] == "job_fetched"]
    assert len(deed) == 5


def test_figures_that_are_behind_are_waited_for(office: Leading) -> None:
    office.fold()
    for number in range(PAGE):  # more than a page reads beside the stored figures
        office.filed_in("SXD", f"UBND phường chậm trả giấy khai sinh lần {number}")
    office.clock.advance(seconds=(MONDAY - office.clock.now()).total_seconds())
    with pytest.raises(Retryable, match="not complete"):
        management(office)("2026-11")
    office.send()
    with pytest.raises(Retryable):
        office.works()
    assert office.job("2026-11").state is JobState.QUEUED
    office.fold()
    office.works()
    assert office.job("2026-11").state is JobState.DONE


def test_the_same_moment_gives_the_same_bytes(office: Leading) -> None:
    office.at(MONDAY)
    person = office.at_desk("coordinator")
    before = office.clock.now()
    for key in ("key00000004", "key00000005"):
        assert person.submit("/management", name="2026-11", key=key).status_code == 303
        office.clock.advance(seconds=-(office.clock.now() - before).total_seconds())
    office.works()
    hashes = {
        tuple(document["sha256"] for document in office.store.documents[path]["files"])
        for path in office.store.paths("jobs")
    }
    assert len(hashes) == 1


def test_former_head_gets_no_mail(office: Leading) -> None:
    office.store.update(officer_path("syt-head"), {"left_at": office.clock.now()})
    office.at(MONDAY)
    office.send()
    office.works()
    assert office.send() == 1
