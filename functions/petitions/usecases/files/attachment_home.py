"""The draft or petition that a citizen's file belongs to, and the total size of its files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from petitions.domain.citizen.citizen import StoredInput, input_path
from petitions.domain.files.attachment import Attachment, AttachmentState
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.petition.petition_file import FileRef
from petitions.errors import NotFound
from petitions.ports.store import Transaction
from petitions.usecases.shared.petition_changes import citizen_in


@dataclass(frozen=True)
class AttachmentHome:
    """The draft or petition that a file belongs to."""

    files: Sequence[FileRef]
    """The files of the draft or petition, in order."""
    code: str | None = None
    """The petition's code, or None for a draft."""


def input_in(tx: Transaction, path: str) -> StoredInput:
    """Return the stored input (a message of a citizen). Raise NotFound."""
    found = tx.get(path)
    if found is None:
        raise NotFound("there is no such input")
    return StoredInput.model_validate(found)


def home_of(tx: Transaction, entry: StoredInput, file: Attachment) -> AttachmentHome | None:
    """Return the draft or petition that the file belongs to, or None if the citizen abandoned the draft.

    Shortly after filing, the input does not name its petition yet (`carry_attachments` writes that). Until then the
    petition is found through the citizen's conversation.
    """
    citizen = citizen_in(tx, entry.citizen)
    talk = citizen.conversation if citizen else None
    if not entry.petition and talk and talk.draft:
        drafted = [part.reference() for part in talk.draft.files()]
        if any(file_ref.id == file.id for file_ref in drafted):
            return AttachmentHome(drafted)
    code = entry.petition or (talk.filed.code if talk and talk.filed else None)
    found = tx.get(petition_path(code)) if code else None
    petition = Petition.model_validate(found) if found else None
    if petition and any(file_ref.id == file.id for file_ref in petition.files):
        return AttachmentHome(petition.files, petition.code)
    return None


def stored_bytes(tx: Transaction, entry: StoredInput, home: AttachmentHome, but: Attachment) -> int:
    """Return the total size of the other files stored for the same draft or petition.

    The files are read in the transaction, so that two workers cannot both use up the room that is left.
    """
    others = {file_ref.id for file_ref in home.files if file_ref.id != but.id}
    paths = sorted({input_path(entry.citizen, other) for other in others})
    entries = [StoredInput.model_validate(found) for found in tx.get_all(paths) if found]
    kept = (file for stored_input in entries for file in stored_input.files if file.state is AttachmentState.STORED)
    return sum(file.size or 0 for file in kept if file.id in others)
