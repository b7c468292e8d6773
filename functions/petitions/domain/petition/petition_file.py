"""A file of a petition: its reference in the petition, and its own document in `petitions/{code}/attachments/{id}`."""

from __future__ import annotations

from typing import Literal

from petitions.domain.files.attachment import Attachment, AttachmentState
from petitions.domain.shared.records import Record, Root


class FileRef(Record):
    """A reference to a picture or file of a petition."""

    id: str
    """The id of its document below the petition, which exists once a fetch has been tried."""
    type: str
    name: str | None = None


class PetitionFile(Root):
    """A picture or file of a petition: `petitions/{code}/attachments/{id}`, without its download link."""

    id: str
    type: str
    purpose: Literal["petition", "answer"] = "petition"
    """Whether the citizen sent it or the unit attached it to its answer."""
    name: str | None = None
    state: AttachmentState = AttachmentState.WAITING
    media_type: str | None = None
    size: int | None = None
    sha256: str | None = None
    """It makes up the names in Cloud Storage, together with `object` (`files.attachment`)."""
    object: str | None = None
    reason: str | None = None
    thumbnail: bool | None = None
    """As in `Attachment`."""

    @staticmethod
    def of(reference: FileRef, file: Attachment | None = None) -> PetitionFile:
        """Return the file of the reference, with the known data of its attachment."""
        shared = {"state", "media_type", "size", "sha256", "object", "reason", "thumbnail"}
        known = file.model_dump(include=shared) if file else {}
        return PetitionFile.model_validate(reference.model_dump() | known)


def file_path(code: str, file_id: str) -> str:
    """Return the path of the document of one of its files."""
    return f"petitions/{code}/attachments/{file_id}"
