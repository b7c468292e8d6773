"""One trace leads from Zalo's request to the reply, through Pub/Sub, in spans and in logs."""

from __future__ import annotations

import base64
import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from petitions import telemetry
from petitions.adapters import pubsub_rest, traces
from petitions.adapters.secret_keys import GivenKeys
from petitions.adapters.traces import OtelTracer, cloud_trace, collector
from petitions.domain.zalo.zalo_webhook import mac
from petitions.entry import FunctionEntry, Push, Untraced
from petitions.errors import ConfigError, Retryable
from petitions.ports.world import Tracer
from petitions.usecases.zalo.quarantine import Quarantine
from petitions.usecases.zalo.receive_event import ReceiveEvent
from petitions.wiring import base
from tests.collector import collecting
from tests.unit.notices.channel import Channel
from tests.unit.requests import Request
from tests.unit.webhook.recorder import Recorder, post
from tests.unit.world import ID_KEY, World

TRACE_ID = "105445aa7843bc8bf206b12000100000"
TRACE = f"00-{TRACE_ID}-00f067aa0ba902b7-01"
UNSAMPLED = TRACE[:-1] + "0"


def delivered(function: str, tracer: Tracer, name: str, handle: Any, data: bytes, attributes: Mapping[str, str]) -> int:
    message = {"data": base64.b64encode(data).decode(), "messageId": "1", "attributes": dict(attributes)}
    body = json.dumps({"message": message, "subscription": f"projects/p/subscriptions/{name}"}).encode()
    door = FunctionEntry(function, World().publisher.__class__, {name: handle}, {}, lambda: tracer)
    return door(Request(f"/push/{name}", body))[1]


def answered(traceparent: str, exporter: InMemorySpanExporter) -> Channel:
    """Pass a citizen's first message through webhook, intake and notifications, and return the channel."""
    world, recorder = World(), Recorder()
    channel = Channel(store=world.store)
    keys = GivenKeys(("key",))
    webhook = ReceiveEvent("1", "oa", keys, ID_KEY, recorder, world.clock, timedelta(days=7), Quarantine(world.clock))
    body = world.event("user_send_text", {"text": "xin chào"})
    webhook(post(body, mac("1", body, json.loads(body)["timestamp"], "key")), traceparent)
    _, raw, attributes, _ = recorder.published[0]

    def intake(push: Push) -> None:
        world.intake(push.data)

    def notifications(push: Push) -> None:
        channel.send(push.text("id"))

    assert delivered("intake", OtelTracer("intake", "p", exporter), "s1", intake, raw, attributes) == 200
    (notice,) = world.publisher.of("notices")
    event = json.dumps(dict(notice.data)).encode()
    tracer = OtelTracer("notifications", "p", exporter)
    assert delivered("notifications", tracer, "s2", notifications, event, notice.attributes) == 200
    return channel


def test_one_trace_spans_webhook_intake_and_notifications() -> None:
    exporter = InMemorySpanExporter()
    channel = answered(TRACE, exporter)
    assert len(channel.zalo.sent) == 1
    intake, notifications = exporter.get_finished_spans()
    assert [span.resource.attributes["service.name"] for span in (intake, notifications)] == ["intake", "notifications"]
    assert [f"{context_of(span).trace_id:032x}" for span in (intake, notifications)] == [TRACE_ID, TRACE_ID]
    # The platform's span of Zalo's request is the parent of intake's, which is the parent of notifications'.
    assert intake.parent is not None
    assert f"{intake.parent.span_id:016x}" == TRACE.split("-")[2]
    assert notifications.parent is not None
    assert notifications.parent.span_id == context_of(intake).span_id


def context_of(span: ReadableSpan) -> Any:
    assert span.context is not None
    return span.context


def test_unsampled_trace_is_propagated_but_not_exported(capsys: pytest.CaptureFixture[str]) -> None:
    exporter = InMemorySpanExporter()
    answered(UNSAMPLED, exporter)
    assert exporter.get_finished_spans() == ()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "notice_sent" in line]
    assert [line["logging.googleapis.com/trace"].rpartition("/")[2] for line in lines] == [TRACE_ID]
    assert [line["logging.googleapis.com/trace_sampled"] for line in lines] == [False]


def test_without_a_trace_of_the_platform_the_first_consumer_begins_one() -> None:
    exporter = InMemorySpanExporter()
    answered("a stranger's words", exporter)
    intake, notifications = exporter.get_finished_spans()
    assert intake.parent is None
    assert context_of(intake).trace_id == context_of(notifications).trace_id


def test_a_failure_is_seen_in_its_span() -> None:
    exporter = InMemorySpanExporter()

    def fail(_push: Push) -> None:
        raise Retryable("Firestore is away", reason="busy")

    delivered("relay", OtelTracer("relay", "p", exporter), "s", fail, b"{}", {"traceparent": TRACE})
    (span,) = exporter.get_finished_spans()
    assert (span.status.is_ok, span.status.description) == (False, "busy")


def test_fields_and_trace_end_with_their_context(capsys: pytest.CaptureFixture[str]) -> None:
    with telemetry.within(TRACE, petition="x"), telemetry.within(UNSAMPLED, attempt=2):
        telemetry.count("inside")
    telemetry.count("outside")
    inside, outside = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (inside["petition"], inside["attempt"]) == ("x", 2)
    assert not {"petition", "attempt", "logging.googleapis.com/trace"} & set(outside)
    assert telemetry.current_trace() is None


def test_a_collector_is_given_the_spans() -> None:
    with collecting() as taken:
        tracer = OtelTracer("intake", "p", collector(taken.url))
        with tracer.span("intake s", TRACE, {"attempt": 1}):
            assert taken.of(TRACE_ID) == []
        (span,) = taken.of(TRACE_ID)
    assert (span.service, span.name, span.parent) == ("intake", "intake s", TRACE.split("-")[2])


def test_a_collector_that_is_away_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with collecting() as gone:
        pass
    with OtelTracer("intake", "p", collector(gone.url)).span("intake s", TRACE, {}) as span:
        assert span.trace != TRACE
    assert caplog.records


@contextmanager
def metadata_server(answer: bytes) -> Iterator[list[bytes]]:
    """Run a metadata server that answers with the given bytes, or hangs if there are none.

    Yield a list that collects the requests.
    """
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr(pubsub_rest, "_METADATA_HOST", f"127.0.0.1:{server.getsockname()[1]}")

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    calls.append(server.accept()[0])
                    asked.append(calls[-1].recv(4096))
                    calls[-1].sendall(answer)

        calls: list[socket.socket] = []
        thread = threading.Thread(target=serve)
        thread.start()
        yield asked
        server.shutdown(socket.SHUT_RDWR)
        thread.join()
        for call in calls:
            call.close()


def test_cloud_trace_gets_spans_under_the_functions_account(monkeypatch: pytest.MonkeyPatch) -> None:
    body = b'{"access_token": "of-the-function", "expires_in": 3600}'
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)
    with collecting() as taken, metadata_server(head + body) as asked:
        monkeypatch.setattr(traces, "CLOUD_TRACE", taken.url)
        tracer = OtelTracer("intake", "p", cloud_trace())
        for name in ("one", "two"):
            with tracer.span(name, TRACE, {}):
                pass
    assert [span.name for span in taken.of(TRACE_ID)] == ["one", "two"]
    assert taken.authorizations == {"Bearer of-the-function"}
    (call,) = asked
    assert b"Metadata-Flavor: Google" in call


def test_a_metadata_server_that_hangs_holds_up_no_request(caplog: pytest.LogCaptureFixture) -> None:
    began = time.monotonic()
    with metadata_server(b"") as asked, OtelTracer("intake", "p", cloud_trace()).span("intake s", TRACE, {}):
        pass
    assert time.monotonic() - began < 10 * traces.EXPORT_SECONDS  # without the time limit it would hang forever
    assert len(asked) == 1
    assert caplog.records


def test_beside_the_emulators_there_are_no_spans_unless_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "p")
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", "127.0.0.1:1")
    assert isinstance(base.tracer("intake"), Untraced)
    monkeypatch.setenv("TRACES", "http://127.0.0.1:1/v1/traces")
    assert isinstance(base.tracer("intake"), OtelTracer)
    monkeypatch.delenv("FIRESTORE_EMULATOR_HOST")
    monkeypatch.setenv("TRACES", "off")
    assert isinstance(base.tracer("intake"), Untraced)
    monkeypatch.delenv("TRACES")
    assert isinstance(base.tracer("intake"), OtelTracer)
    monkeypatch.setenv("TRACES", "http://collector.example.vn/")
    with pytest.raises(ConfigError, match="TRACES"):
        base.tracer("intake")
