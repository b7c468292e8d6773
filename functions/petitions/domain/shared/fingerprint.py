"""How a version of reference data is named. Standard library alone, since routing loads it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

_HASH = 8


def compact(data: Any) -> str:
    """The data as they are stored."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def named(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The data with the name of their content as their version, if they call themselves a version at all."""
    return {**data, "version": version_of(data)} if "version" in data else data


def mark(*parts: str) -> str:
    """Stands for exactly these texts: what was looked at, carried by the form that comes back."""
    return hashlib.sha256(compact(parts).encode()).hexdigest()[: 2 * _HASH]


def version_of(data: Mapping[str, Any]) -> str:
    """What its data call a version, then a hash of them: other content never passes for the version once used."""
    digest = hashlib.sha256(compact(data).encode()).hexdigest()[:_HASH]
    return f"{data['version']}-{digest}" if "version" in data else digest
