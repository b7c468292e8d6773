"""Requests to the simulators and emulators of a running stack. Standard library only."""

from __future__ import annotations

import json
import mimetypes
import secrets
import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import PurePath
from typing import Any

from infra.local.stack.folder import StackError

SECONDS_TO_ANSWER = 60


def get(url: str) -> bytes:
    """Return the body of a GET response. Raise StackError without a successful response."""
    return _ask(urllib.request.Request(url))  # noqa: S310 - an address of this stack


def post(url: str, body: Any = None) -> Any:
    """POST JSON and return the JSON of the response. Raise StackError without a successful response."""
    headers = {"Content-Type": "application/json"}
    data = b"" if body is None else json.dumps(body).encode()
    return json.loads(_ask(urllib.request.Request(url, data, headers, method="POST")))  # noqa: S310


def upload(url: str, path: str, content: bytes) -> Any:
    """POST a file as the form field `file` and return the JSON of the response.

    Raise StackError without a successful response.
    """
    boundary = secrets.token_hex(16)
    name = PurePath(path).name.replace("\\", "_").replace('"', "_")
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        f"Content-Type: {media_type}\r\n\r\n"
    )
    data = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    return json.loads(_ask(urllib.request.Request(url, data, headers, method="POST")))  # noqa: S310


def _ask(request: urllib.request.Request) -> bytes:
    try:
        with urllib.request.urlopen(request, timeout=SECONDS_TO_ANSWER) as answer:  # noqa: S310
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        words = error.read().decode(errors="replace")[:200]
        raise StackError(f"{request.full_url} answers {error.code}: {words}") from error
    except (OSError, HTTPException) as error:
        raise StackError(f"{request.full_url} does not answer: {error}") from error
