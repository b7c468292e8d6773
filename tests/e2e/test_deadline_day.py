"""A petition passes its deadline within one day. Reminders and digests are sent once."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from tests.e2e.stack import HANOI, ROOT, TALKING, LocalStack, wait_for

pytestmark = pytest.mark.release  # `tests/property` and `tests/unit/reminders` check the same on every change

URGENT = "Nắp cống mất trước cổng trường mầm non mấy tuần nay, rất nguy hiểm cho trẻ em, phường không sửa"
EVERY_KIND = {"[KHẨN", "[Hạn", "[Phản ánh", "[Quá hạn"}


@pytest.fixture
def early() -> Iterator[LocalStack]:
    """A system whose clock is at 07:40, before the digests, so that a deadline of the same day is near."""
    running = LocalStack(
        f"early-{os.getpid()}", begins=time(7, 40), functions=(*TALKING, "routing", "reminders", "desk")
    )
    running.up()
    yield running
    running.down()
    shutil.rmtree(ROOT / ".local" / running.name, ignore_errors=True)


def test_reminders_come_once_when_the_clock_passes_the_deadline(early: LocalStack, user: str) -> None:
    stack = early
    code = stack.files(user, URGENT)
    coordinator = stack.officer("coordinator")
    wait_for(lambda: (coordinator.petition(code) or {}).get("routed"), "the routing")
    coordinator.does(code, "accept")
    petition = coordinator.petition(code) or {}
    due = datetime.fromisoformat(petition["due_at"])
    assert due - datetime.fromtimestamp(stack.now_ms() / 1000, HANOI) < timedelta(hours=5)
    # Due at noon: reminded at 11:45, and reported late four working hours later, at closing.
    stack.move_clock(due.astimezone(HANOI).strftime("%Y-%m-%dT17:20"))
    wait_for(lambda: _kinds(stack, code) == EVERY_KIND, "news, reminders and digests")
    stack.move_clock("+15m")
    again = _about(stack, code)
    assert _kinds(stack, code) == EVERY_KIND
    # The officer on duty, if of the unit, gets urgent news twice: when it comes and at the opening.
    # Two rungs before a deadline have the same words.
    reminders = [
        (mail["to"][0], mail["subject"], mail["text"], mail["received_at"][:16])
        for mail in again
        if "[KHẨN]" not in mail["subject"]
    ]
    assert len(reminders) == len(set(reminders))
    assert all("Lan" not in mail["text"] and "0912" not in mail["text"] for mail in again)
    # The action, the petition, the deadline, and the page for it. The subject of the digest, too.
    assert all(f"KHẨN: {URGENT[:40]}" in mail["text"] and f"/petitions/{code}" in mail["text"] for mail in again)
    morning = [mail for mail in again if mail["subject"].startswith("[Phản ánh]")]
    assert all(re.search(r"1 đến hạn trong ngày – .+ \(\d+\)", mail["subject"]) for mail in morning), morning
    assert all(re.search(r"■ .+\n\n• KHẨN", mail["text"]) for mail in morning), morning


def _kinds(stack: LocalStack, code: str) -> set[str]:
    return {re.split(r"\]| từ| \d", mail["subject"])[0] for mail in _about(stack, code)}


def _about(stack: LocalStack, code: str) -> list[dict[str, Any]]:
    return [mail for mail in stack.mails() if code in mail["text"]]
