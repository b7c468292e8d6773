"""After an outage of the webhook, messages of citizens are read back from Zalo and applied once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest

from tests.e2e.stack import ROOT, TALKING, LocalStack, wait_for


@pytest.fixture
def quiet() -> Iterator[LocalStack]:
    """A system of its own, because recovery reads the conversations of all citizens, and the test counts the result."""
    running = LocalStack(f"recovery-{os.getpid()}", functions=TALKING)
    running.up()
    yield running
    running.down()
    shutil.rmtree(ROOT / ".local" / running.name, ignore_errors=True)


def test_messages_lost_in_an_outage_are_recovered_once(quiet: LocalStack, user: str) -> None:
    stack = quiet
    zalo = stack.url("zalo_url")
    phone = f"{zalo}/sim/users/{user}"

    def types(text: str) -> dict[str, object]:
        report: dict[str, object] = stack.http.post(f"{phone}/text", json={"text": text}).json()
        return report

    types("Cán bộ một cửa đòi thêm giấy tờ")
    types("đồng ý")
    wait_for(lambda: len(stack.messages(user)) == 2, "the answers before the outage")
    stack.http.post(f"{zalo}/sim/trouble", json={"lose": 1}).raise_for_status()
    parts = [f"Họ còn đòi tôi nộp thêm tờ giấy thứ {number}" for number in range(3)]
    lost = [types(part) for part in parts]
    stack.http.post(f"{zalo}/sim/trouble", json={}).raise_for_status()
    assert {report["state"] for report in lost} == {"lost"}
    stack.move_clock("+3m")
    assert stack.command("fire", "zalo-recovery").returncode == 0
    # Zalo delivers one of them after all, much later. Another run finds nothing new.
    stack.http.post(f"{zalo}/sim/deliveries/{lost[1]['id']}/repeat").raise_for_status()
    assert stack.command("fire", "zalo-recovery").returncode == 0
    summary = stack.completes(user)
    assert [summary.count(part) for part in parts] == [1, 1, 1]
    log = (stack.root / ".local" / stack.name / "logs" / "notifications.log").read_text()
    assert '"metric": "messages_recovered", "messages": 3' in log
