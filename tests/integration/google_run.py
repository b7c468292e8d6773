"""`make test-google`: run the emulator tests and the e2e tests with Google's emulators, which need gcloud and Java.

Paths given as arguments are run in place of all e2e tests. If the tools are not installed, the missing ones are printed
and the command succeeds.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from infra.emulators.testing.processes import free_port
from infra.local.stack import google_emulators

ROOT = Path(__file__).resolve().parents[2]
CONFORMANCE, END_TO_END = "infra/emulators/tests", "tests/e2e"
PROJECT = "hanoi-test"
PATIENCE = 240.0


def start(installation: google_emulators.Installation, name: str, folder: Path, exits: ExitStack) -> str:
    """Start one of Google's emulators. Return host and port when it accepts connections."""
    port = free_port()
    spec = google_emulators.spec(installation, name, port, PROJECT, folder, os.environ)
    log = exits.enter_context((folder / f"{name}.log").open("wb"))
    process = subprocess.Popen(spec.command, env=spec.environment, stdout=log, stderr=log, start_new_session=True)
    exits.callback(end, process)
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return f"127.0.0.1:{port}"
        time.sleep(0.1)
    raise SystemExit(f"Google's {name} emulator did not start:\n{(folder / f'{name}.log').read_text()}")


def end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def run(folder: Path, *arguments: str, **environment: str) -> int:
    """Run pytest with the given arguments and return its status. The cache in `folder` lists the failed tests."""
    command = [sys.executable, "-m", "pytest", *arguments, "-n", "auto", "-o", f"cache_dir={folder / 'cache'}"]
    command += ["-m", "not browser and not faults and not release"]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=False).returncode


def both(folder: Path, end_to_end: list[str], **environment: str) -> int:
    """Run both groups of tests in parallel, and failed e2e tests a second time. Return the status.

    Google's Pub/Sub delivers slowly and in any order, so that moving the clock may overtake a message. A test that
    fails twice counts as failed.
    """
    status = run(folder, CONFORMANCE, *end_to_end, **environment)
    if status != pytest.ExitCode.TESTS_FAILED:
        return status
    failed = json.loads((folder / "cache" / "v" / "cache" / "lastfailed").read_text())
    if not all(nodeid.startswith(END_TO_END) for nodeid in failed):
        return status
    sys.stdout.write("*** ONCE MORE, ON A FRESH STACK: what failed beside Google's emulators\n")
    sys.stdout.flush()
    return run(folder, *end_to_end, "--last-failed", "--last-failed-no-failures=none", **environment)


def main() -> int:
    """Run both groups of tests. Return the first status that is not 0."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # so that Google's emulators are stopped too
    installation = google_emulators.find(os.environ, google_emulators.NAMES)
    if installation.faults:
        lines = ("NOTHING WAS RUN AGAINST GOOGLE'S EMULATORS:", *installation.faults)
        sys.stdout.write("".join(f"*** {line}\n" for line in lines))
        return 0
    with tempfile.TemporaryDirectory() as name, ExitStack() as exits:
        folder = Path(name)
        hosts = {item: start(installation, item, folder, exits) for item in google_emulators.NAMES}
        return both(
            folder,
            sys.argv[1:] or [END_TO_END],
            EMULATOR="google",
            EMULATOR_FIRESTORE_HOST=hosts["firestore"],
            EMULATOR_PUBSUB_HOST=hosts["pubsub"],
        )


if __name__ == "__main__":
    sys.exit(main())
