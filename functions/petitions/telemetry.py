"""Structured logs: one JSON line per event, in Cloud Logging's format, without personal data.

Callers log only ids of this system (codes, hashes, names). As a second protection, every value that looks like personal
data is masked (`language.redaction`), and long values are cut. A line with a field `metric` is counted. Lines written
inside `within` belong to a trace.

This module uses only the standard library, because the webhook imports it and must start fast.
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

LONGEST_VALUE = 500
"""The most characters of a logged value. Longer ones are cut, because a library's error may repeat anything."""
TRACEPARENT = "traceparent"
"""The name of the trace id in HTTP headers and message attributes (W3C Trace Context)."""

_ENCODER = json.JSONEncoder(ensure_ascii=False, default=str)
_W3C = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})")
_GOOGLES = re.compile(r"([0-9a-f]{32})/([0-9]{1,20})(?:;o=([01]))?")

_trace: ContextVar[str | None] = ContextVar("trace", default=None)
_fields: ContextVar[Mapping[str, Any]] = ContextVar("fields", default={})  # noqa: B039 - never written to


def read_trace(traceparent: str | None = None, googles: str | None = None) -> str | None:
    """Return the traceparent from W3C's header or Google's older one, or None if both are malformed."""
    if traceparent and _W3C.fullmatch(traceparent):
        return traceparent
    found = _GOOGLES.fullmatch(googles or "")
    if not found or not int(found[2]) < 2**64:
        return None
    made = f"00-{found[1]}-{int(found[2]):016x}-0{found[3] or 0}"
    return made if _W3C.fullmatch(made) else None


def current_trace() -> str | None:
    """Return the trace id (traceparent) for messages published now, or None outside a trace."""
    return _trace.get()


@contextmanager
def within(trace: str | None, **fields: Any) -> Iterator[None]:
    """Add a trace id (traceparent) and `fields` to all log lines written in this context."""
    outer = _trace.set(trace), _fields.set({**_fields.get(), **fields})
    try:
        yield
    finally:
        _trace.reset(outer[0])
        _fields.reset(outer[1])


def _clean(value: Any) -> Any:
    if isinstance(value, int | float | bool) or value is None:
        return value
    text = str(value)
    return masked(text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…")


def _placed(trace: str | None) -> dict[str, Any]:
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
    """Write one log line.

    `severity` is one of Cloud Logging's (INFO, WARNING, ERROR, CRITICAL), `event` a fixed phrase, and `fields` the
    values that differ from line to line.
    """
    values = {**_fields.get(), **fields}
    line = {"severity": severity, "message": event, **{key: _clean(value) for key, value in values.items()}}
    line |= _placed(_trace.get())
    out = stream or sys.stdout
    out.write(_ENCODER.encode(line) + "\n")
    out.flush()


def count(metric: str, **labels: Any) -> None:
    """Count an event by a log line from which Cloud Logging computes the metric `metric`."""
    log("INFO", "count", metric=metric, **labels)
