"""A coordinator erases a citizen who asked for it elsewhere."""

from __future__ import annotations

from tests.unit.desk.office import Office

WHY = "Đơn đề nghị ngày 23/11 của công dân"


def test_a_coordinator_erases_with_a_reason_that_is_kept() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    browser = office.at_desk("coordinator")
    page = f"/petitions/{petition.code}"
    assert f'action="{page}/erase"' in browser.see(page).text
    answer = browser.submit(f"{page}/erase", reason=WHY)
    assert (answer.status_code, answer.headers["Location"]) == (303, page)
    (audit,) = [office.store.documents[path] for path in office.store.paths("audit")]
    assert (audit["officer"], audit["what"], audit["code"]) == ("coordinator", "erasure", petition.code)
    assert (audit["citizen"], audit["reason"]) == (petition.citizen, WHY)
    assert office.store.documents[f"citizens/{petition.citizen}"].get("contact") is None
    office.clock.advance(minutes=1)
    office.erase()
    assert office.petition(petition.code).contact.name == ""
    shown = browser.see(page).text
    assert "Dữ liệu cá nhân của công dân đã được xóa" in shown
    assert "/erase" not in shown
    assert "/reveal" not in shown


def test_without_a_reason_nothing_is_erased_and_once_is_enough() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    browser = office.at_desk("coordinator")
    page = f"/petitions/{petition.code}"
    refused = browser.submit(f"{page}/erase", reason="vì")
    assert refused.status_code == 400
    assert "Xin ghi lý do xóa" in refused.text
    assert not office.store.paths("erasures")
    browser.submit(f"{page}/erase", reason=WHY)
    office.clock.advance(minutes=1)
    office.erase()
    again = browser.submit(f"{page}/erase", reason=WHY)
    assert again.status_code == 400
    assert "đã được xóa" in again.text


def test_only_coordinators_see_the_button() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    assert "/erase" not in office.at_desk("sxd-head").see(f"/petitions/{petition.code}").text
