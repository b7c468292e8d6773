"""The record of a citizen's erasure, `erasures/{hmac}`, kept so that the erasure can be repeated after a restore.

Withdrawal of consent must be carried out within 15 days (LAW 5.2); here it begins with the request itself. A registered
petition is a file of the office that the law keeps (LAW 5.4): restricted, and without the petitioner.
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
"""Who or what caused an erasure; silence means a week without consent to what was sent."""


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
    """The id of the notice by which Zalo is asked to delete what it keeps."""
    petition: str | None = None
    """For a petitioner whom the channel does not know (paper, telephone, portal), their only petition, to restrict."""
    known: list[Contact] = Field(default_factory=list)
    """What the citizen told of themselves, to find them in others' words; empty once the erasing is over."""
    kept: list[str] = Field(default_factory=list)
    """The petitions that the law keeps."""
    done_at: Instant | None = None
    next_attempt_at: Instant | None = None
    """Once done, the day on which the law stops keeping the first of `kept`."""
    tries: int | None = None


def erased(citizen: Citizen, until: datetime) -> Citizen:
    """Return what is left at once: whom to tell, until when the erasure holds, and the codes that the law keeps."""
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
    """Return what the citizen told of themselves: in an earlier petition and in the draft."""
    told = [citizen.contact] if citizen.contact else []
    draft = citizen.conversation.draft
    return [contact for contact in (*told, *([contact_of(draft)] if draft else [])) if any(personal_values(contact))]


def without_chat(citizen: Citizen) -> Citizen:
    """Return the citizen without what they told in a chat that is over: contact data, draft and place in it."""
    return replace(citizen, contact=None, conversation=Conversation(), untold=[], next_attempt_at=None)


def joined(known: Iterable[Contact], more: Iterable[Contact]) -> list[Contact]:
    """Return both lists without repetitions."""
    return list({repr(contact): contact for contact in (*known, *more)}.values())


def everything_until(citizen: Citizen, asked: datetime) -> datetime:
    """Return the instant up to which to erase, covering all that was applied, even if Zalo delivered it early."""
    posted = (post.at for post in citizen.posts if post.at is not None)
    return max(asked, citizen.last_interaction_at, citizen.conversation.last_at or asked, *posted)


def has_returned(citizen: Citizen) -> bool:
    """Return whether an erased citizen has written again, in a new conversation with its own consent."""
    return citizen.erased_at is not None and citizen.last_interaction_at > citizen.erased_at


def is_untold(citizen: Citizen, notice: Notice) -> bool:
    """Return whether an erased citizen is not told.

    That is what was planned before, what a petition that is kept becomes, and what became of a file that they sent.
    They were promised no further message; a new conversation ends that.
    """
    if citizen.erased_at is None:
        return False
    of_before = notice.about is not None or notice.kind is NoticeKind.ATTACHMENT
    return notice.created_at <= citizen.erased_at or (of_before and not has_returned(citizen))


def is_past(citizen: Citizen, event_name: str, at: datetime) -> bool:
    """Return whether an event belongs to the erased time or is no act of the citizen that could begin a new one."""
    if citizen.erased_at is None:
        return False
    return at <= citizen.erased_at or (not has_returned(citizen) and not event_name.startswith(("user_", "follow")))


def filer_of(key: bytes, code: str) -> str:
    """Return the id in `erasures` of a single petition's filer. Zalo ids are digits, so none has the same HMAC."""
    return pseudonym(key, f"petition {code}")


def erasure_path(who: str) -> str:
    """Return the path of the record."""
    return f"erasures/{who}"
