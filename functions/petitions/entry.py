"""The HTTP side of every function: the use case for a path, and the response to every kind of failure.

`/push/<subscription>` takes a push of Pub/Sub, `/schedule/<name>` a call of Cloud Scheduler. Both respond only with 200
(done or dead-lettered) and 503 (deliver again). The platform has authenticated the caller (OIDC, run.invoker). Only the
public functions serve other paths.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from traceback import walk_tb
from typing import Any

from petitions import telemetry
from petitions.domain.petition.codes import find_code
from petitions.errors import NeedsHuman, Permanent, PetitionError, Rejected, Retryable
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import Fields
from petitions.ports.world import Span, Tracer

ATTEMPTS_FOR_UNKNOWN = 5
DEAD_LETTERS = "dead-letters"

Response = tuple[str, int]
ScheduledJob = Callable[[], object]


@dataclass(frozen=True)
class Push:
    """One delivery of a Pub/Sub message. `attempt` counts the deliveries, `key` is the ordering key."""

    subscription: str
    message_id: str
    data: bytes
    attributes: Mapping[str, str]
    key: str
    attempt: int

    @property
    def petition(self) -> str | None:
        """Code of the petition that the message is about, for the log, or None."""
        try:
            data = json.loads(self.data)
        except (ValueError, RecursionError):
            return None
        about = (data.get("code") or data.get("id")) if isinstance(data, dict) else None
        return find_code(about) if isinstance(about, str) else None

    def json(self) -> dict[str, Any]:
        """Return the message as a JSON object. Raise Permanent if it is not one."""
        try:
            value = json.loads(self.data)
        except (ValueError, RecursionError) as error:
            raise Permanent("the message is not JSON", reason="malformed") from error
        if not isinstance(value, dict):
            raise Permanent("the message is not a JSON object", reason="malformed")
        return value

    def text(self, name: str) -> str:
        """Return the text in a field of the message. Raise Permanent if it is missing or empty."""
        value = self.json().get(name)
        if not isinstance(value, str) or not value:
            raise Permanent(f"the message has no {name}", reason="malformed")
        return value


def parse_push(body: bytes) -> Push:
    """Return the message in a push request's body. Raise Permanent if the body is malformed."""
    try:
        envelope = json.loads(body)
        message = envelope["message"]
        return Push(
            subscription=str(envelope["subscription"]).rsplit("/", 1)[-1],
            message_id=str(message["messageId"]),
            data=base64.b64decode(message.get("data") or "", validate=True),
            attributes={str(name): str(value) for name, value in (message.get("attributes") or {}).items()},
            key=str(message.get("orderingKey") or ""),
            attempt=int(envelope.get("deliveryAttempt") or 1),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, binascii.Error) as error:
        raise Permanent("not a Pub/Sub push body", reason="malformed") from error


class Untraced:
    """A tracer that records nothing, but passes the trace id on to log lines. Implements `ports.Tracer`."""

    @contextmanager
    def span(self, _name: str, trace: str | None, _fields: Fields, /) -> Iterator[Span]:
        yield Span(trace)


class FunctionEntry:
    """The handler of all requests of one function.

    `pushes` maps subscriptions to handlers of messages, `schedules` maps names to builders of jobs. Builders,
    `publisher` and `tracer` are called on first use.
    """

    def __init__(
        self,
        function: str,
        publisher: Callable[[], Publisher],
        pushes: Mapping[str, Callable[[Push], object]],
        schedules: Mapping[str, Callable[[], ScheduledJob]],
        tracer: Callable[[], Tracer] = Untraced,
    ) -> None:
        self.function = function
        self._publisher = publisher
        self._tracer = tracer
        self.pushes = pushes
        self.schedules = schedules

    def __call__(self, request: Any) -> Response:
        """Handle a push or a schedule request and return body and status. Any other path gives 404."""
        kind, _, name = request.path.strip("/").partition("/")
        if request.method == "POST" and kind == "push" and name in self.pushes:
            return self._push(name, request.get_data(cache=False))
        if request.method == "POST" and kind == "schedule" and name in self.schedules:
            with traced(self._tracer, f"{self.function} {name}", trace_of(request), schedule=name) as span:
                return self._schedule(name, span)
        return "not found\n", 404

    def _push(self, name: str, body: bytes) -> Response:
        try:
            push = parse_push(body)
        except Permanent:
            telemetry.log("ERROR", "not a push body", metric="push_malformed", subscription=name)
            return "not a Pub/Sub push body\n", 200
        about = {"message_id": f"m{push.message_id}", "attempt": push.attempt, "petition": push.petition}
        # The message's own trace, not that of Pub/Sub's request that delivers it.
        trace = telemetry.read_trace(push.attributes.get(telemetry.TRACEPARENT))
        with traced(self._tracer, f"{self.function} {name}", trace, subscription=push.subscription, **about) as span:
            return self._handle(name, push, span)

    def _handle(self, name: str, push: Push, span: Span) -> Response:
        try:
            self.pushes[name](push)
        except Retryable as error:
            span.fault = error.reason
            telemetry.log("WARNING", "try again", reason=error.reason, error=str(error))
            return "try again\n", 503
        except (Permanent, Rejected, NeedsHuman) as error:
            span.fault = error.reason
            return self._bury(push, error.reason, error)
        except Exception as error:  # noqa: BLE001 - whatever it is, the message must end in a named place
            span.fault = type(error).__name__
            telemetry.log("ERROR", "unexpected", error=_error_text(error))
            if push.attempt < ATTEMPTS_FOR_UNKNOWN:
                return "unexpected\n", 503
            return self._bury(push, "unexpected", error)
        return "done\n", 200

    def _schedule(self, name: str, span: Span) -> Response:
        try:
            self.schedules[name]()()
        except Exception as error:  # noqa: BLE001 - the next run tries again, and the alert counts these lines
            span.fault = type(error).__name__
            telemetry.log("ERROR", "schedule failed", metric="schedule_failed", error=_error_text(error))
            return "failed\n", 503
        return "done\n", 200

    def _bury(self, push: Push, reason: str, error: Exception) -> Response:
        """Publish a message that cannot be handled to the topic of dead letters, and acknowledge it.

        `relay` stores dead letters as documents. A dead letter that cannot be stored stays in its subscription, because
        it would circulate for ever if it were published again.
        """
        severity = "CRITICAL" if isinstance(error, NeedsHuman) else "ERROR"
        telemetry.log(severity, "dead letter", metric="dead_letter", reason=reason, error=_error_text(error))
        if push.subscription.startswith(f"{DEAD_LETTERS}-"):
            return "try again\n", 503
        letter = Message(
            DEAD_LETTERS,
            {"data": base64.b64encode(push.data).decode(), "key": push.key, "attempts": push.attempt},
            attributes={
                **push.attributes,
                "consumer": push.subscription,
                "message_id": push.message_id,
                "reason": reason,
            },
        )
        try:
            self._publisher().publish([letter])
        except Retryable:
            return "try again\n", 503
        return "buried\n", 200


@contextmanager
def traced(tracer: Callable[[], Tracer], name: str, trace: str | None, **fields: Any) -> Iterator[Span]:
    """Yield a span for one request.

    Log lines written inside have its trace id and `fields`, and messages published inside have its trace id.
    """
    labels = {key: value for key, value in fields.items() if value is not None}
    with tracer().span(name, trace, labels) as span, telemetry.within(span.trace, **labels):
        yield span


def trace_of(request: Any) -> str | None:
    """Return the trace that the platform began for a request, as a traceparent, or None."""
    return telemetry.read_trace(request.headers.get("traceparent"), request.headers.get("X-Cloud-Trace-Context"))


def _error_text(error: Exception) -> str:
    """Return an error as a text for the log.

    An error of a library is reduced to its type and place, because its message may contain personal data.
    """
    if isinstance(error, PetitionError):
        return f"{type(error).__name__}: {error}"
    places = [f"{Path(frame.f_code.co_filename).name}:{line}" for frame, line in walk_tb(error.__traceback__)]
    return f"{type(error).__name__} at {places[-1]}" if places else type(error).__name__
