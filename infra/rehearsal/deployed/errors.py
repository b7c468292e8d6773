"""What ends a walk."""

from __future__ import annotations


class StepError(Exception):
    """A step of the walk did not end as it must; the message says how."""


class NoRouteError(StepError):
    """A host leads to no running function; the message says which part of the way is missing."""


class JobError(StepError):
    """A job does not exist, is paused, or its function answered with an error; the message says which."""


class NotSeenError(StepError):
    """What must happen did not happen in time; the message says what."""
