"""The errors that end a rehearsal of a deployment."""

from __future__ import annotations


class StepError(Exception):
    """Raised if a step of the rehearsal fails. The message gives the reason."""


class NoRouteError(StepError):
    """Raised if requests to a host reach no running function. The message names the missing part of the route."""


class JobError(StepError):
    """Raised if a Cloud Scheduler job does not exist, is paused, or gets an error from its function."""


class NotSeenError(StepError):
    """Raised if an expected event does not happen in time. The message names the event."""
