"""Lost statistics, and the operators who count them again, sometimes two at once.

A stored total is deleted as if by an operator's mistake, while the functions go on counting.
"""

from __future__ import annotations

from typing import Any

from infra.operate import figures
from petitions.usecases.figures.fold_figures import FoldFigures
from petitions.usecases.figures.keep_ends import KeepEnds
from petitions.usecases.figures.rebuild_figures import RebuildFigures
from tests.simulation.people.bureau.at_work import AtWork

WAITS_FOR = 10.0
AT_ONCE = 0.6
MOST_LOST = 3


class Recounting(AtWork):
    def __init__(self, world: Any) -> None:
        super().__init__(world, "recounting")
        self._planned = True

    @property
    def is_busy(self) -> bool:
        return super().is_busy or self._planned

    def begin(self) -> None:
        self.scheduler.after(self.chance.uniform(60, 300), self._lose)

    def _lose(self) -> None:
        store = self.world.store
        kept = [path for path in store.documents if path.startswith("stats/")]
        if not kept:
            self._planned = self.scheduler.stormy  # in a calm, figures are only made once nobody is busy
            if self._planned:
                self.scheduler.after(WAITS_FOR, self._lose)
            return
        self._planned = False
        for path in self.chance.sample(kept, min(len(kept), MOST_LOST)):
            store.lose(path)
        for _ in range(1 + (self.chance.random() < AT_ONCE)):
            self.events += 1
            self.trying.until_done(self._count_again)

    def _count_again(self) -> bool:
        store, clock = self.world.store, self.scheduler.clock
        rebuilding, fold = RebuildFigures(store, clock), FoldFigures(store, clock)
        figures.rebuild(rebuilding, fold, KeepEnds(store, clock), "", mend=True)
        return True
