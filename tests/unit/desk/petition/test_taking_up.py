"""Several steps with one button, for the unit's officers and for coordinators, and interruptions in between."""

from __future__ import annotations

import re
from typing import Any

import pytest

from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.petition.petition import Petition
from petitions.errors import Conflict
from tests.unit.desk.office import Browser, Office
from tests.unit.petition.handling import officer
from tests.unit.petition.secret_matters import DENUNCIATION, HEAD, WARD

STAFF_OF_WARD = officer(WARD, Role.OFFICER, "ward")


def takes_up(browser: Browser, petition: Petition, **fields: str) -> int:
    return browser.submit(f"/petitions/{petition.code}/take-up", version=petition.version, **fields).status_code


def told_or_changed(office: Office, before: dict[str, Any]) -> list[str]:
    """Return the paths of documents that differ from `before`, except the audit log."""
    now = office.store.documents
    return [path for path in now if now[path] != before.get(path) and not path.startswith("audit/")]


def steps(office: Office, code: str) -> list[str]:
    entries = [office.store.documents[path] for path in office.store.paths(f"petitions/{code}/history")]
    return [entry["action"] for entry in sorted(entries, key=lambda entry: entry["seq"])]


OFFERED = re.compile(r">\s*Nhận và xử lý\s*<")
"""Matches the button only. The page's help contains the same words."""


@pytest.mark.parametrize("who", ["sxd-officer", "sxd-head"])
def test_officer_who_starts_becomes_the_handler(who: str) -> None:
    office = Office()
    petition = office.filed_in("SXD")
    browser = office.at_desk(who)
    assert OFFERED.search(browser.see(f"/petitions/{petition.code}").text)
    level = {"level": "complex"}
    assert takes_up(browser, petition, **level) == 303
    after = office.petition(petition.code)
    assert (after.state, after.handler, after.level) == ("in_progress", who, "complex")
    assert steps(office, petition.code)[-3:] == ["accept", "assign", "start"]
    assert not OFFERED.search(browser.see(f"/petitions/{petition.code}").text)


def test_accepted_petition_continues_from_its_state_and_a_named_handler_starts() -> None:
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
    page = coordinator.see(f"/petitions/{petition.code}").text
    assert "Hồ sơ vẫn là đã tiếp nhận: người gửi đã được báo." in page


def test_a_later_step_that_is_refused_leaves_everything_as_it_was_and_keeps_the_words() -> None:
    office = Office()
    petition = office.filed_in("VPUB")
    coordinator = office.at_desk("coordinator")
    path = f"/petitions/{petition.code}/take-up"
    given = {"unit": "SNV", "text": "Thuộc thẩm quyền của sở"}
    before = dict(office.store.documents)
    answer = coordinator.submit(path, version=petition.version, **given)
    assert answer.status_code == 400
    assert "Vẫn giao, dù đơn vị này chưa có cán bộ" in answer.text
    assert "Thuộc thẩm quyền của sở</textarea>" in answer.text
    assert told_or_changed(office, before) == []
    assert takes_up(coordinator, petition, **given, sure="1") == 303
    assert office.petition(petition.code).state == "assigned"


@pytest.mark.parametrize(
    "fields", [{"accused": WARD}, {"petition_class": "denunciation"}, {"petition_class": "complaint"}]
)
def test_petition_closed_to_the_chosen_unit_is_not_accepted(fields: dict[str, str]) -> None:
    office = Office()
    petition = office.filed_in("VPUB")
    coordinator, before = office.at_desk("coordinator"), dict(office.store.documents)
    assert takes_up(coordinator, petition, unit=WARD, sure="1", **fields) == 403
    assert told_or_changed(office, before) == []


@pytest.mark.parametrize("petition_class", ["denunciation", "complaint"])
def test_what_stays_with_the_coordinators_is_refused_with_guidance_and_given_to_nobody(petition_class: str) -> None:
    office = Office()
    petition = office.filed_in("VPUB", f"Tôi phản ánh việc của {petition_class} ở phường")
    office.store.update(f"petitions/{petition.code}", {"petition_class": petition_class, "accused": WARD})
    coordinator = office.at_desk("coordinator")
    page = coordinator.see(f"/petitions/{petition.code}").text
    assert "Nhận và giao" not in page
    assert 'name="unit" required' not in page
    buttons = coordinator.buttons(petition.code)
    assert (buttons[0], "refuse" in buttons) == ("accept", True)
    assert '<option value="complaint" selected>' in page
    assert "chỉ do cán bộ điều phối giữ" in page
    assert coordinator.does(petition, "accept").status_code == 303
    accepted = office.petition(petition.code)
    assert "assign" not in coordinator.buttons(petition.code)
    assert coordinator.does(accepted, "assign", unit="VPUB").status_code == 403
    guided = {"why": "complaint", "text": "Xin gửi đơn theo hướng dẫn dưới đây."}
    assert coordinator.does(accepted, "refuse", **guided).status_code == 303


@pytest.mark.parametrize("story", [DENUNCIATION, HEAD])
def test_the_accused_ward_is_neither_chosen_nor_offered(story: str) -> None:
    office = Office()
    petition = office.filed_in("VPUB", story)
    office.store.create("officers/ward", STAFF_OF_WARD.stored())
    office.routing(petition.code)
    routed = office.petition(petition.code).routed
    assert routed is not None
    page = office.at_desk("coordinator").see(f"/petitions/{petition.code}").text
    for choices in re.findall(r'<select id="(?:unit|handler)[^"]*".*?</select>', page, re.DOTALL):
        assert WARD not in choices
        assert STAFF_OF_WARD.name not in choices
    assert "Đã chuyển tự động" not in page


def test_a_unit_that_finds_itself_accused_takes_no_further_step() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    assert takes_up(office.at_desk("sxd-officer"), petition, accused="SXD") == 303
    after = office.petition(petition.code)
    assert (after.state, after.unit, after.handler) == ("accepted", "VPUB", None)


def test_the_same_form_twice_takes_the_steps_once_and_an_old_page_none() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    officer, head = office.at_desk("sxd-officer"), office.at_desk("sxd-head")
    assert takes_up(officer, petition) == 303
    assert takes_up(officer, petition) == 303
    assert takes_up(head, petition) == 409
    assert steps(office, petition.code)[-3:] == ["accept", "assign", "start"]


def test_simultaneous_action_stops_the_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office()
    petition = office.filed_in("SXD")
    officer = office.at_desk("sxd-officer")
    parts = office.app.extensions["desk"]
    whole = type(parts.act).__call__

    def hindered(act: object, who: object, deed: object, then: object) -> object:
        if getattr(deed, "action", "") == "start":
            raise Conflict("Hồ sơ vừa được người khác thay đổi. Xin xem lại trước khi làm tiếp.")
        return whole(act, who, deed, then)

    monkeypatch.setattr(type(parts.act), "__call__", hindered)
    assert takes_up(officer, petition) == 409
    assert office.petition(petition.code).state == "assigned"


def test_nobody_else_takes_it_up() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    assert takes_up(office.at_desk("syt-officer"), petition) == 404
    assert takes_up(office.at_desk("inspector"), petition) == 403
    assert office.petition(petition.code).state == "new"
