"""Time to live: documents whose TTL field (`"ttl": true` in fieldOverrides) has passed are deleted.

Production does it within about a day; here it is soon after the stack's clock has passed the moment, so code must not
rely on either. Documents are visible until they are deleted, and each deletion is billed.
"""

from __future__ import annotations

import asyncio

from infra.emulators.firestore.documents.value_order import encode
from infra.emulators.firestore.indexes.ordered_index import Kind, Part, Scope
from infra.emulators.firestore.metering.counters import Cost, Tally
from infra.emulators.firestore.queries.declared_indexes import DeclaredIndexes
from infra.emulators.firestore.queries.execution import run
from infra.emulators.firestore.queries.filters import Op, Test
from infra.emulators.firestore.queries.query import Query
from infra.emulators.firestore.storage.database import Database, Store
from infra.emulators.firestore.wire.messages import Value, Write, set_micros
from infra.emulators.firestore.wire.names import NAME, FieldPath
from infra.emulators.firestore.writes.batch import Batch

INTERVAL_SECONDS = 1.0
PAGE = 500


class Expiry:
    """The sweep over one project's databases."""

    def __init__(self, store: Store, declared: DeclaredIndexes, tally: Tally) -> None:
        self._store = store
        self._declared = declared
        self._tally = tally

    async def forever(self) -> None:
        """Sweep again and again."""
        while True:
            self.sweep()
            await asyncio.sleep(INTERVAL_SECONDS)

    def sweep(self) -> int:
        """Delete what is due, at most a page for each field and database; how many documents that were."""
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
            self._tally.add("TTL", cost, failed=False, caller="TTL")
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
