"""What goes with a notice on Zalo besides words, one message each: files of an answer, the form for contact data.

Source: PLATFORM 3.2 (what `cs` messages carry) and PLATFORM 3.6 (what can be uploaded).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from petitions.domain.files.attachment import AttachmentState, copy_name
from petitions.domain.files.file_types import EXTENSIONS
from petitions.domain.language.texts import Texts
from petitions.domain.petition.petition import PetitionFile
from petitions.domain.shared.records import Record

Upload = Literal["file", "image"]

UPLOADS: Mapping[str, tuple[Upload, int]] = {
    "application/pdf": ("file", 5 * 2**20),
    "application/msword": ("file", 5 * 2**20),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("file", 5 * 2**20),
    "text/csv": ("file", 5 * 2**20),
    "image/jpeg": ("image", 2**20),
    "image/png": ("image", 2**20),
}
"""By media type: as what Zalo takes it, and up to how many bytes."""


class Enclosure(Record):
    """A file that goes with a notice; `otherwise` is said in its place once Zalo has `refused` it.

    `object` is its name in Cloud Storage.
    """

    name: str
    media_type: str
    object: str
    otherwise: str
    refused: bool = False

    @property
    def upload(self) -> Upload:
        """As what it is uploaded."""
        return UPLOADS[self.media_type][0]


class InfoForm(Record):
    """Zalo's own form for name, telephone and address (`request_user_info`); without it nothing is lost."""

    title: str
    subtitle: str
    refused: bool = False


def fits(file: PetitionFile) -> bool:
    """Whether Zalo takes the file."""
    if file.state is not AttachmentState.STORED or not (file.object and file.sha256 and file.size):
        return False
    _, most = UPLOADS.get(file.media_type or "", ("file", 0))
    return file.size <= most


def named(file: PetitionFile) -> str:
    """The file as it is called, with the ending that its bytes ask for: Zalo goes by it."""
    ending = EXTENSIONS.get(file.media_type or "", "")
    name = (file.name or "").strip() or "van-ban"
    return name if not ending or name.lower().endswith((f".{ending}", ".jpeg")) else f"{name}.{ending}"


@dataclass(frozen=True)
class Elsewhere:
    """Where the others can be had: at which unit, under which code, and on which page if they can open one."""

    unit: str
    code: str
    page: str = ""

    def words(self, files: str, texts: Texts) -> str:
        """That Zalo does not take these files, and how to get them."""
        if self.page:
            return texts.render("file_on_page", files=files, link=self.page, unit=self.unit, code=self.code)
        return texts.render("file_not_sent", files=files, unit=self.unit, code=self.code)


def enclosed(files: Sequence[PetitionFile], texts: Texts, elsewhere: Elsewhere) -> list[Enclosure]:
    """Those that Zalo takes."""
    return [
        Enclosure(
            name=named(file),
            media_type=file.media_type or "",
            object=copy_name(file.object or "", file.sha256 or ""),
            otherwise=elsewhere.words(named(file), texts),
        )
        for file in files
        if fits(file)
    ]


def spoken_of(files: Sequence[PetitionFile], texts: Texts, elsewhere: Elsewhere) -> str:
    """What the text says of the files: which come after it, and where to get the others; empty without any."""
    here = ", ".join(named(each) for each in files if fits(each))
    there = ", ".join(named(each) for each in files if not fits(each))
    said = [texts.render("files_follow", files=here) if here else "", elsewhere.words(there, texts) if there else ""]
    return "\n".join(filter(None, said))
