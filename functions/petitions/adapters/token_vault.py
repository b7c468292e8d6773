"""Keeps the newest pair of Zalo tokens while the database cannot store it. Implements `ports.TokenVault`.

In the cloud the vault is a secret in Secret Manager, on a laptop a file in the folder of the local stack.
"""

from __future__ import annotations

import base64
import os
import threading
from http import HTTPStatus
from pathlib import Path

import httpx

from petitions.adapters.pubsub_rest import MetadataToken
from petitions.errors import Retryable

HOST = "https://secretmanager.googleapis.com"
TIMEOUT = 5.0


class SecretVault:
    """A secret in Secret Manager, `projects/P/secrets/S`, over its REST API. Nothing of it is logged."""

    def __init__(self, name: str, transport: httpx.BaseTransport | None = None) -> None:
        self._http = httpx.Client(base_url=HOST, timeout=TIMEOUT, transport=transport, trust_env=False)
        self._name = name
        self._token = MetadataToken()

    def keep(self, pair: str) -> None:
        """Store the pair of tokens as a new version of the secret. Raise Retryable if the service fails."""
        payload = {"payload": {"data": base64.b64encode(pair.encode()).decode()}}
        answer = self._call("POST", f"/v1/{self._name}:addVersion", payload)
        if answer.status_code != HTTPStatus.OK:
            raise Retryable(f"Secret Manager answered {answer.status_code}", reason="vault")

    def kept(self) -> str | None:
        """Return the pair of tokens in the secret's latest version, or None if there is none.

        Raise Retryable if the service fails.
        """
        answer = self._call("GET", f"/v1/{self._name}/versions/latest:access", None)
        if answer.status_code == HTTPStatus.NOT_FOUND:
            return None
        try:
            return base64.b64decode(answer.json()["payload"]["data"], validate=True).decode()
        except (ValueError, KeyError, TypeError) as error:
            raise Retryable(f"Secret Manager answered {answer.status_code}", reason="vault") from error

    def _call(self, method: str, path: str, body: dict[str, dict[str, str]] | None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._token.get()}"}
        try:
            return self._http.request(method, path, json=body, headers=headers)
        except httpx.HTTPError as error:
            raise Retryable("Secret Manager did not answer", reason="vault") from error


class FileVault:
    """A file that only its owner may read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def keep(self, pair: str) -> None:
        """Replace the file by one with this pair of tokens, atomically. Raise Retryable if it cannot be written."""
        draft = self._path.with_suffix(".new")
        try:
            with self._lock:
                descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
                with os.fdopen(descriptor, "w") as file:
                    file.write(pair)
                draft.replace(self._path)
        except OSError as error:
            raise Retryable("the file of kept tokens cannot be written", reason="vault") from error

    def kept(self) -> str | None:
        """Return the pair of tokens in the file, or None if there is no file. Raise Retryable if it cannot be read."""
        try:
            return self._path.read_text()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Retryable("the file of kept tokens cannot be read", reason="vault") from error
