"""A desk backed by in-memory fakes, served locally for browser tests."""

from __future__ import annotations

import threading
from typing import Literal

from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from tests.browser import Silent
from tests.unit.desk.office import Office


class Desk:
    def __init__(self, browser: Browser) -> None:
        self.browser, self.office = browser, Office()
        self.server = make_server("127.0.0.1", 0, self.office.app, threaded=True, request_handler=Silent)
        self.url = f"http://127.0.0.1:{self.server.port}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def enter(
        self,
        who: str,
        width: int = 1280,
        height: int = 800,
        *,
        scripts: bool = True,
        scheme: Literal["light", "dark"] = "light",
    ) -> Page:
        size = {"width": width, "height": height}
        context = self.browser.new_context(viewport=size, java_script_enabled=scripts, color_scheme=scheme)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{self.url}/sign-in")
        page.locator(f"button[value='{who}']").press("Enter")
        page.wait_for_url(f"{self.url}/" if who != "admin" else f"{self.url}/admin")
        return page
