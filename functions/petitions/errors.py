"""The errors of the system, named after the reaction that they need.

PetitionError
├── Retryable      our own platform failed or is contended: answer 503, Pub/Sub delivers again
├── Permanent      no repetition can succeed: a dead letter
├── Rejected       a request is refused, with a message for the person who made it
│   ├── NotFound   the object does not exist
│   ├── Forbidden  the object exists, but the action is not allowed to this person or in this state
│   └── Conflict   someone else has changed it meanwhile: look again
├── NeedsHuman     only a person can correct it (such as a spent token): a dead letter and an alarm
└── ConfigError    settings are missing or wrong: the function does not start

Outcomes of calls to the outside (Zalo, portal, mail) are values, not errors: see `domain.shared.outcome.Outcome`.
"""

from __future__ import annotations


class PetitionError(Exception):
    """The base of all errors of the system. The message gives the details and has no personal data.

    `reason` is a stable identifier for logs and metrics.
    """

    reason = "error"

    def __init__(self, message: str, *, reason: str | None = None) -> None:
        super().__init__(message)
        if reason is not None:
            self.reason = reason


class Retryable(PetitionError):  # noqa: N818 - named after the reaction
    """Raised for a fault that may pass by itself: the same call may succeed later."""

    reason = "retryable"


class Permanent(PetitionError):  # noqa: N818 - named after the reaction
    """Raised for a fault that no retry can fix, such as a malformed message."""

    reason = "permanent"


class Rejected(PetitionError):  # noqa: N818 - named after the reaction
    """Raised if a request is refused. The message is for the sender of the request."""

    reason = "rejected"


class NotFound(Rejected):
    """Raised if the object of a request does not exist or must be treated as if it did not."""

    reason = "not_found"


class Forbidden(Rejected):
    """Raised if the person may not do this at all or not in the object's present state."""

    reason = "forbidden"


class Conflict(Rejected):
    """Raised if another person has changed the object meanwhile."""

    reason = "conflict"


class NeedsHuman(PetitionError):  # noqa: N818 - named after the reaction
    """Raised for a fault that only a person can correct, such as a spent token. It causes an alarm."""

    reason = "needs_human"


class ConfigError(PetitionError):
    """Raised if settings are missing or wrong. `faults` describes all of them."""

    reason = "config"

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults
