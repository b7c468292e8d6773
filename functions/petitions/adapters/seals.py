"""`ports.Seals` with AES-256-GCM. A key is derived from our secret, the place and the reader's knowledge."""

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
    """Sealing with the first key, opening with any of them."""

    def __init__(self, keys: SecretKeys) -> None:
        self._keys = keys

    def current(self) -> str:
        """Return the id of the key that seals now."""
        return key_id(self._keys.again()[0])

    def seal(self, place: str, known: str, content: bytes) -> bytes:
        """Return the key's id, the nonce and the cipher text, joined."""
        key, nonce = self._keys.again()[0], os.urandom(_NONCE)
        return key_id(key).encode() + nonce + _cipher(key, place, known).encrypt(nonce, content, place.encode())

    def key_of(self, box: bytes) -> str:
        """Return the id at the beginning of the box."""
        return box[:_ID].decode("ascii", "replace")

    def open(self, place: str, known: str, box: bytes) -> bytes | None:
        """Return the content, or None for another place, other knowledge, or a key that is no longer valid."""
        wanted, nonce, sealed = self.key_of(box), box[_ID : _ID + _NONCE], box[_ID + _NONCE :]
        key = _named(wanted, self._keys.current()) or _named(wanted, self._keys.again())
        if key is None or len(nonce) < _NONCE:
            return None
        try:
            return _cipher(key, place, known).decrypt(nonce, sealed, place.encode())
        except InvalidTag:
            return None

    def mark(self, place: str, known: str, content: bytes) -> str:
        """Return letters that are the same for the same content and key and reveal nothing about it."""
        key = _derived(self._keys.again()[0], f"mark {place}", known)
        return hmac.new(key, content, sha256).hexdigest()[:32]


def key_id(key: str) -> str:
    """Return the name of a key, from which the key cannot be derived."""
    return sha256(b"seal key id " + key.encode()).hexdigest()[:_ID]


def _named(wanted: str, keys: tuple[str, ...]) -> str | None:
    return next((key for key in keys if key_id(key) == wanted), None)


def _cipher(key: str, place: str, known: str) -> AESGCM:
    return AESGCM(_derived(key, f"seal {place}", known))


def _derived(key: str, purpose: str, known: str) -> bytes:
    """Return a key for one purpose and one piece of knowledge (RFC 5869), separated by a byte that neither contains."""
    info = f"{purpose}\0{known}".encode()
    return HKDF(algorithm=SHA256(), length=_KEY, salt=None, info=info).derive(key.encode())
