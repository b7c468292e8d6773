from __future__ import annotations

import base64
import importlib.util
import json
from collections import Counter
from inspect import unwrap
from pathlib import Path
from types import ModuleType

import flask
import pytest

from infra import manifest
from petitions.domain.citizen.citizen import Citizen, citizen_path
from petitions.domain.shared.identity import pseudonym
from petitions.usecases.notices.sweep_notices import SweepNotices
from petitions.wiring import notifications
from tests.unit.notices.channel import ID_KEY, Channel

SETTINGS = {
    "TRACES": "off",
    "GOOGLE_CLOUD_PROJECT": "hanoi",
    "PUBSUB_URL": "http://127.0.0.1:8085",
    "ID_KEY": "0123456789abcdef-test",
    "ZALO_APP_ID": "app-1",
    "ZALO_OA_ID": "oa-1",
    "ZALO_APP_SECRET_KEY": "app-secret",
    "ZALO_REFRESH_TOKEN": "first",
    "SMTP_URL": "smtp://127.0.0.1:1025",
    "PUBLIC_URL": "https://pakn.example.vn",
    "DESK_URL": "https://desk.example.vn",
    "ATTACHMENTS_BUCKET": "pakn-attachments",
    "ZALO_TOKENS_VAULT": "projects/p/secrets/s",
}
MAIN = Path(__file__).parents[3] / "functions/notifications/main.py"


@pytest.fixture
def main(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    spec = importlib.util.spec_from_file_location("notifications_main", MAIN)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def channel(monkeypatch: pytest.MonkeyPatch) -> Channel:
    channel = Channel()
    monkeypatch.setattr(notifications, "send_notice", lambda: channel.send)
    monkeypatch.setattr(notifications, "settle_notice", lambda: channel.settle)
    monkeypatch.setattr(notifications, "sweep_notices", lambda: channel.sweep)
    monkeypatch.setattr(notifications, "zalo_tokens", lambda: channel.tokens)
    return channel


def post(main: ModuleType, path: str, data: dict[str, object] | None = None) -> int:
    body = b""
    if data is not None:
        subscription = f"projects/p/subscriptions/{path.rsplit('/', 1)[-1]}"
        message = {"messageId": "1", "data": base64.b64encode(json.dumps(data).encode()).decode()}
        body = json.dumps({"subscription": subscription, "message": message}).encode()
    with flask.Flask("test").test_request_context(path, method="POST", data=body):
        status: int = main.main(flask.request)[1]
        return status


def test_function_serves_its_subscriptions_of_the_manifest(main: ModuleType) -> None:
    declared = manifest.load()
    subscriptions = {
        name for name, subscription in declared.subscriptions.items() if subscription.function == "notifications"
    }
    schedules = {name for name, schedule in declared.schedules.items() if schedule.function == "notifications"}
    assert set(main._entry.pushes) == subscriptions
    assert set(main._entry.schedules) == schedules


def test_through_the_paths(channel: Channel, main: ModuleType) -> None:
    assert post(main, "/schedule/token-refresh") == 200
    assert channel.zalo.refreshes == 1
    assert post(main, "/push/notices-notifications", {"schema": 1, "id": channel.plan()}) == 200
    assert channel.zalo.texts() == ["Xin chào"]
    assert post(main, "/push/zalo-receipts-notifications", channel.echo()) == 200
    assert post(main, "/schedule/notices-sweep") == 200
    assert channel.state() == "sent"
    assert post(main, "/elsewhere") == 404


@pytest.fixture
def wired(main: ModuleType, monkeypatch: pytest.MonkeyPatch) -> tuple[Channel, SweepNotices]:
    """Return the sending of notices with the deployed function's limits, and the sweep as it is wired."""
    assert main
    channel, limits = Channel(), unwrap(notifications.minute_budget)()
    channel.budget.calls, channel.budget.reserve = limits.calls, limits.reserve
    parts = {
        "petitions_store": channel.store,
        "clock": channel.clock,
        "send_notice": channel.send,
        "zalo_tokens": channel.tokens,
    }
    for name, part in (parts | {"sending_switch": channel.switch, "minute_budget": channel.budget}).items():
        monkeypatch.setattr(notifications, name, lambda part=part: part)
    return channel, unwrap(notifications.sweep_notices)()


def test_each_instance_may_use_the_whole_minute_and_writes_to_eight_at_once(
    wired: tuple[Channel, SweepNotices],
) -> None:
    """With a tenth of the minute's calls per instance, one of ten instances stood still during a sweep."""
    channel, sweep = wired
    assert (channel.budget.calls, channel.budget.reserve, sweep.senders) == (4000, 80, 8)


def test_one_sweep_ends_an_outage_for_five_hundred_citizens(wired: tuple[Channel, SweepNotices]) -> None:
    channel, sweep = wired
    channel.tokens.current()
    channel.zalo.allowed = channel.budget.calls
    users = [str(1000 + number) for number in range(500)]
    for user in users:
        who, now = pseudonym(ID_KEY, user), channel.clock.now()
        channel.store.create(citizen_path(who), Citizen(zalo_id=user, last_interaction_at=now).stored())
        channel.plan(f"n{user}", citizen=who, state="waiting", next_attempt_at=now)
    assert sweep() == 500
    assert (channel.zalo.calls, channel.zalo.too_many) == (500, 0)
    assert Counter(user for user, _, _ in channel.zalo.sent) == dict.fromkeys(users, 1)
