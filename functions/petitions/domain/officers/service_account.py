"""Accounts of other systems that use the desk's API, with a unit, a channel and rights. Keys are stored as hashes."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date, datetime
from enum import StrEnum

from pydantic import Field

from petitions.domain.lifecycle.states import Role
from petitions.domain.officers.officer import Officer
from petitions.domain.shared.channel import Channel
from petitions.domain.shared.records import Day, Instant, Record, Root, replace

MOST_KEYS = 2
"""The most keys that are valid at once. During a change the old key works until every instance has the new one."""
USUAL_A_MINUTE = 120


class ServiceRight(StrEnum):
    """A right of another system's account."""

    HAND_IN = "hand_in"
    READ = "read"
    WORK = "work"
    """The right to accept and assign petitions."""
    NOTE = "note"
    ANSWER = "answer"
    """The right to write answers, which officers approve, and to attach files to them."""
    UNIT = "unit"
    """Extends the account's other rights from the petitions that it handed in to all petitions of its unit."""


class ServiceKey(Record):
    """A key of an account. Its secret was shown once and is stored nowhere."""

    id: str
    hash: str
    """SHA-256 of the secret in hexadecimal. A random secret needs no slow hash."""
    made_at: Instant
    ending: str = ""
    """The last characters of the secret, by which people identify the key."""
    used_on: Day | None = None
    """The last day, in Hanoi, on which the key was used."""


class ServiceAccount(Root):
    """The account of another system, stored as `service_accounts/{id}`."""

    id: str
    name: str
    unit: str
    channel: Channel | None = None
    """The channel recorded for the petitions that the account hands in."""
    rights: list[ServiceRight] = Field(default_factory=list)
    a_minute: int = USUAL_A_MINUTE
    """The most requests that the account may send per minute."""
    keys: list[ServiceKey] = Field(default_factory=list)
    """The valid keys of the account, oldest first."""
    made_at: Instant
    closed_at: Instant | None = None

    def person(self) -> Officer:
        """Return an officer who represents the account in use cases that expect an officer.

        The officer belongs to the account's unit if the account has the right `UNIT`, and otherwise to no unit.
        """
        unit = self.unit if ServiceRight.UNIT in self.rights else ""
        return Officer(id=self.id, name=self.name, email="", unit=unit, role=Role.OFFICER)

    def key_of(self, secret: str) -> ServiceKey | None:
        """Return the valid key with this secret. None for an unknown secret and for a closed account."""
        given = secret_hash(secret)
        known = [service_key for service_key in self.keys if hmac.compare_digest(service_key.hash, given)]
        return known[0] if known and self.closed_at is None else None

    def used(self, key_id: str, day: date) -> ServiceAccount:
        """Return the account with this day recorded as the key's last use."""
        keys = [
            replace(service_key, used_on=day) if service_key.id == key_id else service_key for service_key in self.keys
        ]
        return replace(self, keys=keys)

    def with_key(self, key: ServiceKey) -> ServiceAccount:
        """Return the account with a new key. Of the older keys only the newest stays valid."""
        return replace(self, keys=[*self.keys[-(MOST_KEYS - 1) :], key])

    def without_key(self, key_id: str) -> ServiceAccount:
        """Return the account without the key. An unknown id changes nothing."""
        return replace(self, keys=[service_key for service_key in self.keys if service_key.id != key_id])

    def closed(self, at: datetime) -> ServiceAccount:
        """Return the account closed at this time, without valid keys."""
        return replace(self, keys=[], closed_at=at)


def secret_hash(secret: str) -> str:
    """Return the hash under which a secret is stored: SHA-256 in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


def service_account_path(account_id: str) -> str:
    return f"service_accounts/{account_id}"
