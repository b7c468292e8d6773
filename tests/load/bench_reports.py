"""`make bench`: official reports of a city's year of 20,000 petitions, each in a process of its own.

Bars: each report in less than 60 s and 400 MB; the year is the sum of its quarters.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer
from petitions.adapters import reference
from petitions.adapters.documents.tables import TableFiles
from petitions.adapters.firestore import FirestoreStore
from petitions.usecases.reports.make_official_report import MakeOfficialReport
from petitions.usecases.reports.read_histories import ReadHistories
from tests.load.report_city import CUT, DATABASE, load

COUNT = 20_000
INDEXES = Path(__file__).resolve().parents[2] / "infra" / "gcp" / "firestore.indexes.json"
MOST_SECONDS, MOST_MB = 60, 400
PERIODS = ("quarter:2026-1", "quarter:2026-2", "quarter:2026-3", "quarter:2026-4", "year:2026")


def one(period: str) -> None:
    """Make one report, and print its city row, its time and the most memory that this process ever had."""
    store = FirestoreStore(CHECKED_PROJECT, DATABASE)
    make = MakeOfficialReport(ReadHistories(store), reference.report_forms(), reference.directory(), TableFiles())
    kind, _, name = period.partition(":")
    began, spent = time.monotonic(), time.process_time()
    report, files = make.made({"form": "II.05a", "period": kind, "name": name}, CUT, lambda *_: None)
    said = {
        "row": dict(zip([each.key for each in report.columns], report.rows["HANOI"], strict=True)),
        "units": len(report.rows) - 1,
        "seconds": time.monotonic() - began,
        "cpu": time.process_time() - spent,
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "files": {each.name: len(each.content) for each in files},
    }
    sys.stdout.write(json.dumps(said))


def main(count: int = COUNT) -> int:
    """Print the figures; 1 if a bar is missed or the quarters are not the year."""
    made, missed = {}, False
    with tempfile.TemporaryDirectory() as folder, FirestoreServer(
        Path(folder) / "city.sqlite", indexes=INDEXES
    ) as server:  # fmt: skip
        load(server, count)
        environment = {**os.environ, "FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{server.port}"}
        for period in PERIODS:
            command = [sys.executable, "-m", "tests.load.bench_reports", period]
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
            found = made[period] = json.loads(done.stdout)
            fits = found["seconds"] < MOST_SECONDS and found["mb"] < MOST_MB
            missed |= not fits
            sys.stdout.write(
                f"reports: {period}: {found['seconds']:.1f} s ({found['cpu']:.1f} s of processor), "
                f"{found['mb']:.0f} MB, {found['row']['total']:,} petitions of {count:,}{'' if fits else ' MISSED'}\n"
            )
            sys.stdout.flush()
    quarters, year = [made[each]["row"] for each in PERIODS[:-1]], made[PERIODS[-1]]["row"]
    chained = all(after["carried"] == before["in_process"] for before, after in zip(quarters, quarters[1:]))  # noqa: B905, RUF007 - neighbours
    same = chained and all(year[key] == sum(each[key] for each in quarters) for key in ("new", "handled", "refused"))
    sys.stdout.write(f"reports: the quarters are {'' if same else 'NOT '}the year\n")
    return 1 if missed or not same else 0


if __name__ == "__main__":
    if len(sys.argv) > 1 and ":" in sys.argv[1]:
        one(sys.argv[1])
    else:
        sys.exit(main(*map(int, sys.argv[1:])))
