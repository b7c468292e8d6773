"""The web page of a citizen's petition in a browser: three widths, with and without scripts, in two languages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser import violations
from tests.e2e.pages import ANSWER, PHOTO
from tests.e2e.stack import ROOT, LocalStack, wait_for

pytestmark = pytest.mark.browser

WARD = "PX-00175"
WORDS = {
    name: json.loads((ROOT / "functions" / "citizen_page" / "words" / f"{name}.json").read_text())
    for name in ("vi", "en")
}
ZALO = (
    "Mozilla/5.0 (Linux; Android 9; SM-A105G) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/96.0.4664.104 "
    "Mobile Safari/537.36 Zalo android/23100 ZaloTheme/light ZaloLanguage/vi"
)
WAYS = [
    (320, False, "vi"),
    (320, True, "vi"),
    (390, True, "en"),
    (390, False, "en"),
    (1440, True, "vi"),
    (1440, False, "en"),
]
OPENED = "#send, #state, #typed, .apart"
"""Elements of an open page, or of one that requires a confirmation."""
ASKED = "- Ảnh biên nhận\n- Ảnh giấy chứng sinh"


class Visitor:
    def __init__(self, context: BrowserContext, language: str, *, scripts: bool) -> None:
        self.context, self.language, self.scripts = context, language, scripts
        self.page: Page = context.new_page()

    def word(self, key: str) -> str:
        return str(WORDS[self.language][key])

    def opens(self, link: str) -> Page:
        if self.language == "en":
            base, _, key = link.rpartition("/")
            link = f"{base}/en/{key}"
        self.page.goto(link)
        if not self.scripts:
            wait_for(self._is_open, "the page")
        expect(self.page.locator(OPENED).first).to_be_visible()
        return self.page

    def _is_open(self) -> bool:
        self.page.get_by_role("button", name=self.word("open_button")).click()
        return self.page.locator(OPENED).count() > 0

    def faults(self) -> list[str]:
        """Return axe's findings, and "too wide" if the page is wider than the screen. Return [] without scripts."""
        if not self.scripts:
            return []
        width = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        return [*violations(self.page), *(["too wide"] if width[0] > width[1] else [])]

    def presses(self, key: str) -> None:
        self.page.get_by_role("button", name=self.word(key), exact=True).first.click()
        expect(self.page.locator("#done")).to_be_visible(timeout=60_000)


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Any]:
    made: list[BrowserContext] = []

    def come(width: int = 390, language: str = "vi", *, scripts: bool = True, **more: Any) -> Visitor:
        context = browser.new_context(viewport={"width": width, "height": 780}, java_script_enabled=scripts, **more)
        made.append(context)
        return Visitor(context, language, scripts=scripts)

    yield come
    for context in made:
        context.close()


def link_of(stack: LocalStack, user: str) -> str:
    pattern = re.compile(rf"{re.escape(stack.url('citizen_url'))}/(?:en/)?[a-z0-9]{{20}}")

    def found() -> str | None:
        links = [link for message in stack.messages(user) for link in pattern.findall(str(message["text"]))]
        return links[-1] if links else None

    return wait_for(found, "a link to the page")


def at_the_summary(stack: LocalStack, user: str) -> str:
    stack.begins(user)
    stack.completes(user)
    return link_of(stack, user)


def accepted(stack: LocalStack, user: str) -> str:
    code = stack.files(user)
    officer, head = stack.officer("officer", WARD), stack.officer("head", WARD)
    wait_for(lambda: officer.petition(code), "the petition at the ward")
    officer.does(code, "accept")
    head.does(code, "assign", handler=officer.id)
    officer.does(code, "start")
    return code


def answered(stack: LocalStack, user: str) -> str:
    code = accepted(stack, user)
    officer, head = stack.officer("officer", WARD), stack.officer("head", WARD)
    officer.does(code, "submit_answer", text=ANSWER, basis="", no_evidence="Việc đã xong tại chỗ, không có tài liệu")
    head.does(code, "approve", text="Đã xem")
    return code


def shows(stack: LocalStack, user: str, words: str) -> str:
    return wait_for(
        lambda: next((str(m["text"]) for m in stack.messages(user) if words in str(m["text"])), None), f"{words!r}"
    )


@pytest.mark.parametrize(("width", "scripts", "language"), WAYS)
def test_a_draft_of_the_chat_is_edited_on_the_page_and_filed(
    stack: LocalStack,
    user: str,
    visitor: Any,
    pictures: Path,
    width: int,
    scripts: bool,  # noqa: FBT001
    language: str,
) -> None:
    link = at_the_summary(stack, user)
    guest: Visitor = visitor(width, language, scripts=scripts)
    page = guest.opens(link)
    page.screenshot(path=pictures / f"page-draft-{width}-{language}-{scripts}.png", full_page=True)
    assert guest.faults() == []
    page.locator("#name").fill("Trần Thị Hoa")
    page.locator("#home").fill("5 Láng Hạ, phường Láng")
    content = page.locator("#content")
    content.fill(content.input_value() + "\nTôi đã đến ba lần.")
    page.locator("input[type=file]").set_input_files([PHOTO])
    is_asked_for_a_word(stack, user, guest)
    guest.presses("send")
    done = page.locator("#done").inner_text()
    code = re.search(r"HN-\d{6}-[0-9A-Z]{4}-[0-9A-Z]{4}", done)
    assert code, done
    assert code[0] in shows(stack, user, code[0])
    page.goto(page.url.partition("?")[0])
    wait_for(lambda: page.reload() and code[0] in page.locator("main").inner_text(), "the page of the petition")
    page.screenshot(path=pictures / f"page-filed-{width}-{language}-{scripts}.png", full_page=True)
    assert guest.faults() == []
    head = stack.officer("head", WARD)
    petition: dict[str, Any] = wait_for(lambda: head.petition(code[0]), "the petition at the ward")
    assert "Tôi đã đến ba lần." in json.dumps(petition, ensure_ascii=False, default=str)


def test_the_page_is_edited_while_the_chat_goes_on(stack: LocalStack, user: str, visitor: Any) -> None:
    link = at_the_summary(stack, user)
    guest: Visitor = visitor()
    page = guest.opens(link)
    stack.says(user, "số điện thoại là 0987 000 111", "0987000111")
    page.locator("#home").fill("5 Láng Hạ, phường Láng")
    guest.presses("save")
    assert "5 Láng Hạ" in page.locator("#done").inner_text()
    expect(page.locator("#phone")).to_have_value("0987000111")
    expect(page.locator("#home")).to_have_value("5 Láng Hạ, phường Láng")


def test_stale_page_files_nothing_and_shows_the_changes(
    stack: LocalStack, user: str, visitor: Any, pictures: Path
) -> None:
    link = at_the_summary(stack, user)
    guest: Visitor = visitor()
    page = guest.opens(link)
    page.locator("#home").fill("5 Láng Hạ, phường Láng")
    is_asked_for_a_word(stack, user, guest)
    expect(page.locator("#home")).to_have_value("5 Láng Hạ, phường Láng")
    stack.says(user, "tên tôi là Lê Thị Mai", "Lê Thị Mai")
    page.locator("#name").fill("Trần Thị Hoa")
    guest.presses("send")
    assert "CHƯA gửi" in page.locator("#done").inner_text()
    assert "Lê Thị Mai" in page.locator("main").inner_text()
    page.screenshot(path=pictures / "page-conflict-390.png", full_page=True)
    assert guest.faults() == []
    guest.presses("send")
    assert "HN-" in page.locator("#done").inner_text()


def test_the_back_button_and_a_double_click_change_nothing_twice(stack: LocalStack, user: str, visitor: Any) -> None:
    link = at_the_summary(stack, user)
    guest: Visitor = visitor(scripts=False)
    page = guest.opens(link)
    form = page.url
    page.locator("#home").fill("5 Láng Hạ, phường Láng")
    guest.presses("save")
    shows(stack, user, "5 Láng Hạ")
    before = len(stack.messages(user))
    for _ in range(8):  # the waiting page may have opened itself several times
        page.go_back()
        if page.url == form:
            break
    page.locator("#home").fill("5 Láng Hạ, phường Láng")
    page.get_by_role("button", name=guest.word("save"), exact=True).first.click()
    expect(page.locator("#done")).to_be_visible(timeout=60_000)
    assert len(stack.messages(user)) == before


def test_two_matters_are_split_by_moving_lines(stack: LocalStack, user: str, visitor: Any, pictures: Path) -> None:
    link = at_the_summary(stack, user)
    guest: Visitor = visitor(320)
    page = guest.opens(link)
    content = page.locator("#content")
    content.fill(content.input_value() + "\nVỉa hè trước nhà tôi bị đào xới nhiều tuần.")
    guest.presses("save")
    page.get_by_role("button", name=guest.word("split_link")).click()
    expect(page.get_by_role("checkbox").last).to_be_visible()
    page.screenshot(path=pictures / "page-split-320.png", full_page=True)
    assert guest.faults() == []
    page.get_by_role("checkbox").last.check()
    guest.presses("split_button")
    expect(page.locator("#second")).to_have_value(re.compile("Vỉa hè"))


def test_a_supplement_with_three_photos(stack: LocalStack, user: str, visitor: Any, pictures: Path) -> None:
    code = accepted(stack, user)
    stack.officer("officer", WARD).does(code, "ask_supplement", text=ASKED)
    shows(stack, user, "Ảnh biên nhận")
    guest: Visitor = visitor(320)
    page = guest.opens(link_of(stack, user))
    page.get_by_label("Ảnh biên nhận", exact=True).check()
    page.get_by_label("Ảnh giấy chứng sinh", exact=True).check()
    page.locator("input[type=file]").first.set_input_files([PHOTO] * 3)
    page.screenshot(path=pictures / "page-supplement-320.png", full_page=True)
    assert guest.faults() == []
    guest.presses("wanted_button")
    officer = stack.officer("officer", WARD)

    def given() -> bool:
        petition = officer.petition(code) or {}
        return petition.get("state") == "in_progress" and len(petition.get("attachments", [])) == 3

    wait_for(given, "the supplement at the ward")
    assert code in page.locator("#done").inner_text()


def test_an_answer_is_rated_and_contested_on_the_page(
    stack: LocalStack, user: str, visitor: Any, pictures: Path
) -> None:
    code = answered(stack, user)
    shows(stack, user, ANSWER)
    guest: Visitor = visitor(1440)
    page = guest.opens(link_of(stack, user))
    wait_for(lambda: page.reload() and ANSWER in page.locator("main").inner_text(), "the answer on the page")
    page.screenshot(path=pictures / "page-answered-1440.png", full_page=True)
    assert guest.faults() == []
    page.get_by_label("Chưa hài lòng", exact=True).check()
    page.locator("#rate-words").fill("Tôi chưa nhận được giấy")
    guest.presses("rate_button")
    page.locator("#contest summary").click()
    page.locator("#contest-words").fill("Giấy khai sinh vẫn chưa được trả")
    guest.presses("contest_button")
    coordinator = stack.officer("coordinator")
    petition: dict[str, Any] = wait_for(lambda: coordinator.petition(code), "the petition")
    assert petition["rating"]["level"] == 3


def test_a_second_browser_and_a_forwarded_link_read_no_name(
    stack: LocalStack, user: str, visitor: Any, pictures: Path
) -> None:
    link = at_the_summary(stack, user)
    visitor().opens(link)
    other: Visitor = visitor(320)
    page = other.opens(link)
    shown = page.locator("body").inner_text() + page.content()
    for words in ("Nguyễn Thị Lan", "Lan", "0912", "5678", "Trung Kính"):
        assert words not in shown, words
    page.screenshot(path=pictures / "page-confirm-320.png", full_page=True)
    assert other.faults() == []
    word = sends_for_a_word(stack, user, other)
    page.locator("#typed").fill("000000" if word != "000000" else "000001")
    page.get_by_role("button", name=other.word("open_button")).click()
    assert "Còn 4 lần thử" in page.get_by_role("alert").inner_text()
    page.locator("#typed").fill(word)
    page.get_by_role("button", name=other.word("open_button")).click()
    expect(page.locator("#name")).to_have_value("Nguyễn Thị Lan")
    assert link.rpartition("/")[2] not in page.url


def is_asked_for_a_word(stack: LocalStack, user: str, guest: Visitor) -> None:
    guest.page.get_by_role("button", name=guest.word("send"), exact=True).first.click()
    expect(guest.page.locator("main")).to_contain_text(guest.word("confirm_send"))
    word = sends_for_a_word(stack, user, guest)
    guest.page.locator("#typed").fill(word)
    guest.page.get_by_role("button", name=guest.word("open_button")).click()
    expect(guest.page.locator("#content")).to_be_visible()


def sends_for_a_word(stack: LocalStack, user: str, visitor: Visitor) -> str:
    visitor.page.get_by_role("button", name=visitor.word("word_button")).click()
    found = re.search(r"\b\d{6}\b", shows(stack, user, "Mã mở trang"))
    assert found
    return found[0]


def test_without_a_telephone_the_chat_confirms_another_browser(stack: LocalStack, user: str, visitor: Any) -> None:
    stack.begins(user)
    stack.says(user, "Số 12 phố Trung Kính, phường Yên Hòa", "họ và tên")
    link = link_of(stack, user)
    visitor().opens(link)
    other: Visitor = visitor(scripts=False)
    page = other.opens(link)
    page.locator("#typed").fill(sends_for_a_word(stack, user, other))
    page.get_by_role("button", name=other.word("open_button")).click()
    expect(page.locator("#content")).to_be_visible()


def test_data_erased_meanwhile_is_gone(stack: LocalStack, user: str, visitor: Any) -> None:
    link = at_the_summary(stack, user)
    guest: Visitor = visitor(scripts=False)
    page = guest.opens(link)
    stack.says(user, "xóa dữ liệu của tôi", "muốn xóa dữ liệu cá nhân")
    stack.says(user, "1", "đang được xóa")
    page.locator("#home").fill("5 Láng Hạ, phường Láng")

    def gone() -> bool:
        page.reload()
        return "Trung Kính" not in page.content()

    wait_for(gone, "the end of the page")
    assert "Nguyễn Thị Lan" not in page.content()


def test_zalos_own_browser_opens_it(stack: LocalStack, user: str, visitor: Any) -> None:
    link = at_the_summary(stack, user)
    guest: Visitor = visitor(360, user_agent=ZALO, is_mobile=True, has_touch=True, color_scheme="dark")
    page = guest.opens(link)
    page.locator("#home").fill("5 Láng Hạ, phường Láng")
    guest.presses("save")
    assert guest.faults() == []


@pytest.mark.parametrize("scripts", [False, True])
def test_code_and_digits_on_the_public_site_lead_to_the_page_and_the_chat_lets_it_withdraw(
    stack: LocalStack,
    user: str,
    visitor: Any,
    pictures: Path,
    scripts: bool,  # noqa: FBT001
) -> None:
    code = stack.files(user)
    wait_for(lambda: stack.public_status(code), "the status")
    guest: Visitor = visitor(360, scripts=scripts)
    page = guest.page
    page.goto(stack.url("public_url"))
    page.get_by_label("Mã phản ánh").fill(code)
    page.get_by_role("button", name="Tra cứu").click()
    page.get_by_label("Bốn số cuối điện thoại").fill("5678")
    page.get_by_role("button", name="Xem nội dung").click()
    expect(page.locator("main")).to_contain_text(code)
    expect(page.locator("main")).to_contain_text(WORDS["vi"]["own_content"])
    assert "5678" not in page.url
    assert "Nguyễn Thị Lan" not in page.content()
    assert page.locator("[name=do]").count() == 0
    page.screenshot(path=pictures / "page-reading-360.png", full_page=True)
    assert guest.faults() == []
    word = sends_for_a_word(stack, user, guest)
    page.locator("#typed").fill(word)
    page.get_by_role("button", name=guest.word("open_button")).click()
    expect(page.locator("main")).to_contain_text("Nguyễn Thị Lan")
    page.get_by_role("link", name=guest.word("withdraw_link")).click()
    page.get_by_role("button", name=guest.word("sure_withdraw_button")).click()
    wait_for(lambda: (stack.public_status(code) or {}).get("state") == "withdrawn", "the withdrawal")


def test_the_first_browser_withdraws_once_the_chat_has_confirmed_it(
    stack: LocalStack, user: str, visitor: Any, pictures: Path
) -> None:
    code = stack.files(user)
    guest: Visitor = visitor(390)
    page = guest.opens(link_of(stack, user))
    page.get_by_role("link", name=guest.word("withdraw_link")).click()
    expect(page.locator("main")).to_contain_text(guest.word("confirm_final"))
    page.screenshot(path=pictures / "page-confirm-withdrawal-390.png", full_page=True)
    assert guest.faults() == []
    word = sends_for_a_word(stack, user, guest)
    page.locator("#typed").fill(word)
    page.get_by_role("button", name=guest.word("open_button")).click()
    page.get_by_role("button", name=guest.word("sure_withdraw_button")).click()
    wait_for(lambda: (stack.public_status(code) or {}).get("state") == "withdrawn", "the withdrawal")
