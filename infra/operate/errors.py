"""The error that ends a command."""

from __future__ import annotations


class OperatorError(Exception):
    """The command cannot go on; the message tells the operator what is missing and what to do."""
