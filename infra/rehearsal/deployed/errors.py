"""The errors that end a rehearsal of a deployment."""

from __future__ import annotations


class StepError(Exception):
    """A step of the rehearsal failed. The message gives the reason."""


class NoRouteError(StepError):
    """Requests to a host reach no running function. The message names the missing part of the route."""


class JobError(StepError):
    """A Cloud Scheduler job does not exist, is paused, or its function answered with an error."""


class NotSeenError(StepError):
    """An expected event did not happen in time. The message names it."""
