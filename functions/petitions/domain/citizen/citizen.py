"""A citizen as the channel knows them, `citizens/{hmac}`, and their inputs."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from petitions.domain.citizen.conversation import Conversation
from petitions.domain.citizen.draft import InputPart
from petitions.domain.files.attachment import Attachment
from petitions.domain.petition.petition import Contact
from petitions.domain.shared.records import Instant, Record, Root, replace

CONSENT_VERSION = "2026-3"
"""The version of the notice of data processing in `consent_ask` and `notice_read` (LAW 5.1)."""

PRIVACY_PAGE = "/privacy"
"""The path of the whole notice on the public site, from which the `link` in texts is made."""


class Consent(Record):
    """The citizen's consent to a version of the notice."""

    version: str
    at: Instant


MAX_PETITIONS = 50


class OwnPetition(Record):
    """A petition of this citizen, kept so that lists and duplicates need no query. The petition has its state."""

    code: str
    filed_at: Instant
    title: str
    fingerprint: list[int] = Field(default_factory=list)
    page: str | None = None
    """The id of the page on which it was written, if any."""


class AppliedPost(Record):
    """An act on a page that was applied, and the reply to it."""

    key: str
    page: str
    """The id of the page."""
    at: Instant | None = None
    words: str
    did: str = ""
    """The kind of act."""
    input_key: str = ""
    """The key of the stored input."""


MOST_POSTS = 5
"""The most posts remembered. The page shows from them that they were applied."""


class Citizen(Root):
    """A citizen of this Official Account."""

    zalo_id: str
    """Stored here and nowhere else. Empty once the citizen is erased."""
    consent: Consent | None = None
    contact: Contact | None = None
    language: Literal["vi", "en"] | None = None
    petitions: list[OwnPetition] = Field(default_factory=list)
    """Their newest petitions, the newest first."""
    conversation: Conversation = Conversation()
    next_attempt_at: Instant | None = None
    """The next instant at which a silence has an effect (domain/conversation/pauses.py), if any."""
    last_interaction_at: Instant
    following: bool | None = None
    """False after an unfollow: nothing unsolicited is sent, except results by template."""
    silent_until: Instant | None = None
    """The end of an officer's talk with them, in Zalo's time."""
    untold: list[str] = Field(default_factory=list)
    """Notices that no channel could carry, or only by day. They are sent as soon as the citizen writes."""
    erased_at: Instant | None = None
    """Everything sent or planned up to this time is dropped."""
    recovered: list[str] = Field(default_factory=list)
    """Marks of messages read back by the recovery."""
    posts: list[AppliedPost] = Field(default_factory=list)
    """Their last acts on pages, the newest first."""
    changes: int = 0
    """The number of changes that a page shows. It keeps an older copy from replacing a newer one."""


class StoredInput(Root):
    """An input as it arrived, append-only except for its files: `citizens/{hmac}/inputs/{key}`."""

    citizen: str
    at: Instant
    received_at: Instant
    event_name: str
    msg_id: str | None = None
    recovered: bool = False
    read: str = ""
    """The names of the situation and of the commands read."""
    parts: list[InputPart]
    files: list[Attachment] = Field(default_factory=list)
    petition: str | None = None
    """The code of the petition to which its files belong, once that is filed."""
    next_attempt_at: Instant | None = None
    """Present only while a file waits to be fetched."""

    def part(self, key: str) -> InputPart:
        """Return the part with this key. Raise KeyError if there is none."""
        return {input_part.key: input_part for input_part in self.parts}[key]

    def with_file(self, file: Attachment) -> StoredInput:
        """Return the input with a new state of one of its files."""
        files = [file if attachment.id == file.id else attachment for attachment in self.files]
        waiting = [attachment.next_at for attachment in files if attachment.next_at]
        return replace(self, files=files, next_attempt_at=min(waiting, default=None))


def citizen_path(pseudonym: str) -> str:
    """Return the path of the citizen's document."""
    return f"citizens/{pseudonym}"


def input_path(pseudonym: str, key: str) -> str:
    """Return the path of an input. `key` is its own key or that of one of its parts."""
    return f"{citizen_path(pseudonym)}/inputs/{key.partition('-')[0]}"
