from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from petitions.adapters.reference import SEEDS, ReferenceInForce, parsed
from petitions.domain.units.directory import Directory
from petitions.domain.units.mergers import Merger
from petitions.domain.units.versions import CURRENT_PATH, VersionsInForce
from petitions.usecases.reference.load_reference import LoadReference
from tests.fakes import FakeClock, FakeStore

MERGER = Merger(day="2026-12-01", parts=["SDL"], into="SVHTT", source="a decision")


def seeds(**changes: Any) -> dict[str, Any]:
    return {kind: parsed(file) for kind, file in SEEDS.items()} | changes


def changed(**fields: Any) -> dict[str, Any]:
    return {**parsed("directory.json"), **fields}


class World:
    def __init__(self) -> None:
        self.store, self.clock = FakeStore(), FakeClock(datetime(2026, 11, 24, 2, tzinfo=UTC))
        self.loading = LoadReference(self.store, self.clock)
        self.in_force = ReferenceInForce(self.store, self.clock)

    def load(self, **changes: Any) -> list[str]:
        plan = self.loading.plan(seeds(**changes))
        self.loading.apply(plan)
        return plan.lines

    def merge(self, merger: Merger = MERGER) -> list[str]:
        plan = self.loading.plan_merger(merger)
        self.loading.apply(plan)
        return plan.lines

    def directory_at(self, day: str) -> Directory:
        self.clock.at = datetime.fromisoformat(f"{day}T00:00:00+07:00")
        return self.in_force().directory

    def days(self) -> list[str]:
        return [
            turn.day for turn in VersionsInForce.model_validate(self.store.documents[CURRENT_PATH]).kinds["directory"]
        ]
