"""Names and hashes of versions of reference data. It needs only the standard library, because routing loads it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

_HASH = 8


def compact_json(data: Any) -> str:
    """Return the data as compact JSON, the form in which they are stored."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def with_version(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the data with `version` replaced by the result of `version_of`. Data without a version are unchanged."""
    return {**data, "version": version_of(data)} if "version" in data else data


def seen_mark(*parts: str) -> str:
    """Return a hash of exactly these texts. A form carries it to show which texts its user saw."""
    return hashlib.sha256(compact_json(parts).encode()).hexdigest()[: 2 * _HASH]


def version_of(data: Mapping[str, Any]) -> str:
    """Return the version that the data declare, with a hash of their content appended.

    The hash keeps other content from passing for a version that was used before. Data that declare no version are
    named by the hash alone.
    """
    digest = hashlib.sha256(compact_json(data).encode()).hexdigest()[:_HASH]
    return f"{data['version']}-{digest}" if "version" in data else digest
