"""`make bench`: runs all benchmarks. With Java installed, our emulators are compared with Google's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from infra.local.stack import google_emulators
from tests.integration.google_run import ROOT, start

BENCHES = (
    "tests.load.bench_emulators",
    "tests.load.bench_pubsub",
    "tests.load.bench_routing",
    "tests.load.bench_sweep",
    "tests.load.bench_desk",
    "tests.load.bench_pages",
    "tests.load.bench_public",
    "tests.load.bench_citizen_page",
    "tests.load.bench_webhook",
    "tests.load.bench_portal",
    "tests.load.bench_reports",
)


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # so that Google's emulators are stopped too
    installation = google_emulators.find(os.environ, google_emulators.NAMES)
    for fault in installation.faults:
        sys.stdout.write(f"No figures of Google's. {fault}\n")
    sys.stdout.flush()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as exits:
        hosts = {
            f"{name.upper()}_EMULATOR_HOST": start(installation, name, Path(folder), exits)
            for name in (() if installation.faults else google_emulators.NAMES)
        }
        environment = {**os.environ, **hosts, "PYTHONPATH": str(ROOT / "functions")}
        statuses = [
            subprocess.run([sys.executable, "-m", bench], cwd=ROOT, env=environment, check=False).returncode
            for bench in BENCHES
        ]
    return max(statuses)


if __name__ == "__main__":
    sys.exit(main())
