"""Traces with OpenTelemetry, exported to Cloud Trace or to an OTLP collector."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import requests
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, ParentBased
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from petitions.adapters.pubsub_rest import MetadataToken
from petitions.ports.store import Fields
from petitions.ports.world import Span
from petitions.telemetry import TRACEPARENT

CLOUD_TRACE = "https://telemetry.googleapis.com/v1/traces"
EXPORT_SECONDS = 2.0
_W3C = TraceContextTextMapPropagator()


class OtelTracer:
    """Makes the spans of one function. Implements `ports.Tracer`.

    A trace that the platform does not sample, as the flag in its id shows, is not exported.
    """

    def __init__(self, function: str, project: str, exporter: SpanExporter) -> None:
        about = Resource({"service.name": function, "gcp.project_id": project})
        provider = TracerProvider(resource=about, sampler=ParentBased(ALWAYS_ON))
        # Exported within the request: after the response, Cloud Run gives the instance no CPU to send a batch.
        provider.add_span_processor(SimpleSpanProcessor(exporter))
        self._tracer = provider.get_tracer("petitions")

    @contextmanager
    def span(self, name: str, trace: str | None, fields: Fields, /) -> Iterator[Span]:
        """Open a span in the trace of this traceparent (W3C), or the first span of a new trace."""
        parent = _W3C.extract({TRACEPARENT: trace}, Context()) if trace else Context()
        made = self._tracer.start_span(name, parent, SpanKind.CONSUMER, {k: str(v) for k, v in fields.items()})
        context = made.get_span_context()
        span = Span(f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}")
        try:
            yield span
        finally:
            if span.fault:
                made.set_status(Status(StatusCode.ERROR, span.fault))
            made.end()


class _Account(requests.auth.AuthBase):
    """The credentials of the function for exports.

    Google's own session would wait half a minute for a metadata server that does not respond.
    """

    def __init__(self) -> None:
        self._token = MetadataToken()

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token.get()}"
        return request


def cloud_trace() -> SpanExporter:
    """Return the exporter to Cloud Trace.

    It fetches its access token with the first span, and the export of this span has to wait for it.
    """
    session = requests.Session()
    session.auth = _Account()
    return OTLPSpanExporter(CLOUD_TRACE, timeout=EXPORT_SECONDS, session=session)


def collector(url: str) -> SpanExporter:
    """Return the exporter to an OTLP collector, by its complete address with /v1/traces."""
    return OTLPSpanExporter(url, timeout=EXPORT_SECONDS)
