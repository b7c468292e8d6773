"""The protocol's messages as raw protobuf classes, which are much cheaper than the client's wrappers around them.

They come from the unmodified client library, so nothing is generated. It spells the field `from` as `from_`.
"""

from __future__ import annotations

from typing import Any

from google.cloud.firestore_v1 import types
from google.protobuf import empty_pb2
from google.rpc import status_pb2

Message = Any
"""The type of all protobuf messages. It is `Any`, because the library has no type hints."""

Empty = empty_pb2.Empty
Status = status_pb2.Status


def _raw(wrapper: Any) -> Any:
    return wrapper.meta.pb


Value = _raw(types.Value)
ArrayValue = _raw(types.ArrayValue)
MapValue = _raw(types.MapValue)
Document = _raw(types.Document)
Write = _raw(types.Write)
WriteResult = _raw(types.WriteResult)
StructuredQuery = _raw(types.StructuredQuery)
Cursor = _raw(types.Cursor)
AggregationResult = _raw(types.AggregationResult)
GetDocumentRequest = _raw(types.GetDocumentRequest)
BatchGetDocumentsRequest = _raw(types.BatchGetDocumentsRequest)
BatchGetDocumentsResponse = _raw(types.BatchGetDocumentsResponse)
ListDocumentsRequest = _raw(types.ListDocumentsRequest)
ListDocumentsResponse = _raw(types.ListDocumentsResponse)
ListCollectionIdsRequest = _raw(types.ListCollectionIdsRequest)
ListCollectionIdsResponse = _raw(types.ListCollectionIdsResponse)
CreateDocumentRequest = _raw(types.CreateDocumentRequest)
UpdateDocumentRequest = _raw(types.UpdateDocumentRequest)
DeleteDocumentRequest = _raw(types.DeleteDocumentRequest)
CommitRequest = _raw(types.CommitRequest)
CommitResponse = _raw(types.CommitResponse)
BatchWriteRequest = _raw(types.BatchWriteRequest)
BatchWriteResponse = _raw(types.BatchWriteResponse)
BeginTransactionRequest = _raw(types.BeginTransactionRequest)
BeginTransactionResponse = _raw(types.BeginTransactionResponse)
RollbackRequest = _raw(types.RollbackRequest)
RunQueryRequest = _raw(types.RunQueryRequest)
RunQueryResponse = _raw(types.RunQueryResponse)
RunAggregationQueryRequest = _raw(types.RunAggregationQueryRequest)
RunAggregationQueryResponse = _raw(types.RunAggregationQueryResponse)
PartitionQueryRequest = _raw(types.PartitionQueryRequest)
PartitionQueryResponse = _raw(types.PartitionQueryResponse)
ExecutePipelineRequest = _raw(types.ExecutePipelineRequest)
ExecutePipelineResponse = _raw(types.ExecutePipelineResponse)
ListenRequest = _raw(types.ListenRequest)
ListenResponse = _raw(types.ListenResponse)
WriteRequest = _raw(types.WriteRequest)
WriteResponse = _raw(types.WriteResponse)

Direction = StructuredQuery.Direction
FieldOperator = StructuredQuery.FieldFilter.Operator
UnaryOperator = StructuredQuery.UnaryFilter.Operator
CompositeOperator = StructuredQuery.CompositeFilter.Operator
