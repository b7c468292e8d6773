"""The methods that search: RunQuery, RunAggregationQuery, PartitionQuery."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator

from infra.emulators.firestore.documents.limits import MAX_AGGREGATIONS
from infra.emulators.firestore.documents.value_order import value_at
from infra.emulators.firestore.metering.counters import ENTRIES_PER_READ, Cost
from infra.emulators.firestore.queries.execution import Meter, Row, matches
from infra.emulators.firestore.queries.query import Query, parse
from infra.emulators.firestore.service.consistency import Backend, Reader, document_of, reader
from infra.emulators.firestore.wire.errors import invalid, unimplemented
from infra.emulators.firestore.wire.messages import (
    Document,
    Message,
    PartitionQueryResponse,
    RunAggregationQueryResponse,
    RunQueryResponse,
    Value,
    micros_of,
    set_micros,
)
from infra.emulators.firestore.wire.names import NAME, FieldPath, field_path, field_text, parent_name

_INT_MIN, _INT_MAX = -(2**63), 2**63 - 1


class Queries:
    """Searching."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def run_query(self, request: Message, cost: Cost) -> Iterable[Message]:
        """One response for each document; without any, one response with the read time."""
        name, parent = parent_name(request.parent)
        if request.WhichOneof("query_type") != "structured_query":
            raise invalid("RunQuery needs a structured_query.")
        query = parse(name, parent, request.structured_query)
        self._check_index(name.project, query)
        database = self._backend.store.database(name)
        await self._backend.transactions.turn(request, database, [query.scope.key])
        return _responses(request, query, reader(self._backend, database, request, cost), cost)

    def run_aggregation_query(self, request: Message, cost: Cost) -> Iterator[Message]:
        """Count, sum and average over a query's matches."""
        name, parent = parent_name(request.parent)
        wire = request.structured_aggregation_query
        if not 0 < len(wire.aggregations) <= MAX_AGGREGATIONS:
            raise invalid(f"An aggregation query has 1 to {MAX_AGGREGATIONS} aggregations.")
        aliases = _aliases(wire.aggregations)
        fields = [path for path in map(_aggregated, wire.aggregations) if path is not None]
        query = parse(name, parent, wire.structured_query).ordered_also_by(fields)
        self._check_index(name.project, query)
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
            response.result.aggregate_fields[alias].CopyFrom(_aggregate(aggregation, found.rows))
        billed = max(1, math.ceil((len(found.rows) + len(found.skipped)) / ENTRIES_PER_READ))
        cost.reads += billed
        set_micros(response.read_time, view.time)
        if explain:
            _explain(response.explain_metrics, query, 1, billed, time.perf_counter() - started)
        yield response

    def partition_query(self, request: Message, cost: Cost) -> Message:
        """Names that divide a collection group into about equal parts."""
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
        """Pipelines are of the Enterprise edition, which this project does not use."""
        raise unimplemented("ExecutePipeline is not part of this emulator (Standard edition).")

    def _check_index(self, project: str, query: Query) -> None:
        if self._backend.declared is not None:
            self._backend.declared.check(project, query)


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
    """The index that the query's order names, as production describes it."""
    columns = ", ".join(f"{field_text(part.field)} {part.kind.value[:-6]}" for part in query.orders)
    scope = "Collection group" if query.scope.kind == "group" else "Collection"
    metrics.plan_summary.indexes_used.add().update({"query_scope": scope, "properties": f"({columns})"})


def _explain(metrics: Message, query: Query, results: int, reads: int, seconds: float) -> None:
    _plan(metrics, query)
    metrics.execution_stats.results_returned = results
    metrics.execution_stats.read_operations = reads
    metrics.execution_stats.execution_duration.FromNanoseconds(int(seconds * 1e9))
    metrics.execution_stats.debug_stats.SetInParent()


def _aliases(aggregations: Message) -> list[str]:
    """The given aliases; the others are called field_1, field_2, ..."""
    given = [one.alias for one in aggregations if one.alias]
    if len(set(given)) < len(given):
        raise invalid("Two aggregations have the same alias.")
    free = (f"field_{number}" for number in range(1, 2 * MAX_AGGREGATIONS) if f"field_{number}" not in given)
    return [one.alias or next(free) for one in aggregations]


def _aggregated(aggregation: Message) -> FieldPath | None:
    match aggregation.WhichOneof("operator"):
        case "count":
            if aggregation.count.HasField("up_to") and aggregation.count.up_to.value < 1:
                raise invalid("Count's up_to must be positive.")
            return None
        case "sum":
            return field_path(aggregation.sum.field.field_path)
        case "avg":
            return field_path(aggregation.avg.field.field_path)
        case _:
            raise unimplemented("Aggregations are count, sum and avg.")


def _aggregate(aggregation: Message, rows: list[Row]) -> Message:
    kind = aggregation.WhichOneof("operator")
    if kind == "count":
        limited = aggregation.count.HasField("up_to")
        return Value(integer_value=min(len(rows), aggregation.count.up_to.value) if limited else len(rows))
    numbers = list(_numbers(rows, field_path(getattr(aggregation, kind).field.field_path)))
    total = _total(numbers)
    if kind == "sum":
        return Value(integer_value=total) if isinstance(total, int) else Value(double_value=total)
    return Value(double_value=total / len(numbers)) if numbers else Value(null_value=0)


def _numbers(rows: list[Row], path: FieldPath) -> Iterator[int | float]:
    for row in rows:
        value: Message = value_at(Document.FromString(row.version.data).fields, path)
        if value is None:
            continue
        match value.WhichOneof("value_type"):
            case "integer_value":
                yield value.integer_value
            case "double_value":
                yield value.double_value


def _total(numbers: list[int | float]) -> int | float:
    """An integer while all are integers and the sum fits into 64 bits, else a double."""
    if all(isinstance(number, int) for number in numbers):
        total = sum(numbers)
        return total if _INT_MIN <= total <= _INT_MAX else float(total)
    total = 0.0
    for number in numbers:
        total += number
    return total
