"""Names and hashes of versions of reference data. The module uses only the standard library."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

_HASH = 8


def compact_json(data: Any) -> str:
    """Return the data as compact JSON, the form in which reference data are stored."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def with_version(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the data with `version` replaced by the result of `version_of`. Data without a version are unchanged."""
    return {**data, "version": version_of(data)} if "version" in data else data


def seen_mark(*parts: str) -> str:
    """Return a hash of exactly these texts. A form carries it as proof of the texts that its user saw."""
    return hashlib.sha256(compact_json(parts).encode()).hexdigest()[: 2 * _HASH]


def version_of(data: Mapping[str, Any]) -> str:
    """Return the version declared in the data, with a hash of their content appended.

    The hash keeps changed content from passing for a version that was used before. Data without a declared version are
    named by the hash alone.
    """
    digest = hashlib.sha256(compact_json(data).encode()).hexdigest()[:_HASH]
    return f"{data['version']}-{digest}" if "version" in data else digest
