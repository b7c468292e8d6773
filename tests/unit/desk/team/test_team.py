"""A head's page of their unit: reminders, hand-overs and deputies, with a result for every petition."""

from __future__ import annotations

from datetime import timedelta

import pytest

from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers.officer import Officer, officer_path
from petitions.domain.petition.petition import Petition
from petitions.errors import Forbidden
from tests.unit.desk.office import Office
from tests.unit.desk.petition.answering import SAID, WHY_NONE


@pytest.fixture
def office() -> Office:
    made = Office()
    second = Officer(id="sxd-second", name="Vũ Thị Hà", email="h@x.vn", unit="SXD", role=Role.OFFICER)
    made.store.create(officer_path(second.id), second.stored())
    made.app.extensions["desk"].staff.everyone(fresh=True)
    return made


def held(office: Office, number: int, *, accepted: bool = True) -> list[Petition]:
    made = [office.filed_in("SXD", f"Chuyện số {item} về giấy tờ nhà đất") for item in range(number)]
    for petition in made if accepted else ():
        assert office.at_desk("sxd-head").does(petition, "accept").status_code == 303
    return [office.petition(petition.code) for petition in made]


def test_reminding_writes_to_the_handler_once_a_day(office: Office) -> None:
    (petition,) = held(office, 1)
    coordinator = office.at_desk("coordinator")
    assert coordinator.does(petition, "assign", unit="SXD", handler="sxd-second").status_code == 303

    def reminded() -> bool:
        (result,) = office.at_desk("coordinator").many("remind", [petition.code])
        return bool(result.done)

    assert [reminded(), reminded()] == [True, False]
    (path,) = [item for item in office.store.paths("notices") if "asked-" in item]
    notice = office.store.documents[path]
    assert (notice["officer"], notice["kind"], notice["channel"]) == ("sxd-second", "reminder", "email")
    assert "Nguyễn Thu Hương nhắc anh/chị" in notice["text"]
    office.clock.advance(days=1)
    assert reminded()


def test_all_petitions_of_a_leaving_officer_go_to_a_colleague(office: Office) -> None:
    petitions = held(office, 3)
    head = office.at_desk("sxd-head")
    for petition in petitions[:2]:
        assert head.does(petition, "assign", handler="sxd-officer").status_code == 303
    assert "2 hồ sơ đang xử lý" in head.see("/team").text
    refused = head.submit("/team/hand-over", leaving="sxd-officer", to="syt-officer")
    assert "Xong 0 trên 2 hồ sơ" in refused.text
    done = head.submit("/team/hand-over", leaving="sxd-officer", to="sxd-second")
    assert "Xong 2 trên 2 hồ sơ" in done.text
    assert [office.petition(petition.code).handler for petition in petitions] == ["sxd-second", "sxd-second", None]
    assert "Đổi người xử lý" in head.see(f"/petitions/{petitions[0].code}").text
    assert head.submit("/team/hand-over", leaving="sxd-officer", to="sxd-officer").status_code == 400


def test_nobody_hands_over_another_units_work(office: Office) -> None:
    (petition,) = held(office, 1)
    assert office.at_desk("sxd-head").does(petition, "assign", handler="sxd-officer").status_code == 303
    body = {"unit": "SXD", "leaving": "sxd-officer", "to": "sxd-second"}
    with pytest.raises(Forbidden):
        office.parts.staffing.hand_over(office.officer("syt-head"), **body)
    assert office.petition(petition.code).handler == "sxd-officer"
    (result,) = office.parts.staffing.hand_over(office.officer("coordinator"), **body)
    assert result.done


def stands_in(office: Office, days: int = 3, who: str = "sxd-head", deputy: str = "sxd-officer") -> int:
    today = office.clock.now().date()
    body = {"who": who, "deputy": deputy, "since": str(today), "until": str(today + timedelta(days=days))}
    return office.at_desk("sxd-head").submit("/team/deputy", **body).status_code


def test_a_deputy_approves_in_those_days_and_not_after(office: Office) -> None:
    (petition,) = held(office, 1)
    for action, more in (
        ("assign", {"handler": "sxd-second"}),
        ("start", {}),
        ("submit_answer", {"text": SAID, "no_evidence": WHY_NONE}),
    ):
        done = office.at_desk("sxd-head").does(office.petition(petition.code), action, **more)
        assert done.status_code == 303
    waiting = office.petition(petition.code)
    assert office.at_desk("sxd-officer").does(waiting, "approve").status_code == 403
    assert stands_in(office) == 303
    office.clock.advance(minutes=1)
    assert "approve" in office.at_desk("sxd-officer").buttons(petition.code)
    assert "Nguyễn Văn Thịnh thay từ" in office.at_desk("sxd-head").see("/team").text
    office.clock.advance(days=4)
    assert office.at_desk("sxd-officer").does(waiting, "approve").status_code == 403
    assert office.at_desk("sxd-second").does(waiting, "approve").status_code == 403


def test_deputy_is_notified_of_due_petitions(office: Office) -> None:
    (petition,) = held(office, 1)
    assert office.at_desk("sxd-head").does(petition, "assign", handler="sxd-officer").status_code == 303
    assert stands_in(office, who="sxd-officer", deputy="sxd-second") == 303
    (result,) = office.at_desk("coordinator").many("remind", [petition.code])
    assert result.done
    recipients = {office.store.documents[path]["officer"] for path in office.store.paths("notices") if "asked-" in path}
    assert recipients == {"sxd-officer", "sxd-second"}


@pytest.mark.parametrize(
    ("days", "who", "deputy", "status"),
    [
        (120, "sxd-head", "sxd-officer", 400),
        (-1, "sxd-head", "sxd-officer", 400),
        (3, "sxd-head", "sxd-head", 400),
        (3, "sxd-head", "syt-officer", 400),
        (3, "syt-head", "syt-officer", 403),
        (3, "sxd-head", "nobody", 404),
    ],
)
def test_officers_who_cannot_be_deputies(office: Office, days: int, who: str, deputy: str, status: int) -> None:
    assert stands_in(office, days, who, deputy) == status
    assert "deputy" not in office.store.documents[f"officers/{who}"]


def test_an_officers_position_is_shown_at_once(office: Office) -> None:
    head = office.at_desk("sxd-head")
    for position in ("Chuyên viên", "Phó Giám đốc"):
        head.see("/team")
        assert head.submit("/team/position", who="sxd-officer", position=position).status_code == 303
        assert office.officer("sxd-officer").position == position
        assert position in head.see("/team").text
    assert head.refused("/team/position", who="sxd-officer", position="") == (400, "position_missing")


def test_a_deputy_is_taken_back(office: Office) -> None:
    assert stands_in(office) == 303
    assert office.at_desk("sxd-head").submit("/team/deputy", who="sxd-head").status_code == 303
    assert "deputy" not in office.store.documents["officers/sxd-head"]


def test_the_page_of_the_coordinators_names_all_of_them(office: Office) -> None:
    for number, name in enumerate(("Lê Thị Mai", "Phạm Quang Huy")):
        more = Officer(id=f"vp-{number}", name=name, email=f"{number}@x.vn", unit="VPUB", role=Role.COORDINATOR)
        office.store.create(officer_path(more.id), more.stored())
    office.app.extensions["desk"].staff.everyone(fresh=True)
    page = office.at_desk("coordinator").see("/team").text
    for name in ("Nguyễn Thu Hương", "Lê Thị Mai", "Phạm Quang Huy"):
        assert f"{name}" in page
    assert "Đơn vị chưa có cán bộ nào" not in page
