"""Starting, refusing to start, stopping, resetting; what survives and what does not."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud import firestore

from infra.local import memory
from infra.local.stack import ROOT
from tests.integration.local.tiny import Tiny, ask, wait_for

ELSEWHERE = "http://127.0.0.1:9"


def left_running(tiny: Tiny) -> list[int]:
    return memory.with_environment(f"LOCAL_CLOCK_FILE={tiny.folder.clock_file}")


def client(tiny: Tiny, database: str) -> firestore.Client:
    os.environ["FIRESTORE_EMULATOR_HOST"] = tiny.stack["firestore_host"]
    try:
        return firestore.Client(project=tiny.stack["project"], database=database, credentials=AnonymousCredentials())
    finally:
        del os.environ["FIRESTORE_EMULATOR_HOST"]


def channel(tiny: Tiny) -> firestore.Client:
    return client(tiny, "channel")


@pytest.mark.parametrize("verb", [["status"], ["clock", "+1d"], ["fire", "x"], ["event", "text", "--user", "1", "x"]])
def test_a_stack_that_is_not_up_says_how_to_start_it(tiny: Tiny, verb: list[str]) -> None:
    done = tiny.command(*verb, bare=True)
    assert done.returncode == 1
    assert f"make up STACK={tiny.name}" in done.stderr


def test_state_ports_secrets_and_officers_survive_down_and_up_and_reset_empties(tiny: Tiny) -> None:
    assert tiny.up().returncode == 0
    first = tiny.stack
    channel(tiny).document("tokens/zalo").set({"generation": 7})
    petitions = client(tiny, "petitions")
    officer = petitions.document("officers/sxd-officer")
    assert officer.get().get("role") == "officer"
    assert sum(1 for _ in petitions.collection("officers").stream()) > 30
    officer.update({"name": "Tên khác"})
    petitions.document("officers/sxd-head").delete()
    assert tiny.command("clock", "+3h").returncode == 0
    assert tiny.command("down").returncode == 0
    assert left_running(tiny) == []
    assert tiny.stack == {}

    assert tiny.up().returncode == 0
    again = tiny.stack
    assert {**again, "processes": None} == {**first, "processes": None}
    assert channel(tiny).document("tokens/zalo").get().get("generation") == 7
    assert float(tiny.folder.clock_file.read_text()) > 10_000
    # Officers are seeded and not written over.
    assert officer.get().get("name") == "Tên khác"
    assert petitions.document("officers/sxd-head").get().exists

    done = tiny.command("reset")
    assert done.returncode == 0, done.stderr
    assert not tiny.folder.clock_file.exists()
    assert not channel(tiny).document("tokens/zalo").get().exists
    assert {**tiny.stack, "processes": None} == {**first, "processes": None}
    tiny.forget_seen()
    assert tiny.command("fire", "publishing").returncode == 0
    wait_for(lambda: tiny.seen("/push/things-worker"), "topics and subscriptions are there again")

    # A stack that is down is emptied, too.
    assert tiny.command("clock", "+1h").returncode == 0
    assert tiny.command("down").returncode == 0
    assert tiny.command("reset").returncode == 0
    assert not tiny.folder.clock_file.exists()
    assert list(tiny.folder.data.iterdir()) == []


def test_another_oa_starts_with_its_own_refresh_token(tiny: Tiny) -> None:
    assert tiny.up(ZALO_OPENAPI_URL=ELSEWHERE, ZALO_APP_ID="app1").returncode == 0
    assert tiny.stack["zalo_url"] is None
    environment = tiny.stack["env"]["zalo_webhook"]
    assert (environment["ZALO_OPENAPI_URL"], environment["ZALO_OAUTH_URL"]) == (ELSEWHERE, ELSEWHERE)
    assert environment["ZALO_APP_ID"] == "app1"
    channel(tiny).document("tokens/zalo").set({"generation": 7})

    assert tiny.command("down").returncode == 0
    done = tiny.up(ZALO_OPENAPI_URL=ELSEWHERE, ZALO_APP_ID="app1", ZALO_OA_ID="another")
    assert done.returncode == 0
    assert "stored tokens are deleted" in done.stdout
    assert not channel(tiny).document("tokens/zalo").get().exists


def test_every_fault_is_named_and_nothing_is_started(tiny: Tiny) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = tiny.up(
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
    assert left_running(tiny) == []
    assert tiny.stack == {}


def test_a_function_that_cannot_start_is_named_with_its_log(tiny: Tiny) -> None:
    (tiny.sources / "worker" / "main.py").write_text("raise SystemExit('no settings of mine')\n")
    done = tiny.up()
    assert done.returncode == 1
    assert "worker ended with status" in done.stderr
    assert "no settings of mine" in done.stderr
    assert left_running(tiny) == []
    assert tiny.command("status").returncode == 1


def test_a_wrong_manifest_is_refused_with_every_fault(tiny: Tiny) -> None:
    text = (tiny.sources / "manifest.json").read_text()
    (tiny.sources / "manifest.json").write_text(
        text.replace('"topic": "things"', '"topic": "nothings"').replace('"schema": 1', '"schema": 2')
    )
    done = tiny.up()
    assert done.returncode == 1
    assert "schema" in done.stderr


def test_what_a_killed_runner_left_is_swept_by_the_next_start(tiny: Tiny) -> None:
    assert tiny.up().returncode == 0
    os.kill(tiny.stack["processes"]["runner"], signal.SIGKILL)
    wait_for(lambda: tiny.folder.runner() is None, "the runner is gone")
    orphans = left_running(tiny)
    assert orphans
    assert tiny.command("status").returncode == 1
    assert tiny.up().returncode == 0
    assert not set(orphans) & set(left_running(tiny))


def test_an_emulator_from_elsewhere_is_used(tiny: Tiny, running: Tiny) -> None:
    """Its address is passed on, ours is not started; here another stack's stands for it."""
    hosts = {
        "FIRESTORE_EMULATOR_HOST": running.stack["firestore_host"],
        "PUBSUB_EMULATOR_HOST": running.stack["pubsub_host"],
    }
    done = tiny.up(**hosts)
    assert done.returncode == 0, done.stderr
    stack = tiny.stack
    assert (stack["firestore_host"], stack["pubsub_host"]) == tuple(hosts.values())
    assert (stack["firestore_admin_url"], stack["pubsub_admin_url"]) == (None, None)
    assert not {"firestore", "pubsub"} & set(stack["processes"])
    assert tiny.command("fire", "publishing").returncode == 0
    wait_for(lambda: tiny.seen("/push/things-worker"), "a message goes through the other Pub/Sub")
    assert tiny.command("clock", "+5m").returncode == 0
    assert tiny.command("status").returncode == 0


def test_run_stays_in_the_foreground_until_interrupted(tiny: Tiny) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "infra.local", "run", "--stack", tiny.name, "--functions", str(tiny.sources)],
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
    assert tiny.command("status").returncode == 0
    assert tiny.stack["console_url"] == f"http://127.0.0.1:{port}"
    assert ask(f"http://127.0.0.1:{port}/health")[0] == 200
    process.send_signal(signal.SIGINT)
    rest = process.stdout.read()
    process.stdout.close()
    assert process.wait(20) == 0
    assert "Stopped." in rest
    assert left_running(tiny) == []
