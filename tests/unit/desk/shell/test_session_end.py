"""A session that expires while an officer writes: a warning before, and no lost text or files afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from petitions.domain.lifecycle.states import State
from petitions.domain.petition.petition import Petition
from tests.unit.desk.busy import SETTLED
from tests.unit.desk.shell.served import Desk
from tests.unit.desk.shell.sights import PHOTO

pytestmark = pytest.mark.browser
FILE = {"name": "bien-ban.jpg", "mimeType": "image/jpeg", "buffer": PHOTO}


@pytest.fixture
def begun(desk: Desk) -> Petition:
    petition = desk.office.filed_in("SXD")
    desk.office.at_desk("sxd-officer").submit(f"/petitions/{petition.code}/take-up", version=petition.version)
    return petition


def pass_(desk: Desk, page: Page, minutes: int) -> None:
    """Advance the clocks of the server and the browser by `minutes`."""
    desk.office.clock.advance(minutes=minutes)
    page.clock.fast_forward(timedelta(minutes=minutes) // timedelta(milliseconds=1))


def writing(desk: Desk, petition: Petition) -> Page:
    page = desk.enter("sxd-officer", 1440, 900)
    page.clock.install()
    page.goto(f"{desk.url}/petitions/{petition.code}/answer")
    page.get_by_label("Nội dung trả lời").fill(SETTLED)
    page.get_by_label("Căn cứ pháp lý").fill("Điều 5 Nghị định 61/2018/NĐ-CP")
    page.get_by_label("Kết quả giải quyết").select_option("resolved")
    page.get_by_label("Thêm tệp").set_input_files(FILE)  # type: ignore[arg-type]
    return page


def signs_in_again(desk: Desk, page: Page) -> None:
    other = page.context.new_page()
    other.goto(f"{desk.url}/sign-in")
    other.locator("button[value='sxd-officer']").press("Enter")
    other.wait_for_url(f"{desk.url}/")
    other.close()


def was_submitted_whole(desk: Desk, page: Page, petition: Petition) -> None:
    page.get_by_role("button", name="Trình duyệt trả lời").press("Enter")
    expect(page.locator(".tags")).to_contain_text("Chờ duyệt")
    after = desk.office.petition(petition.code)
    assert after.state is State.AWAITING_APPROVAL
    assert after.reply
    assert (after.reply.text, after.reply.basis) == (SETTLED, "Điều 5 Nghị định 61/2018/NĐ-CP")
    assert len(after.reply.attachments) == 1


def test_officer_continues_after_the_warning_and_sends_everything(desk: Desk, begun: Petition) -> None:
    page = writing(desk, begun)
    warning = page.get_by_role("alert").filter(has_text="Phiên làm việc sắp kết thúc")
    pass_(desk, page, 26)
    expect(warning).to_be_hidden()
    pass_(desk, page, 2)
    expect(warning).to_be_visible()
    page.get_by_role("button", name="Tiếp tục làm việc").press("Enter")
    expect(warning).to_be_hidden()
    pass_(desk, page, 25)
    was_submitted_whole(desk, page, begun)


def test_after_the_end_text_and_file_wait_for_the_next_session(desk: Desk, begun: Petition) -> None:
    page = writing(desk, begun)
    pass_(desk, page, 31)
    page.get_by_role("button", name="Trình duyệt trả lời").press("Enter")
    expect(page.get_by_role("alert").filter(has_text="Phiên làm việc đã kết thúc")).to_be_visible()
    expect(page.get_by_label("Nội dung trả lời")).to_have_value(SETTLED)
    assert page.evaluate("document.querySelector('#files').files.length") == 1
    assert desk.office.petition(begun.code).state is State.IN_PROGRESS
    signs_in_again(desk, page)
    was_submitted_whole(desk, page, begun)


def test_session_end_without_a_warning_loses_nothing(desk: Desk, begun: Petition) -> None:
    """There is no warning if the computer was asleep, or if the session has lasted eight hours."""
    page = writing(desk, begun)
    desk.office.clock.advance(hours=9)
    page.get_by_role("button", name="Trình duyệt trả lời").press("Enter")
    expect(page.get_by_role("alert").filter(has_text="Phiên làm việc đã kết thúc")).to_be_visible()
    expect(page.get_by_label("Nội dung trả lời")).to_have_value(SETTLED)
    signs_in_again(desk, page)
    was_submitted_whole(desk, page, begun)


def test_forms_that_load_a_page_keep_their_values_too(desk: Desk) -> None:
    page = desk.enter("sxd-officer", 1440, 900)
    page.clock.install()
    page.goto(f"{desk.url}/take-in")
    content = "Cán bộ một cửa trả chậm giấy khai sinh, hẹn lại ba lần"
    for label, text in (
        ("Nội dung phản ánh", content),
        ("Địa chỉ nơi xảy ra", "12 phố Trung Kính"),
        ("Họ và tên, hoặc tên tổ chức", "Lê Văn Bình"),
        ("Số điện thoại", "0987654321"),
        ("Địa chỉ người gửi", "12 phố Trung Kính"),
    ):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("radio", name="qua điện thoại").check()
    page.get_by_role("radio", name="Cá nhân").check()
    pass_(desk, page, 31)
    for _ in range(2):
        page.get_by_role("button", name="Đọc lại trước khi ghi nhận").press("Enter")
        expect(page.get_by_role("alert").filter(has_text="Phiên làm việc đã kết thúc")).to_be_visible()
        expect(page.get_by_label("Nội dung phản ánh")).to_have_value(content)
    signs_in_again(desk, page)
    page.get_by_role("button", name="Đọc lại trước khi ghi nhận").press("Enter")
    page.get_by_role("button", name="Ghi nhận, cấp mã").press("Enter")
    page.wait_for_url("**/receipt")
    expect(page.locator("main")).to_contain_text("Lê Văn Bình")
