"""The bytes of a petition's file, for officers who may see the petition. Location metadata is removed from the file.

A thumbnail is made by `attachments` when a photo is stored. If it is missing, the first view requests it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from petitions.domain.files.attachment import AttachmentState, copy_name, thumbnail_name
from petitions.domain.files.file_types import PICTURES
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission, may
from petitions.domain.petition.petition import Petition
from petitions.domain.petition.petition_file import PetitionFile, file_path
from petitions.errors import NotFound
from petitions.ports.files import Files
from petitions.ports.messages import Publisher
from petitions.ports.store import Store
from petitions.ports.world import Clock
from petitions.usecases.desk.read_petition import ReadPetition
from petitions.usecases.shared.outbox import commit, nudge

NO_SUCH_FILE = "Không có tệp này, hoặc tệp chưa tải về được."


def shown_files(officer: Officer, petition: Petition) -> set[str]:
    """Return the ids of the files that the officer may see. Files of a draft answer require the right to edit it."""
    given = set(petition.reply.attachments if petition.reply else [])
    drafted = petition.drafted.attachments if petition.drafted and may(officer, Permission.ANSWER, petition) else []
    return {file.id for file in petition.files} | given | set(drafted)


@dataclass(frozen=True)
class ReadAttachment:
    """Finds and reads a petition's files."""

    store: Store
    publisher: Publisher
    clock: Clock
    files: Files
    petitions: ReadPetition

    def find(self, officer: Officer, code: str, file_id: str) -> PetitionFile:
        """Return a stored file of the petition. Raise NotFound if there is none, or the officer may not see it."""
        petition = self.petitions.find(officer, code)
        if file_id not in shown_files(officer, petition):
            raise NotFound(NO_SUCH_FILE)
        found = self.store.get(file_path(code, file_id))
        file = PetitionFile.model_validate(found) if found else None
        if file is None or file.state is not AttachmentState.STORED or not (file.object and file.sha256):
            raise NotFound(NO_SUCH_FILE)
        return file

    def read(self, file: PetitionFile) -> Iterator[bytes]:
        """Return the bytes of a stored file in pieces. Raise NotFound or Retryable."""
        return self.files.read(copy_name(file.object or "", file.sha256 or ""))

    def thumbnail(self, code: str, file: PetitionFile) -> Iterator[bytes] | None:
        """Return the bytes of a picture's thumbnail, or None if there is none yet. Raise NotFound or Retryable."""
        if file.thumbnail:
            return self.files.read(thumbnail_name(file.object or "", file.sha256 or ""))
        if file.thumbnail is None and file.media_type in PICTURES:
            wanted = nudge("attachments", code, {"code": code, "file": file.id})
            ports = (self.store, self.publisher, self.clock)
            commit(*ports, producer="thumbnails", key=f"{code}:{file.id}", body=lambda _: [wanted])
        return None
