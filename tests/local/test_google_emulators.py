"""EMULATOR=google: a local system with Google's emulators, with a fake, a missing and the real gcloud."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from infra.local.runner import procfs
from infra.paths import ROOT
from tests.local.small_stack import SmallStack, ask, wait_for

GCLOUD = """#!{python}
import json, os, socket, sys
arguments = sys.argv[1:]
with open({log!r}, "a") as log:
    log.write(json.dumps(arguments) + "\\n")
name = next(one for one in ("firestore", "pubsub") if one in arguments)
if (name == "pubsub") != (arguments[0] == "beta") or {without!r} == name:
    sys.exit("ERROR: (gcloud) Invalid choice: " + name)
if "--help" in arguments:
    sys.exit()
options = dict(one[2:].split("=", 1) for one in arguments if one.startswith("--"))
port = options["host-port"].rpartition(":")[2]
probe = socket.create_server(("127.0.0.1", 0))
admin_port = str(probe.getsockname()[1])
probe.close()
place = {place!r} + "/" + name
more = ["--oidc-key", {place!r} + "/key"] if name == "pubsub" else []
more += ["--clock-file", os.environ["LOCAL_CLOCK_FILE"]]
os.chdir({root!r})
os.execv({python!r}, [{python!r}, "-m", "infra.emulators." + name, "--port", port, "--admin-port", admin_port,
         "--data", place + ".sqlite", *more])
"""


def installed(folder: Path, *, without: str = "") -> str:
    folder.mkdir()
    (folder / "key").write_bytes(b"k" * 48)
    values = {"python": sys.executable, "log": str(folder / "calls"), "place": str(folder), "root": str(ROOT)}
    (folder / "gcloud").write_text(GCLOUD.format(without=without, **values))
    (folder / "java").write_text("#!/bin/sh\n")
    for name in ("gcloud", "java"):
        (folder / name).chmod(0o755)
    return f"{folder}:/nowhere"


def calls(folder: Path) -> list[list[str]]:
    return [json.loads(line) for line in (folder / "calls").read_text().splitlines()]


def left_running(small_stack: SmallStack) -> list[int]:
    return procfs.with_environment(f"LOCAL_CLOCK_FILE={small_stack.folder.clock_file}")


def test_gclouds_emulators_are_started_and_a_message_flows(small_stack: SmallStack, tmp_path: Path) -> None:
    done = small_stack.up(EMULATOR="google", PATH=installed(tmp_path / "bin"))
    assert done.returncode == 0, done.stderr
    assert "NO TOKEN" in done.stdout
    stack = small_stack.stack
    started = [one for one in calls(tmp_path / "bin") if "--help" not in one]
    project = f"--project={stack['project']}"
    assert sorted(one[: one.index("start")] for one in started) == [
        ["beta", "emulators", "pubsub"],
        ["emulators", "firestore"],
    ]
    for one in started:
        host = stack["pubsub_host" if "pubsub" in one else "firestore_host"]
        assert {f"--host-port={host}", project} < set(one)
    assert (stack["firestore_admin_url"], stack["pubsub_admin_url"]) == (None, None)
    assert {"firestore", "pubsub"} < set(stack["processes"])

    assert small_stack.command("fire", "publishing").returncode == 0
    (seen,) = wait_for(lambda: small_stack.seen("/push/things-worker"), "a message goes through it")
    assert "token=" in seen["path"]
    gate = stack["functions"]["worker"]
    assert ask(f"{gate}/push/things-worker", method="POST", data=b"{}")[0] == 401
    assert ask(f"{gate}/push/things-worker?token=guess", method="POST", data=b"{}")[0] == 401
    assert small_stack.command("clock", "+5m").returncode == 0
    assert small_stack.command("status").returncode == 0
    assert small_stack.command("down").returncode == 0
    assert left_running(small_stack) == []


def test_an_emulator_from_elsewhere_goes_before_gclouds(
    small_stack: SmallStack, running: SmallStack, tmp_path: Path
) -> None:
    host = running.stack["firestore_host"]
    done = small_stack.up(EMULATOR="google", PATH=installed(tmp_path / "bin"), FIRESTORE_EMULATOR_HOST=host)
    assert done.returncode == 0, done.stderr
    assert small_stack.stack["firestore_host"] == host
    assert not any("firestore" in one for one in calls(tmp_path / "bin"))
    assert small_stack.command("down").returncode == 0


@pytest.mark.parametrize("missing", ["gcloud", "java", "firestore", "pubsub"])
def test_what_is_missing_is_named_and_nothing_is_started(small_stack: SmallStack, tmp_path: Path, missing: str) -> None:
    path = installed(tmp_path / "bin", without=missing)
    (tmp_path / "bin" / missing).unlink(missing_ok=True)
    done = small_stack.up(EMULATOR="google", PATH=path)
    assert done.returncode == 1
    assert "EMULATOR: " in done.stderr
    assert missing in done.stderr
    assert "install" in done.stderr
    assert left_running(small_stack) == []
    assert small_stack.stack == {}


@pytest.mark.skipif(not (shutil.which("gcloud") and shutil.which("java")), reason="gcloud or java is not installed")
@pytest.mark.release
def test_googles_own_carry_a_message_and_an_officer(small_stack: SmallStack) -> None:
    done = small_stack.up(EMULATOR="google")
    assert done.returncode == 0, done.stderr
    assert small_stack.command("fire", "publishing").returncode == 0
    wait_for(lambda: small_stack.seen("/push/things-worker"), "a message goes through Google's Pub/Sub")
    assert small_stack.command("down").returncode == 0
    assert left_running(small_stack) == []
