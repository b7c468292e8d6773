from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.unit.desk.shell.served import Desk


@pytest.fixture
def desk(browser: Browser) -> Iterator[Desk]:
    from tests.unit.desk.shell.served import Desk  # noqa: PLC0415 - most tests need no browser

    opened = Desk(browser)
    yield opened
    opened.close()
