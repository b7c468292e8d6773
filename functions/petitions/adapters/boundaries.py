"""The boundaries of the wards, from the JSON file named by `WARD_BOUNDARIES`: `{"wards": {code: multipolygon}}`."""

from __future__ import annotations

import json
from pathlib import Path

from petitions.domain.routing.boundaries import Boundaries
from petitions.errors import ConfigError


def read_boundaries(path: str) -> Boundaries | None:
    """Return the boundaries in the file, or None without a path.

    Raise ConfigError if the file cannot be read or has another shape.
    """
    if not path:
        return None
    try:
        return Boundaries.load(json.loads(Path(path).read_bytes()))
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ConfigError([f"WARD_BOUNDARIES: {path} cannot be read as boundaries of wards ({error!r})"]) from error
