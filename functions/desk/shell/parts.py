"""Access to the use cases of the desk from its routes."""

from __future__ import annotations

from typing import cast

from flask import current_app

from petitions.wiring.desk import Parts


def parts() -> Parts:
    """Return the use cases, which the application stores as its extension `desk`."""
    return cast("Parts", current_app.extensions["desk"])
