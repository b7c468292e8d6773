"""The alarm to the duty officers if a petition from another channel than the chat reports a danger."""

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
    """The maker of an urgent request to the duty officers, within the transaction that files the petition."""

    contacting: RequestContact
    is_danger: Callable[[str], bool]

    def __call__(self, tx: Transaction, petition: Petition, now: datetime) -> list[Message]:
        """Ask the coordinators on duty to look at the petition at once, and return the messages to publish.

        If the petition accuses the coordinators, the request does not contain its code, because they may not see it.
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
    return f"{code}-{ContactReason.EMERGENCY}"
