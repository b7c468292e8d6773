from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from infra.emulators.testing.processes import free_port
from tests.browser import violations
from tests.integration.simulators.sandbox import Simulator, Webhook

pytestmark = pytest.mark.browser
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c4944415408d763606060000000040001f61738550000000049454e44ae426082"
)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    yield page
    page.close()


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    webhook = Webhook()
    yield webhook
    webhook.close()


@pytest.fixture
def zalo(tmp_path: Path, webhook: Webhook) -> Iterator[Simulator]:
    port = free_port()
    arguments = [f"--port={port}", f"--data={tmp_path}/zalo.sqlite", f"--webhook-url={webhook.url}", "--app-id=1"]
    arguments += ["--oa-id=2", "--oa-secret-key=k", "--app-secret-key=a", "--first-refresh-token=r"]
    zalo = Simulator("infra.local.zalo", arguments, port, tmp_path)
    zalo.start()
    yield zalo
    zalo.close()


def test_a_citizen_chats_from_the_phone(page: Page, zalo: Simulator, webhook: Webhook, tmp_path: Path) -> None:
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"http://127.0.0.1:{zalo.port}/")
    page.get_by_label("Họ và tên").fill("Nguyễn Thị An")
    page.get_by_role("button", name="Mở điện thoại").click()
    chat = page.get_by_role("log", name="Cuộc trò chuyện")
    expect(chat).to_contain_text("Gửi một tin nhắn để bắt đầu")

    page.get_by_role("textbox", name="Tin nhắn").fill("Dòng một")
    page.get_by_role("textbox", name="Tin nhắn").press("Shift+Enter")
    page.get_by_role("textbox", name="Tin nhắn").press_sequentially("<b>dòng hai</b>")
    page.get_by_role("textbox", name="Tin nhắn").press("Enter")
    expect(chat.locator(".mine .pre")).to_have_text("Dòng một\n<b>dòng hai</b>")
    expect(page.get_by_role("textbox", name="Tin nhắn")).to_have_value("")

    user_id = zalo.http.get("/sim/users").json()[0]["id"]
    zalo.http.post(f"/sim/users/{user_id}/staff", json={"text": "Chào bà An"})
    expect(chat.locator(".theirs .pre")).to_have_text("Chào bà An")

    page.get_by_role("button", name="Gửi vị trí").click()
    page.get_by_role("button", name="Hồ Hoàn Kiếm").click()
    expect(chat).to_contain_text("21.0287, 105.8524")

    picture = tmp_path / "anh.png"
    picture.write_bytes(PNG)
    page.get_by_label("Gửi ảnh").set_input_files(picture)
    expect(chat.get_by_role("img", name="Ảnh bạn gửi")).to_be_visible()

    page.get_by_role("button", name="Quan tâm").click()
    expect(page.get_by_role("button", name="Quan tâm")).to_have_attribute("aria-pressed", "true")

    webhook.statuses[:] = [503]
    page.get_by_role("textbox", name="Tin nhắn").fill("Có nghe không")
    page.get_by_role("button", name="Gửi", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Zalo sẽ tự gửi lại")

    assert violations(page) == []
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360
    assert problems == []
