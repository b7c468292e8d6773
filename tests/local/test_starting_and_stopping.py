"""Starting, stopping and resetting a local system, refused starts, and the data that are kept."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud import firestore

from infra.local.runner import procfs
from infra.paths import ROOT
from tests.local.small_stack import SmallStack, ask, wait_for

ELSEWHERE = "http://127.0.0.1:9"


def left_running(small_stack: SmallStack) -> list[int]:
    return procfs.with_environment(f"LOCAL_CLOCK_FILE={small_stack.folder.clock_file}")


def client(small_stack: SmallStack, database: str) -> firestore.Client:
    os.environ["FIRESTORE_EMULATOR_HOST"] = small_stack.stack["firestore_host"]
    try:
        return firestore.Client(
            project=small_stack.stack["project"], database=database, credentials=AnonymousCredentials()
        )
    finally:
        del os.environ["FIRESTORE_EMULATOR_HOST"]


def channel(small_stack: SmallStack) -> firestore.Client:
    return client(small_stack, "channel")


@pytest.mark.parametrize("verb", [["status"], ["clock", "+1d"], ["fire", "x"], ["event", "text", "--user", "1", "x"]])
def test_a_stack_that_is_not_up_says_how_to_start_it(small_stack: SmallStack, verb: list[str]) -> None:
    done = small_stack.command(*verb, bare=True)
    assert done.returncode == 1
    assert f"make up STACK={small_stack.name}" in done.stderr


def test_state_ports_secrets_and_officers_survive_down_and_up_and_reset_empties(small_stack: SmallStack) -> None:
    assert small_stack.up().returncode == 0
    first = small_stack.stack
    channel(small_stack).document("tokens/zalo").set({"generation": 7})
    petitions = client(small_stack, "petitions")
    officer = petitions.document("officers/sxd-officer")
    assert officer.get().get("role") == "officer"
    assert sum(1 for _ in petitions.collection("officers").stream()) > 30
    officer.update({"name": "Tên khác"})
    petitions.document("officers/sxd-head").delete()
    assert small_stack.command("clock", "+3h").returncode == 0
    assert small_stack.command("down").returncode == 0
    assert left_running(small_stack) == []
    assert small_stack.stack == {}

    assert small_stack.up().returncode == 0
    again = small_stack.stack
    assert {**again, "processes": None} == {**first, "processes": None}
    assert channel(small_stack).document("tokens/zalo").get().get("generation") == 7
    assert float(small_stack.folder.clock_file.read_text()) > 10_000
    # Officers are seeded and not written over.
    assert officer.get().get("name") == "Tên khác"
    assert petitions.document("officers/sxd-head").get().exists

    done = small_stack.command("reset")
    assert done.returncode == 0, done.stderr
    assert not small_stack.folder.clock_file.exists()
    assert not channel(small_stack).document("tokens/zalo").get().exists
    assert {**small_stack.stack, "processes": None} == {**first, "processes": None}
    small_stack.forget_seen()
    assert small_stack.command("fire", "publishing").returncode == 0
    wait_for(lambda: small_stack.seen("/push/things-worker"), "topics and subscriptions are there again")

    # A stack that is down is emptied, too.
    assert small_stack.command("clock", "+1h").returncode == 0
    assert small_stack.command("down").returncode == 0
    assert small_stack.command("reset").returncode == 0
    assert not small_stack.folder.clock_file.exists()
    assert list(small_stack.folder.data.iterdir()) == []


def test_another_oa_starts_with_its_own_refresh_token(small_stack: SmallStack) -> None:
    assert small_stack.up(ZALO_OPENAPI_URL=ELSEWHERE, ZALO_APP_ID="app1").returncode == 0
    assert small_stack.stack["zalo_url"] is None
    environment = small_stack.stack["env"]["zalo_webhook"]
    assert (environment["ZALO_OPENAPI_URL"], environment["ZALO_OAUTH_URL"]) == (ELSEWHERE, ELSEWHERE)
    assert environment["ZALO_APP_ID"] == "app1"
    channel(small_stack).document("tokens/zalo").set({"generation": 7})

    assert small_stack.command("down").returncode == 0
    done = small_stack.up(ZALO_OPENAPI_URL=ELSEWHERE, ZALO_APP_ID="app1", ZALO_OA_ID="another")
    assert done.returncode == 0
    assert "stored tokens are deleted" in done.stdout
    assert not channel(small_stack).document("tokens/zalo").get().exists


def test_every_fault_is_named_and_nothing_is_started(small_stack: SmallStack) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = small_stack.up(
            ZALO_OPENAPI_URL="nonsense",
            ZALO_APP_ID="",
            ZALO_OA_SECRET_KEYS="a,,b",
            CONSOLE_PORT=str(taken.getsockname()[1]),
            FIRESTORE_EMULATOR_HOST="nowhere",
            EMULATOR="nobody",
        )
    assert done.returncode == 1
    for name in (
        "ZALO_OPENAPI_URL",
        "ZALO_APP_ID",
        "ZALO_OA_SECRET_KEYS",
        "CONSOLE_PORT",
        "FIRESTORE_EMULATOR_HOST",
        "EMULATOR",
    ):
        assert f"{name}: " in done.stderr
    assert left_running(small_stack) == []
    assert small_stack.stack == {}


def test_a_function_that_cannot_start_is_named_with_its_log(small_stack: SmallStack) -> None:
    (small_stack.sources / "worker" / "main.py").write_text("raise SystemExit('no settings of mine')\n")
    done = small_stack.up()
    assert done.returncode == 1
    assert "worker ended with status" in done.stderr
    assert "no settings of mine" in done.stderr
    assert left_running(small_stack) == []
    assert small_stack.command("status").returncode == 1


def test_a_wrong_manifest_is_refused_with_every_fault(small_stack: SmallStack) -> None:
    text = (small_stack.sources / "manifest.json").read_text()
    (small_stack.sources / "manifest.json").write_text(
        text.replace('"topic": "things"', '"topic": "nothings"').replace('"schema": 1', '"schema": 2')
    )
    done = small_stack.up()
    assert done.returncode == 1
    assert "schema" in done.stderr


def test_what_a_killed_runner_left_is_swept_by_the_next_start(small_stack: SmallStack) -> None:
    assert small_stack.up().returncode == 0
    os.kill(small_stack.stack["processes"]["runner"], signal.SIGKILL)
    wait_for(lambda: small_stack.folder.runner() is None, "the runner is gone")
    orphans = left_running(small_stack)
    assert orphans
    assert small_stack.command("status").returncode == 1
    assert small_stack.up().returncode == 0
    assert not set(orphans) & set(left_running(small_stack))


def test_an_emulator_from_elsewhere_is_used(small_stack: SmallStack, running: SmallStack) -> None:
    hosts = {
        "FIRESTORE_EMULATOR_HOST": running.stack["firestore_host"],
        "PUBSUB_EMULATOR_HOST": running.stack["pubsub_host"],
    }
    done = small_stack.up(**hosts)
    assert done.returncode == 0, done.stderr
    stack = small_stack.stack
    assert (stack["firestore_host"], stack["pubsub_host"]) == tuple(hosts.values())
    assert (stack["firestore_admin_url"], stack["pubsub_admin_url"]) == (None, None)
    assert not {"firestore", "pubsub"} & set(stack["processes"])
    assert small_stack.command("fire", "publishing").returncode == 0
    wait_for(lambda: small_stack.seen("/push/things-worker"), "a message goes through the other Pub/Sub")
    assert small_stack.command("clock", "+5m").returncode == 0
    assert small_stack.command("status").returncode == 0


def test_run_stays_in_the_foreground_until_interrupted(small_stack: SmallStack) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "infra.local",
            "run",
            "--stack",
            small_stack.name,
            "--functions",
            str(small_stack.sources),
        ],
        cwd=ROOT,
        env={**os.environ, "CONSOLE_PORT": str(port)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if "Ctrl-C" in line:
            break
    assert any("Console" in line for line in lines)
    assert small_stack.command("status").returncode == 0
    assert small_stack.stack["console_url"] == f"http://127.0.0.1:{port}"
    assert ask(f"http://127.0.0.1:{port}/health")[0] == 200
    process.send_signal(signal.SIGINT)
    rest = process.stdout.read()
    process.stdout.close()
    assert process.wait(20) == 0
    assert "Stopped." in rest
    assert left_running(small_stack) == []
