"""The gRPC surface: every method of `google.firestore.v1.Firestore` as a generic handler, without stubs."""

from __future__ import annotations

from typing import Any

import grpc

from infra.emulators.firestore.calls.interceptor import Both, Desk, Many, One, both, many, one
from infra.emulators.firestore.service.consistency import Backend
from infra.emulators.firestore.service.query_methods import Queries
from infra.emulators.firestore.service.read_methods import Reads
from infra.emulators.firestore.service.stream_methods import Streams
from infra.emulators.firestore.service.write_methods import Mutations
from infra.emulators.firestore.wire import messages as p

SERVICE = "google.firestore.v1.Firestore"
METHODS = frozenset(
    {
        "GetDocument",
        "ListDocuments",
        "ListCollectionIds",
        "PartitionQuery",
        "CreateDocument",
        "UpdateDocument",
        "DeleteDocument",
        "Commit",
        "BatchWrite",
        "BeginTransaction",
        "Rollback",
        "BatchGetDocuments",
        "RunQuery",
        "RunAggregationQuery",
        "ExecutePipeline",
        "Listen",
        "Write",
    }
)
"""The names of all methods."""


def handler(backend: Backend, desk: Desk) -> Any:
    """The handler of all methods, for a gRPC server."""
    reads, queries, mutations = Reads(backend), Queries(backend), Mutations(backend)
    both_ways = Streams(backend)
    unary: dict[str, tuple[One, Any, Any]] = {
        "GetDocument": (reads.get_document, p.GetDocumentRequest, p.Document),
        "ListDocuments": (reads.list_documents, p.ListDocumentsRequest, p.ListDocumentsResponse),
        "ListCollectionIds": (
            reads.list_collection_ids,
            p.ListCollectionIdsRequest,
            p.ListCollectionIdsResponse,
        ),
        "PartitionQuery": (queries.partition_query, p.PartitionQueryRequest, p.PartitionQueryResponse),
        "CreateDocument": (mutations.create_document, p.CreateDocumentRequest, p.Document),
        "UpdateDocument": (mutations.update_document, p.UpdateDocumentRequest, p.Document),
        "DeleteDocument": (mutations.delete_document, p.DeleteDocumentRequest, p.Empty),
        "Commit": (mutations.commit, p.CommitRequest, p.CommitResponse),
        "BatchWrite": (mutations.batch_write, p.BatchWriteRequest, p.BatchWriteResponse),
        "BeginTransaction": (
            mutations.begin_transaction,
            p.BeginTransactionRequest,
            p.BeginTransactionResponse,
        ),
        "Rollback": (mutations.rollback, p.RollbackRequest, p.Empty),
    }
    streams: dict[str, tuple[Many, Any, Any]] = {
        "BatchGetDocuments": (
            reads.batch_get_documents,
            p.BatchGetDocumentsRequest,
            p.BatchGetDocumentsResponse,
        ),
        "RunQuery": (queries.run_query, p.RunQueryRequest, p.RunQueryResponse),
        "RunAggregationQuery": (
            queries.run_aggregation_query,
            p.RunAggregationQueryRequest,
            p.RunAggregationQueryResponse,
        ),
    }
    streams["ExecutePipeline"] = (
        queries.execute_pipeline,
        p.ExecutePipelineRequest,
        p.ExecutePipelineResponse,
    )
    two_way: dict[str, tuple[Both, Any, Any]] = {
        "Listen": (both_ways.listen, p.ListenRequest, p.ListenResponse),
        "Write": (both_ways.write, p.WriteRequest, p.WriteResponse),
    }
    handlers = {
        name: grpc.unary_unary_rpc_method_handler(
            one(name, method, desk), request.FromString, response.SerializeToString
        )
        for name, (method, request, response) in unary.items()
    }
    handlers |= {
        name: grpc.unary_stream_rpc_method_handler(
            many(name, method, desk), request.FromString, response.SerializeToString
        )
        for name, (method, request, response) in streams.items()
    }
    handlers |= {
        name: grpc.stream_stream_rpc_method_handler(
            both(name, method, desk), request.FromString, response.SerializeToString
        )
        for name, (method, request, response) in two_way.items()
    }
    return grpc.method_handlers_generic_handler(SERVICE, handlers)
