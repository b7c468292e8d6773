"""Encrypts content with AES-256-GCM so that only a certain reader can decrypt it. Implements `ports.Seals`.

Every key is derived from a secret of ours, the place where the content is stored, and a value that the reader knows,
such as the secret in a link.
"""

from __future__ import annotations

import hmac
import os
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from petitions.ports.world import SecretKeys

_ID = 12
_NONCE = 12
_KEY = 32


class AesSeals:
    """Encrypts with the first of the given secrets, and decrypts with any of them, so that secrets can be rotated.

    The parameter `place` is the path at which the content is stored, and `known` is a value that a reader must know to
    decrypt it.
    """

    def __init__(self, keys: SecretKeys) -> None:
        self._keys = keys

    def current(self) -> str:
        """Return the id of the secret with which new content is encrypted."""
        return key_id(self._keys.again()[0])

    def seal(self, place: str, known: str, content: bytes) -> bytes:
        """Return the encrypted content: the secret's id, the nonce and the cipher text, joined."""
        key, nonce = self._keys.again()[0], os.urandom(_NONCE)
        return key_id(key).encode() + nonce + _cipher(key, place, known).encrypt(nonce, content, place.encode())

    def key_of(self, box: bytes) -> str:
        """Return the id of the secret with which a content was encrypted."""
        return box[:_ID].decode("ascii", "replace")

    def open(self, place: str, known: str, box: bytes) -> bytes | None:
        """Return the decrypted content, or None if it was encrypted for another place, `known` value or secret."""
        wanted, nonce, sealed = self.key_of(box), box[_ID : _ID + _NONCE], box[_ID + _NONCE :]
        key = _named(wanted, self._keys.current()) or _named(wanted, self._keys.again())
        if key is None or len(nonce) < _NONCE:
            return None
        try:
            return _cipher(key, place, known).decrypt(nonce, sealed, place.encode())
        except InvalidTag:
            return None

    def mark(self, place: str, known: str, content: bytes) -> str:
        """Return a keyed hash of the content: 32 hexadecimal digits.

        It is the same for the same arguments and secret, and reveals nothing about the content.
        """
        key = _derived(self._keys.again()[0], f"mark {place}", known)
        return hmac.new(key, content, sha256).hexdigest()[:32]


def key_id(key: str) -> str:
    """Return the public id of a secret, from which the secret cannot be derived."""
    return sha256(b"seal key id " + key.encode()).hexdigest()[:_ID]


def _named(wanted: str, keys: tuple[str, ...]) -> str | None:
    return next((key for key in keys if key_id(key) == wanted), None)


def _cipher(key: str, place: str, known: str) -> AESGCM:
    return AESGCM(_derived(key, f"seal {place}", known))


def _derived(key: str, purpose: str, known: str) -> bytes:
    """Return a key derived from a secret for one purpose and one `known` value (RFC 5869)."""
    info = f"{purpose}\0{known}".encode()
    return HKDF(algorithm=SHA256(), length=_KEY, salt=None, info=info).derive(key.encode())
