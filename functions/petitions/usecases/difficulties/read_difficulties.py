"""The difficulties that an officer may read: lists, one difficulty with its files, those of a period, and news."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from petitions.domain.difficulties.difficulty import (
    OPEN,
    Difficulty,
    DifficultyFile,
    DifficultyState,
    DifficultyStep,
    difficulty_path,
)
from petitions.domain.difficulties.difficulty_steps import may_read, open_steps
from petitions.domain.difficulties.quarter_list import DifficultyCounts, ListedGroup, belongs, counted, listed
from petitions.domain.files.attachment import copy_name
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import is_closed_to, may_see, sees_all
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.shared.edges import Interval
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import replace
from petitions.domain.units.versions import CURRENT_PATH, VersionsInForce
from petitions.errors import NotFound
from petitions.ports.files import Files
from petitions.ports.store import Query, Reader, Store
from petitions.ports.world import Clock
from petitions.usecases.difficulties.handle_difficulty import NO_SUCH_DIFFICULTY
from petitions.usecases.shared.conditions import during

MOST_LISTED = 200
MOST_OF_A_PERIOD = 5000
CARRIED_FOR = timedelta(days=400)
"""How long before a period a difficulty may have been reported to be found as still open in that period."""
MOST_NEWS = 30
LONGEST_AGO = timedelta(days=3)
OVERLAP = timedelta(seconds=15)
"""How long before `since` the search begins, as a change gets its time before its transaction commits."""


@dataclass(frozen=True)
class DifficultyLine:
    """A difficulty as the officer may see it."""

    difficulty: Difficulty
    late: bool
    steps: frozenset[DifficultyStep]
    """The steps that the officer may take now."""


@dataclass(frozen=True)
class PeriodList:
    """The difficulties of a period, grouped and counted. The results are those at the time of reading."""

    since: datetime
    until: datetime
    """The exclusive end of the period."""
    groups: Sequence[ListedGroup]
    counts: Mapping[str, DifficultyCounts]
    """The counts of difficulties by reporting unit."""
    as_of: datetime


@dataclass(frozen=True)
class ReadDifficulties:
    """Reads difficulties. A list takes one or two queries and one read of the petitions in it."""

    store: Store
    clock: Clock
    files: Files

    def waiting(self, officer: Officer) -> list[DifficultyLine]:
        """Return the open difficulties that the officer may see, newest first."""
        return self._lines(officer, OPEN)

    def closed(self, officer: Officer) -> list[DifficultyLine]:
        """Return the closed difficulties that the officer may see, newest first."""
        return self._lines(officer, (DifficultyState.CLOSED,))

    def one(self, officer: Officer, difficulty_id: str) -> DifficultyLine:
        """Return one difficulty. Raise NotFound if there is none or the officer may not read it."""
        found = self.store.get(difficulty_path(difficulty_id))
        seen = self._seen(officer, [Difficulty.model_validate(found)] if found else [])
        if not seen:
            raise NotFound(NO_SUCH_DIFFICULTY)
        return self._line(officer, seen[0])

    def alike(self, officer: Officer, difficulty: Difficulty) -> list[Difficulty]:
        """Return the other difficulties of the same group that the officer may see."""
        if not difficulty.group:
            return []
        found = self.store.find(Query("difficulties", (("group", "==", difficulty.group),), limit=MOST_LISTED))
        others = (Difficulty.model_validate(document.data) for document in found if document.id != difficulty.id)
        return self._seen(officer, others)

    def groups(self, officer: Officer) -> list[str]:
        """Return the names of the groups of open difficulties that the officer may see, as options of a form."""
        return sorted({line.difficulty.group for line in self.waiting(officer)} - {""})

    def versions(self) -> dict[str, str]:
        """Return the current version of every kind of reference data, as options for a recorded change."""
        found = self.store.get(CURRENT_PATH)
        known = VersionsInForce.model_validate(found) if found else VersionsInForce()
        return known.in_force(hanoi(self.clock.now()).date())

    def file(self, officer: Officer, difficulty_id: str, file_id: str) -> tuple[DifficultyFile, Iterator[bytes]]:
        """Return a file of the difficulty and its bytes in pieces. Raise NotFound."""
        found = {
            difficulty_file.id: difficulty_file for difficulty_file in self.one(officer, difficulty_id).difficulty.files
        }
        if file_id not in found:
            raise NotFound("Không có tệp này.", reason="file_unknown")
        file = found[file_id]
        return file, self.files.read(copy_name(file.object, file.sha256))

    def of_period(self, officer: Officer, since: datetime, until: datetime) -> PeriodList:
        """Return the difficulties reported from `since` to before `until`, and older ones that were open at `since`."""
        where = during("at", Interval(since - CARRIED_FOR, until))
        found = self.store.find(Query("difficulties", where, order_by=("at",), limit=MOST_OF_A_PERIOD))
        read = [Difficulty.model_validate(document.data) for document in found]
        seen, now = (
            self._seen(officer, (difficulty for difficulty in read if belongs(difficulty, since, until))),
            self.clock.now(),
        )
        return PeriodList(since, until, listed(seen), counted(seen, since, now), now)

    def counts(self, since: datetime, until: datetime) -> Mapping[str, DifficultyCounts]:
        """Return the counts of difficulties reported from `since` to before `until`, by unit.

        They are shown next to the units' scores, so they are not limited to those that an officer may read.
        """
        where = during("at", Interval(since, until))
        found = self.store.find(Query("difficulties", where, order_by=("at",), limit=MOST_OF_A_PERIOD))
        return counted((Difficulty.model_validate(document.data) for document in found), since, self.clock.now())

    def news(self, officer: Officer, since: datetime) -> list[Difficulty]:
        """Return the difficulties of the officer's unit that another person changed since `since`, at most `MOST_NEWS`.

        An earlier call may have returned some of them.
        """
        floor = max(since - OVERLAP, self.clock.now() - LONGEST_AGO)
        where = (("concerned", "array_contains", officer.unit), ("changed_at", ">", floor))
        found = self.store.find(Query("difficulties", where, order_by=("changed_at",), limit=MOST_NEWS))
        read = (Difficulty.model_validate(document.data) for document in found)
        return self._seen(officer, (difficulty for difficulty in read if difficulty.last.by != officer.id))

    def _lines(self, officer: Officer, states: Sequence[DifficultyState]) -> list[DifficultyLine]:
        where = ("state", "in", [state.value for state in states])
        scopes: list[tuple[tuple[str, str, object], ...]] = [()]
        if not sees_all(officer):
            scopes = [(("unit", "==", officer.unit),), (("assigned", "==", officer.unit),)]
        queries = [Query("difficulties", (*scope, where), order_by=("-at",), limit=MOST_LISTED) for scope in scopes]
        found = [Difficulty.model_validate(document.data) for query in queries for document in self.store.find(query)]
        once = {difficulty.id: difficulty for difficulty in found}.values()
        seen = self._seen(officer, sorted(once, key=lambda difficulty: (difficulty.at, difficulty.id), reverse=True))
        return [self._line(officer, difficulty) for difficulty in seen]

    def _seen(self, officer: Officer, found: Iterable[Difficulty]) -> list[Difficulty]:
        read = [difficulty for difficulty in found if may_read(officer, difficulty)]
        petitions = _petitions(self.store, {difficulty.code for difficulty in read if difficulty.code})
        open_to = [
            difficulty
            for difficulty in read
            if not (difficulty.code in petitions and is_closed_to(officer, petitions[difficulty.code]))
        ]
        return [
            difficulty if difficulty.code in petitions and may_see(officer, petitions[difficulty.code])
            else replace(difficulty, code=None)
            for difficulty in open_to
        ]  # fmt: skip

    def _line(self, officer: Officer, difficulty: Difficulty) -> DifficultyLine:
        today = hanoi(self.clock.now()).date()
        return DifficultyLine(difficulty, difficulty.is_late(today), open_steps(officer, difficulty))


def _petitions(reader: Reader, codes: set[str]) -> dict[str | None, Petition]:
    found = reader.get_all([petition_path(code) for code in sorted(codes)]) if codes else []
    known = [Petition.model_validate(item) for item in found if item]
    return {petition.code: petition for petition in known}
