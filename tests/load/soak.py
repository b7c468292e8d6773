"""`make soak`: two weeks of petitions on a fake clock, and then no activity until everything that expires is deleted.

Every day brings petitions, which are handled to their answers and ratings, and the schedules run in between. The curves
are drawn to `.build/soak.svg`. An AssertionError is raised if the documents of petitions, the events or the notices
grow faster than the petitions, if messages wait at the end of a day, or if expired documents are left.
"""

from __future__ import annotations

import resource
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from infra.paths import ROOT
from petitions.domain.shared.retention import HANDLED_EVENTS_KEPT_FOR, RECORDS_KEPT_FOR
from tests.fakes import FakeStore
from tests.load.counted_life import DATABASES, Life
from tests.load.curves import drawn
from tests.load.soak_judged import KEPT
from tests.simulation.around.database import time_to_live

DAYS, A_DAY = 14, 3
AFTER = (HANDLED_EVENTS_KEPT_FOR, RECORDS_KEPT_FOR)
PICTURE = ROOT / ".build" / "soak.svg"
EXPIRING = ("inbox", "notices")
MOST_MORE = 1.1
"""Largest ratio of the growth in the second week to that in the first."""


@dataclass(frozen=True)
class Sample:
    day: int
    petitions: int
    documents: Counter[str]
    """Number of documents by the name of the collection."""
    bytes: int
    waiting: int
    """The number of unpublished messages and due notices."""
    expiring: int
    """The number of documents that expire."""
    overdue: int
    """The number of documents that should already be deleted."""
    mib: float
    """Peak memory of this process so far, including the documents."""

    def of(self, *names: str) -> int:
        return sum(self.documents[name] for name in names)


class Soak:
    def __init__(self) -> None:
        self.stores = {name: FakeStore() for name in DATABASES}
        self.life = Life(self.stores)
        self.began = self.life.clock.now()
        self.samples: list[Sample] = []
        self._filed = 0

    def live(self, days: int, a_day: int) -> None:
        """Let `days` days pass, on which `a_day` petitions a day are filed and handled."""
        for day in range(days):
            for _ in range(a_day):
                rates = self._filed % 3 == 0
                self.life.life(str(1000 + self._filed), asks=rates, rates=rates)
                self._filed += 1
                self._schedules()
            self._until(day + 1)

    def wait(self, time: timedelta) -> None:
        """Let the given time and one more day pass without any new petition."""
        self._until((self.life.clock.now() - self.began + time).days + 1)

    def _until(self, day: int) -> None:
        self.life.clock.at = self.began + timedelta(days=day)
        self._schedules()
        for store in self.stores.values():
            store.expire(time_to_live(), self.life.clock.now())
        self.samples.append(self._sample(day))

    def _schedules(self) -> None:
        """Run the schedules of every minute three times, because some actions need several runs."""
        for _ in range(3):
            self.life.clock.advance(minutes=2)
            self.life.minute()

    def _sample(self, day: int) -> Sample:
        now, ends = self.life.clock.now(), dict(time_to_live())
        found: Counter[str] = Counter()
        size = waiting = expiring = overdue = 0
        for store in self.stores.values():
            for path, fields in store.documents.items():
                name = path.split("/")[-2]
                found[name] += 1
                size += len(repr(fields))
                due = fields.get("next_attempt_at") if name == "notices" else fields.get("unpublished_since")
                waiting += due is not None and due <= now
                end = fields.get(ends.get(name, ""))
                expiring += end is not None
                overdue += end is not None and end < now
        mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return Sample(day, self._filed, found, size, waiting, expiring, overdue, mib)


def check(samples: list[Sample]) -> None:
    busy = [sample for sample in samples if sample.day <= DAYS]
    for name in (*KEPT, *EXPIRING):
        middle = busy[len(busy) // 2].of(name)
        first, second = middle - busy[0].of(name), busy[-1].of(name) - middle
        days = len(busy) // 2, len(busy) - 1 - len(busy) // 2
        assert second / days[1] <= MOST_MORE * first / days[0] + 1, (name, first, second)
    for sample in samples:
        assert (sample.waiting, sample.overdue) == (0, 0), sample
    events_over, all_over = samples[-2], samples[-1]
    later = events_over.of("inbox")  # events of the schedules on the last day
    assert all_over.of("inbox") <= later < busy[-1].of("inbox") / 10, (all_over.documents, later)
    assert all_over.expiring == all_over.of("inbox"), all_over
    assert all_over.of("petitions") == busy[-1].of("petitions")


def drawing(samples: list[Sample]) -> str:
    curves = {
        "documents kept with petitions": [sample.of(*KEPT) for sample in samples],
        "handled events (inbox)": [sample.of("inbox") for sample in samples],
        "notices": [sample.of("notices") for sample in samples],
        "all documents": [sample.documents.total() for sample in samples],
        "KiB of documents": [sample.bytes // 1024 for sample in samples],
        "under way at the end of a day": [sample.waiting for sample in samples],
    }
    shown = {at: str(sample.day) for at, sample in enumerate(samples) if at in {0, DAYS // 2} or at >= DAYS - 1}
    return drawn(curves, "at the end of day", shown)


def soaked(days: int = DAYS, a_day: int = A_DAY) -> list[Sample]:
    soak = Soak()
    soak.live(days, a_day)
    for time in AFTER:
        soak.wait(time)
    return soak.samples


def main(picture: Path = PICTURE) -> None:
    samples = soaked()
    for seen in samples:
        kept = seen.of(*KEPT) / seen.petitions
        sys.stdout.write(
            f"day {seen.day:4}: {seen.petitions:3} petitions, {kept:5.1f} documents each, inbox {seen.of('inbox'):5}, "
            f"notices {seen.of('notices'):4}, all {seen.documents.total():5}, {seen.bytes // 1024:5} KiB, "
            f"under way {seen.waiting}, {seen.mib:.0f} MiB\n"
        )
    picture.parent.mkdir(parents=True, exist_ok=True)
    picture.write_text(drawing(samples), encoding="utf-8")
    sys.stdout.write(f"{picture} is drawn\n")
    check(samples)


if __name__ == "__main__":
    main()
