"""A file of a petition: the reference in the petition, and the document in `petitions/{code}/attachments/{id}`."""

from __future__ import annotations

from typing import Literal

from petitions.domain.files.attachment import Attachment, AttachmentState
from petitions.domain.shared.records import Record, Root


class FileRef(Record):
    """A reference to a picture or file of a petition."""

    id: str
    """The id of the file's document below the petition. The document exists once a download has been tried."""
    type: str
    name: str | None = None


class PetitionFile(Root):
    """A picture or file of a petition: `petitions/{code}/attachments/{id}`, without its download link."""

    id: str
    type: str
    purpose: Literal["petition", "answer"] = "petition"
    """Whether the citizen sent the file or the unit attached it to its answer."""
    name: str | None = None
    state: AttachmentState = AttachmentState.WAITING
    media_type: str | None = None
    size: int | None = None
    sha256: str | None = None
    """The hash of the bytes. With `object` it makes up the file's name in Cloud Storage (`files.attachment`)."""
    object: str | None = None
    reason: str | None = None
    thumbnail: bool | None = None
    """Whether a picture has a thumbnail in Cloud Storage. None before the first try to make one."""

    @staticmethod
    def of(reference: FileRef, file: Attachment | None = None) -> PetitionFile:
        """Return the document for a reference. `file`, if given, supplies state, type, size and hash."""
        shared = {"state", "media_type", "size", "sha256", "object", "reason", "thumbnail"}
        known = file.model_dump(include=shared) if file else {}
        return PetitionFile.model_validate(reference.model_dump() | known)


def file_path(code: str, file_id: str) -> str:
    return f"petitions/{code}/attachments/{file_id}"
