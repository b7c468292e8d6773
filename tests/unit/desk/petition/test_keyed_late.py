"""Petitions entered after their deadline for acceptance: a warning before filing, and a count for the unit."""

from __future__ import annotations

from datetime import datetime

from petitions.domain.language.texts import hanoi_time
from petitions.domain.publishing.late_step import late_step
from petitions.domain.shared.records import HANOI
from tests.unit.desk.office import Office
from tests.unit.desk.petition.entering import entered, typed

RECEIVED = "2026-11-16T08:30"


def due(office: Office) -> str:
    at = office.timekeeping.reception_due(datetime.fromisoformat(RECEIVED).replace(tzinfo=HANOI))
    assert at < office.clock.now()
    return hanoi_time(at)


def test_the_read_back_names_the_deadline_that_is_past() -> None:
    office = Office()
    clerk = office.at_desk("sxd-officer")
    late = clerk.submit("/take-in", **typed(office, received_at=RECEIVED), do="check").text
    assert f"Đã quá hạn tiếp nhận: {due(office)}" in late
    assert "Đã quá hạn" not in clerk.submit("/take-in", **typed(office), do="check").text


def test_the_receipt_promises_nothing_that_is_past() -> None:
    office = Office()
    clerk = office.at_desk("sxd-officer")
    petition = entered(office, clerk, received_at=RECEIVED)
    receipt = clerk.see(f"/petitions/{petition.code}/receipt").text
    assert "hay không trước" not in receipt
    assert f"hạn, tính từ lúc nhận, là {due(office)}, đã qua khi lập biên nhận này." in receipt
    in_time = entered(office, clerk, key="form-0002")
    path = f"/petitions/{in_time.code}/receipt"
    assert "đã qua" not in clerk.see(path).text
    office.clock.advance(days=4)
    assert "đã qua khi lập biên nhận này" in office.at_desk("sxd-officer").see(path).text


def test_the_page_of_the_petition_says_that_it_was_entered_late() -> None:
    office = Office()
    clerk = office.at_desk("sxd-officer")
    late, in_time = entered(office, clerk, received_at=RECEIVED), entered(office, clerk, key="form-0002")
    for petition in (late, in_time):
        office.changed(petition.code, unit="SXD")
    shown = clerk.see(f"/petitions/{late.code}").text
    assert "Nhập muộn" in shown.split("</h1>")[1][:1500]
    assert "Nhập muộn" not in clerk.see(f"/petitions/{in_time.code}").text


def test_the_step_that_was_due_before_the_entry_is_not_the_units_fault() -> None:
    office = Office()
    petition = entered(office, office.at_desk("sxd-officer"), received_at=RECEIVED)
    step = late_step(petition)
    assert step
    assert step.is_late(office.clock.now())
    assert step.keyed_late
    in_time = late_step(entered(office, office.at_desk("sxd-officer"), key="form-0002"))
    assert in_time
    assert not in_time.keyed_late


def test_the_figures_name_the_unit_that_keyed_it_late() -> None:
    office = Office()
    clerk = office.at_desk("sxd-officer")
    petition = entered(office, clerk, received_at=RECEIVED)
    assert office.petition(petition.code).taken.late  # type: ignore[union-attr]
    in_time = entered(office, clerk, key="form-0002")
    assert not office.petition(in_time.code).taken.late  # type: ignore[union-attr]
    for code in (petition.code, in_time.code):
        office.changed(code, unit="SYT")
    while office.fold():
        continue
    page = office.at_desk("coordinator").see("/figures").text
    assert "Nhập muộn:" in page
    assert "Đơn vị nhập: Sở Xây dựng 1." in page
    overdue = office.parts.overdue("SYT", office.officer("syt-head"))
    assert (overdue.keyed_late, overdue.keyed_by) == (1, {"SXD": 1})
