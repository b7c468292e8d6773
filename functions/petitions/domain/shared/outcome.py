"""The outcome of a call to another system."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """What a call to the outside came to."""

    OK = "ok"
    REFUSED = "refused"  # answered no: nothing happened there
    UNKNOWN = "unknown"  # no answer: it may have happened
