"""An open page updates itself: changed lines of a list, and news, with one database read per change."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from petitions.domain.contact.contact_request import ContactReason, ContactRequest, contact_path
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers.officer import Officer, officer_path
from petitions.domain.petition.petition import Petition
from petitions.usecases.desk.read_changes import Changes
from tests.unit.desk.busy import fill
from tests.unit.desk.office import Browser, Office


@pytest.fixture
def office() -> Office:
    return Office()


def changes(browser: Browser, since: Any, query: str = "view=open") -> Changes:
    found: Changes = browser.shown(f"/live?{query}&since={quote(since.isoformat())}")["listing"]
    return found


def codes(found: Changes) -> list[str]:
    return [line.code for line in found.lines]


def later(office: Office) -> Any:
    """Advance the clock by two minutes, so that all changes are in the past, and return the time."""
    office.clock.advance(minutes=2)
    return office.clock.now()


def takes_up(office: Office, who: str, petition: Petition) -> None:
    path = f"/petitions/{petition.code}/take-up"
    assert office.at_desk(who).submit(path, version=petition.version).status_code == 303


def test_updates_contain_the_changes_of_the_list_and_nothing_else(office: Office) -> None:
    first, second = office.filed_in("SXD"), office.filed_in("SXD")
    since = later(office)
    officer = office.at_desk("sxd-officer")
    nothing = changes(officer, since)
    assert (codes(nothing), nothing.gone, nothing.counts, nothing.concerns) == ([], [], {}, [])
    takes_up(office, "sxd-head", first)
    update = changes(officer, since)
    assert codes(update) == [first.code]
    assert update.counts == {"open": 2, "mine": 0, "overdue": 0, "helping": 0}
    assert changes(officer, since, "view=open&state=new").gone == [first.code]
    assert codes(changes(officer, since, "view=mine")) == []
    assert codes(changes(office.at_desk("sxd-head"), since, "view=mine")) == [first.code]
    assert codes(changes(office.at_desk("coordinator"), since)) == [first.code]
    other = changes(office.at_desk("syt-officer"), since)
    assert (codes(other), other.gone, other.versions) == ([], [], {})
    assert second.code not in str(update)


def test_ones_own_act_is_no_change_to_load_the_page_again_for(office: Office) -> None:
    petition = office.filed_in("SXD")
    since = later(office)
    takes_up(office, "sxd-officer", petition)
    assert changes(office.at_desk("sxd-officer"), since).versions == {}
    assert changes(office.at_desk("sxd-head"), since).versions == {
        petition.code: office.petition(petition.code).version
    }


def test_moved_petition_disappears_from_the_units_lists(office: Office) -> None:
    petition = office.filed_in("SXD")
    takes_up(office, "sxd-officer", petition)
    since = later(office)
    officer, coordinator = office.at_desk("sxd-officer"), office.at_desk("coordinator")
    given = {"unit": "SYT", "text": "Thuộc ngành y tế"}
    assert coordinator.does(office.petition(petition.code), "reassign", **given).status_code == 303
    found = changes(officer, since)
    assert found.gone == [petition.code]
    assert petition.code not in found.versions  # only that it is gone
    assert found.concerns == []
    assert codes(changes(office.at_desk("syt-head"), since)) == [petition.code]


def test_the_lines_are_those_of_the_list(office: Office) -> None:
    filed = fill(office, 40)
    since = min(petition.filed_at for petition in filed) - timedelta(days=1)
    office.clock.at = max(petition.changed.at for petition in office.petitions() if petition.changed) + timedelta(
        minutes=1
    )
    recent = {
        petition.code
        for petition in office.petitions()
        if petition.changed and petition.changed.at > office.clock.now() - timedelta(days=3)
    }
    for who in ("sxd-officer", "sxd-head", "coordinator", "inspector"):
        browser = office.at_desk(who)
        for query in (
            "view=open",
            "view=overdue",
            "view=done",
            "view=open&state=new",
            "view=open&level=urgent&sort=newest",
        ):
            listed = [item.code for item in browser.listed(query)]
            assert set(codes(changes(browser, since, query))) == recent & set(listed), (who, query)


def test_news_is_only_for_those_concerned_and_never_about_own_actions(office: Office) -> None:
    petition = office.filed_in("SXD")
    since = later(office)
    officer, head = office.at_desk("sxd-officer"), office.at_desk("sxd-head")
    head.does(petition, "accept")
    head.does(office.petition(petition.code), "assign", handler="sxd-officer")
    assert [concern.action for concern in changes(officer, since).concerns] == ["assign"]
    assert changes(head, since).concerns == []
    officer.does(office.petition(petition.code), "start")
    given = {
        "text": "Đã kiểm tra, chấn chỉnh cán bộ một cửa và hẹn trả kết quả trong ngày mai.",
        "no_evidence": "Xong tại chỗ",
    }
    officer.does(office.petition(petition.code), "submit_answer", **given)
    assert changes(officer, since).concerns == []
    (news,) = changes(head, since).concerns
    assert (news.code, news.waits_for_approval) == (petition.code, True)
    head.does(office.petition(petition.code), "return_for_redo", text="Xin nêu ngày trả")
    assert [concern.action for concern in changes(officer, since).concerns] == ["return_for_redo"]


def test_coordinators_get_news_of_petitions_without_a_unit(office: Office) -> None:
    since = later(office)
    code = office.files("Tôi có việc cần trình bày với cơ quan, cán bộ làm sai quy trình").code
    office.routing(code)
    assert office.petition(code).unit == "VPUB"
    coordinator = office.at_desk("coordinator")
    (news,) = changes(coordinator, since).concerns
    assert (news.code, news.unassigned) == (code, True)
    assert "Chờ điều phối" in coordinator.see(f"/live?since={quote(since.isoformat())}").text
    assert changes(office.at_desk("inspector"), since).concerns == []
    coordinator.does(office.petition(code), "accept")
    assert changes(coordinator, since).concerns == []


def test_bell_shows_contact_requests_only_to_the_officers_concerned(office: Office) -> None:
    since = later(office)
    until = since + timedelta(days=90)
    for name, unit in (("a", "SXD"), ("b", "VPUB")):
        waits = ContactRequest(id=name, why=ContactReason.PERSON, citizen="x", unit=unit, at=since, expires_at=until)
        office.store.create(contact_path(name), waits.stored())

    def rung(who: str) -> list[str]:
        page = office.at_desk(who).see(f"/live?since={quote(since.isoformat())}").text
        return re.findall(
            r'data-news="(.)" data-version="1" data-to="/contacts">Cần liên hệ: muốn gặp cán bộ \([^()]+\)<', page
        )

    def beside(who: str) -> bool:
        """Return whether the officer's menu or news shows a number of citizens to be contacted."""
        browser = office.at_desk(who)
        pages = browser.see("/").text, browser.see("/live?duties=1").text
        return any(re.search(r'Cần liên hệ <b class="count', page) for page in pages)

    assert rung("coordinator") == ["a", "b"]
    assert rung("sxd-officer") == ["a"]
    assert [beside(who) for who in ("coordinator", "sxd-officer", "inspector")] == [True, True, False]
    assert rung("syt-head") == rung("inspector") == []
    office.at_desk("sxd-officer").submit("/contacts/a/see")
    assert rung("coordinator") == ["b"]


def test_polling_reads_only_changes_and_does_not_extend_the_session(office: Office) -> None:
    fill(office, 40)
    since = later(office)
    officer = office.at_desk("sxd-officer")
    officer.see("/")
    before = office.store.calls  # type: ignore[attr-defined]
    assert officer.see(f"/live?view=open&since={quote(since.isoformat())}").status_code == 200
    assert office.store.calls - before == 4  # type: ignore[attr-defined]  # all empty: no counts either
    for _ in range(7):
        office.clock.advance(minutes=5)
        answer = officer.see(f"/live?view=open&since={quote(since.isoformat())}")
    assert answer.status_code == 303
    assert "/sign-in" in answer.headers["Location"]


@pytest.mark.parametrize("query", ["since=x", "since=2026-11-23", "view=all", "since=2026-11-23T02:00:00Z&state=gone"])
def test_invalid_poll_is_refused(office: Office, query: str) -> None:
    assert office.at_desk("sxd-officer").see(f"/live?{query}").status_code == 400


def test_other_readers_of_a_petition_are_shown_while_they_have_it_open(office: Office) -> None:
    petition, other = office.filed_in("SXD"), office.filed_in("SXD")
    officer, head = office.at_desk("sxd-officer"), office.at_desk("sxd-head")

    def company(browser: Browser, code: str) -> str:
        page = browser.see(f"/live?open={code}").text
        return page.partition("data-here>")[2].partition("<")[0]

    assert company(officer, petition.code) == ""
    assert company(head, petition.code) == "Nguyễn Văn Thịnh"
    assert company(officer, petition.code) == "Trần Thu Hằng"
    company(head, other.code)
    assert company(officer, petition.code) == ""
    office.clock.advance(minutes=1)
    assert company(head, petition.code) == ""
    assert company(officer, "none") == ""
    assert company(office.at_desk("syt-officer"), petition.code) == ""  # another unit's: neither shown nor counted
    assert company(officer, petition.code) == "Trần Thu Hằng"


@pytest.mark.parametrize(("who", "unit"), [("inspector", "SNV"), ("vpub-officer", "VPUB")])
def test_updates_contain_no_code_closed_to_the_reader(office: Office, who: str, unit: str) -> None:
    if who == "vpub-officer":
        known = Officer(id=who, name="Vũ Thị Em", email="vpub@hanoi.example", unit=unit, role=Role.OFFICER)
        office.store.create(officer_path(who), known.stored())
    petition = office.filed_in("VPUB")
    since, accused = later(office), {"accused": unit, "unit": "VPUB"}
    changed = {"at": office.clock.now(), "action": "classify", "by": "coordinator"}
    office.store.update(f"petitions/{petition.code}", {**accused, "changed": changed})
    update = changes(office.at_desk(who), since - timedelta(minutes=1))
    assert petition.code not in str(update)


def test_a_deadline_of_who_has_the_petition_is_to_take_it_up(office: Office) -> None:
    petition = office.filed_in("SXD")
    officer, path = office.at_desk("sxd-officer"), f"/petitions/{petition.code}"
    for step, words in (("accept", "Chuyển xử lý trước"), ("assign", "Nhận và xử lý trước")):
        assert officer.does(office.petition(petition.code), step).status_code == 303
        assert words in officer.see("/").text
        assert words in officer.see(path).text
    due = office.petition(petition.code).clocks["transfer"].due_at
    office.clock.at = due - timedelta(hours=1)
    shown = office.at_desk("sxd-officer").see("/live?duties=1").text
    assert "Hạn nhận và xử lý: " in shown
    assert "chuyển đơn vị" not in shown


def test_bell_has_the_content_of_the_daily_mail(office: Office) -> None:
    petition = office.filed_in("SXD")
    takes_up(office, "sxd-officer", petition)
    due = office.petition(petition.code).due_at
    assert due is not None
    office.clock.at = due - timedelta(hours=2)
    since = quote(office.clock.now().isoformat())

    def bell(who: str, asked: str = "&duties=1") -> str:
        return office.at_desk(who).see(f"/live?since={since}{asked}").text

    def mailed(who: str) -> Any:
        officer = parts.staff.find(who)
        assert officer is not None
        return parts.duties(officer, parts.staff).entries

    parts = office.parts
    (entry,) = mailed("sxd-officer")
    shown = bell("sxd-officer")
    assert 'data-duties="1"' in shown
    assert f"{entry.title}</a>" in shown
    assert entry.situation in shown
    assert f'href="/petitions/{petition.code}"' in shown
    assert "Một tuần của đơn vị" not in shown
    assert "data-duties" not in bell("sxd-officer", "")
    assert 'data-duties="0"' in bell("syt-officer")
    head = bell("sxd-head")
    assert "Một tuần của đơn vị" in head
    assert "1 việc đến hạn" in head
    office.store.update(f"petitions/{petition.code}", {"accused": "SXD"})
    assert 'data-duties="0"' in bell("sxd-officer")
    assert "không có việc quá hạn hay đến hạn" in bell("sxd-head")


def test_the_bell_shows_first_what_is_urgent(office: Office) -> None:
    quiet, landslide = office.filed_in("SXD"), office.filed_in("SXD")
    officer = office.at_desk("sxd-officer")
    for step in ("accept", "assign", "start"):
        assert officer.does(office.petition(landslide.code), step).status_code == 303
    office.changed(landslide.code, level="urgent")
    office.clock.at = max(petition.due_at for petition in office.petitions() if petition.due_at)
    shown = office.at_desk("sxd-officer").see("/live?duties=1").text
    assert 0 < shown.index(landslide.code) < shown.index(quiet.code)
    first = shown.split("<ul")[1]
    assert "Khẩn" in first
    assert landslide.code in first
