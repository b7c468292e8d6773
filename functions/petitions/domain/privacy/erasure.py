"""A citizen's data are erased: `erasures/{hmac}`. The record stays, so that it can be done again after a restore.

Withdrawal of consent is carried out within 15 days (LAW 5.2); here it begins with the request itself. What is
registered as a petition is a file of the office and kept by law (LAW 5.4): restricted, without who filed it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field

from petitions.domain.conversation.citizen import Citizen, OwnPetition
from petitions.domain.shared.identity import pseudonym
from petitions.domain.shared.records import Instant, Root

BACKLOG_DAYS = 7
"""How long Pub/Sub keeps a message that nobody took (manifest: retention_seconds)."""

RECOVERY_DAYS = 7
"""Point-in-time recovery of Firestore, and deleted objects of the bucket (infra/gcp: firestore.tf, storage.tf)."""

BACKUP_DAYS = 98
"""The oldest backup: weekly ones are kept for 14 weeks, daily ones for 14 days (infra/gcp/firestore.tf)."""

TELL_FOR = timedelta(hours=48)
"""Zalo's free window: what could not be told by then is not told, and the Zalo id goes."""

By = Literal["citizen", "zalo", "officer", "silence"]
"""Silence: a week without consent to what was sent."""


class Erasure(Root):
    """One citizen's erasure: what they sent up to `until` (Zalo's time) and what was known of it at `asked_at`.

    erasing -> telling (only the Zalo id is left, until `notice` is out and `profile`, the
    notice by which Zalo is asked to delete what it keeps) -> done. `kept` are the petitions that the law
    keeps; `next_attempt_at` is then the day on which the first of them need be kept no longer. `petition` is the
    one to restrict of a filer whom the channel does not know (paper, telephone, the portal): nothing else is theirs.
    """

    by: By
    asked_at: Instant
    until: Instant
    stage: Literal["erasing", "telling", "done"] = "erasing"
    notice: str | None = None
    profile: str | None = None
    petition: str | None = None
    kept: list[str] = Field(default_factory=list)
    done_at: Instant | None = None
    next_attempt_at: Instant | None = None
    tries: int | None = None


def erased(citizen: Citizen, until: datetime) -> Citizen:
    """What is left at once: whom to tell, until when it holds, and the codes of what the law keeps."""
    return Citizen(
        zalo_id=citizen.zalo_id,
        last_interaction_at=min(citizen.last_interaction_at, until),
        petitions=[OwnPetition(code=each.code, filed_at=each.filed_at, title="") for each in citizen.petitions],
        erased_at=until,
    )


def everything_until(citizen: Citizen, asked: datetime) -> datetime:
    """Whatever was applied before the request is covered, also what Zalo delivered ahead of it."""
    return max(asked, citizen.last_interaction_at, citizen.conversation.last_at or asked)


def has_returned(citizen: Citizen) -> bool:
    """Whether an erased citizen wrote again: a new conversation, with consent of its own."""
    return citizen.erased_at is not None and citizen.last_interaction_at > citizen.erased_at


def is_past(citizen: Citizen, event_name: str, at: datetime) -> bool:
    """Whether an event is of the time that was erased, or no act of the citizen's that could begin a new one."""
    if citizen.erased_at is None:
        return False
    return at <= citizen.erased_at or (not has_returned(citizen) and not event_name.startswith(("user_", "follow")))


def filer_of(key: bytes, code: str) -> str:
    """Who stands in `erasures` for the filer of one petition: no Zalo id, which is digits, has the same HMAC."""
    return pseudonym(key, f"petition {code}")


def erasure_path(who: str) -> str:
    """Where the record is stored."""
    return f"erasures/{who}"
