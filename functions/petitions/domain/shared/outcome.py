"""The outcome of a call to another system."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """The result of a call to another system."""

    OK = "ok"
    REFUSED = "refused"
    """The other system refused and changed nothing."""
    UNKNOWN = "unknown"
    """No answer came. The call may have taken effect."""
