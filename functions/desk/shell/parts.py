"""The use cases at hand of the request that is answered."""

from __future__ import annotations

from typing import cast

from flask import current_app

from petitions.wiring.desk import Parts


def parts() -> Parts:
    """Return the use cases that the application was given."""
    return cast("Parts", current_app.extensions["desk"])
