"""The statistics of a year for a given number of petitions a day, published every night."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from petitions.adapters import reference
from petitions.domain.figures.figure_sums import FigureSums
from petitions.domain.figures.published_periods import WEEK_STARTS
from petitions.domain.figures.stored_figures import DueFigures, empty_figures
from petitions.domain.petition.history_counts import CITY, FigureDeltas, FiguresPlace, OpenCount
from petitions.domain.shared.records import HANOI
from petitions.usecases.publishing.publish_figures import PublishFigures
from tests.fakes import FakeClock, FakeStore

FIRST = date(2026, 1, 1)
NIGHT = time(2, 40)
DAYS_TO_ANSWER = 9


class FiguresYear:
    def __init__(self, seed: int, a_day: int) -> None:
        self._random = Random(seed)
        self._a_day = a_day
        directory, fields = reference.directory(), reference.fields()
        self.units = [*(unit.code for unit in directory.units), *(ward.code for ward in directory.wards)]
        self.wards = [ward.code for ward in directory.wards]
        self.fields = [field.code for field in fields.fields]
        self.store, self.public = FakeStore(), FakeStore()
        self.clock = FakeClock(datetime.combine(FIRST, NIGHT, HANOI).astimezone(UTC))
        self.publish = PublishFigures(self.store, self.public, self.clock, directory, fields)
        self._weights = {id(codes): self._uneven(codes) for codes in (self.units, self.wards, self.fields)}
        self._waiting: list[tuple[date, OpenCount]] = []
        self._sums = FigureSums()

    def live(self, days: int) -> Iterator[list[str]]:
        """Let `days` days pass. Yield for every night the paths of the documents that were published."""
        for number in range(days):
            today = FIRST + timedelta(days=number)
            self._add(today)
            if (today + timedelta(days=1)).day in WEEK_STARTS:  # at other times nothing is published
                self._store()
            night = datetime.combine(today + timedelta(days=1), NIGHT, HANOI).astimezone(UTC)
            self.clock.advance(seconds=(night - self.clock.now()).total_seconds())
            yield self.publish()

    def _uneven(self, codes: Sequence[str]) -> list[float]:
        shuffled = self._random.sample(range(1, len(codes) + 1), len(codes))
        return [1 / place for place in shuffled]

    def _one_of(self, codes: list[str]) -> str:
        return self._random.choices(codes, self._weights[id(codes)])[0]

    def _add(self, today: date) -> None:
        sums, noon = self._sums, datetime.combine(today, time(12), HANOI)
        for _ in range(self._random.randint(0, 2 * self._a_day)):
            ward = self._one_of(self.wards)
            unit = ward if self._random.random() < 0.5 else self._one_of(self.units)
            place = FiguresPlace(unit=unit, field=self._one_of(self.fields), ward=ward)
            waits = OpenCount(place=place, due_at=noon + timedelta(days=DAYS_TO_ANSWER + 3))
            sums.add(FigureDeltas(after=waits, place=place, events={"received": 1}), noon)
            self._waiting.append((today + timedelta(days=self._random.randint(1, 2 * DAYS_TO_ANSWER)), waits))
        answered = [item for item in self._waiting if item[0] <= today]
        self._waiting = [item for item in self._waiting if item[0] > today]
        for _, waits in answered:
            events = {"handled": 1, self._random.choice(["on_time", "late"]): 1, "took_192": 1}
            sums.add(FigureDeltas(before=waits, place=waits.place, events=events), noon)

    def _store(self) -> None:
        for path, part in self._sums.parts().items():
            found = self.store.get(path)
            empty = empty_figures(path)
            new = part.added_to(type(empty).model_validate(found) if found else empty)
            if found and isinstance(new, DueFigures) and not new.cells:
                self.store.transact(lambda tx, path=path: tx.delete(path))  # type: ignore[misc]
            else:
                (self.store.update if found else self.store.create)(path, new.stored())
        self._sums = FigureSums()


def arrived(year: FiguresYear, group: str, month: str) -> dict[str, int]:
    """Return the true number of petitions received in a month, by row of the table."""
    stored = year.store.get(f"stats/{CITY}/months/{month}") or {}
    return {key: counts.get("received", 0) for key, counts in stored.get(group, {}).items()}
