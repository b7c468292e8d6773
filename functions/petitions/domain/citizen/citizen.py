"""A citizen and the messages that the citizen sent, stored as `citizens/{hmac}` and `citizens/{hmac}/inputs/{key}`.

The id is a pseudonym: a keyed hash (HMAC) of the citizen's Zalo id. An input is one message or one form of a page.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from petitions.domain.citizen.conversation import Conversation
from petitions.domain.citizen.draft import InputPart, PetitionDraft
from petitions.domain.files.attachment import Attachment
from petitions.domain.language.similarity import fingerprint, is_alike
from petitions.domain.petition.petition import Contact
from petitions.domain.shared.records import Instant, Record, Root, replace

SIMILAR_FOR_DAYS = 30
"""The number of days after its filing for which the citizen's petition may be about the same matter as a new one."""

CONSENT_VERSION = "2026-3"
"""The version of the notice of data processing in the texts `consent_ask` and `notice_read` (LAW 5.1)."""

PRIVACY_PAGE = "/privacy"
"""The path of the full privacy notice on the public site, to which the `link` in texts leads."""


class Consent(Record):
    """The citizen's consent to one version of the notice of data processing."""

    version: str
    at: Instant


MAX_PETITIONS = 50


class OwnPetition(Record):
    """A petition of the citizen, copied into the citizen's document so that lists and duplicate checks need no query.

    The petition's state is stored in the petition only.
    """

    code: str
    filed_at: Instant
    title: str
    fingerprint: list[int] = Field(default_factory=list)
    page: str | None = None
    """The id of the page on which the petition was written, or None if it was written in the chat."""


class AppliedPost(Record):
    """A form submitted on the citizen's page that was applied, and the reply shown there."""

    key: str
    page: str
    """The id of the page on which the form was submitted."""
    at: Instant | None = None
    words: str
    did: str = ""
    """The kind of change that the form made."""
    input_key: str = ""
    """The key of the stored input that holds the form."""


MOST_POSTS = 5
"""The most forms remembered per citizen. The page shows their replies."""


class Citizen(Root):
    """A citizen who writes to this Official Account on Zalo."""

    zalo_id: str
    """The Zalo id. It is stored here only, and is empty after the citizen's data are erased."""
    consent: Consent | None = None
    contact: Contact | None = None
    language: Literal["vi", "en"] | None = None
    petitions: list[OwnPetition] = Field(default_factory=list)
    """The citizen's newest petitions, the newest first."""
    conversation: Conversation = Conversation()
    next_attempt_at: Instant | None = None
    """The time at which the system acts if the citizen stays silent (domain/conversation/pauses.py), or None."""
    last_interaction_at: Instant
    following: bool | None = None
    """False after the citizen unfollowed the account. Then only replies and results by template are sent."""
    silent_until: Instant | None = None
    """The time until which the system stays silent because an officer talks with the citizen, by Zalo's clock."""
    untold: list[str] = Field(default_factory=list)
    """The ids of notices to send as soon as the citizen writes. No channel could carry them, or only by day."""
    erased_at: Instant | None = None
    """The time of an erasure. Everything sent or planned up to this time is dropped."""
    recovered: list[str] = Field(default_factory=list)
    """Marks of messages that were read back from Zalo after an outage, to recognise duplicates."""
    posts: list[AppliedPost] = Field(default_factory=list)
    """The last forms that the citizen submitted on pages, the newest first."""
    changes: int = 0
    """The number of changes that the citizen's page shows. It keeps an older copy from replacing a newer one."""


class StoredInput(Root):
    """A message or form as it arrived, stored as `citizens/{hmac}/inputs/{key}`. Only its files change later."""

    citizen: str
    at: Instant
    received_at: Instant
    event_name: str
    msg_id: str | None = None
    recovered: bool = False
    read: str = ""
    """The names of the situation and the commands that the software recognised in it."""
    parts: list[InputPart]
    files: list[Attachment] = Field(default_factory=list)
    petition: str | None = None
    """The code of the petition to which the files belong, once it is filed."""
    next_attempt_at: Instant | None = None
    """The time of the next try to fetch a file. Present only while a file is waiting."""

    def part(self, key: str) -> InputPart:
        """Return the part with this key. Raise KeyError if there is none."""
        return {input_part.key: input_part for input_part in self.parts}[key]

    def with_file(self, file: Attachment) -> StoredInput:
        files = [file if attachment.id == file.id else attachment for attachment in self.files]
        waiting = [attachment.next_at for attachment in files if attachment.next_at]
        return replace(self, files=files, next_attempt_at=min(waiting, default=None))


def citizen_path(pseudonym: str) -> str:
    return f"citizens/{pseudonym}"


def input_path(pseudonym: str, key: str) -> str:
    """Return the path of an input. `key` is the key of the input or of one of its parts."""
    return f"{citizen_path(pseudonym)}/inputs/{key.partition('-')[0]}"


def has_consented(citizen: Citizen) -> bool:
    """Return whether a citizen has consented to the current version of the privacy notice (LAW 5.1)."""
    return citizen.consent is not None and citizen.consent.version == CONSENT_VERSION


def own_twin(citizen: Citizen, draft: PetitionDraft, at: datetime) -> str | None:
    """Return the code of a similar petition that the citizen filed in the `SIMILAR_FOR_DAYS` before `at`, or None."""
    own = fingerprint(draft.content())
    recent = (one for one in citizen.petitions if (at - one.filed_at).days < SIMILAR_FOR_DAYS)
    return next((one.code for one in recent if is_alike(one.fingerprint, own)), None)
