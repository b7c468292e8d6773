"""The desk marks units without active officers. The coordinators' office has officers but no handlers."""

from __future__ import annotations

from tests.unit.desk.office import Office
from tests.unit.desk.petition.test_placing import proposed


def test_the_coordinators_office_is_not_called_empty() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    office.changed(petition.code, unit="VPUB")
    page = office.at_desk("coordinator").see(f"/petitions/{petition.code}").text
    assert "(chưa có cán bộ)" in page  # others are listed
    assert "Văn phòng UBND thành phố Hà Nội (chưa có cán bộ xử lý)" in page


def test_a_unit_where_nobody_works_is_never_chosen_at_first() -> None:
    office = Office()
    for unit, chosen in (("SXD", "SXD"), ("SNV", ""), ("VPUB", "")):
        petition = proposed(office, unit)
        page = office.at_desk("coordinator").shown(f"/petitions/{petition.code}")["page"]
        assert page.assignment.unit == chosen, unit
        placed = office.at_desk("coordinator").shown("/?view=queue")["listing"].lines
        (line,) = [line for line in placed if line.code == petition.code]
        assert (line.placement.unit.id if line.placement.unit else "") == chosen, unit
