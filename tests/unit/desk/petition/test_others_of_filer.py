"""A filer's other petitions, shown to officers with access to both unless confidential."""

from __future__ import annotations

from typing import Any

import pytest

from petitions.domain.petition.petition import Petition
from tests.unit.desk.office import Office

HEADING = "Hồ sơ khác của người này"


@pytest.fixture
def office() -> Office:
    return Office()


def given(office: Office, unit: str, content: str, **fields: Any) -> Petition:
    petition = office.filed_in(unit, content)
    office.store.update(f"petitions/{petition.code}", {"citizen": "one-filer"} | fields)
    return office.petition(petition.code)


def others(office: Office, who: str, petition: Petition) -> list[str]:
    browser = office.at_desk(who)
    found = browser.shown(f"/petitions/{petition.code}")["page"].others
    page = browser.see(f"/petitions/{petition.code}").text
    assert (HEADING in page) == bool(found)
    listed = page.partition(HEADING)[2].partition("</ul>")[0]
    assert all(item.code in listed for item in found)
    return [item.code for item in found]


def test_other_petitions_are_listed_for_officers_with_access_to_both_filers(office: Office) -> None:
    first = given(office, "SXD", "Vỉa hè bị đào xới suốt ba tháng")
    second = given(office, "SXD", "Thủ tục cấp phép xây dựng phải bổ sung bốn lần")
    third = given(office, "SYT", "Trạm y tế phường đóng cửa giờ hành chính")
    assert others(office, "sxd-officer", first) == [second.code]
    assert others(office, "syt-officer", third) == []
    assert set(others(office, "coordinator", first)) == {second.code, third.code}
    assert others(office, "inspector", first) == []
    other = given(office, "SXD", "Đèn đường hỏng cả tuần", citizen="somebody-else")
    assert others(office, "coordinator", other) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"accused": "PX-00175"},
        {"petition_class": "denunciation"},
        {"petition_class": "complaint"},
        {"source": "portal"},
    ],
)
def test_no_links_between_a_protected_petition_and_others_of_its_filer(office: Office, fields: dict[str, Any]) -> None:
    plain = given(office, "VPUB", "Vỉa hè bị đào xới suốt ba tháng")
    kept = given(office, "VPUB", "Thủ tục cấp phép xây dựng phải bổ sung bốn lần", **fields)
    assert others(office, "coordinator", kept) == []
    assert others(office, "coordinator", plain) == ([kept.code] if fields == {"source": "portal"} else [])


def test_nothing_is_listed_for_an_erased_filer(office: Office) -> None:
    now = office.clock.now()
    first = given(office, "SXD", "Vỉa hè bị đào xới suốt ba tháng", restricted_at=now)
    second = given(office, "SXD", "Thủ tục cấp phép xây dựng phải bổ sung bốn lần")
    assert others(office, "coordinator", first) == others(office, "coordinator", second) == []
