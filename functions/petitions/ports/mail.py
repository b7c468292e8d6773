"""Interface for sending e-mail."""

from __future__ import annotations

from typing import Protocol

from petitions.ports.zalo import Delivery


class Mailer(Protocol):
    """A sender of e-mail."""

    def send(self, message_key: str, address: str, subject: str, text: str) -> Delivery:
        """Send one plain text, and return the result. The same `message_key` gives the same Message-ID.

        Never raise for a fault of the server or the network.
        """
        ...
