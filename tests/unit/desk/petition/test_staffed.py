"""Units without working staff. The coordinators' office has people, but no handlers of petitions."""

from __future__ import annotations

from tests.unit.desk.office import Office


def test_the_coordinators_office_is_not_called_empty() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    office.changed(petition.code, unit="VPUB")
    page = office.at_desk("coordinator").see(f"/petitions/{petition.code}").text
    assert "(chưa có cán bộ)" in page  # others are listed
    assert "Văn phòng UBND thành phố Hà Nội (chưa có cán bộ xử lý)" in page
