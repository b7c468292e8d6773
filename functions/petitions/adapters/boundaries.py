"""Reads the boundaries of the wards from the JSON file named by the setting `WARD_BOUNDARIES`.

The file has the form `{"wards": {code: multipolygon}}`, with polygons as in GeoJSON.
"""

from __future__ import annotations

import json
from pathlib import Path

from petitions.domain.routing.boundaries import Boundaries
from petitions.errors import ConfigError


def read_boundaries(path: str) -> Boundaries | None:
    """Return the boundaries of the wards in a file, or None if `path` is empty.

    Raise ConfigError if the file cannot be read or is malformed.
    """
    if not path:
        return None
    try:
        return Boundaries.load(json.loads(Path(path).read_bytes()))
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ConfigError([f"WARD_BOUNDARIES: {path} cannot be read as boundaries of wards ({error!r})"]) from error
