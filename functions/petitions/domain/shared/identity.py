"""Pseudonyms of people's ids, so that no document id, ordering key or log contains a Zalo id or phone number."""

from __future__ import annotations

import hmac
from functools import lru_cache


@lru_cache(maxsize=4)
def _keyed(key: bytes) -> hmac.HMAC:
    return hmac.new(key, digestmod="sha256")


def pseudonym(key: bytes, value: str) -> str:
    """Return the HMAC-SHA256 of an id, cut to 32 hexadecimal characters.

    The same id always gives the same pseudonym, which cannot be reversed.
    """
    mac = _keyed(key).copy()
    mac.update(value.encode())
    return mac.hexdigest()[:32]
