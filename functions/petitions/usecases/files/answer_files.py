"""The files that a unit attaches to its answer."""

from __future__ import annotations

from petitions.domain.petition.petition import Petition
from petitions.domain.petition.petition_file import PetitionFile, file_path
from petitions.ports.store import Reader


def answer_files(reader: Reader, petition: Petition) -> list[PetitionFile]:
    """Return the files of the petition's stored answer, in the answer's order, without those that no longer exist."""
    ids = petition.reply.attachments if petition.reply else []
    found = reader.get_all([file_path(petition.code, item) for item in ids]) if ids else []
    return [PetitionFile.model_validate(item) for item in found if item]
