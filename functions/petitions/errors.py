"""What can go wrong, named by what can be done about it.

PetitionError
├── Retryable      our own platform failed or is contended: answer 503, Pub/Sub delivers again
├── Permanent      can never succeed as it is: a dead letter
├── Rejected       the request is refused, with words for the one who made it
│   ├── NotFound   what was asked for does not exist
│   ├── Forbidden  exists, but not for this person or not in this state
│   └── Conflict   someone else changed it meanwhile: look again
├── NeedsHuman     only a person can put it right (a spent token): a dead letter and an alarm
└── ConfigError    settings are missing or wrong: the function answers nothing until they are right

Outcomes of calls to the outside (Zalo, portal, mail) are not errors but values; see `ports.Outcome`.
"""

from __future__ import annotations


class PetitionError(Exception):
    """The root; `reason` is a stable word for logs and metrics, the message says more and holds no personal data."""

    reason = "error"

    def __init__(self, message: str, *, reason: str | None = None) -> None:
        super().__init__(message)
        if reason is not None:
            self.reason = reason


class Retryable(PetitionError):  # noqa: N818 - named by what can be done
    """Trying again later may succeed without anybody doing anything."""

    reason = "retryable"


class Permanent(PetitionError):  # noqa: N818 - named by what can be done
    """Trying again can never succeed."""

    reason = "permanent"


class Rejected(PetitionError):  # noqa: N818 - named by what can be done
    """Refused; the message is meant for the person who asked."""

    reason = "rejected"


class NotFound(Rejected):
    """There is no such thing."""

    reason = "not_found"


class Forbidden(Rejected):
    """Not allowed to this person, or not in this state."""

    reason = "forbidden"


class Conflict(Rejected):
    """Someone else changed it meanwhile."""

    reason = "conflict"


class NeedsHuman(PetitionError):  # noqa: N818 - named by what can be done
    """Only a person can put it right."""

    reason = "needs_human"


class ConfigError(PetitionError):
    """Settings are missing or wrong; `faults` lists every one of them in words."""

    reason = "config"

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults
