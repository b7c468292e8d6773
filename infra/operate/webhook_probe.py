"""Check whether a running webhook accepts a secret key, by a signed event that the webhook does not store."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from datetime import UTC, datetime

from infra.local.commands.zalo_event import sign
from infra.local.stack.folder import StackError


def post(url: str, body: bytes, headers: dict[str, str]) -> str:
    """POST a body and return the response's body, or "" for any status but 200.

    Raise StackError without a response.
    """
    request = urllib.request.Request(url, body, {"Content-Type": "application/json", **headers})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - the system's own addresses
            return str(answer.read().decode())
    except urllib.error.HTTPError:
        return ""
    except OSError as error:
        raise StackError(f"{url} does not answer: {error}") from error


def probe_answer(webhook_url: str, app_id: str, oa_id: str, key: str, now: datetime | None = None) -> str:
    """Send the webhook a probe signed with the key. Return the response's body, "probe" if the key is accepted."""
    stamp = str(int((now or datetime.now(UTC)).timestamp() * 1000))
    probe = {"app_id": app_id, "oa_id": oa_id, "event_name": "deploy_probe", "timestamp": stamp}
    body = json.dumps(probe).encode()
    return post(webhook_url, body, {"X-ZEvent-Signature": sign(body, app_id, key)}).strip()
