"""Start and stop a local stack: `up`, `run`, `down` and `reset`. Starting needs the virtual environment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from infra.local.commands import runner_client
from infra.local.runner.orphans import kill_orphans
from infra.local.stack.addresses import addresses
from infra.local.stack.folder import StackError, StackFolder
from infra.paths import ROOT

SECONDS_TO_STOP = 20.0
TAIL = 2_000


def run(folder: StackFolder, sources: Path) -> int:
    """Run the stack in the foreground until Ctrl-C."""
    from infra.local.runner.supervisor import supervise  # noqa: PLC0415 - everything else runs without these imports

    print(f"Starting the stack {folder.name} ...", flush=True)
    supervise(
        folder,
        sources,
        os.environ,
        lambda text: print(f"{text}\nLogs: {folder.logs}. Ctrl-C stops everything.", flush=True),
    )
    print("Stopped.")
    return 0


def up(folder: StackFolder, sources: Path) -> int:
    """Start the stack in the background, and return when it is healthy.

    Raise StackError with the cause if it does not become healthy.
    """
    if folder.runner() is not None:
        print(f"The stack {folder.name} is up already.\n{addresses(folder.read('stack.json'))}")
        return 0
    folder.make()
    reading, writing = os.pipe()
    with (folder.logs / "runner.log").open("ab") as log:
        child = subprocess.Popen(
            [
                *(sys.executable, "-m", "infra.local", "supervise", "--stack", folder.name),
                *("--functions", str(sources), "--report-to", str(writing)),
            ],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[writing],
            start_new_session=True,
        )
    os.close(writing)
    try:
        with os.fdopen(reading) as report:
            text = report.read()  # ends when the child closes its end: ready, failed or dead
    except KeyboardInterrupt:
        child.terminate()
        child.wait()
        raise
    verdict, _, words = text.partition("\n")
    if verdict == "ready":
        print(f"The stack {folder.name} is up.\n{words}")
        return 0
    child.wait()
    if verdict == "failed":
        raise StackError(words)
    raise StackError(f"the runner died; the end of its log:\n{_tail(folder.logs / 'runner.log')}")


def supervise(folder: StackFolder, sources: Path, report_to: int) -> int:
    """Run the background process of `up`. Write `ready` or `failed` once to the descriptor `report_to`."""
    from infra.local.runner.supervisor import supervise as keep  # noqa: PLC0415 - as in `run`

    def report(text: str) -> None:
        with os.fdopen(report_to, "w") as pipe:
            pipe.write(text)

    try:
        keep(folder, sources, os.environ, lambda words: report(f"ready\n{words}"))
    except StackError as error:
        report(f"failed\n{error}")
        return 1
    return 0


def down(folder: StackFolder) -> int:
    """Stop the stack and keep its state."""
    runner = folder.runner()
    if runner is None:
        kill_orphans(folder)
        print(f"The stack {folder.name} is not up.")
        return 0
    os.kill(runner, signal.SIGTERM)
    deadline = time.monotonic() + SECONDS_TO_STOP
    while folder.runner() is not None:
        if time.monotonic() > deadline:
            os.kill(runner, signal.SIGKILL)
            break
        time.sleep(0.05)
    kill_orphans(folder)
    folder.description_file.unlink(missing_ok=True)
    print(f"The stack {folder.name} is down; its state is kept in {folder.path}.")
    return 0


def reset(folder: StackFolder) -> int:
    """Delete the stack's stored state, and restart the stack if it is running."""
    if folder.runner() is None:
        folder.empty()
    else:
        runner_client.call(folder, "POST", "/api/reset", timeout=120)
    print(f"The stack {folder.name} is empty.")
    return 0


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-TAIL:]
