"""Steps that are mostly taken together are one: for the unit's people and for coordinators, and what stops half-way."""

from __future__ import annotations

import pytest

from petitions.domain.petition.petition import Petition
from petitions.errors import Conflict
from tests.unit.desk.office import Browser, Office


def takes_up(browser: Browser, petition: Petition, **fields: str) -> int:
    return browser.submit(f"/petitions/{petition.code}/take-up", version=petition.version, **fields).status_code


def steps(office: Office, code: str) -> list[str]:
    entries = [office.store.documents[path] for path in office.store.paths(f"petitions/{code}/history")]
    return [each["action"] for each in sorted(entries, key=lambda each: each["seq"])]


@pytest.mark.parametrize("who", ["sxd-officer", "sxd-head"])
def test_who_takes_it_up_in_the_unit_handles_it(who: str) -> None:
    office = Office()
    petition = office.filed_in("SXD")
    browser = office.at_desk(who)
    assert "Nhận và xử lý" in browser.see(f"/petitions/{petition.code}").text
    level = {"level": "complex"}
    assert takes_up(browser, petition, **level) == 303
    after = office.petition(petition.code)
    assert (after.state, after.handler, after.level) == ("in_progress", who, "complex")
    assert steps(office, petition.code)[-3:] == ["accept", "assign", "start"]
    assert "Nhận và xử lý" not in browser.see(f"/petitions/{petition.code}").text


def test_what_is_accepted_is_taken_up_from_there_and_another_begins_their_own() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    head = office.at_desk("sxd-head")
    head.does(petition, "accept")
    assert takes_up(head, office.petition(petition.code), handler="sxd-officer") == 303
    after = office.petition(petition.code)
    assert (after.state, after.handler) == ("assigned", "sxd-officer")


def test_a_coordinator_receives_and_gives_in_one() -> None:
    office = Office()
    petition = office.filed_in("VPUB")
    coordinator = office.at_desk("coordinator")
    assert "Nhận và giao" in coordinator.see(f"/petitions/{petition.code}").text
    assert takes_up(coordinator, petition, unit="SYT", handler="syt-officer") == 303
    after = office.petition(petition.code)
    assert (after.state, after.unit, after.handler) == ("assigned", "SYT", "syt-officer")


def test_a_step_that_is_refused_keeps_those_before_it_and_its_words() -> None:
    office = Office()
    petition = office.filed_in("VPUB")
    coordinator = office.at_desk("coordinator")
    path = f"/petitions/{petition.code}/take-up"
    answer = coordinator.submit(path, version=petition.version, unit="SNV", text="Thuộc thẩm quyền của sở")
    assert answer.status_code == 400
    assert "Vẫn giao, dù đơn vị này chưa có cán bộ" in answer.text
    assert office.petition(petition.code).state == "accepted"
    assert "Thuộc thẩm quyền của sở</textarea>" in answer.text
    sure = {"unit": "SNV", "text": "Thuộc thẩm quyền của sở", "sure": "1"}
    assert coordinator.does(office.petition(petition.code), "assign", **sure).status_code == 303


def test_the_same_form_twice_takes_the_steps_once_and_an_old_page_none() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    officer, head = office.at_desk("sxd-officer"), office.at_desk("sxd-head")
    assert takes_up(officer, petition) == 303
    assert takes_up(officer, petition) == 303
    assert takes_up(head, petition) == 409
    assert steps(office, petition.code)[-3:] == ["accept", "assign", "start"]


def test_somebody_who_comes_between_stops_it(monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office()
    petition = office.filed_in("SXD")
    officer = office.at_desk("sxd-officer")
    parts = office.app.extensions["desk"]
    whole = type(parts.act).__call__

    def hindered(act: object, who: object, deed: object) -> object:
        if getattr(deed, "action", "") == "start":
            raise Conflict("Hồ sơ vừa được người khác thay đổi. Xin xem lại trước khi làm tiếp.")
        return whole(act, who, deed)

    monkeypatch.setattr(type(parts.act), "__call__", hindered)
    assert takes_up(officer, petition) == 409
    assert office.petition(petition.code).state == "assigned"


def test_nobody_else_takes_it_up() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    assert takes_up(office.at_desk("syt-officer"), petition) == 404
    assert takes_up(office.at_desk("inspector"), petition) == 403
    assert office.petition(petition.code).state == "new"
