"""The identity tokens of pushes: JWTs shaped like Google's, signed by HS256 with a local key."""

from __future__ import annotations

import time
from pathlib import Path

import jwt

ISSUER = "https://accounts.google.com"
LIFETIME_SECONDS = 3600
ALGORITHM = "HS256"
_MIN_KEY_BYTES = 32


def read_key(path: Path) -> bytes:
    """Return the contents of a file as the signing key. Raise ValueError for fewer than 32 bytes."""
    key = path.read_bytes()
    if len(key) < _MIN_KEY_BYTES:
        raise ValueError(f"{path}: a signing key has at least {_MIN_KEY_BYTES} bytes, this one {len(key)}")
    return key


def issue(key: bytes, audience: str, email: str) -> str:
    """Return a token of the account `email` for `audience`, valid for an hour of real time."""
    now = int(time.time())
    claims = {
        "iss": ISSUER,
        "aud": audience,
        "email": email,
        "email_verified": True,
        "iat": now,
        "exp": now + LIFETIME_SECONDS,
    }
    return jwt.encode(claims, key, algorithm=ALGORITHM)
