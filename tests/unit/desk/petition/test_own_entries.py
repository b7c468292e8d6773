"""The petitions that an officer has entered, wherever they are now, with public data only."""

from __future__ import annotations

from petitions.domain.lifecycle.states import State
from tests.unit.desk.office import Office
from tests.unit.desk.petition.entering import GIVEN, entered

PAGE = "/take-in/mine"


def test_petition_routed_away_is_found_with_its_receipt() -> None:
    office = Office()
    clerk = office.at_desk("sxd-officer")
    petition = entered(office, clerk)
    office.changed(petition.code, unit="SYT", state=State.AWAITING_APPROVAL)
    assert clerk.see(f"/petitions/{petition.code}").status_code == 404
    page = clerk.see(PAGE).text
    assert petition.code in page
    assert f"/petitions/{petition.code}/receipt" in page
    assert "Đang xử lý" in page  # public data
    for secret in (GIVEN["content"], GIVEN["name"], "Sở Y tế", "SYT"):
        assert secret not in page
    assert petition.code not in office.at_desk("sxd-head").see(PAGE).text


def test_accusation_of_their_own_unit_looks_like_any_other() -> None:
    office = Office()
    clerk = office.at_desk("sxd-officer")
    one, other = entered(office, clerk, key="form-0001"), entered(office, clerk, key="form-0002")
    office.changed(one.code, accused="SXD", unit="VPUB")
    office.changed(other.code, unit="VPUB")
    page = clerk.see(PAGE).text.replace(other.code, one.code)
    rows = [row for row in page.split("<tr>") if one.code in row]
    assert len(rows) == 2
    assert (
        rows[0].split("</tr>")[0].split('<td data-label="Trạng thái">')[1]
        == (rows[1].split("</tr>")[0].split('<td data-label="Trạng thái">')[1])
    )


def test_it_is_reached_from_where_one_enters_and_ends_after_thirty_days() -> None:
    office = Office()
    clerk = office.at_desk("sxd-officer")
    petition = entered(office, clerk)
    for path in ("/take-in", f"/petitions/{petition.code}/receipt"):
        assert f'href="{PAGE}"' in clerk.see(path).text
    office.clock.advance(days=31)
    clerk = office.at_desk("sxd-officer")
    assert petition.code not in clerk.see(PAGE).text
    assert "Chưa nhập hồ sơ nào" in clerk.see(PAGE).text
