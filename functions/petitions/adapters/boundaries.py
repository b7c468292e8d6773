"""The boundaries of the wards, from the file that `WARD_BOUNDARIES` names: JSON, `{"wards": {code: multipolygon}}`."""

from __future__ import annotations

import json
from pathlib import Path

from petitions.domain.routing.boundaries import Boundaries
from petitions.errors import ConfigError


def read_boundaries(path: str) -> Boundaries | None:
    """None without a path; raises ConfigError when the file cannot be read or is of another shape."""
    if not path:
        return None
    try:
        return Boundaries.load(json.loads(Path(path).read_bytes()))
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ConfigError([f"WARD_BOUNDARIES: {path} cannot be read as boundaries of wards ({error!r})"]) from error
