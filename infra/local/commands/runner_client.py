"""A client of the HTTP API that controls a running stack. Standard library only."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException
from typing import Any

from infra.local.stack.folder import StackError, StackFolder


def description(folder: StackFolder) -> dict[str, Any]:
    """Return the content of stack.json, with addresses and settings. Raise StackError if the stack is not up."""
    found = folder.read("stack.json")
    if not found or folder.runner() is None:
        how = "make up" if folder.name == "default" else f"make up STACK={folder.name}"
        raise StackError(f"the stack {folder.name} is not up; start it with `{how}`")
    return found


def lines(
    folder: StackFolder, method: str, path: str, body: Any = None, timeout: float = 30
) -> Iterator[dict[str, Any]]:
    """Send a request and yield the JSON lines of the response as they arrive.

    Raise StackError with the response's message if the request is refused, or if the stack does not respond.
    """
    url = description(folder)["console_url"] + path
    request = urllib.request.Request(  # noqa: S310 - this stack's own console
        url,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:  # noqa: S310
            for line in answer:
                yield json.loads(line)
    except urllib.error.HTTPError as error:
        raise StackError(_words(error)) from error
    except (OSError, HTTPException) as error:
        raise StackError(f"the runner of the stack {folder.name} does not answer: {error}") from error


def call(folder: StackFolder, method: str, path: str, body: Any = None, timeout: float = 30) -> dict[str, Any]:
    """Send a request and return the response's first line, a JSON object. Raise StackError as `lines` does."""
    return next(lines(folder, method, path, body, timeout))


def move_clock(folder: StackFolder, to: str, *, wait: bool = False) -> Iterator[dict[str, Any]]:
    """Move the clock and yield the progress. Raise StackError, for example if another move is in progress.

    With `wait`, the move begins after the one in progress.
    """
    for line in lines(folder, "POST", "/api/clock", {"to": to, "wait": wait}, timeout=600):
        if "error" in line:
            raise StackError(line["error"])
        yield line


def _words(error: urllib.error.HTTPError) -> str:
    text = error.read().decode(errors="replace")
    try:
        answer = json.loads(text)
    except ValueError:
        return f"the runner answers {error.code}: {text[:200]}"
    if "error" in answer:
        return str(answer["error"])
    return f"the function answered {answer.get('status')}"
