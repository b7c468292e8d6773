"""An OTLP collector for tests, which keeps the spans that it receives over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import NamedTuple

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Status


class Kept(NamedTuple):
    service: str
    name: str
    trace: str
    span: str
    parent: str


OnSpan = Callable[[str, dict[str, str]], object]


class Collector:
    """A collector of traces that listens at `url`.

    `fine` is called with the service and the attributes of every span without an error.
    """

    def __init__(self, fine: OnSpan) -> None:
        self._fine = fine
        self._lock = Lock()
        self._spans: list[Kept] = []
        self.authorizations: set[str | None] = set()
        self.url = ""

    def take(self, body: bytes, authorization: str | None) -> None:
        self.authorizations.add(authorization)
        made = []
        for one in ExportTraceServiceRequest.FromString(body).resource_spans:
            named = {attribute.key: attribute.value.string_value for attribute in one.resource.attributes}
            for scope in one.scope_spans:
                for span in scope.spans:
                    ids = span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex()
                    made.append(Kept(named["service.name"], span.name, *ids))
                    if span.status.code != Status.STATUS_CODE_ERROR:
                        attributes = {attribute.key: attribute.value.string_value for attribute in span.attributes}
                        self._fine(named["service.name"], attributes)
        with self._lock:
            self._spans += made

    def of(self, trace: str) -> list[Kept]:
        with self._lock:
            return [span for span in self._spans if span.trace == trace]


@contextmanager
def collecting(fine: OnSpan = lambda *_: None) -> Iterator[Collector]:
    collector = Collector(fine)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            collector.take(self.rfile.read(int(self.headers["Content-Length"])), self.headers["Authorization"])
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    collector.url = f"http://127.0.0.1:{server.server_port}/v1/traces"
    try:
        yield collector
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
