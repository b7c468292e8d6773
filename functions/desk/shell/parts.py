"""Access to the use cases in a request."""

from __future__ import annotations

from typing import cast

from flask import current_app

from petitions.wiring.desk import Parts


def parts() -> Parts:
    """Return the use cases of the application."""
    return cast("Parts", current_app.extensions["desk"])
