"""The record of erasing a citizen's data, `erasures/{hmac}`. It stays, to repeat the erasure if a backup is restored.

A withdrawal of consent must be carried out within 15 days (LAW 5.2). Here the erasure begins with the request itself.
The law keeps the file of a registered petition (LAW 5.4). It is restricted, and the petitioner's data are removed.
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
from petitions.domain.shared.edges import UpTo
from petitions.domain.shared.identity import pseudonym
from petitions.domain.shared.personal import personal_values
from petitions.domain.shared.records import Instant, Root, replace

BACKLOG_DAYS = 7
"""The days for which Pub/Sub keeps an unhandled message (manifest: retention_seconds)."""

RECOVERY_DAYS = 7
"""The days of Firestore's point-in-time recovery and of deleted objects in the bucket (infra/gcp)."""

BACKUP_DAYS = 98
"""The greatest age of a backup in days: weekly ones are kept for 14 weeks (infra/gcp/firestore.tf)."""

TELL_FOR = timedelta(hours=48)
"""The time to deliver the notice of an erasure: Zalo's free period. After it, the Zalo id is erased too."""

ErasureOrigin = Literal["citizen", "zalo", "officer", "silence"]
"""The origin of an erasure. "silence": the citizen sent data and gave no consent for a week."""


class Erasure(Root):
    """The erasure of one citizen's data. Its states: erasing -> telling (the Zalo id is left, for notices) -> done."""

    by: ErasureOrigin
    asked_at: Instant
    """The time of the request. Everything known at that time is erased."""
    until: Instant
    """The end of the erased time, by Zalo's clock. Everything sent until then is erased."""
    stage: Literal["erasing", "telling", "done"] = "erasing"
    notice: str | None = None
    """The id of the notice to the citizen."""
    profile: str | None = None
    """The id of the notice that asks Zalo to delete its data about the citizen."""
    petition: str | None = None
    """The code of the only petition to restrict, for a petitioner without a citizen's document (paper, telephone,
    portal).
    """
    known: list[Contact] = Field(default_factory=list)
    """The citizen's contact data, to find them in texts of other people. Empty when the erasing is over."""
    kept: list[str] = Field(default_factory=list)
    """The codes of the petitions that the law keeps."""
    done_at: Instant | None = None
    next_attempt_at: Instant | None = None
    """After the erasure, the day on which the law stops requiring the first of `kept`."""
    tries: int | None = None

    @property
    def past(self) -> UpTo[datetime]:
        """Return the erased period: all time up to the request, by the server's clock."""
        return UpTo(self.asked_at)


def erased(citizen: Citizen, until: datetime) -> Citizen:
    """Return the citizen with only the data needed after the erasure.

    These are the Zalo id for the notice, the end of the erased period, and the codes of petitions that the law keeps.
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
    """Return the citizen's contact data, from an earlier petition and from the draft."""
    earlier = [citizen.contact] if citizen.contact else []
    draft = citizen.conversation.draft
    return [contact for contact in (*earlier, *([contact_of(draft)] if draft else [])) if any(personal_values(contact))]


def without_chat(citizen: Citizen) -> Citizen:
    """Return the citizen without the data of an ended chat: contact data, draft and state of the conversation."""
    return replace(citizen, contact=None, conversation=Conversation(), untold=[], next_attempt_at=None)


def joined(known: Iterable[Contact], more: Iterable[Contact]) -> list[Contact]:
    return list({repr(contact): contact for contact in (*known, *more)}.values())


def everything_until(citizen: Citizen, asked: datetime) -> datetime:
    """Return the end of the period to erase. It includes all applied messages, even those dated after the request."""
    posted = (post.at for post in citizen.posts if post.at is not None)
    return max(asked, citizen.last_interaction_at, citizen.conversation.last_at or asked, *posted)


def has_returned(citizen: Citizen) -> bool:
    """Return whether an erased citizen has written again, which begins a new conversation and needs a new consent."""
    return citizen.erased_at is not None and UpTo(citizen.erased_at).is_over(citizen.last_interaction_at)


def is_untold(citizen: Citizen, notice: Notice) -> bool:
    """Return whether the notice must not be sent because the citizen was erased.

    Nothing planned before the erasure is sent, and nothing about a kept petition or a file, because the citizen was
    promised no further message. If the citizen writes again, new notices are sent.
    """
    if citizen.erased_at is None:
        return False
    of_before = notice.about is not None or notice.kind is NoticeKind.ATTACHMENT
    return notice.created_at in UpTo(citizen.erased_at) or (of_before and not has_returned(citizen))


def is_past(citizen: Citizen, event_name: str, at: datetime) -> bool:
    """Return whether to drop an event, because it belongs to the erased period or is not the citizen's own act.

    Only an act of the citizen, such as a message, begins a new conversation after an erasure.
    """
    if citizen.erased_at is None:
        return False
    return at in UpTo(citizen.erased_at) or (
        not has_returned(citizen) and not event_name.startswith(("user_", "follow"))
    )


def filer_of(key: bytes, code: str) -> str:
    """Return the id in `erasures` for the filer of a single petition, made with the HMAC key `key`.

    The id never equals that of a citizen on Zalo, because it is the hash of a text that is no Zalo id.
    """
    return pseudonym(key, f"petition {code}")


def erasure_path(who: str) -> str:
    return f"erasures/{who}"
