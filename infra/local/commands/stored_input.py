"""Look up in Firestore how the system understood a citizen's message. Standard library only.

The result (the situation of the conversation, and the commands found in the message) is the field `read` of the
document `citizens/{hmac}/inputs/{key}`.
"""

from __future__ import annotations

import hmac
import json
import urllib.parse
from collections.abc import Mapping
from typing import Any

from infra.local.commands import server_client

PSEUDONYM_LENGTH = 32


def read_of(stack: Mapping[str, Any], user: str, msg_id: str) -> str:
    """Return the field `read` of the stored message with this id, or "" if there is none.

    It works with the built-in emulator only. Raise StackError if the emulator does not respond.
    """
    settings = stack["env"].get("intake", {})
    if not stack["firestore_admin_url"] or not {"ID_KEY", "FIRESTORE_DATABASE"} <= set(settings):
        return ""
    asked = {
        "database": settings["FIRESTORE_DATABASE"],
        "under": f"citizens/{pseudonym(settings['ID_KEY'].encode(), user)}/inputs",
    }
    exported = server_client.get(f"{stack['firestore_admin_url']}/export?{urllib.parse.urlencode(asked)}")
    return field_of(exported, msg_id)


def field_of(exported: bytes, msg_id: str) -> str:
    """Return the field `read` of a message from the emulator's export, or "" if there is none."""
    for line in exported.splitlines():
        fields = json.loads(line)["fields"]
        if fields.get("msg_id", {}).get("stringValue") == msg_id:
            return str(fields.get("read", {}).get("stringValue", ""))
    return ""


def pseudonym(key: bytes, user: str) -> str:
    """Return a citizen's stored id, an HMAC of the Zalo id (petitions/domain/shared/identity.py)."""
    return hmac.new(key, user.encode(), "sha256").hexdigest()[:PSEUDONYM_LENGTH]
