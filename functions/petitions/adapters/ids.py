"""Random ids for documents, and the random part of petition codes."""

from __future__ import annotations

import secrets

from petitions.domain.petition.codes import ALPHABET, RANDOM_CHARACTERS

_LETTERS = b"abcdefghijkmnpqrstuvwxyz23456789" * 8
"""The character for every byte. All 32 characters are equally likely."""


class RandomIds:
    """Random ids from the operating system's randomness. Implements `ports.Ids`."""

    def token(self) -> str:
        """Return a new unguessable id of 20 lower-case letters and digits."""
        return secrets.token_bytes(20).translate(_LETTERS).decode()

    def code_letters(self) -> str:
        """Return seven random characters of Crockford's base 32, for the code of a new petition."""
        return "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS))
