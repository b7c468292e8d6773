"""The secret key for signatures is changed at Zalo first.

Events until our change are not lost, and are applied once.
"""

from __future__ import annotations

import re

from tests.e2e.operator_commands import operate
from tests.e2e.stack import LocalStack

KEY = "khoa-moi-1234567"


def rotate(stack: LocalStack, *arguments: str) -> str:
    done = operate(stack.name, "rotate-key", *arguments, environment={"KEY": KEY})
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def replayed(output: str) -> int:
    found = re.search(r"(\d+) replayed", output)
    assert found, output
    return int(found[1])


def test_events_between_the_change_at_zalo_and_ours_are_applied_exactly_once(stack: LocalStack, user: str) -> None:
    zalo, phone = stack.url("zalo_url"), f"{stack.url('zalo_url')}/sim/users/{user}"
    stack.begins(user, "Cán bộ một cửa đòi thêm giấy tờ")
    stack.http.post(f"{zalo}/sim/account", json={"oa_secret_key": KEY}).raise_for_status()
    parts = [f"Họ còn đòi tôi nộp thêm tờ giấy thứ {number}" for number in range(3)]
    before = len(stack.messages(user))
    for part in parts:
        report = stack.http.post(f"{phone}/text", json={"text": part}).json()
        assert report["delivered"]
    stack.post_event(stack.event(user, "kẻ lạ viết"), "mac=" + "0" * 64)
    assert len(stack.messages(user)) == before
    # A publish that outlasts the webhook's budget is sent again by Zalo, so one may be there twice.
    assert replayed(rotate(stack)) >= len(parts)
    # Zalo's own retry of an event that was replayed, and the tool run once more, change nothing.
    number = stack.http.get(f"{zalo}/sim/deliveries").json()[-1]["id"]
    stack.http.post(f"{zalo}/sim/deliveries/{number}/repeat").raise_for_status()
    assert replayed(rotate(stack)) == 0
    summary = stack.completes(user)
    assert [summary.count(part) for part in parts] == [1, 1, 1]
    assert "kẻ lạ" not in summary
    assert stack.command("event", "text", "--user", user, "một bổ sung").returncode == 0


def test_dry_run_only_lists_the_steps(stack: LocalStack) -> None:
    before = stack.env("zalo_webhook", "ZALO_OA_SECRET_KEYS")
    output = rotate(stack, "--dry-run")
    assert "Keys in force" in output
    assert f"…{before.split(',')[0][-3:]}" in output
    assert "Quarantined" in output
    assert not {*before.split(","), KEY} & set(output.split())
