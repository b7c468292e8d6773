"""The error of the operator's commands that work on data."""

from __future__ import annotations


class OperatorError(Exception):
    """Raised if a command on data cannot continue. The message names the problem and the remedy."""
