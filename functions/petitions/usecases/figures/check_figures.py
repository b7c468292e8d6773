"""The nightly check of stored statistics against a full count: open petitions, yesterday's events, and their month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from petitions import telemetry
from petitions.domain.figures.stored_figures import FiguresCheck, check_path
from petitions.domain.shared.instants import hanoi
from petitions.ports.store import Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.figures.count_figures import CountFigures

MOST_KEPT = 100


@dataclass(frozen=True)
class CheckFigures:
    """Compares the stored statistics with a full count, every night.

    It corrects nothing: the command `make figures` does.
    """

    store: Store
    clock: Clock

    def __call__(self) -> list[str]:
        """Compare the stored statistics with a full count, and return the differences in words.

        An empty list means that all numbers agree. The result is stored as `stats_checks/{yesterday}`. Raise Retryable.
        """
        now = self.clock.now()
        yesterday = (hanoi(now).date() - timedelta(days=1)).isoformat()
        count = CountFigures(self.store.snapshot())
        counted = (count.standing(), count.day(yesterday), count.month(yesterday[:7]))
        found = [words for counted_figures in counted for words in counted_figures.words()]
        check = FiguresCheck(day=yesterday, at=now, differences=found[:MOST_KEPT], found=len(found))
        self.store.transact(lambda tx: _put(tx, check))
        if found:
            telemetry.log("ERROR", "figures differ: make figures", metric="figures_differ", found=len(found))
        else:
            telemetry.log("INFO", "figures counted", metric="figures_agree")
        return found


def _put(tx: Transaction, check: FiguresCheck) -> None:
    path = check_path(check.day)
    if tx.get(path) is None:
        tx.create(path, check.stored())
    else:
        tx.update(path, check.stored())
