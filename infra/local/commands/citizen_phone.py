"""A client that sends a citizen's messages through the Zalo simulator of a running stack. Standard library only."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.local.commands import made_files, server_client
from infra.local.commands.talk_line import TalkLine
from infra.local.stack.folder import StackError

MOST_DELIVERIES = 5


class CitizenPhone:
    """Sends one citizen's messages and receives the Official Account's replies.

    The file `position` stores the number of the last message returned, so that another process can continue.
    """

    def __init__(self, zalo_url: str, user: str, position: Path) -> None:
        self._zalo_url = zalo_url
        self._user = user
        self._position = position
        if not position.exists():  # earlier messages are not new
            self._set_position(max((message["seq"] for message in self._messages()), default=0))

    def send(self, line: TalkLine) -> str:
        """Send a message and return its id once the webhook has accepted it.

        Raise StackError if several deliveries were all rejected.
        """
        report = self._send(line)
        for _ in range(MOST_DELIVERIES - 1):
            if report["delivered"]:
                break
            # Zalo would deliver it again after 30 seconds.
            report = server_client.post(f"{self._zalo_url}/sim/deliveries/{report['id']}/repeat")
        if not report["delivered"]:
            raise StackError(f"the webhook does not take the message: {report['status'] or report['error']}")
        return str(json.loads(report["body"])["message"]["msg_id"])

    def _send(self, line: TalkLine) -> Any:
        url = f"{self._zalo_url}/sim/users/{self._user}"
        match line.kind:
            case "text":
                return server_client.post(f"{url}/text", {"text": line.text})
            case "photo":
                picture = f"{self._zalo_url}/static/photo.jpg?{secrets.token_hex(4)}"
                return server_client.post(f"{url}/image", {"url": picture, "text": line.text or None})
            case "voice":
                return server_client.upload(f"{url}/audio", "voice.amr", made_files.recording(line.seconds))
            case "location":
                return server_client.post(
                    f"{url}/location", dict(zip(("latitude", "longitude"), line.place, strict=True))
                )
            case "sticker":
                return server_client.post(f"{url}/sticker")
            case "file":
                return server_client.upload(f"{url}/file", line.text, made_files.document(line.text))
        raise ValueError(f"{line.kind} is no message")

    def new_messages(self) -> list[str]:
        """Return the Official Account's messages to the citizen since the last call, in order."""
        last = int(self._position.read_text()) if self._position.exists() else 0  # a reset deletes it
        new = [message for message in self._messages() if message["seq"] > last]
        if new:
            self._set_position(new[-1]["seq"])
        return [shown(message) for message in new if message["direction"] == "out"]

    def under_way(self) -> int:
        """Return the number of events that the simulator has not yet tried to deliver to the webhook."""
        return int(json.loads(server_client.get(f"{self._zalo_url}/sim/deliveries/under-way"))["count"])

    def _messages(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(
            server_client.get(f"{self._zalo_url}/sim/messages?user_id={self._user}")
        )
        return found

    def _set_position(self, seq: int) -> None:
        self._position.write_text(str(seq))


def shown(message: Mapping[str, Any]) -> str:
    """Return a message as text, with its attachments in brackets."""
    lines = [message["text"]] if message["text"] else []
    for attachment in message["attachments"]:
        payload = attachment["payload"]
        words = " - ".join(str(payload[name]) for name in ("title", "subtitle", "name", "url") if payload.get(name))
        lines.append(f"[{attachment['type']}: {words}]" if words else f"[{attachment['type']}]")
    return "\n".join(lines)
