"""After a crash at any write, or a lost response, submitting the form again completes the action.

Every helper here prepares an action and returns the form that performs it.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests import media
from tests.mortal import Mortals
from tests.unit.desk.office import Office, templates_of
from tests.unit.desk.petition.answering import SAID, WHY_NONE, in_progress, submits
from tests.unit.desk.petition.test_answers import saves, upload, uploads
from tests.unit.desk.petition.test_scans import PDF, form

OTHER = "Chuyện khác về giấy tờ nhà đất"
Form = Callable[[], TestResponse]


def accepting(office: Office) -> Form:
    petition, head = office.filed_in("SXD"), office.at_desk("sxd-head")
    return lambda: head.does(petition, "accept")


def giving_back(office: Office) -> Form:
    petition, head = office.filed_in("SXD"), office.at_desk("sxd-head")
    return lambda: head.does(petition, "give_back", text="Không thuộc Sở Xây dựng")


def taking_up(office: Office) -> Form:
    petition, officer = office.filed_in("SXD"), office.at_desk("sxd-officer")
    return lambda: officer.submit(f"/petitions/{petition.code}/take-up", version=petition.version)


def assigning(office: Office) -> Form:
    petition, coordinator = office.filed_in("VPUB"), office.at_desk("coordinator")
    office.routing(petition.code)
    coordinator.does(office.petition(petition.code), "accept")
    now = office.petition(petition.code)
    return lambda: coordinator.does(now, "assign", unit="SXD", handler="sxd-officer")


def submitting(office: Office) -> Form:
    petition, officer = in_progress(office), office.at_desk("sxd-officer")
    return lambda: officer.does(petition, "submit_answer", text=SAID, no_evidence=WHY_NONE)


def approving(office: Office) -> Form:
    main, twin = in_progress(office), office.filed_in("SXD", OTHER)
    assert office.at_desk("coordinator").does(twin, "merge", text=main.code).status_code == HTTPStatus.SEE_OTHER
    assert submits(office, office.petition(main.code)) == HTTPStatus.SEE_OTHER
    now, head = office.petition(main.code), office.at_desk("sxd-head")
    return lambda: head.does(now, "approve", text="Đã xem")


def merging(office: Office) -> Form:
    main, twin, coordinator = office.filed_in("SXD"), office.filed_in("SXD", OTHER), office.at_desk("coordinator")
    return lambda: coordinator.does(twin, "merge", text=main.code)


def unmerging(office: Office) -> Form:
    assert merging(office)().status_code == HTTPStatus.SEE_OTHER
    (twin,) = [petition for petition in office.petitions() if petition.merged_into]
    coordinator = office.at_desk("coordinator")
    return lambda: coordinator.does(twin, "unmerge", text="Hai chuyện khác nhau")


def noting(office: Office) -> Form:
    petition, officer = in_progress(office), office.at_desk("sxd-officer")
    return lambda: officer.submit(f"/petitions/{petition.code}/notes", kind="noted", text="Đã gọi cho phường")


def many(office: Office, who: str, **wanted: str) -> Form:
    found = [office.filed_in("SXD", content) for content in ("Chuyện số 1 về giấy tờ nhà đất", OTHER)]
    browser, seen = office.at_desk(who), {petition.code: petition.version for petition in found}
    versions = {f"seen-{code}": version for code, version in seen.items()}
    return lambda: browser.submit("/bulk", sure="1", code=list(seen), **versions, **wanted)


def taking_up_many(office: Office) -> Form:
    return many(office, "sxd-officer", do="take_up")


def giving_many(office: Office) -> Form:
    return many(office, "coordinator", do="give", unit="SYT", text="Của ngành")


def assigning_many(office: Office) -> Form:
    return many(office, "sxd-head", do="assign", handler="sxd-officer")


def keying_in(office: Office) -> Form:
    officer = office.at_desk("coordinator")
    scans = (("Đơn.pdf", PDF), ("Ảnh.jpg", media.jpeg()))
    given = form(office)
    return lambda: officer.submit("/take-in", **{**given, "files": form(office, *scans)["files"]})


def of_one_handler(office: Office) -> None:
    for content in ("Chuyện số 1 về giấy tờ nhà đất", OTHER):
        petition, head = office.filed_in("SXD", content), office.at_desk("sxd-head")
        head.does(petition, "accept")
        head.does(office.petition(petition.code), "assign", handler="sxd-officer")


def handing_over(office: Office) -> Form:
    of_one_handler(office)
    head = office.at_desk("sxd-head")
    return lambda: head.submit("/team/hand-over", leaving="sxd-officer", to="sxd-head")


def standing_in(office: Office) -> Form:
    head, day = office.at_desk("sxd-head"), f"{office.clock.now():%Y-%m-%d}"
    return lambda: head.submit("/team/deputy", who="sxd-head", deputy="sxd-officer", since=day, until=day)


def leaving(office: Office) -> Form:
    of_one_handler(office)
    admin = office.at_desk("admin")
    return lambda: admin.submit("/admin/officers/sxd-officer/standing", to="sxd-head")


def hiring(office: Office) -> Form:
    admin = office.at_desk("admin")
    new = {"name": "Phạm Thu Trang", "email": "Trang.PT@hanoi.gov.vn", "unit": "SXD", "role": "officer"}
    return lambda: admin.submit("/admin/officers/new", **new)


def reminding(office: Office) -> Form:
    of_one_handler(office)
    coordinator, (first, *_) = office.at_desk("coordinator"), office.petitions()
    given = {"do": "remind", "code": first.code, f"seen-{first.code}": first.version, "sure": "1"}
    return lambda: coordinator.submit("/bulk", **given)


def attaching(office: Office) -> Form:
    petition, officer = in_progress(office), office.at_desk("sxd-officer")
    return lambda: uploads(officer, petition)


def detaching(office: Office) -> Form:
    petition, officer = in_progress(office), office.at_desk("sxd-officer")
    file_id = upload(officer, petition)
    return lambda: saves(officer, petition, remove=file_id)


DEEDS: dict[str, tuple[Callable[[Any], Form], int]] = {
    "accepts": (accepting, 303),
    "gives back": (giving_back, 303),
    "takes up": (taking_up, 303),
    "assigns": (assigning, 303),
    "submits an answer": (submitting, 303),
    "approves an answer": (approving, 303),
    "merges": (merging, 303),
    "undoes a merging": (unmerging, 303),
    "notes": (noting, 303),
    "takes up many": (taking_up_many, 200),
    "gives many": (giving_many, 200),
    "assigns many": (assigning_many, 200),
    "enters what came on paper": (keying_in, 303),
    "hands over": (handing_over, 200),
    "is stood in for": (standing_in, 303),
    "lets somebody leave": (leaving, 303),
    "lets somebody in": (hiring, 303),
    "reminds": (reminding, 200),
    "attaches a file": (attaching, 303),
    "takes a file away": (detaching, 303),
}
"""Every action with its preparation, and the status of the response, which is the same after a repetition."""
GONE = "Không có tệp này"
"""The message about a file that was removed before."""


@pytest.mark.parametrize("name", DEEDS)
def test_result_is_the_same_after_any_crash(name: str) -> None:
    begin, status = DEEDS[name]
    mortals = Mortals(Office)
    sends = begin(mortals.world)
    failures: list[str] = []

    def again() -> None:
        office = mortals.world
        assert isinstance(office, Office)
        with templates_of(office.app) as given:
            answer = sends()
        if answer.status_code != status and GONE not in answer.text:
            failures.append(f"{answer.status_code} {answer.text}")
        results = given[-1].get("results", ()) if given else ()
        failures.extend(result.words for result in results if not result.done)

    assert mortals.differences(sends, again) == []
    assert failures == []
