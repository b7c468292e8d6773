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
    """The root of the tree. The message gives the details and holds no personal data.

    `reason` is a stable word for logs and metrics.
    """

    reason = "error"

    def __init__(self, message: str, *, reason: str | None = None) -> None:
        super().__init__(message)
        if reason is not None:
            self.reason = reason


class Retryable(PetitionError):  # noqa: N818 - named after the reaction
    """A fault that may pass if the call is repeated later, without anybody doing anything."""

    reason = "retryable"


class Permanent(PetitionError):  # noqa: N818 - named after the reaction
    """A fault that no repetition can cure."""

    reason = "permanent"


class Rejected(PetitionError):  # noqa: N818 - named after the reaction
    """A refusal. The message is meant for the person behind the request."""

    reason = "rejected"


class NotFound(Rejected):
    """The object does not exist."""

    reason = "not_found"


class Forbidden(Rejected):
    """The action is not allowed to this person or in this state."""

    reason = "forbidden"


class Conflict(Rejected):
    """Someone else has changed the object meanwhile."""

    reason = "conflict"


class NeedsHuman(PetitionError):  # noqa: N818 - named after the reaction
    """A fault that only a person can correct."""

    reason = "needs_human"


class ConfigError(PetitionError):
    """Missing or wrong settings. `faults` lists them all in words."""

    reason = "config"

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults
