"""Enclosures of a notice on Zalo, one message per enclosure: files of an answer, and the form for contact data.

Source: PLATFORM 3.2 (content of `cs` messages) and PLATFORM 3.6 (uploads).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from petitions.domain.files.attachment import AttachmentState, copy_name
from petitions.domain.files.file_types import EXTENSIONS
from petitions.domain.language.texts import Texts
from petitions.domain.petition.petition_file import PetitionFile
from petitions.domain.shared.records import Record

UploadType = Literal["file", "image"]

UPLOADS: Mapping[str, tuple[UploadType, int]] = {
    "application/pdf": ("file", 5 * 2**20),
    "application/msword": ("file", 5 * 2**20),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("file", 5 * 2**20),
    "text/csv": ("file", 5 * 2**20),
    "image/jpeg": ("image", 2**20),
    "image/png": ("image", 2**20),
}
"""The kind of upload and the most bytes that Zalo accepts, by media type."""


class Enclosure(Record):
    """A file sent with a notice."""

    name: str
    media_type: str
    object: str
    """The name of the file in Cloud Storage."""
    otherwise: str
    """The text to send instead if Zalo refuses the file."""
    refused: bool = False

    @property
    def upload(self) -> UploadType:
        return UPLOADS[self.media_type][0]


class InfoForm(Record):
    """Zalo's own form for name, telephone and address (`request_user_info`). The citizen may also type these data."""

    title: str
    subtitle: str
    refused: bool = False


def zalo_takes(file: PetitionFile) -> bool:
    """Return whether Zalo accepts the file, by its media type and size. False if it is not stored yet."""
    if file.state is not AttachmentState.STORED or not (file.object and file.sha256 and file.size):
        return False
    _, most = UPLOADS.get(file.media_type or "", ("file", 0))
    return file.size <= most


def file_name(file: PetitionFile) -> str:
    """Return the file's name with the extension of its media type, because Zalo checks the extension."""
    ending = EXTENSIONS.get(file.media_type or "", "")
    name = (file.name or "").strip() or "van-ban"
    return name if not ending or name.lower().endswith((f".{ending}", ".jpeg")) else f"{name}.{ending}"


@dataclass(frozen=True)
class FilesElsewhere:
    """The unit and page where the citizen can get files that Zalo does not accept."""

    unit: str
    code: str
    page: str = ""
    """The URL of the filer's page with the files. Empty if the recipient has no such page."""

    def words(self, files: str, texts: Texts) -> str:
        """Return a sentence that names the unsent files and how to get them."""
        if self.page:
            return texts.render("file_on_page", files=files, link=self.page, unit=self.unit, code=self.code)
        return texts.render("file_not_sent", files=files, unit=self.unit, code=self.code)


def enclosures_of(files: Sequence[PetitionFile], texts: Texts, elsewhere: FilesElsewhere) -> list[Enclosure]:
    """Return the files that Zalo accepts as enclosures. Other files are left out."""
    return [
        Enclosure(
            name=file_name(file),
            media_type=file.media_type or "",
            object=copy_name(file.object or "", file.sha256 or ""),
            otherwise=elsewhere.words(file_name(file), texts),
        )
        for file in files
        if zalo_takes(file)
    ]


def words_about_files(files: Sequence[PetitionFile], texts: Texts, elsewhere: FilesElsewhere) -> str:
    """Return the text about the files: those enclosed, and the way to get the others. Empty without files."""
    here = ", ".join(file_name(file) for file in files if zalo_takes(file))
    there = ", ".join(file_name(file) for file in files if not zalo_takes(file))
    lines = [texts.render("files_follow", files=here) if here else "", elsewhere.words(there, texts) if there else ""]
    return "\n".join(filter(None, lines))
