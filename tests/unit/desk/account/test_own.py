from __future__ import annotations

from datetime import timedelta

import pytest

from petitions.domain.petition.petition import Petition
from tests.unit.desk.office import Browser, Office

PLAN = "Bổ sung một cán bộ, trả lời trong tuần này."


def overdue(office: Office) -> Petition:
    petition = office.filed_in("SXD")
    office.clock.at = petition.clocks["reception"].due_at + timedelta(hours=1)
    return office.petition(petition.code)


def plans(browser: Browser, petition: Petition, text: str = PLAN, until: str = "2026-12-04") -> int:
    path = f"/petitions/{petition.code}/recovery"
    return browser.submit(path, version=petition.version, text=text, until=until).status_code


def test_the_head_plans_and_the_coordinators_see_it() -> None:
    office = Office()
    petition = overdue(office)
    head, coordinator = office.at_desk("sxd-head"), office.at_desk("coordinator")
    assert "Gửi lý do và ngày mới" in head.see(f"/petitions/{petition.code}").text
    assert plans(head, petition) == 303
    after = office.petition(petition.code)
    assert after.recovery is not None
    assert (after.recovery.text, after.recovery.by, f"{after.recovery.until}") == (PLAN, "sxd-head", "2026-12-04")
    assert (after.state, after.version) == (petition.state, petition.version + 1)
    page = coordinator.see(f"/petitions/{petition.code}").text
    assert PLAN in page
    assert "Hẹn xong trước 04/12/2026" in page
    line = coordinator.see("/?view=open").text
    assert "Hẹn 04/12 · Tiếp nhận trước" in line
    assert "Lỡ hẹn" not in line
    (listed,) = coordinator.listed("view=open")
    assert f"{listed.recovery.until}" == "2026-12-04"


def test_a_missed_plan_is_flagged_beside_the_legal_deadline_until_the_petition_is_finished() -> None:
    office = Office()
    petition = overdue(office)
    assert plans(office.at_desk("sxd-head"), petition) == 303
    office.clock.at += timedelta(days=42)
    coordinator = office.at_desk("coordinator")
    line = coordinator.see("/?view=open").text
    assert '<b class="bad">Lỡ hẹn 04/12</b> · Tiếp nhận trước <time' in line
    for path in (f"/petitions/{petition.code}", "/boards/lateness"):
        assert "Lỡ hẹn" in coordinator.see(path).text, path
    office.store.update(f"petitions/{petition.code}", {"state": "closed"})
    assert "Lỡ hẹn" not in coordinator.see(f"/petitions/{petition.code}").text


@pytest.mark.parametrize(
    ("who", "status"), [("sxd-officer", 403), ("coordinator", 403), ("inspector", 403), ("syt-head", 404)]
)
def test_only_the_head_of_the_unit_plans(who: str, status: int) -> None:
    office = Office()
    petition = overdue(office)
    assert plans(office.at_desk(who), petition) == status
    assert "Gửi lý do và ngày mới" not in office.at_desk(who).see(f"/petitions/{petition.code}").text
    assert office.petition(petition.code).recovery is None


@pytest.mark.parametrize(
    ("text", "until"),
    [("ngắn", "2026-12-04"), (PLAN, "2026-11-01"), (PLAN, ""), (PLAN, "mai"), ("x" * 1001, "2026-12-04")],
)
def test_a_plan_has_words_and_a_day_to_come(text: str, until: str) -> None:
    office = Office()
    petition = overdue(office)
    head = office.at_desk("sxd-head")
    path = f"/petitions/{petition.code}/recovery"
    answer = head.submit(path, version=petition.version, text=text, until=until)
    assert answer.status_code == 400
    assert text in answer.text  # typed values are kept
    assert office.petition(petition.code).recovery is None


def test_petition_in_time_needs_no_plan_and_an_outdated_page_is_a_conflict() -> None:
    office = Office()
    assert plans(office.at_desk("sxd-head"), office.filed_in("SXD")) == 400
    petition = overdue(office)
    head = office.at_desk("sxd-head")
    assert plans(head, petition) == 303
    assert plans(head, petition) == 409
    assert plans(head, office.petition(petition.code)) == 303


def test_an_officer_gives_and_takes_back_their_phone() -> None:
    office = Office()
    browser = office.at_desk("sxd-officer")
    assert "on_duty" not in browser.see("/me").text
    assert browser.submit("/me/settings", phone="0912 345 678", on_duty="1").status_code == 303
    stored = office.store.documents["officers/sxd-officer"]
    assert (stored["phone"], stored["on_duty"]) == ("84912345678", False)  # only coordinators are ever on duty
    assert "0912345678" in browser.see("/me").text
    assert browser.submit("/me/settings", phone="12").status_code == 400
    assert browser.submit("/me/settings", phone="").status_code == 303
    assert "phone" not in office.store.documents["officers/sxd-officer"]


def test_a_coordinator_goes_on_duty() -> None:
    office = Office()
    browser = office.at_desk("coordinator")
    assert browser.submit("/me/settings", phone="", on_duty="1").status_code == 303
    assert office.store.documents["officers/coordinator"]["on_duty"] is True
    assert "checked" in browser.see("/me").text
    assert browser.submit("/me/settings", phone="").status_code == 303
    assert office.store.documents["officers/coordinator"]["on_duty"] is False
