"""Time to live: delete documents after the time in their TTL field (`"ttl": true` in fieldOverrides) has passed.

The service deletes them within about a day, the emulator about a second after its clock has passed the time. Code must
rely on neither. Documents stay visible until they are deleted, and every deletion is billed.
"""

from __future__ import annotations

import asyncio

from infra.emulators.firestore.documents.value_order import encode
from infra.emulators.firestore.indexes.ordered_index import Kind, Part, Scope
from infra.emulators.firestore.metering.cost import Cost
from infra.emulators.firestore.metering.counters import Counters
from infra.emulators.firestore.queries.declared_indexes import DeclaredIndexes
from infra.emulators.firestore.queries.execution import run
from infra.emulators.firestore.queries.filters import Op, Test
from infra.emulators.firestore.queries.query import Query
from infra.emulators.firestore.storage.database import Database
from infra.emulators.firestore.storage.store import Store
from infra.emulators.firestore.wire.field_paths import NAME, FieldPath
from infra.emulators.firestore.wire.messages import Value, Write
from infra.emulators.firestore.writes.batch import Batch
from infra.emulators.shared.timestamps import set_micros

INTERVAL_SECONDS = 1.0
PAGE = 500


class TimeToLive:
    def __init__(self, store: Store, declared: DeclaredIndexes, counters: Counters) -> None:
        self._store = store
        self._declared = declared
        self._counters = counters

    async def forever(self) -> None:
        """Delete expired documents once a second, until cancelled."""
        while True:
            self.sweep()
            await asyncio.sleep(INTERVAL_SECONDS)

    def sweep(self) -> int:
        """Delete at most one page of expired documents per TTL field and database. Return the number deleted."""
        deleted = 0
        for database in self._store.databases(self._declared.project):
            for group, field in self._declared.current().ttl_fields:
                deleted += self._delete(database, _due(database, group, field))
        return deleted

    def _delete(self, database: Database, query: Query) -> int:
        rows = run(database, query, None).rows
        if rows:
            batch = Batch(database)
            for row in rows:
                batch.apply(Write(delete=database.name.document(row.path)))
            batch.save()
            cost = Cost()
            batch.count(cost)
            self._counters.add("TTL", cost, failed=False, caller="TTL")
        return len(rows)


def _due(database: Database, group: str, field: FieldPath) -> Query:
    now = Value()
    set_micros(now.timestamp_value, database.read_time())
    return Query(
        scope=Scope("group", group),
        parent="",
        all_descendants=True,
        conjunctions=((Test(field, Op.LESS_EQUAL, (encode(now),)),),),
        orders=(Part(field, Kind.ASCENDING), Part(NAME, Kind.ASCENDING)),
        start=None,
        end=None,
        offset=0,
        limit=PAGE,
        projection=None,
    )
