"""Evaluates and draws the samples of a soak test in real hours: `python -m tests.load.soak_judged [FILE]`.

The file has one sample per line. A completed run ends with a line of the faults found, and an interrupted one is
evaluated by its curves alone. The first tenth is left out, because some parts are called for the first time then. The
exit status is 1 if something grows or was wrong at the end.

* Levels that should stay (memory of functions, open files, backlog): the line fitted to the second half may rise by a
  stated share of the first half's level, plus its own uncertainty.
* Levels that grow with the petitions (documents, disk, memory of the emulators and fakes): the second half may grow by
  a tenth more per event than the first.
"""

from __future__ import annotations

import json
import math
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.load.curves import drawn

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / ".build" / "soak-real.jsonl"
KEEPERS = ("firestore", "pubsub", "storage", "zalo", "portal", "mail")
"""The processes of emulators and fakes, which hold the stored data."""
KEPT = ("petitions", "history", "attachments", "inputs", "citizens")
"""The collections in which the documents of a petition are kept permanently."""
SETTLING = 10
"""The first 1 / SETTLING of the samples is left out."""
FEWEST = 8
"""The smallest number of samples that can be evaluated."""
SURE = 2.0
"""The number of standard errors from which a rise is not considered chance."""
MOST_MORE = 1.1
"""Largest ratio of the growth per event in the second half to that in the first."""


class Bar(NamedTuple):
    """The largest rise of a level in the second half: a share of the level, or a number of units if that is more."""

    share: float
    units: float


BARS = {"MiB": Bar(0.03, 1), "files": Bar(0.05, 3), "backlog": Bar(0, 1)}
SLACK = {"MiB": 2.0, "documents": 10.0, "disk": 1.0}
"""Units by which a growing curve may grow in the second half in addition."""

Sample = dict[str, Any]


class Curve(NamedTuple):
    """The values of one measurement in all samples. `kind` is their unit."""

    name: str
    kind: str
    values: list[float]
    grows: bool
    """Whether the figure grows with the stored data."""


def curves(samples: Sequence[Sample]) -> list[Curve]:
    found = []
    for name in samples[0]["processes"]:
        of = [sample["processes"].get(name, {"rss": 0, "files": 0}) for sample in samples]
        found.append(Curve(name, "MiB", [item["rss"] / 1024 for item in of], name in KEEPERS))
        found.append(Curve(name, "files", [item["files"] for item in of], grows=False))
    for name in sorted({name for sample in samples for name in sample["documents"]}):
        values = [float(sample["documents"].get(name, 0)) for sample in samples]
        found.append(Curve(name, "documents", values, grows=True))
    found.append(Curve("messages", "backlog", [sample["backlog"] for sample in samples], grows=False))
    for name in samples[0]["disk"]:
        found += [Curve(name, "disk", [sample["disk"][name] / 1024 for sample in samples], grows=True)]
    return found


def settled(values: Sequence[Any]) -> list[Any]:
    """Return the values of a curve without the first tenth, in which caches are filled."""
    return list(values[len(values) // SETTLING :])


def halves(values: Sequence[float]) -> tuple[list[float], list[float]]:
    """Return the first and the second half of the values. The value in the middle is in both."""
    middle = len(values) // 2
    return list(values[: middle + 1]), list(values[middle:])


def rise(values: Sequence[float]) -> tuple[float, float]:
    """Return the rise of the line fitted to the values, from first to last, and its standard error."""
    places = range(len(values))
    slope, base = statistics.linear_regression(places, values)
    left = sum((value - base - slope * at) ** 2 for at, value in zip(places, values, strict=True))
    spread = sum((at - statistics.fmean(places)) ** 2 for at in places)
    steps = len(values) - 1
    return slope * steps, steps * math.sqrt(left / max(1, len(values) - 2) / spread)


def fault(curve: Curve, events: Sequence[float]) -> str | None:
    """Return the fault of a curve in words, or None.

    `events` has the number of events until each sample.
    """
    first, second = halves(curve.values)
    risen, error = rise(second)
    if curve.grows:
        before, after = (half[-1] - half[0] for half in halves(events))
        allowed = MOST_MORE * max(0.0, rise(first)[0]) * after / max(1.0, before) + SLACK[curve.kind]
    else:
        bar = BARS[curve.kind]
        allowed = max(bar.share * statistics.fmean(first), bar.units)
    if risen - SURE * error <= allowed:
        return None
    return f"{curve.name}: {risen:.1f} {curve.kind} more in the second half (+-{error:.1f}), {allowed:.1f} allowed"


def faults(samples: Sequence[Sample]) -> list[str]:
    """Return a line for every curve that grows but should not, and for every restarted process."""
    found = [
        f"{name} was started again"
        for name in samples[0]["processes"]
        if len({sample["processes"].get(name, {}).get("pid") for sample in samples}) > 1
    ]
    kept = settled(samples)
    if len(kept) < FEWEST:
        return [*found, f"{len(kept)} samples are too few to judge"]
    events = [item["events"] for item in kept]
    return found + [words for curve in curves(kept) if (words := fault(curve, events))]


def table(samples: Sequence[Sample]) -> str:
    """Return a table with one line per curve: the means of both halves, and the rise of the second."""
    kept = settled(samples)
    hours = (kept[-1]["minute"] - kept[0]["minute"]) / 120
    lines = [f"{'':34} {'first':>9} {'second':>9} half of {hours:.2f} h each; rise in the second"]
    for curve in curves(kept):
        first, second = halves(curve.values)
        risen, error = rise(second)
        figures = f"{statistics.fmean(first):>9.1f} {statistics.fmean(second):>9.1f}"
        lines.append(f"{curve.name + ', ' + curve.kind:34} {figures} {risen:>+8.1f} +-{error:.1f}")
    begun, ended = kept[0], kept[-1]
    passed, done = 60 * (ended["minute"] - begun["minute"]), ended["events"] - begun["events"]
    lines.append(f"{done} events, {done / passed:.2f} a second, {ended['petitions']} petitions")
    used = [sum(process["cpu"] for process in item["processes"].values()) for item in (begun, ended)]
    spent = used[1] - used[0]
    lines.append(f"{spent / passed:.3f} of a core, {1000 * spent / max(1, done):.0f} ms of a processor an event")
    return "\n".join(lines)


def picture(samples: Sequence[Sample]) -> str:
    """Return the curves as SVG: use of the processes, stored documents, and documents per petition or event."""

    def stored(*names: str) -> list[int]:
        return [sum(sample["documents"].get(name, 0) for name in names) for sample in samples]

    shown = {
        "documents of petitions, a petition": _by(stored(*KEPT), [sample["petitions"] for sample in samples]),
        "handled events (inbox), an event": _by(stored("inbox"), [sample["events"] for sample in samples]),
        "notices, an event": _by(stored("notices"), [sample["events"] for sample in samples]),
        "all documents": [sum(sample["documents"].values()) for sample in samples],
        "backlog, messages": [sample["backlog"] for sample in samples],
        "open files of all": [sum(one["files"] for one in sample["processes"].values()) for sample in samples],
    }
    takes = {f"{curve.name}, {curve.kind}": curve.values for curve in curves(samples) if curve.kind == "MiB"}
    disk = {f"{name} on disk, MiB": [sample["disk"][name] / 1024 for sample in samples] for name in samples[0]["disk"]}
    marks = {at: f"{samples[at]['minute']:.0f}" for at in (0, len(samples) // 2, len(samples) - 1)}
    return drawn(shown | takes | disk, "minute", marks, high=36)


def _by(values: Sequence[int], numbers: Sequence[int]) -> list[float]:
    return [value / max(1, number) for value, number in zip(values, numbers, strict=True)]


def read(file: Path) -> tuple[list[Sample], dict[str, Any] | None]:
    """Return the samples and, if the run was completed, its last line. An incomplete line is ignored."""
    lines = [
        json.loads(line) for line in file.read_text(encoding="utf-8").splitlines(keepends=True) if line[-1] == "\n"
    ]
    ends = [line["end"] for line in lines if "end" in line]
    return [line for line in lines if "end" not in line], ends[-1] if ends else None


def judge(file: Path) -> int:
    samples, end = read(file)
    say = sys.stdout.write
    if len(samples) < FEWEST:
        say(f"{len(samples)} samples are too few to judge\n")
        return 1
    say(table(samples) + "\n")
    drawing = file.with_suffix(".svg")
    drawing.write_text(picture(samples), encoding="utf-8")
    say(f"{drawing} is drawn\n")
    wrong = faults(samples) + (end["wrong"] if end else [])
    if end:
        say("; ".join(end["remarks"]) + "\n")
    else:
        say("the run has not come to its end: what it grew by is judged, not what was lost or doubled\n")
    say("".join(f"WRONG: {item}\n" for item in wrong) or "nothing grows that should not\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(judge(Path(sys.argv[1]) if len(sys.argv) > 1 else FILE))
