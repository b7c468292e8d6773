"""`make bench`: official reports and scores for a city with 20,000 petitions in a year.

Every task runs in its own process. These conditions must hold:

* less than 60 s and 400 MB
* every cell equals the slow recount
* the year is the sum of its quarters, apart from petitions carried between them
* a year frozen twice has the same hash
* a late correction only leads to a new version
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer
from petitions.adapters import reference
from petitions.adapters.documents.tables import TableFiles
from petitions.adapters.firestore import FirestoreStore
from petitions.domain.jobs.job import Job
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.petition.history_counts import CITY
from petitions.domain.petition.history_entry import history_path
from petitions.domain.reports.frozen import FrozenReport, frozen_path
from petitions.domain.reports.periods import named
from petitions.domain.scoring.scoring import Scoring, scoring_path
from petitions.errors import Rejected
from petitions.ports.store import Store
from petitions.usecases.reports.freeze_report import FreezeReport
from petitions.usecases.reports.make_official_report import MakeOfficialReport
from petitions.usecases.reports.read_histories import ReadHistories
from petitions.usecases.scoring.keep_scoring import KeepScoring
from petitions.usecases.scoring.make_scoring import MakeScoring
from petitions.usecases.scoring.read_opinions import ReadOpinions
from tests.fakes import FakeClock, FakeFiles
from tests.load.report_city import CUT, DATABASE, Life, Step, lives, load
from tests.load.report_recount import recounted, rescored

COUNT = 20_000
INDEXES = Path(__file__).resolve().parents[2] / "infra" / "gcp" / "firestore.indexes.json"
MOST_SECONDS, MOST_MB = 60, 400
QUARTERS = tuple(f"2026-{number}" for number in range(1, 5))
LATER = CUT + timedelta(days=9)
"""The time at which the correction is known."""
FROZEN = "II.05a-year-2026"
Result = dict[str, Any]


def made(store: Store, kind: str, name: str) -> Result:
    """Make a report. Return its cells by row and column."""
    histories = ReadHistories(store)
    make = MakeOfficialReport(histories, reference.report_forms(), reference.directory(), TableFiles())
    report, _ = make.made({"form": "II.05a", "period": kind, "name": name}, CUT, _nobody)
    keys = [column.key for column in report.columns]
    return {"rows": {row: dict(zip(keys, cells, strict=True)) for row, cells in report.rows.items()}}


def frozen(store: Store, at: datetime, restates: str) -> Result:
    """Freeze the year as known at a time. Return all frozen versions, and the reason of a refusal."""
    make = MakeOfficialReport(ReadHistories(store), reference.report_forms(), reference.directory(), TableFiles())
    params = {"form": "II.05a", "period": "year", "name": "2026", "restates": restates}
    refused = ""
    try:
        FreezeReport(store, FakeClock(at), make, FakeFiles())(_job("freeze_report", params, at), _nobody)
    except Rejected as error:
        refused = error.reason
    known = FrozenReport.model_validate(store.get(frozen_path(FROZEN)))
    return {"refused": refused, "versions": [version.model_dump(mode="json") for version in known.versions]}


def scores(store: Store) -> Result:
    """Score the calendar year. Return the hash, and (good cases, cases) by unit and criterion."""
    rules, keep = reference.shipped().scoring, KeepScoring(FakeFiles())
    reading = ReadHistories(store), ReadOpinions(store)
    make = MakeScoring(store, FakeClock(CUT), *reading, reference.report_forms().periods, rules, keep)
    make(_job("make_scoring", {"name": "2026", "restates": ""}, CUT), _nobody)
    known = Scoring.model_validate(store.get(scoring_path("calendar-year-2026")))
    found = keep.scores(known.last.result)
    parts = {
        unit_score.unit: {part.criterion: [part.good, part.cases] for part in unit_score.parts if part.cases}
        for unit_score in found
    }
    return {"units": parts, "hash": known.last.hash}


def wrong_cells(result: Result, city: list[Life], kind: str, name: str) -> list[str]:
    period = named(reference.report_forms().periods, kind, name)
    expected = recounted(city, period.since, period.until, CUT)
    rows: Mapping[str, Mapping[str, int]] = result["rows"]
    nothing = dict.fromkeys(rows[CITY], 0)
    cells = {
        (row, key): (rows.get(row, nothing)[key], expected[row][key] if row in expected else 0)
        for row in sorted({*rows, *expected})
        for key in nothing
    }
    return [f"{row} {key}: {count} for {right}" for (row, key), (count, right) in cells.items() if count != right]


def wrong_scores(result: Result, city: list[Life]) -> list[str]:
    period = named(reference.report_forms().periods, "calendar_year", "2026")
    expected = rescored(city, period.since, period.until, CUT)
    shares = {unit: {key: list(item) for key, item in parts.items()} for unit, parts in expected.items()}
    found = result["units"]
    return [unit for unit in sorted({*shares, *found}) if shares.get(unit, {}) != found.get(unit, {})]


def wrong_sums(year: Result, quarters: list[Result]) -> list[str]:
    """Return the cells in which the year is not the sum of its quarters, and rows with wrongly carried petitions."""
    faults = []
    for row, cells in year["rows"].items():
        parts = [quarter["rows"].get(row, dict.fromkeys(cells, 0)) for quarter in quarters]
        stands = {"carried": parts[0]["carried"], "in_process": parts[-1]["in_process"]}
        flows = {key: sum(part[key] for part in parts) for key in ("new", "again", "handled", "refused", "moved_in")}
        carried = sum(part["carried"] for part in parts[1:])
        flows["total"] = sum(part["total"] for part in parts) - carried
        faults += [f"{row} {key}" for key, value in (stands | flows).items() if cells[key] != value]
        chained = all(b["carried"] == a["in_process"] for a, b in pairwise(parts))
        faults += [] if chained else [f"{row}: a quarter does not carry what was left"]
    return faults


def correct(store: Store, city: list[Life]) -> None:
    """Classify a petition that was answered in the year differently, after the report was made."""
    life = next(item for item in city if item.steps[-1].action == "approve" and not item.steps[-1].is_open)
    last, seq = life.steps[-1], len(life.steps) + 1
    given = {"nature": "conduct" if _nature(life.steps) != "conduct" else "content", "statement": "report"}
    at = LATER - timedelta(days=1)
    line = {
        "schema_version": 1, "seq": seq, "at": at, "action": "classify", "role": "officer", "unit": last.unit,
        "from_state": str(last.state), "to_state": str(last.state),
        "classified": {**given, "field": "khac", "by": "an", "at": at},
        "figures": {"place": {"unit": last.unit, "field": "-", "ward": "-", "kind": "-"}, "events": {}},
    }  # fmt: skip
    store.create(history_path(life.code, seq), line)


def _nature(steps: list[Step]) -> str | None:
    return next((step.nature for step in reversed(steps) if step.nature), None)


def _job(kind: str, params: dict[str, str], at: datetime) -> Job:
    return Job(
        id="job", kind=kind, params=params, by="inspector", role=Role.INSPECTOR, unit="SNV", asked_at=at,
        expires_at=at + timedelta(days=1),
    )  # fmt: skip


def _nobody(_done: int, _total: int) -> None: ...


WORK: Mapping[str, Callable[..., Result]] = {
    "made": made,
    "frozen": lambda store, at, restates="": frozen(store, datetime.fromisoformat(at), restates),
    "scores": scores,
}


def perform(what: str, *words: str) -> None:
    """Perform a task of WORK. Print its result, its time and the peak memory of this process as JSON."""
    store = FirestoreStore(CHECKED_PROJECT, DATABASE)
    began, spent = time.monotonic(), time.process_time()
    result = WORK[what](store, *words)
    result["seconds"], result["cpu"] = time.monotonic() - began, time.process_time() - spent
    # The kernel's other figure, ru_maxrss, includes the memory of the process that started this one.
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    result["mb"] = int(status["VmHWM"].split()[0]) / 1024
    sys.stdout.write(json.dumps(result))


def claims(run: Callable[..., Result], store: Store, city: list[Life]) -> Iterator[tuple[str, list[str]]]:
    """Yield every condition in words, and the cells or units for which it fails. `run` performs a task of WORK."""
    quarters = []
    for name in QUARTERS:
        quarters.append(run("made", "quarter", name))
        yield f"quarter {name} is the slow recount", wrong_cells(quarters[-1], city, "quarter", name)
    year = run("made", "year", "2026")
    yield "the year is the slow recount", wrong_cells(year, city, "year", "2026")
    yield "the year is the sum of its quarters", wrong_sums(year, quarters)
    yield "the scores are the slow recount", wrong_scores(run("scores"), city)
    first, again = (run("frozen", CUT.isoformat())["versions"] for _ in range(2))
    yield (
        "frozen twice it is one",
        [item["hash"] for item in again[len(first) :]] if again[0] == first[0] else ["other"],
    )
    correct(store, city)
    refused, restated = run("frozen", LATER.isoformat()), run("frozen", LATER.isoformat(), "Phân loại lại")["versions"]
    yield "a correction is refused without a name", [] if refused["refused"] == "already_frozen" else [str(refused)]
    yield "what was frozen stays", [] if refused["versions"] == first == restated[:-1] else [str(restated)]
    yield "the restatement is another", [] if restated[-1]["hash"] != first[0]["hash"] else [restated[-1]["hash"]]


class Bench:
    def __init__(self) -> None:
        self.missed = False

    def __call__(self, what: str, *words: str) -> Result:
        command = [sys.executable, "-m", "tests.load.bench_reports", what, *words]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        found: Result = json.loads(done.stdout)
        self.tell(
            f"{' '.join([what, *words])}: {found['seconds']:.1f} s ({found['cpu']:.1f} s of its processor), "
            f"{found['mb']:.0f} MB", fits=found["seconds"] < MOST_SECONDS and found["mb"] < MOST_MB,
        )  # fmt: skip
        return found

    def tell(self, words: str, *, fits: bool) -> None:
        self.missed |= not fits
        sys.stdout.write(f"reports: {words}{'' if fits else ' MISSED'}\n")
        sys.stdout.flush()


def main(count: int = COUNT) -> int:
    """Print the measurements. Return 1 if a limit is exceeded."""
    city, bench = list(lives(count)), Bench()
    with tempfile.TemporaryDirectory() as folder, FirestoreServer(
        Path(folder) / "city.sqlite", indexes=INDEXES
    ) as server:  # fmt: skip
        began = time.monotonic()
        lines = load(server, city)
        bench.tell(f"{count:,} petitions, {lines:,} documents, loaded in {time.monotonic() - began:.0f} s", fits=True)
        os.environ["FIRESTORE_EMULATOR_HOST"] = f"127.0.0.1:{server.port}"
        for claim, faults in claims(bench, FirestoreStore(CHECKED_PROJECT, DATABASE), city):
            bench.tell(f"{claim}{': ' if faults else ''}{', '.join(faults[:5])}", fits=not faults)
    return 1 if bench.missed else 0


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in WORK:
        perform(*sys.argv[1:])
    else:
        sys.exit(main(*map(int, sys.argv[1:])))
