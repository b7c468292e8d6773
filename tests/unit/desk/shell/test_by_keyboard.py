"""The daily work of an officer, a head and a coordinator by keyboard alone, without losing the focus."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from petitions.domain.lifecycle.states import State
from petitions.domain.petition.petition import Petition
from tests.keyboard import Keyboard
from tests.unit.desk.busy import SETTLED, TO_SUBMIT, fill
from tests.unit.desk.office import Office
from tests.unit.desk.shell.served import Desk
from tests.unit.desk.shell.sights import PHOTO

pytestmark = pytest.mark.browser
FROM_THE_WORK = 12
"""The largest number of Tab presses between two parts of the same task."""


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    file = tmp_path / "bien-ban.jpg"
    file.write_bytes(PHOTO)
    return file


def signs_in(desk: Desk, name: str) -> Keyboard:
    context = desk.browser.new_context(viewport={"width": 1440, "height": 900})
    hand = Keyboard(context.new_page())
    hand.page.goto(f"{desk.url}/sign-in")
    hand.does(name)
    hand.page.wait_for_url(f"{desk.url}/")
    return hand


def now(desk: Desk, hand: Keyboard) -> Petition:
    return desk.office.petition(hand.page.url.rpartition("/")[2])


def open_first(hand: Keyboard) -> str:
    code = hand.page.locator(".rows td.code").first.inner_text()
    hand.press("j", "Enter")
    hand.page.wait_for_url(f"**/petitions/{code}")
    return code


def test_an_officers_day(desk: Desk, photo: Path) -> None:
    first, second, third = (desk.office.filed_in("SXD") for _ in range(3))
    hand = signs_in(desk, "Nguyễn Văn Thịnh")
    assert open_first(hand) == first.code
    hand.press("a")
    assert hand.at() == "Nhận và xử lý"
    hand.press("Enter")
    hand.sees("Đang xử lý")
    hand.is_at_work()
    hand.does("Yêu cầu bổ sung", FROM_THE_WORK)
    hand.fills("Nội dung cần bổ sung", "Xin gửi ảnh giấy hẹn", FROM_THE_WORK)
    hand.press("Control+Enter")
    hand.sees("Chờ bổ sung")
    hand.is_at_work()
    hand.press("n")
    hand.page.wait_for_url(f"**/petitions/{second.code}")
    hand.press("a", "Enter")
    hand.sees("Đang xử lý")
    hand.is_at_work()
    hand.does("Soạn trả lời", FROM_THE_WORK)
    hand.page.wait_for_url("**/answer")
    hand.does("Chèn mẫu")
    expect(hand.page.get_by_label("Nội dung trả lời")).to_be_focused()
    hand.press("Control+a")
    hand.write(SETTLED)
    hand.chooses("Kết quả giải quyết", "Đã giải quyết")
    hand.brings("Thêm tệp", photo)
    hand.does("Trình duyệt trả lời")
    hand.page.wait_for_url(f"**/petitions/{second.code}")
    hand.sees("Chờ duyệt")
    hand.is_at_work()
    reply = desk.office.petition(second.code).reply
    assert reply
    assert (reply.text, len(reply.attachments)) == (SETTLED, 1)
    hand.press("u")
    hand.page.wait_for_url(f"{desk.url}/?view=open")
    hand.press("/")
    hand.write("khai sinh")
    hand.press("Enter")
    hand.sees("Tìm thấy 3 hồ sơ")
    hand.press("j", "j", "k", "?")
    expect(hand.page.get_by_role("dialog", name="Phím tắt")).to_contain_text("về danh sách")
    hand.press("Escape")
    expect(hand.page.locator("#keys")).to_be_hidden()
    assert desk.office.petition(third.code).state is State.NEW
    hand.never_pointed()


def submitted(office: Office, number: int) -> list[Petition]:
    filed = [office.filed_in("SXD") for _ in range(number)]
    for petition in filed:
        for who, action, given in TO_SUBMIT:
            done = office.at_desk(f"sxd-{who}").does(office.petition(petition.code), action.value, **given)
            assert done.status_code == 303
    return filed


def test_a_head_approves_sends_back_and_extends(desk: Desk) -> None:
    office = desk.office
    good, bad = submitted(office, 2)
    begun = office.filed_in("SXD")
    office.at_desk("sxd-officer").submit(f"/petitions/{begun.code}/take-up", version=begun.version)
    hand = signs_in(desk, "Trần Thu Hằng")
    hand.does("Chờ tôi duyệt")
    hand.sees(good.code)
    hand.is_at_work()
    assert open_first(hand) == good.code
    hand.press("a")
    assert hand.at() == "Lý do vẫn duyệt"
    hand.write("Đã xem, đúng việc")
    hand.press("Control+Enter")
    hand.sees("Đã trả lời")
    hand.is_at_work()
    hand.press("n")
    hand.page.wait_for_url(f"**/petitions/{bad.code}")
    hand.press("a")
    hand.does("Yêu cầu làm lại", FROM_THE_WORK)
    hand.fills("Lý do", "Xin nêu rõ ngày trả kết quả", FROM_THE_WORK)
    hand.press("Control+Enter")
    hand.sees("Yêu cầu làm lại")
    hand.is_at_work()
    hand.press("u")
    hand.page.wait_for_url("**/?view=approval**")
    hand.does("Đang mở")
    hand.sees(begun.code)
    while begun.code not in (hand.page.evaluate("document.activeElement.getAttribute('href')") or ""):
        hand.press("j")
    hand.press("Enter")
    hand.page.wait_for_url(f"**/petitions/{begun.code}")
    hand.press("a")
    hand.does("Gia hạn trả lời", FROM_THE_WORK)
    hand.fills("Gia hạn thêm", "3", FROM_THE_WORK)
    hand.fills("Lý do", "Cần xác minh thêm", FROM_THE_WORK)
    hand.press("Control+Enter")
    hand.sees("Đã gia hạn 1 lần")
    hand.is_at_work()
    assert [office.petition(petition.code).state for petition in (good, bad)] == [State.ANSWERED, State.REDO]
    hand.never_pointed()


def test_a_head_assigns_many_and_names_a_deputy(desk: Desk) -> None:
    new, newer = (desk.office.filed_in("SXD") for _ in range(2))
    hand = signs_in(desk, "Trần Thu Hằng")
    for _ in range(2):
        hand.press("j", "x")
    hand.press("a")
    hand.chooses("Giao cho", "Nguyễn Văn Thịnh", FROM_THE_WORK)
    hand.does("Phân công", FROM_THE_WORK)
    hand.sees("Xem trước: phân công 2 hồ sơ")
    hand.does("Phân công 2 hồ sơ")
    hand.sees("Xong 2 trên 2 hồ sơ")
    assert {desk.office.petition(petition.code).handler for petition in (new, newer)} == {"sxd-officer"}
    hand.press("u")
    hand.page.wait_for_url("**/?view=open**")
    hand.does("Cán bộ, bàn giao")
    hand.page.wait_for_url("**/team")
    hand.chooses("Người vắng", "Trần Thu Hằng")
    hand.chooses("Người thay", "Nguyễn Văn Thịnh", FROM_THE_WORK)
    for name, keys in (("Từ ngày", "11302026"), ("Đến hết ngày", "12022026")):
        hand.goes_to(name, FROM_THE_WORK)
        hand.press(*keys)
    hand.does("Ghi nhận", FROM_THE_WORK)
    hand.sees("Nguyễn Văn Thịnh thay từ 30/11/2026 đến 02/12/2026")
    hand.never_pointed()


def test_a_coordinator_assigns_and_merges(desk: Desk) -> None:
    first, twin = desk.office.filed_in("VPUB"), desk.office.filed_in("VPUB")
    hand = signs_in(desk, "Nguyễn Thu Hương")
    assert open_first(hand) == first.code
    hand.press("a")
    assert hand.at() == "Đơn vị"
    hand.chooses("Đơn vị", "Sở Xây dựng")
    hand.press("Control+Enter")
    hand.sees("Đã phân công")
    hand.is_at_work()
    hand.press("n")
    hand.page.wait_for_url(f"**/petitions/{twin.code}")
    hand.press("a")
    hand.does("Gộp")
    hand.goes_to("Mã hồ sơ chính", FROM_THE_WORK)
    hand.press("Control+a")
    hand.write(first.code)
    hand.press("Enter")
    hand.sees("Xem trước khi gộp")
    hand.does(f"Gộp vào {first.code}")
    hand.sees("Đã gộp")
    assert desk.office.petition(twin.code).state is State.MERGED
    hand.never_pointed()


def test_refused_form_continues_at_its_place(desk: Desk) -> None:
    petition = desk.office.filed_in("SXD")
    hand = signs_in(desk, "Nguyễn Văn Thịnh")
    open_first(hand)
    hand.press("a")
    hand.does("Trả lại điều phối", FROM_THE_WORK)
    hand.fills("Lý do", "Không thuộc sở", FROM_THE_WORK)
    desk.office.at_desk("sxd-head").does(petition, "accept")
    hand.press("Control+Enter")
    hand.sees("vừa được người khác thay đổi")
    expect(hand.page.locator("textarea:focus")).to_have_value("Không thuộc sở")
    expect(hand.page.locator("#live-news")).to_contain_text("vừa được người khác thay đổi")


def test_single_letters_can_be_turned_off(desk: Desk) -> None:
    fill(desk.office, 3)
    hand = signs_in(desk, "Nguyễn Văn Thịnh")
    hand.page.goto(f"{desk.url}/me")
    hand.goes_to("Tắt phím tắt một chữ trên thiết bị này (khi nhập bằng giọng nói)")
    hand.press("Space")
    hand.does("Lưu")
    hand.sees("Đã lưu")
    hand.page.goto(desk.url)
    hand.press("j", "?")
    assert hand.page.evaluate("document.activeElement === document.body")
    expect(hand.page.locator("#keys")).to_be_hidden()
