"""A running local system: gateway, events, schedules, clock, status, restarts."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from infra.local import oidc
from infra.paths import ROOT
from tests.local.small_stack import SCHEDULES, SmallStack, ask, wait_for

KEYS = {
    "project",
    "functions",
    "firestore_host",
    "pubsub_host",
    "storage_url",
    "firestore_admin_url",
    "pubsub_admin_url",
    "zalo_url",
    "portal_url",
    "smtp_url",
    "mailbox_url",
    "desk_url",
    "public_url",
    "citizen_url",
    "console_url",
    "env",
    "processes",
}


def bearer(running: SmallStack, audience: str) -> dict[str, str]:
    key = running.folder.oidc_key_file.read_bytes()
    return {"Authorization": f"Bearer {oidc.issue(key, audience, 'someone@local.invalid')}"}


def status_of(running: SmallStack) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ask(f"{running.stack['console_url']}/api/status")[2])
    return found


def test_stack_json_says_where_everything_is(running: SmallStack) -> None:
    stack = running.stack
    assert set(stack) == KEYS
    assert stack["project"] == f"hanoi-local-{running.name}"
    assert set(stack["functions"]) == {"zalo_webhook", "worker"}
    assert set(stack["env"]["worker"]) == {
        "GOOGLE_CLOUD_PROJECT",
        "FIRESTORE_DATABASE",
        "FIRESTORE_CHANNEL_DATABASE",
    }
    assert all(urlsplit(stack[key]).scheme for key in KEYS if key.endswith("_url") and stack[key])
    for pid in stack["processes"].values():
        os.kill(pid, 0)
    assert running.folder.description_file.stat().st_mode & 0o077 == 0


def test_up_again_says_that_it_is_up(running: SmallStack) -> None:
    done = running.up()
    assert (done.returncode, "is up already" in done.stdout) == (0, True)


def test_an_event_is_signed_with_the_stacks_key(running: SmallStack) -> None:
    running.forget_seen()
    done = running.command("event", "text", "--user", "1", "Xin chào", "--times", "3", bare=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("200 msg_id=") == 3
    seen = running.seen("/")
    environment = running.stack["env"]["zalo_webhook"]
    assert len({one["body"] for one in seen}) == 1
    assert len(seen) == 3
    body = seen[0]["body"]
    event = json.loads(body)
    text = environment["ZALO_APP_ID"] + body + event["timestamp"] + environment["ZALO_OA_SECRET_KEYS"]
    assert seen[0]["headers"]["X-Zevent-Signature"] == f"mac={hashlib.sha256(text.encode()).hexdigest()}"
    assert event["message"]["text"] == "Xin chào"


def test_a_raw_event_is_sent_as_it_is(running: SmallStack) -> None:
    running.forget_seen()
    done = running.command("event", "raw", "-", stdin=b'{ "timestamp":"5",  "x": 1}')
    assert done.returncode == 0, done.stderr
    assert running.seen()[0]["body"] == '{ "timestamp":"5",  "x": 1}'


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["event", "text", "hello"], "needs --user"),
        (["event", "location", "--user", "1", "21"], "takes 2 value"),
        (["event", "location", "--user", "1", "north", "105"], "'north' is no latitude"),
        (["event", "location", "--user", "1", "21.03", "1058"], "'1058' is no longitude"),
        (["event", "location", "--user", "1", "nan", "105"], "'nan' is no latitude"),
        (["event", "image", "--user", "1", "photo.jpg"], "'photo.jpg' is no address of an image"),
        (["event", "image", "--user", "1", "https://"], "no address of an image"),
        (["event", "raw", "/nowhere"], "No such file"),
        (["fire", "nothing"], "no schedule 'nothing'"),
        (["clock", "2020-01-01"], "forward only"),
        (["clock", "soon"], "not a move of the clock"),
    ],
)
def test_wrong_commands_say_why(running: SmallStack, arguments: list[str], words: str) -> None:
    done = running.command(*arguments, bare=True)
    assert done.returncode == 1
    assert words in done.stderr


def test_the_gate_lets_in_who_may(running: SmallStack) -> None:
    worker, webhook = running.stack["functions"]["worker"], running.stack["functions"]["zalo_webhook"]
    assert ask(f"{worker}/anything", headers=bearer(running, worker))[0] == 403
    assert ask(f"{webhook}/anything")[0] == 200
    for url in (worker, webhook):
        for path in ("/push/x", "/schedule/x", "//push/x", "/%70ush/x", "/a/../schedule/x"):
            assert ask(url + path, method="POST", data=b"")[0] == 401, path
            assert ask(url + path, method="POST", data=b"", headers={"Authorization": "Bearer no"})[0] == 403
    assert ask(f"{worker}/push/x", headers=bearer(running, webhook))[0] == 403
    assert ask(f"{worker}/push/x", headers=bearer(running, worker))[0] == 200


def test_the_gate_passes_everything_on(running: SmallStack) -> None:
    webhook = running.stack["functions"]["zalo_webhook"]
    running.forget_seen()
    status, headers, body = ask(f"{webhook}/status/418?q=%20a", headers={"X-Mine": "1"})
    assert (status, headers["X-Answer"], body) == (418, "yes", b"as asked\n")
    seen = running.seen()[0]
    assert seen["path"] == "/status/418?q=%20a"
    assert seen["headers"]["X-Mine"] == "1"
    assert seen["headers"]["Host"] == urlsplit(webhook).netloc
    large = os.urandom(3_000_000)
    assert ask(f"{webhook}/echo", method="POST", data=large)[2] == large


def test_a_function_gets_its_settings_and_no_others(running: SmallStack) -> None:
    running.forget_seen()
    worker = running.stack["functions"]["worker"]
    ask(f"{worker}/push/x", headers=bearer(running, worker))
    environment = running.seen("/push/x")[0]["environment"]
    assert environment.items() >= running.stack["env"]["worker"].items()
    assert environment["THREADS"] == "4"
    assert environment["FIRESTORE_EMULATOR_HOST"] == running.stack["firestore_host"]
    assert not {"ZALO_APP_ID", "ZALO_OA_SECRET_KEYS", "PYTEST_CURRENT_TEST"} & set(environment)


def test_a_move_of_the_clock_fires_everything_at_its_own_time(running: SmallStack) -> None:
    running.command("clock", "+1m")
    running.forget_seen()
    done = running.command("clock", "+1d", bare=True)
    assert done.returncode == 0, done.stderr
    assert "failed: 0" in done.stdout
    fired = running.seen("/schedule/")
    due = [(datetime.fromisoformat(one["headers"]["X-Cloudscheduler-Scheduletime"]), one["path"]) for one in fired]
    minutes = [instant for instant, path in due if path.endswith("/each-minute")]
    assert len(minutes) >= 24 * 60
    assert all(later - earlier == timedelta(minutes=1) for earlier, later in itertools.pairwise(minutes))
    assert [path for _, path in due].count("/schedule/morning") == 1
    assert {path.removeprefix("/schedule/") for _, path in due} == set(SCHEDULES)
    for one, (instant, _) in zip(fired, due, strict=True):
        assert 0 <= one["now"] - instant.timestamp() < 30
        assert one["headers"]["X-Cloudscheduler-Jobname"] == one["path"].removeprefix("/schedule/")
        assert one["headers"]["Authorization"].startswith("Bearer ")


def test_a_move_of_the_clock_tells_how_far_it_is_and_ends_where_it_is_stopped(running: SmallStack) -> None:
    running.forget_seen()
    # A process started by a shell in the background ignores Ctrl-C, and so do its own children.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    asking = [sys.executable, "-m", "infra.local", "clock", "+100d", "--stack", running.name]
    with subprocess.Popen(asking, cwd=ROOT, stdout=subprocess.PIPE, text=True) as moving:
        wait_for(lambda: running.seen("/schedule/"), "the first schedule on the way")
        moving.send_signal(signal.SIGINT)
        output, _ = moving.communicate(timeout=60)
    assert moving.returncode == 130
    assert "The clock stands at " in output
    stood = datetime.fromisoformat(output.split("The clock stands at ")[1].split(". ")[0])
    assert "moving" not in running.command("status").stdout.split("PROCESS")[0]
    fired = [datetime.fromisoformat(item["headers"]["X-Cloudscheduler-Scheduletime"]) for item in running.seen("/sch")]
    assert max(fired) <= stood + timedelta(minutes=1)
    on = running.command("clock", "+10h")
    assert on.returncode == 0
    assert "schedules fired" in on.stdout
    console = running.stack["console_url"]
    assert ask(f"{console}/api/clock/halt", method="POST", data=b"{}")[0] == 409


def test_what_is_published_on_the_way_is_handled_at_its_own_time(running: SmallStack) -> None:
    running.forget_seen()
    assert running.command("clock", "+2h").returncode == 0
    order = [one["path"] for one in running.seen("/") if one["path"] in {"/schedule/publishing", "/push/things-worker"}]
    assert len(order) == 24
    assert order == ["/schedule/publishing", "/push/things-worker"] * 12


def test_fire_runs_a_schedule_now(running: SmallStack) -> None:
    running.forget_seen()
    done = running.command("fire", "morning", bare=True)
    assert (done.returncode, done.stdout.startswith("morning: 200 in")) == (0, True)
    assert [one["path"] for one in running.seen("/schedule/morning")] == ["/schedule/morning"]


def test_status_needs_the_standard_library_alone(running: SmallStack) -> None:
    done = running.command("status", bare=True)
    assert done.returncode == 0, done.stderr
    for word in ("runner", "firestore", "pubsub", "zalo_webhook", "things-worker", "each-minute", "together"):
        assert word in done.stdout
    total = status_of(running)["memory"]["pss"]
    assert 50 * 1024 < total < 1500 * 1024


def test_another_sites_page_cannot_ask_the_console(running: SmallStack) -> None:
    url = f"{running.stack['console_url']}/api/fire/morning"
    assert ask(url, method="POST", data=b"{}", headers={"Origin": "https://elsewhere.example"})[0] == 403
    assert ask(url, method="POST", data=b"{}", headers={"Host": "elsewhere.example"})[0] == 403


@pytest.mark.parametrize("process", ["worker", "zalo_webhook", "pubsub", "mail"])
def test_a_killed_process_comes_back_at_its_port(running: SmallStack, process: str) -> None:
    before = running.stack["processes"][process]
    os.kill(before, signal.SIGKILL)
    wait_for(lambda: running.stack["processes"].get(process) not in {None, before}, "stack.json names the new one")

    def is_up() -> bool:
        row = next(row for row in status_of(running)["processes"] if row["name"] == process)
        return bool(row["state"] == "up" and row["restarts"] >= 1)

    wait_for(is_up, f"{process} is up")
    running.forget_seen()
    assert running.command("fire", "publishing").returncode == 0
    wait_for(lambda: running.seen("/push/things-worker"), "a message goes all the way")


def test_the_gate_answers_503_while_a_function_is_away(running: SmallStack) -> None:
    webhook, pid = running.stack["functions"]["zalo_webhook"], running.stack["processes"]["zalo_webhook"]
    os.kill(pid, signal.SIGKILL)
    statuses: list[int] = []

    def is_back() -> bool:
        statuses.append(ask(f"{webhook}/")[0])
        return 503 in statuses and statuses[-1] == 200

    wait_for(is_back, "first 503, then 200")
    assert set(statuses) <= {200, 503}
