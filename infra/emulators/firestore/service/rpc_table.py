"""The methods of `google.firestore.v1.Firestore` as a generic gRPC handler without generated stubs."""

from __future__ import annotations

from typing import Any

import grpc

from infra.emulators.firestore.calls.interceptor import (
    BidirectionalMethod,
    Interceptor,
    ServerStreamMethod,
    UnaryMethod,
    bidirectional,
    server_stream,
    unary,
)
from infra.emulators.firestore.service.consistency import Backend
from infra.emulators.firestore.service.query_methods import QueryMethods
from infra.emulators.firestore.service.read_methods import ReadMethods
from infra.emulators.firestore.service.stream_methods import StreamMethods
from infra.emulators.firestore.service.write_methods import WriteMethods
from infra.emulators.firestore.wire import messages

SERVICE = "google.firestore.v1.Firestore"
_MESSAGES: dict[str, tuple[Any, Any]] = {
    "GetDocument": (messages.GetDocumentRequest, messages.Document),
    "ListDocuments": (messages.ListDocumentsRequest, messages.ListDocumentsResponse),
    "ListCollectionIds": (messages.ListCollectionIdsRequest, messages.ListCollectionIdsResponse),
    "BatchGetDocuments": (messages.BatchGetDocumentsRequest, messages.BatchGetDocumentsResponse),
    "RunQuery": (messages.RunQueryRequest, messages.RunQueryResponse),
    "RunAggregationQuery": (messages.RunAggregationQueryRequest, messages.RunAggregationQueryResponse),
    "PartitionQuery": (messages.PartitionQueryRequest, messages.PartitionQueryResponse),
    "ExecutePipeline": (messages.ExecutePipelineRequest, messages.ExecutePipelineResponse),
    "CreateDocument": (messages.CreateDocumentRequest, messages.Document),
    "UpdateDocument": (messages.UpdateDocumentRequest, messages.Document),
    "DeleteDocument": (messages.DeleteDocumentRequest, messages.Empty),
    "Commit": (messages.CommitRequest, messages.CommitResponse),
    "BatchWrite": (messages.BatchWriteRequest, messages.BatchWriteResponse),
    "BeginTransaction": (messages.BeginTransactionRequest, messages.BeginTransactionResponse),
    "Rollback": (messages.RollbackRequest, messages.Empty),
    "Listen": (messages.ListenRequest, messages.ListenResponse),
    "Write": (messages.WriteRequest, messages.WriteResponse),
}
"""The types of request and response of every method."""
METHODS = frozenset(_MESSAGES)
"""The names of all methods of the service, such as `BatchGetDocuments`."""


def handler(backend: Backend, interceptor: Interceptor) -> Any:
    reads, queries, writes = ReadMethods(backend), QueryMethods(backend), WriteMethods(backend)
    streams = StreamMethods(backend)
    unary_methods: dict[str, UnaryMethod] = {
        "GetDocument": reads.get_document,
        "ListDocuments": reads.list_documents,
        "ListCollectionIds": reads.list_collection_ids,
        "PartitionQuery": queries.partition_query,
        "CreateDocument": writes.create_document,
        "UpdateDocument": writes.update_document,
        "DeleteDocument": writes.delete_document,
        "Commit": writes.commit,
        "BatchWrite": writes.batch_write,
        "BeginTransaction": writes.begin_transaction,
        "Rollback": writes.rollback,
    }
    server_stream_methods: dict[str, ServerStreamMethod] = {
        "BatchGetDocuments": reads.batch_get_documents,
        "RunQuery": queries.run_query,
        "RunAggregationQuery": queries.run_aggregation_query,
        "ExecutePipeline": queries.execute_pipeline,
    }
    bidirectional_methods: dict[str, BidirectionalMethod] = {"Listen": streams.listen, "Write": streams.write}
    handlers = {
        name: grpc.unary_unary_rpc_method_handler(unary(name, method, interceptor), *_codecs(name))
        for name, method in unary_methods.items()
    }
    handlers |= {
        name: grpc.unary_stream_rpc_method_handler(server_stream(name, method, interceptor), *_codecs(name))
        for name, method in server_stream_methods.items()
    }
    handlers |= {
        name: grpc.stream_stream_rpc_method_handler(bidirectional(name, method, interceptor), *_codecs(name))
        for name, method in bidirectional_methods.items()
    }
    return grpc.method_handlers_generic_handler(SERVICE, handlers)


def _codecs(name: str) -> tuple[Any, Any]:
    request, response = _MESSAGES[name]
    return request.FromString, response.SerializeToString
