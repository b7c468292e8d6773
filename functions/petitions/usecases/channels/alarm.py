"""A petition of another channel that tells of a danger: the duty officers hear of it as from the chat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from petitions.domain.contact.contact_request import ContactReason
from petitions.domain.petition.petition import Petition
from petitions.ports.messages import Message
from petitions.ports.store import Transaction
from petitions.usecases.contact.request_contact import ContactWish, RequestContact


@dataclass(frozen=True)
class Alarm:
    """Within the transaction that files the petition."""

    contacting: RequestContact
    is_danger: Callable[[str], bool]

    def __call__(self, tx: Transaction, petition: Petition, now: datetime) -> list[Message]:
        """Ask the coordinators on duty to look at once at a petition that tells of a danger.

        A danger in words that accuse the coordinators names no petition, which would be closed to them.
        """
        wish = ContactWish(
            why=ContactReason.EMERGENCY,
            citizen=petition.citizen,
            key=petition.code,
            text=petition.content,
            code=None if self.contacting.judge.accused(tx, petition.content) else petition.code,
        )
        return self.contacting(tx, wish, now).messages


def alarm_id(code: str) -> str:
    """Return the id of the request about a danger that the petition told of when it was handed in."""
    return f"{code}-{ContactReason.EMERGENCY}"
