"""A later text that accuses the unit is invisible to the unit at the desk, and complete for coordinators."""

from __future__ import annotations

import re
from typing import Any

import pytest

from petitions.domain.petition.petition import PORTAL_FILER, Petition
from petitions.domain.understanding import commands as c
from tests.unit.accusations.later_words import ACCUSES, accuses, again, apart_from
from tests.unit.conversation.scripted import means
from tests.unit.desk.office import Browser, Office
from tests.unit.desk.petition.entering import entered

STORY = "Nhà số 5 xây thêm tầng không phép"
UNIT = ("sxd-officer", "sxd-head")
OTHERS = ("syt-officer", "syt-head", "inspector")
PAGES = (
    "/?view=open",
    "/?view=open&q=hối lộ",
    "/?view=all&q=Thu",
    "/petitions/{code}",
    "/petitions/{code}/audit",
    "/contacts",
    "/contacts/dissatisfied",
    "/figures",
    "/figures.csv",
    "/boards/lateness",
    "/audit",
)
SAME = tuple(page for page in PAGES if "audit" not in page)
"""Pages that must not change for the unit. The audit log is left out, because it records every request."""

_TIMES = re.compile(r'data-since="[^"]*"|name="key" value="[^"]*"|Còn [^<]*làm việc|<time [^>]*>[^<]*<|tính đến [^<]*')


@pytest.fixture
def office() -> Office:
    return Office(reports_misconduct=accuses)


def at_the_unit(office: Office) -> Petition:
    petition = office.files(STORY)
    office.routing(petition.code)
    open_to_it = {"unit": "SXD", "held_by": ["SXD"], "accused": None, "petition_class": "pakn"}
    office.store.documents[f"petitions/{petition.code}"] |= open_to_it
    return again(office.store, petition)


def accused_in_the_chat(office: Office) -> Petition:
    first = office.petitions()[-1]
    office.types("bổ sung")
    means(office, ACCUSES, c.Add())
    own = apart_from(office.store, first)
    office.routing(own.code)
    office.fold()
    return again(office.store, own)


def seen_by(browser: Browser, code: str) -> list[Any]:
    seen = [browser.see(path.format(code=code)) for path in SAME]
    return [(test_response.status_code, _TIMES.sub("", test_response.text)) for test_response in seen]


def test_the_unit_sees_neither_words_nor_code_nor_a_difference(office: Office) -> None:
    first = at_the_unit(office)
    office.fold()
    browsers = {who: office.at_desk(who) for who in (*UNIT, *OTHERS)}
    before = {who: seen_by(browsers[who], first.code) for who in UNIT}
    own = accused_in_the_chat(office)
    assert {who: seen_by(browsers[who], first.code) for who in UNIT} == before
    for browser in browsers.values():
        seen = " ".join(browser.see(path.format(code=first.code)).text for path in PAGES)
        assert "hối lộ, tôi tố cáo" not in seen
        assert own.code not in seen
        for path in ("/petitions/{}", "/petitions/{}/receipt", "/petitions/{}/audit"):
            assert browser.see(path.format(own.code)).status_code in {403, 404}


def test_coordinators_find_it_with_its_clock_and_once_they_may_know_who_filed_it_the_first(office: Office) -> None:
    first = at_the_unit(office)
    own = accused_in_the_chat(office)
    coordinator = office.at_desk("coordinator")
    assert own.code in coordinator.see("/?view=open").text
    path = f"/petitions/{own.code}"
    assert first.code not in coordinator.see(path).text, "there they may read who filed both"
    office.changed(own.code, accused="SXD")
    assert f'href="/petitions/{first.code}"' in coordinator.see(path).text
    assert own.apart_from == first.code
    assert own.due_at is not None
    assert own.news is not None


def test_a_letter_that_accuses_is_closed_to_the_unit_that_entered_it(office: Office) -> None:
    clerk = office.at_desk("sxd-officer")
    words = "Tôi tố cáo ông Tám, cán bộ Sở Xây dựng nhận hối lộ 50 triệu đồng"
    petition = entered(office, clerk, channel="letter", content=words)
    office.routing(petition.code)
    assert again(office.store, petition).unit == "VPUB"
    assert clerk.see(f"/petitions/{petition.code}").status_code == 404
    receipt = clerk.see(f"/petitions/{petition.code}/receipt")
    assert receipt.status_code == 200, "the clerk who entered it gives its receipt"
    assert "VPUB" not in receipt.text
    assert petition.code not in clerk.see("/?view=open").text
    assert "cán bộ Sở Xây dựng nhận hối lộ 50 triệu đồng" in receipt.text
    assert "Tám" not in receipt.text, "whoever finds the paper reads it"
    assert str(petition.page) in receipt.text
    office.clock.advance(hours=1)
    clerk = office.at_desk("sxd-officer")
    later = clerk.see(f"/petitions/{petition.code}/receipt")
    assert later.status_code == 200
    assert petition.code in later.text
    for secret in ("ông Tám", str(petition.page), "<svg", petition.contact.name):
        assert secret not in later.text.split("<main")[1]
    assert clerk.submit(f"/petitions/{petition.code}/receipt", key="form-0009").status_code in {400, 403}


def test_filer_without_zalo_is_erased_too(office: Office) -> None:
    first = at_the_unit(office)
    own = accused_in_the_chat(office)
    for petition in (first, own):
        office.store.documents[f"petitions/{petition.code}"] |= {"source": "portal", "citizen": PORTAL_FILER}
    office.at_desk("coordinator").submit(
        f"/petitions/{first.code}/erase", reason="Người gửi yêu cầu bằng thư ngày 24/11"
    )
    office.erase()
    for petition in (first, own):
        assert again(office.store, petition).restricted_at is not None
        assert again(office.store, petition).contact.name == ""
