"""A danger to life in a petition entered by an officer or system: a warning, and a notice to duty officers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from petitions.domain.contact.contact_request import ContactReason, ContactRequest, contact_path
from petitions.domain.officers.officer import officer_path
from petitions.domain.petition.petition import Petition
from tests.unit.desk.api.systems import story, system
from tests.unit.desk.office import Office
from tests.unit.desk.petition.entering import entered, typed

DANGER = "Nhà số 5 phố Trung Kính đang cháy, có hai cháu nhỏ mắc kẹt trong nhà"
BANNER = "Bảo người gửi gọi ngay 113"
NIGHT = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)


@pytest.fixture
def office() -> Office:
    made = Office()
    made.store.update(officer_path("coordinator"), {"on_duty": True})
    return made


def alarm(office: Office, petition: Petition) -> ContactRequest | None:
    found = office.store.documents.get(contact_path(f"{petition.code}-emergency"))
    return ContactRequest.model_validate(found) if found else None


def test_officer_entering_a_danger_is_warned_before_and_after_filing(office: Office) -> None:
    clerk = office.at_desk("sxd-officer")
    check = clerk.submit("/take-in", **typed(office, content=DANGER), do="check").text
    assert BANNER in check
    assert "cán bộ trực của Văn phòng UBND thành phố được báo ngay" in check
    assert alarm_count(office) == 0
    petition = entered(office, clerk, content=DANGER)
    request = alarm(office, petition)
    assert request
    assert (request.why, request.unit, request.code) == (ContactReason.EMERGENCY, "VPUB", petition.code)
    assert request.informed == ("coordinator",)
    receipt = clerk.see(f"/petitions/{petition.code}/receipt").text
    assert BANNER in receipt
    assert "đã được báo lúc" in receipt


def alarm_count(office: Office) -> int:
    return len([path for path in office.store.paths("contact_requests") if path.endswith("-emergency")])


def test_harmless_text_alarms_nobody(office: Office) -> None:
    clerk = office.at_desk("sxd-officer")
    assert BANNER not in clerk.submit("/take-in", **typed(office), do="check").text
    petition = entered(office, clerk)
    assert alarm(office, petition) is None
    assert BANNER not in clerk.see(f"/petitions/{petition.code}/receipt").text


def test_a_form_that_is_sent_twice_alarms_once(office: Office) -> None:
    clerk = office.at_desk("sxd-officer")
    assert entered(office, clerk, content=DANGER).code == entered(office, clerk, content=DANGER).code
    assert alarm_count(office) == 1
    assert len([path for path in office.store.paths("notices") if "-emergency-" in path]) == 1


def test_another_system_gets_a_warning_of_a_possible_danger(office: Office) -> None:
    known = system(office)
    for new in (True, False):
        done = known.post("/petitions", story(office, content=DANGER), once="call-000001").get_json()
        assert (done["new"], done["danger"]) == (new, True)
    assert alarm_count(office) == 1
    assert not known.post("/petitions", story(office, 2), once="call-000002").get_json()["danger"]


def test_contact_card_at_night_names_the_notified_officers(office: Office) -> None:
    office.clock.at = NIGHT
    petition = entered(office, office.at_desk("sxd-officer"), content=DANGER)
    page = office.at_desk("coordinator").see("/contacts").text
    assert "Cần xem ngay, kể cả ngoài giờ." in page
    assert "Nguyễn Thu Hương" in page
    assert "Xem trước" not in page
    assert petition.code in page
    assert "Người gửi không dùng Zalo: xin gọi" in page
    shown = office.at_desk("coordinator").submit(f"/contacts/{petition.code}-emergency/reveal", reason="Gọi cứu nạn")
    assert "Lê Văn Bình" in shown.text
