"""While a filer contests an answer, its author sees this and cannot publish the answer."""

from __future__ import annotations

import pytest

from tests.unit.desk.office import Browser, Office
from tests.unit.desk.petition.test_reopening import AGAIN, USER, answered

PUBLISH = {"summary": "Bộ phận một cửa trả chậm giấy tờ", "text": "Đơn vị đã kiểm tra và chấn chỉnh."}


def asked(office: Office, **fields: str) -> str:
    """Contest the answer in the chat as the filer, and return the request's id. `fields` are changed in the request."""
    office.types("MỞ LẠI", "Đèn vẫn không sáng", user=USER)
    (path,) = office.store.paths("contact_requests")
    office.store.update(path, fields)
    return str(path.partition("/")[2])


def badges(person: Browser, code: str, words: str) -> tuple[bool, bool]:
    tags = person.see(f"/petitions/{code}").text.split('class="tags"')[1].split("</p>")[0]
    return words in tags, words in person.see("/?view=done").text


@pytest.mark.parametrize(
    ("why", "words"),
    [("contested", "Người gửi đề nghị xem lại"), ("low_rating", "Người gửi chưa hài lòng")],
)
def test_author_sees_the_contest_and_publishes_after_the_reply(why: str, words: str) -> None:
    office = Office()
    head, petition = office.at_desk("sxd-head"), answered(office)
    assert badges(head, petition.code, words) == (False, False)
    request = asked(office, why=why)
    petition = office.petition(petition.code)
    for who in ("sxd-head", "sxd-officer", "coordinator"):
        assert badges(office.at_desk(who), petition.code, words) == (True, True), who
    assert badges(office.at_desk("inspector"), petition.code, words) == (False, False)  # they do not handle requests
    assert "publish" not in head.buttons(petition.code)
    assert "rồi mới công khai" in head.see(f"/petitions/{petition.code}").text
    path, given = f"/petitions/{petition.code}/actions/publish", {"version": petition.version, **PUBLISH}
    assert head.refused(path, **given) == (400, "undecided")
    coordinator, answer = office.at_desk("coordinator"), "Đơn vị đã cử người đến sửa sáng nay."
    assert coordinator.submit(f"/contacts/{request}/answer", text=answer).status_code == 303
    assert badges(head, petition.code, words) == (False, False)
    assert head.does(office.petition(petition.code), "publish", **PUBLISH).status_code == 303


def test_a_low_rating_without_words_holds_nothing_back() -> None:
    office = Office()
    petition = answered(office)
    asked(office, why="low_rating", text="")
    assert office.at_desk("sxd-head").does(office.petition(petition.code), "publish", **PUBLISH).status_code == 303


def test_reopened_petition_is_no_longer_contested() -> None:
    office = Office()
    petition = answered(office)
    office.types("MỞ LẠI", user=USER)
    assert office.at_desk("coordinator").does(office.petition(petition.code), "reopen", **AGAIN).status_code == 303
    assert "đề nghị xem lại" not in office.at_desk("sxd-head").see("/").text
