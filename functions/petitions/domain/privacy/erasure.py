"""The record of a citizen's erasure, `erasures/{hmac}`, kept so that the erasure can be repeated after a restore.

Withdrawal of consent must be carried out within 15 days (LAW 5.2). Here it begins with the request itself. A registered
petition is an official file that the law keeps (LAW 5.4). It is restricted and loses the petitioner's data.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field

from petitions.domain.citizen.citizen import Citizen, OwnPetition
from petitions.domain.citizen.conversation import Conversation
from petitions.domain.citizen.draft import contact_of
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import Notice
from petitions.domain.petition.petition import Contact
from petitions.domain.shared.identity import pseudonym
from petitions.domain.shared.personal import personal_values
from petitions.domain.shared.records import Instant, Root, replace

BACKLOG_DAYS = 7
"""Days that Pub/Sub keeps an unhandled message (manifest: retention_seconds)."""

RECOVERY_DAYS = 7
"""Days of Firestore's point-in-time recovery and the bucket's deleted objects (infra/gcp: firestore.tf, storage.tf)."""

BACKUP_DAYS = 98
"""Age of the oldest backup: weekly ones are kept for 14 weeks, daily ones for 14 days (infra/gcp/firestore.tf)."""

TELL_FOR = timedelta(hours=48)
"""Zalo's free window: a notice not delivered by then is dropped, and the Zalo id is erased."""

ErasureOrigin = Literal["citizen", "zalo", "officer", "silence"]
"""The origin of an erasure. "silence" means a week without consent to the data that were sent."""


class Erasure(Root):
    """The erasure of a citizen.

    erasing -> telling (only the Zalo id is left until the notices are out) -> done.
    """

    by: ErasureOrigin
    asked_at: Instant
    """The time of the request, which covers everything known then."""
    until: Instant
    """Everything sent up to this instant (Zalo's time) is erased."""
    stage: Literal["erasing", "telling", "done"] = "erasing"
    notice: str | None = None
    """The id of the notice to the citizen."""
    profile: str | None = None
    """The id of the notice that asks Zalo to delete its data."""
    petition: str | None = None
    """The only petition of a petitioner unknown to the channel (paper, telephone, portal), to be restricted."""
    known: list[Contact] = Field(default_factory=list)
    """The citizen's own contact data, to find them in texts of others. Empty once the erasing is over."""
    kept: list[str] = Field(default_factory=list)
    """The petitions kept by law."""
    done_at: Instant | None = None
    next_attempt_at: Instant | None = None
    """Once done, the day on which the first of `kept` need no longer be kept."""
    tries: int | None = None


def erased(citizen: Citizen, until: datetime) -> Citizen:
    """Return the citizen with only the data needed after the request.

    These are the Zalo id for the notice, the end of the erased time, and the codes of petitions kept by law.
    """
    return Citizen(
        zalo_id=citizen.zalo_id,
        last_interaction_at=min(citizen.last_interaction_at, until),
        petitions=[
            OwnPetition(code=petition.code, filed_at=petition.filed_at, title="") for petition in citizen.petitions
        ],
        erased_at=until,
        changes=citizen.changes + 1,
    )


def contacts_of(citizen: Citizen) -> list[Contact]:
    """Return the citizen's own contact data: from an earlier petition and from the draft."""
    earlier = [citizen.contact] if citizen.contact else []
    draft = citizen.conversation.draft
    return [contact for contact in (*earlier, *([contact_of(draft)] if draft else [])) if any(personal_values(contact))]


def without_chat(citizen: Citizen) -> Citizen:
    """Return the citizen without the data of an ended chat: contact data, draft and current step."""
    return replace(citizen, contact=None, conversation=Conversation(), untold=[], next_attempt_at=None)


def joined(known: Iterable[Contact], more: Iterable[Contact]) -> list[Contact]:
    """Return both lists without repetitions."""
    return list({repr(contact): contact for contact in (*known, *more)}.values())


def everything_until(citizen: Citizen, asked: datetime) -> datetime:
    """Return the time up to which to erase: it covers all applied inputs, even those dated ahead of the request."""
    posted = (post.at for post in citizen.posts if post.at is not None)
    return max(asked, citizen.last_interaction_at, citizen.conversation.last_at or asked, *posted)


def has_returned(citizen: Citizen) -> bool:
    """Return whether an erased citizen has written again, in a new conversation with its own consent."""
    return citizen.erased_at is not None and citizen.last_interaction_at > citizen.erased_at


def is_untold(citizen: Citizen, notice: Notice) -> bool:
    """Return whether the notice is not sent because the citizen was erased.

    Nothing planned before the erasure is sent, and nothing about a kept petition or a file. The citizen was promised no
    further message. A new conversation ends that.
    """
    if citizen.erased_at is None:
        return False
    of_before = notice.about is not None or notice.kind is NoticeKind.ATTACHMENT
    return notice.created_at <= citizen.erased_at or (of_before and not has_returned(citizen))


def is_past(citizen: Citizen, event_name: str, at: datetime) -> bool:
    """Return whether an event belongs to the erased time, or is no act of the citizen and so begins no new one."""
    if citizen.erased_at is None:
        return False
    return at <= citizen.erased_at or (not has_returned(citizen) and not event_name.startswith(("user_", "follow")))


def filer_of(key: bytes, code: str) -> str:
    """Return the id in `erasures` of a single petition's filer. It never equals a Zalo user's: Zalo ids are digits."""
    return pseudonym(key, f"petition {code}")


def erasure_path(who: str) -> str:
    """Return the path of the record."""
    return f"erasures/{who}"
