"""The error of the operator's commands that work on data."""

from __future__ import annotations


class OperatorError(Exception):
    """A command cannot go on. The message names the problem and the remedy."""
