"""The errors that end a walk."""

from __future__ import annotations


class StepError(Exception):
    """A step of the walk failed. The message gives the reason."""


class NoRouteError(StepError):
    """A host leads to no running function. The message names the missing part of the route."""


class JobError(StepError):
    """A job does not exist, is paused, or its function answered with an error, as the message states."""


class NotSeenError(StepError):
    """An expected event did not happen in time. The message names it."""
