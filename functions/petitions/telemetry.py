"""Structured logs: one JSON line an event, in Cloud Logging's field names; never a text, phone or Zalo id.

Callers pass ids of ours (codes, hashes, names of things) as fields. As a second fence every value that looks like
personal data is masked here (domain/redaction.py). A field `metric` makes a line countable.
"""

from __future__ import annotations

import json
import sys
from typing import Any, TextIO

from petitions.domain.redaction import masked

_ENCODER = json.JSONEncoder(ensure_ascii=False, default=str)


def _clean(value: Any) -> Any:
    if isinstance(value, int | float | bool) or value is None:
        return value
    return masked(str(value))


def log(severity: str, event: str, *, trace: str | None = None, stream: TextIO | None = None, **fields: Any) -> None:
    """Write one line. `severity` is Cloud Logging's (INFO, WARNING, ERROR, CRITICAL); `event` a stable phrase."""
    line = {"severity": severity, "message": event, **{key: _clean(value) for key, value in fields.items()}}
    if trace:
        line["logging.googleapis.com/trace"] = trace
    out = stream or sys.stdout
    out.write(_ENCODER.encode(line) + "\n")
    out.flush()


def count(metric: str, **labels: Any) -> None:
    """One more of `metric`: a log line that a log-based metric counts."""
    log("INFO", "count", metric=metric, **labels)
