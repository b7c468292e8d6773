"""Two officers on the same list see each other's changes within ten seconds, and no work is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.unit.desk.busy import petition_at
from tests.unit.desk.shell.served import Desk

pytestmark = pytest.mark.browser


def test_the_others_work_appears_and_nothing_typed_ticked_or_focused_is_lost(desk: Desk) -> None:
    office = desk.office
    petitions = [office.filed_in("SXD") for _ in range(4)]
    page = desk.enter("sxd-head", 1440, 900)
    page.evaluate("window.same = true")
    page.get_by_label("Mã hồ sơ hoặc từ trong nội dung").fill("đang gõ dở")
    page.get_by_label(f"Chọn {petitions[1].code}").check()
    page.locator(f"a[href='/petitions/{petitions[1].code}']").focus()
    other = office.at_desk("sxd-officer")
    for petition in petitions[:2]:
        other.submit(f"/petitions/{petition.code}/take-up", version=petition.version)
    new = petition_at(office, petitions[0], office.clock.now(), 3, unit="SXD", level="urgent")
    expect(page.locator(f"#r-{new.code}")).to_be_visible()
    assert page.locator(".rows tbody tr").first.get_attribute("id") == f"r-{new.code}"
    expect(page.locator(f"#r-{petitions[0].code}")).to_contain_text("Đang xử lý")
    expect(page.locator(f"#r-{petitions[1].code}")).to_contain_text("Nguyễn Văn Thịnh")
    expect(page.get_by_label(f"Chọn {petitions[1].code}")).to_be_checked()
    expect(page.locator(f"a[href='/petitions/{petitions[1].code}']")).to_be_focused()
    expect(page.get_by_label("Mã hồ sơ hoặc từ trong nội dung")).to_have_value("đang gõ dở")
    expect(page.locator(".tabs [data-count=open]")).to_have_text("5")
    assert page.evaluate("window.same")
    office.at_desk("coordinator").does(
        office.petition(petitions[0].code), "reassign", unit="SYT", text="Của ngành y tế"
    )
    expect(page.locator(f"#r-{petitions[0].code}")).to_contain_text("Đã rời danh sách")


def test_every_group_of_the_bell_has_its_heading(desk: Desk) -> None:
    office = desk.office
    begun, given = office.filed_in("SXD"), office.filed_in("SXD")
    officer = office.at_desk("sxd-officer")
    for petition, steps in ((begun, ("accept", "assign", "start")), (given, ("accept", "assign"))):
        for step in steps:
            assert officer.does(office.petition(petition.code), step).status_code == 303
    due = office.petition(begun.code).due_at
    assert due is not None
    office.clock.at = due - timedelta(hours=2)
    page = desk.enter("sxd-head", 1440, 900)
    page.goto(f"{desk.url}/")
    page.locator(".bell summary").click()
    headings = page.locator(".bell [data-today] b:not(.count)")
    expect(headings).to_have_count(4)
    for heading in headings.all():
        expect(heading).to_be_visible()
    assert headings.all_inner_texts()[1:] == ["Nhận xử lý", "Xử lý và trả lời", "Một tuần của đơn vị"]


def test_bell_rings_until_opened_and_an_open_petition_shows_a_change(desk: Desk) -> None:
    office = desk.office
    petition = office.filed_in("SXD")
    page = desk.enter("sxd-officer", 1440, 900)
    page.goto(f"{desk.url}/petitions/{petition.code}")
    page.get_by_text("Yêu cầu bổ sung").first.click()
    page.get_by_label("Nội dung cần bổ sung").fill("đang gõ dở")
    head = office.at_desk("sxd-head")
    head.does(petition, "accept")
    head.does(office.petition(petition.code), "assign", handler="sxd-officer")
    expect(page.locator(".bell summary .count")).to_have_text("1")
    expect(page.locator("[data-others]")).to_contain_text("Hồ sơ vừa thay đổi")
    expect(page.get_by_label("Nội dung cần bổ sung")).to_have_value("đang gõ dở")
    page.locator(".bell summary").click()
    expect(page.locator(".bell [data-mine] a")).to_have_text("Phân công")
    expect(page.locator(".bell [data-today] li a")).to_have_attribute("href", f"/petitions/{petition.code}")
    page.goto(f"{desk.url}/")
    expect(page.locator(".bell summary .count")).to_be_hidden()
    page.locator(".bell summary").click()
    expect(page.locator(".bell [data-mine] a")).to_have_attribute("href", f"/petitions/{petition.code}")


def test_the_bell_tells_of_what_was_given_to_one_before_the_first_look(desk: Desk) -> None:
    office = desk.office
    petition = office.filed_in("SXD")
    head = office.at_desk("sxd-head")
    head.does(petition, "accept")
    head.does(office.petition(petition.code), "assign", handler="sxd-officer")
    office.clock.advance(minutes=1)
    page = desk.enter("sxd-officer", 1440, 900)
    expect(page.locator(".bell summary .count")).to_have_text("1")
    page.locator(".bell summary").click()
    expect(page.locator(".bell [data-mine] a")).to_have_text("Phân công")
    page.goto(f"{desk.url}/")
    expect(page.locator(".bell summary .count")).to_be_hidden()


def test_readers_of_one_petition_see_each_other(desk: Desk) -> None:
    petition = desk.office.filed_in("SXD")
    first, second = desk.enter("sxd-officer"), desk.enter("sxd-head")
    for page in (first, second):
        page.goto(f"{desk.url}/petitions/{petition.code}")
    expect(second.locator("[data-company]")).to_have_text("Đang mở: Nguyễn Văn Thịnh")
    expect(first.locator("[data-company]")).to_have_text("Đang mở: Trần Thu Hằng")
