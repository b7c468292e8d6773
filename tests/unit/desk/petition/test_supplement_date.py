"""The date by which a citizen must answer a request is the same in the chat, in lists and on the page."""

from __future__ import annotations

import pytest

from petitions.domain.language.texts import hanoi_time
from petitions.domain.petition.petition import Petition
from tests.unit.desk.office import Office

USER = str(10**18)


def asked(at: str) -> tuple[Office, Petition]:
    office = Office()
    petition = office.filed_in("SXD")
    officer = office.at_desk("sxd-officer")
    for action in {"new": (), "in_progress": ("accept", "assign", "start")}[at]:
        assert officer.does(office.petition(petition.code), action).status_code == 303
    text = "Xin gửi ảnh biên nhận."
    assert officer.does(office.petition(petition.code), "ask_supplement", text=text).status_code == 303
    office.deliver()
    return office, office.petition(petition.code)


@pytest.mark.parametrize("at", ["new", "in_progress"])
def test_chat_list_and_page_show_the_same_date(at: str) -> None:
    office, petition = asked(at)
    until = petition.promised["supplement"]
    assert hanoi_time(until) in office.last_reply(USER)
    officer = office.at_desk("sxd-officer")
    (line,) = officer.listed()
    assert line.paused_until == until
    page = officer.see(f"/petitions/{petition.code}").text
    assert f"Hạn {hanoi_time(until)}" in page
    assert "Chờ bổ sung chậm nhất" not in page  # the longest pause of the office's own clock differs


@pytest.mark.parametrize("at", ["new", "in_progress"])
def test_status_shows_the_same_date_during_the_wait(at: str) -> None:
    office, petition = asked(at)
    office.types(petition.code, user=USER)
    assert hanoi_time(petition.promised["supplement"]) in office.last_reply(USER)


def test_new_date_is_sent_as_soon_as_it_is_known() -> None:
    office, petition = asked("in_progress")
    assert "Hạn mới sẽ được báo" in office.last_reply(USER)
    office.types("Ảnh biên nhận số 123 đây ạ", user=USER)
    due = office.petition(petition.code).clocks["answer"].due_at
    assert hanoi_time(due) in office.last_reply(USER)
    office.types("xong", user=USER)
    assert "Gửi mã" not in office.last_reply(USER)
    page = office.at_desk("sxd-officer").see(f"/petitions/{petition.code}").text
    assert f"Hạn {hanoi_time(due)}" in page
