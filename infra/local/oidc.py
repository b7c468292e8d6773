"""Identity tokens of the local platform, in place of Google's.

The Pub/Sub emulator and the scheduler send them, and the proxy in front of a function checks them. They are JWTs
(HS256), signed with a key file that the plan of the stack creates. A token's lifetime is measured in real time, because
the stack's own clock can be moved.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import jwt

ISSUER = "https://accounts.google.com"
LIFETIME_SECONDS = 3600
_ALGORITHM = "HS256"
_SHORTEST_KEY = 32


class TokenError(Exception):
    """Raised if a bearer token is rejected. The message gives the reason and never contains the token."""


def read_key(path: Path) -> bytes:
    """Return the token-signing key in a file. Raise ValueError for fewer than 32 bytes."""
    key = path.read_bytes()
    if len(key) < _SHORTEST_KEY:
        raise ValueError(f"{path}: a signing key has at least {_SHORTEST_KEY} bytes, this one {len(key)}")
    return key


def issue(key: bytes, audience: str, email: str) -> str:
    """Return a token with which `email` may call `audience` (a function's base URL) for one hour."""
    now = int(time.time())
    claims = {
        "iss": ISSUER,
        "aud": audience,
        "email": email,
        "email_verified": True,
        "iat": now,
        "exp": now + LIFETIME_SECONDS,
    }
    return jwt.encode(claims, key, algorithm=_ALGORITHM)


def verify(key: bytes, token: str, audience: str) -> dict[str, Any]:
    """Return the claims of a valid token for `audience`, else raise TokenError."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[_ALGORITHM],
            audience=audience,
            issuer=ISSUER,
            options={"require": ["iss", "aud", "email", "iat", "exp"]},
        )
    except jwt.InvalidTokenError as error:
        raise TokenError(f"{type(error).__name__}: {error}") from error
    if claims.get("email_verified") is not True:
        raise TokenError("the e-mail address of the token is not verified")
    return claims
