"""Random ids, and the random part of petition codes."""

from __future__ import annotations

import secrets

from petitions.domain.petition.codes import ALPHABET, RANDOM_CHARACTERS

_LETTERS = b"abcdefghijkmnpqrstuvwxyz23456789" * 8
"""A letter per byte. All 32 letters are equally likely."""


class RandomIds:
    """`ports.Ids` over the operating system's randomness."""

    def token(self) -> str:
        """Return a new unguessable id of 20 characters."""
        return secrets.token_bytes(20).translate(_LETTERS).decode()

    def code_letters(self) -> str:
        """Return seven random Crockford base-32 characters."""
        return "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS))
