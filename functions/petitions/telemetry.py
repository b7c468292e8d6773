"""Structured logs: one JSON line an event, in Cloud Logging's field names; never a text, phone or Zalo id.

Callers pass ids of ours (codes, hashes, names of things) as fields. As a second fence every value that looks like
personal data is masked here (`language.redaction`). A field `metric` makes a line countable. What is done `within` a
trace says so in every line. Standard library alone: the webhook imports this.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TextIO

from petitions.domain.language.redaction import masked

TRACEPARENT = "traceparent"
"""W3C's name for a trace and a place in it: a request's header and a message's attribute."""

_ENCODER = json.JSONEncoder(ensure_ascii=False, default=str)
_W3C = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})")
_GOOGLES = re.compile(r"([0-9a-f]{32})/([0-9]{1,20})(?:;o=([01]))?")

_trace: ContextVar[str | None] = ContextVar("trace", default=None)
_fields: ContextVar[Mapping[str, Any]] = ContextVar("fields", default={})  # noqa: B039 - never written to


def read_trace(traceparent: str | None = None, googles: str | None = None) -> str | None:
    """The traceparent of a request, from W3C's header or Google's older one; None for a header of another form."""
    if traceparent and _W3C.fullmatch(traceparent):
        return traceparent
    found = _GOOGLES.fullmatch(googles or "")
    if not found or not int(found[2]) < 2**64:
        return None
    made = f"00-{found[1]}-{int(found[2]):016x}-0{found[3] or 0}"
    return made if _W3C.fullmatch(made) else None


def current_trace() -> str | None:
    """The traceparent that messages caused now must carry on."""
    return _trace.get()


@contextmanager
def within(trace: str | None, **fields: Any) -> Iterator[None]:
    """What is logged inside belongs to this trace (a traceparent) and says these fields; what is published goes on."""
    outer = _trace.set(trace), _fields.set({**_fields.get(), **fields})
    try:
        yield
    finally:
        _trace.reset(outer[0])
        _fields.reset(outer[1])


def _clean(value: Any) -> Any:
    if isinstance(value, int | float | bool) or value is None:
        return value
    return masked(str(value))


def _placed(trace: str | None) -> dict[str, Any]:
    """The fields by which Cloud Logging shows a line in its trace."""
    found = _W3C.fullmatch(trace or "")
    if not found:
        return {}
    project = os.environ.get("GOOGLE_CLOUD_PROJECT", "")
    return {
        "logging.googleapis.com/trace": f"projects/{project}/traces/{found[1]}",
        "logging.googleapis.com/spanId": found[2],
        "logging.googleapis.com/trace_sampled": bool(int(found[3], 16) & 1),
    }


def log(severity: str, event: str, *, stream: TextIO | None = None, **fields: Any) -> None:
    """Write one line. `severity` is Cloud Logging's (INFO, WARNING, ERROR, CRITICAL); `event` a stable phrase."""
    said = {**_fields.get(), **fields}
    line = {"severity": severity, "message": event, **{key: _clean(value) for key, value in said.items()}}
    line |= _placed(_trace.get())
    out = stream or sys.stdout
    out.write(_ENCODER.encode(line) + "\n")
    out.flush()


def count(metric: str, **labels: Any) -> None:
    """One more of `metric`: a log line that a log-based metric counts."""
    log("INFO", "count", metric=metric, **labels)
