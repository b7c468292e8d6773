"""The handover of open petitions and officers from units that have ended to their successors (heirs).

If a petition is hidden from an ended unit because it accuses it, it is hidden from the successor too, before anything
is moved there (LAW 7.8).

The command that merges units runs it, and so does a schedule, which finds later cases: a petition routed by a directory
that was a minute old, or a reopened one. A petition is moved in one transaction, so repetition and crashes do no harm.
The history stays, and so do the deadlines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from petitions import telemetry
from petitions.domain.lifecycle.lifecycle import OPEN_STATES, Role
from petitions.domain.officers.officer import Officer, officer_path
from petitions.domain.petition.history_actions import RecordedAction
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.edges import UpTo
from petitions.domain.shared.instants import hanoi
from petitions.domain.units.directory import Directory, EndedUnit
from petitions.errors import PetitionError
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import Document, Query, Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.shared.outbox import commit_result
from petitions.usecases.shared.petition_changes import Actor, Change, move_petition, petition_in

PRODUCER = "hand-over"
PAGE = 100


@dataclass(frozen=True)
class UnitHoldings:
    """The numbers of open petitions and officers of a unit that ends or has ended."""

    unit: str
    heir: str
    until: date
    """The last day of the unit."""
    petitions: int
    officers: int


@dataclass(frozen=True)
class HandOverUnit:
    """Moves petitions and officers from ended units to their successors, by one version of the directory."""

    store: Store
    publisher: Publisher
    clock: Clock
    directory: Directory

    def held(self) -> list[UnitHoldings]:
        """Return the numbers of petitions and officers to move, including those of units that have not ended yet."""
        return [
            UnitHoldings(
                unit.code,
                self.directory.heir(unit.code),
                unit.until,
                self.store.count(_open(unit.code)),
                self.store.count(_staff(unit.code)),
            )
            for unit in self.directory.ended
        ]

    def __call__(self) -> int:
        """Move petitions and officers, and return the number moved. Failures do not stop the rest: run it again."""
        ended = self._ended()
        moved = sum(self._moved(self._closure, self._closed_to(unit.code), unit.code) for unit in ended)
        for unit in ended:
            moved += self._moved(self._officer, self.store.find(_staff(unit.code)), unit.code)
            moved += self._moved(self._petition, self._pages(unit.code), unit.code)
        return moved

    def _moved(self, move: Callable[[Document, str, str], bool], documents: Iterable[Document], unit: str) -> int:
        moved, heir = 0, self.directory.heir(unit)
        for document in documents:
            try:
                moved += move(document, unit, heir)
            except PetitionError as error:
                reason = error.reason
                telemetry.log("ERROR", "not handed over", metric="hand_over_failed", id=document.id, reason=reason)
        return moved

    def _ended(self) -> list[EndedUnit]:
        today = hanoi(self.clock.now()).date()
        return [unit for unit in self.directory.ended if UpTo(unit.until).is_over(today)]

    def _closed_to(self, unit: str) -> list[Document]:
        own = self.store.find(Query("petitions", where=(("accused", "==", unit),)))
        family = self.store.find(Query("petitions", where=(("closed_with", "array_contains", unit),)))
        return list({document.id: document for document in [*own, *family]}.values())

    def _pages(self, unit: str) -> Iterator[Document]:
        after: tuple[object, ...] = ()
        while True:
            page = self.store.find(
                Query("petitions", _open(unit).where, order_by=("-filed_at", "-code"), limit=PAGE, start_after=after)
            )
            yield from page
            if len(page) < PAGE:
                return
            after = (page[-1].data["filed_at"], page[-1].data["code"])

    def _closure(self, document: Document, unit: str, heir: str) -> bool:
        def change(petition: Petition) -> dict[str, Any]:
            closed = sorted({heir if item == unit else item for item in petition.closed_with})
            return {"accused": heir if petition.accused == unit else petition.accused, "closed_with": closed}

        return self._changed(document, unit, heir, RecordedAction.KEPT_CLOSED, change)

    def _officer(self, document: Document, unit: str, heir: str) -> bool:
        def move_officer(tx: Transaction) -> bool:
            found = tx.get(officer_path(document.id))
            if found is None or Officer.model_validate(found).unit != unit:
                return False
            tx.update(officer_path(document.id), {"unit": heir})
            return True

        return self.store.transact(move_officer)

    def _petition(self, document: Document, unit: str, heir: str) -> bool:
        def change(petition: Petition) -> dict[str, Any]:
            return {"unit": heir} if petition.unit == unit and petition.state in OPEN_STATES else {}

        return self._changed(document, unit, heir, RecordedAction.UNIT_MERGED, change)

    def _changed(
        self,
        document: Document,
        unit: str,
        heir: str,
        action: RecordedAction,
        change: Callable[[Petition], dict[str, Any]],
    ) -> bool:
        def apply(tx: Transaction) -> tuple[bool, Sequence[Message]]:
            petition = petition_in(tx, document.id)
            updates = change(petition)
            if all(getattr(petition, name) == value for name, value in updates.items()):
                return False, []
            reason = f"{unit} -> {heir}, directory={self.directory.version}"
            now, actor = self.clock.now(), Actor(Role.SYSTEM)
            moved = move_petition(tx, petition, updates, self.directory, Change(action, actor, now, reason=reason))
            return True, moved.messages

        key = f"{document.id}:{action}:{unit}:{heir}:{document.data['version']}"
        return commit_result(
            self.store, self.publisher, self.clock, producer=PRODUCER, key=key, body=apply, done_before=lambda: False
        )


def _open(unit: str) -> Query:
    states = [str(state) for state in sorted(OPEN_STATES)]
    return Query("petitions", where=(("unit", "==", unit), ("state", "in", states)))


def _staff(unit: str) -> Query:
    return Query("officers", where=(("unit", "==", unit),))
