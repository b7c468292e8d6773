"""Thumbnails of pictures, made when a picture is stored or, if missing, at its first view."""

from __future__ import annotations

from dataclasses import dataclass

from petitions.domain.files.attachment import AttachmentState, copy_name, thumbnail_name
from petitions.domain.files.file_types import PICTURES
from petitions.domain.files.pieces import Pieces
from petitions.domain.petition.petition import petition_path
from petitions.domain.petition.petition_file import PetitionFile, file_path
from petitions.errors import NotFound
from petitions.ports.files import Files, Thumbnails
from petitions.ports.store import Store, Transaction

THUMBNAIL_TYPE = "image/webp"


def kept_thumbnail(files: Files, thumbnails: Thumbnails, name: str, media_type: str, copy: Pieces) -> bool | None:
    """Store the thumbnail of a picture, and return whether it could be made. Return None for other media types.

    Raise Retryable.
    """
    if media_type not in PICTURES:
        return None
    small = thumbnails.make(media_type, copy)
    if small is not None:
        files.put(name, small, THUMBNAIL_TYPE)
    return small is not None


@dataclass(frozen=True)
class MakeThumbnail:
    """Makes a missing thumbnail, for the function `attachments`. A repetition changes nothing."""

    store: Store
    files: Files
    thumbnails: Thumbnails

    def __call__(self, code: str, file_id: str) -> None:
        """Make the thumbnail of a stored picture, unless this was attempted before. Raise Retryable."""
        path = file_path(code, file_id)
        found = self.store.get(path)
        file = PetitionFile.model_validate(found) if found else None
        if file is None or file.state is not AttachmentState.STORED or file.thumbnail is not None:
            return
        name, digest = file.object or "", file.sha256 or ""
        try:
            copy: Pieces = [b"".join(self.files.read(copy_name(name, digest)))]
        except NotFound:  # erased meanwhile
            return
        small = kept_thumbnail(self.files, self.thumbnails, thumbnail_name(name, digest), file.media_type or "", copy)
        if not self.store.transact(lambda tx: _note(tx, code, file_id, made=small)):
            self.files.erase(thumbnail_name(name, digest))


def _note(tx: Transaction, code: str, file_id: str, *, made: bool | None) -> bool:
    """Record whether there is a thumbnail. Return False if the file is being erased.

    An erasure marks the petition as restricted first, so an erasure that begins later finds this record.
    """
    path = file_path(code, file_id)
    petition, file = tx.get_all([petition_path(code), path])
    if petition is None or "restricted_at" in petition or file is None:
        return False
    tx.update(path, {"thumbnail": made})
    return True
