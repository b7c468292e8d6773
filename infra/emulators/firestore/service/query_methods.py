"""The methods that run queries: RunQuery, RunAggregationQuery, PartitionQuery, ExecutePipeline."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator

from infra.emulators.firestore.documents.limits import MAX_AGGREGATIONS
from infra.emulators.firestore.metering.cost import ENTRIES_PER_READ, Cost
from infra.emulators.firestore.queries.aggregation import aggregate, aggregated_field, aliases_of
from infra.emulators.firestore.queries.execution import Meter, matches
from infra.emulators.firestore.queries.query import Query, parse
from infra.emulators.firestore.queries.required_index import check_index
from infra.emulators.firestore.service.consistency import Backend, Reader, reader
from infra.emulators.firestore.storage.document_message import document_of
from infra.emulators.firestore.wire.errors import invalid, unimplemented
from infra.emulators.firestore.wire.field_paths import NAME, field_text
from infra.emulators.firestore.wire.messages import (
    Message,
    PartitionQueryResponse,
    RunAggregationQueryResponse,
    RunQueryResponse,
)
from infra.emulators.firestore.wire.names import parent_name
from infra.emulators.shared.timestamps import micros_of, set_micros


class QueryMethods:
    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def run_query(self, request: Message, cost: Cost) -> Iterable[Message]:
        """Yield a response per document, or a single response with the read time if no document matches."""
        name, parent = parent_name(request.parent)
        if request.WhichOneof("query_type") != "structured_query":
            raise invalid("RunQuery needs a structured_query.")
        query = parse(name, parent, request.structured_query)
        check_index(self._backend.declared, name.project, query)
        database = self._backend.store.database(name)
        await self._backend.transactions.wait_for_turn(request, database, [query.scope.key])
        return _responses(request, query, reader(self._backend, database, request, cost), cost)

    def run_aggregation_query(self, request: Message, cost: Cost) -> Iterator[Message]:
        """Yield one response with counts, sums and averages over the results of a query."""
        name, parent = parent_name(request.parent)
        wire = request.structured_aggregation_query
        if not 0 < len(wire.aggregations) <= MAX_AGGREGATIONS:
            raise invalid(f"An aggregation query has 1 to {MAX_AGGREGATIONS} aggregations.")
        aliases = aliases_of(wire.aggregations)
        fields = [path for path in map(aggregated_field, wire.aggregations) if path is not None]
        query = parse(name, parent, wire.structured_query).ordered_also_by(fields)
        check_index(self._backend.declared, name.project, query)
        view = reader(self._backend, self._backend.store.database(name), request, cost)
        started = time.perf_counter()
        response = RunAggregationQueryResponse(transaction=view.opened)
        explain = request.HasField("explain_options")
        if explain and not request.explain_options.analyze:
            _plan(response.explain_metrics, query)
            yield response
            return
        found = view.run(query)
        for alias, aggregation in zip(aliases, wire.aggregations, strict=True):
            response.result.aggregate_fields[alias].CopyFrom(aggregate(aggregation, found.rows))
        billed = max(1, math.ceil((len(found.rows) + len(found.skipped)) / ENTRIES_PER_READ))
        cost.reads += billed
        set_micros(response.read_time, view.time)
        if explain:
            _explain(response.explain_metrics, query, 1, billed, time.perf_counter() - started)
        yield response

    def partition_query(self, request: Message, cost: Cost) -> Message:
        """Return cursors that divide a collection group into parts of about equal size."""
        name, parent = parent_name(request.parent)
        wire = request.structured_query
        query = parse(name, parent, wire)
        if query.scope.kind != "group" or wire.HasField("where") or query.orders[0].field != NAME:
            raise invalid("PartitionQuery takes a collection group query ordered by __name__, unfiltered.")
        if request.partition_count < 1:
            raise invalid("partition_count must be positive.")
        database = self._backend.store.database(name)
        moment = None
        if request.HasField("read_time"):
            moment = micros_of(request.read_time)
            database.check_read_time(moment)
        meter = Meter()
        rows = list(matches(database, query, moment, None, meter))
        cost.index_entries += meter.entries
        parts = min(request.partition_count + 1, max(1, len(rows)))
        response = PartitionQueryResponse()
        for number in range(1, parts):
            cursor = response.partitions.add(before=True)
            cursor.values.add(reference_value=name.document(rows[number * len(rows) // parts].path))
        cost.reads += 1
        return response

    def execute_pipeline(self, request: Message, cost: Cost) -> Iterator[Message]:  # noqa: ARG002
        """Raise UNIMPLEMENTED, because pipelines belong to the Enterprise edition of Firestore."""
        raise unimplemented("ExecutePipeline is not part of this emulator (Standard edition).")


def _responses(request: Message, query: Query, view: Reader, cost: Cost) -> Iterator[Message]:
    started = time.perf_counter()
    explain = request.HasField("explain_options")
    if explain and not request.explain_options.analyze:
        response = RunQueryResponse()
        _plan(response.explain_metrics, query)
        yield response
        return
    found = view.run(query)
    billed = max(1, len(found.rows) + len(found.skipped))
    cost.reads += billed
    if view.opened or found.skipped or not found.rows:
        first = RunQueryResponse(transaction=view.opened, skipped_results=len(found.skipped))
        set_micros(first.read_time, view.time)
        yield first
    for row in found.rows:
        response = RunQueryResponse()
        response.document.CopyFrom(document_of(view.database, row.path, row.version, query.projection))
        set_micros(response.read_time, view.time)
        yield response
    if explain:
        last = RunQueryResponse()
        _explain(last.explain_metrics, query, len(found.rows), billed, time.perf_counter() - started)
        set_micros(last.read_time, view.time)
        yield last


def _plan(metrics: Message, query: Query) -> None:
    columns = ", ".join(f"{field_text(part.field)} {part.kind.value[:-6]}" for part in query.orders)
    scope = "Collection group" if query.scope.kind == "group" else "Collection"
    metrics.plan_summary.indexes_used.add().update({"query_scope": scope, "properties": f"({columns})"})


def _explain(metrics: Message, query: Query, results: int, reads: int, seconds: float) -> None:
    _plan(metrics, query)
    metrics.execution_stats.results_returned = results
    metrics.execution_stats.read_operations = reads
    metrics.execution_stats.execution_duration.FromNanoseconds(int(seconds * 1e9))
    metrics.execution_stats.debug_stats.SetInParent()
