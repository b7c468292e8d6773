"""The latest messages that this process recorded as sent, so that their echoes need no read of the database."""

from __future__ import annotations

import threading

MOST = 4096
"""The number of ids kept. An echo follows its message within seconds."""


class SentMessages:
    """The ids of messages that this process stored in notices as sent. Thread-safe."""

    def __init__(self) -> None:
        self._ids: dict[str, None] = {}
        self._lock = threading.Lock()

    def add(self, message_id: str) -> None:
        """Remember a message whose notice is stored as sent."""
        with self._lock:
            self._ids[message_id] = None
            if len(self._ids) > MOST:
                del self._ids[next(iter(self._ids))]

    def __contains__(self, message_id: str) -> bool:
        """Return whether the message is known to be in a stored notice. False proves nothing."""
        return message_id in self._ids
