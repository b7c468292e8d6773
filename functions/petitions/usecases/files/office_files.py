"""Files that officers upload, checked like a citizen's files and copied without metadata about their author."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from petitions.domain.files.attachment import AttachmentState
from petitions.domain.files.csv_files import CSV, NoTable, is_named_table, table
from petitions.domain.files.file_types import EXTENSIONS, PICTURES, sniff
from petitions.domain.files.pieces import Broken, Pieces, size_of
from petitions.domain.files.scrubbing import scrubbed
from petitions.domain.language.words import normal
from petitions.domain.petition.answering import ANSWER_FILE_TYPES, MOST_BYTES
from petitions.domain.petition.petition_file import PetitionFile
from petitions.errors import Rejected
from petitions.ports.world import Ids

LONGEST_NAME = 120


@dataclass(frozen=True)
class OfficeFile:
    """A checked document or picture, as the copy that is stored."""

    name: str | None
    """The name of the file without its folders, or None."""
    media_type: str
    """The media type, found from the bytes and not from the name."""
    copy: Pieces
    size: int
    """The size of the copy in bytes."""
    sha256: str
    """The hash of the copy."""

    def begun(self, ids: Ids, purpose: Literal["petition", "answer"] = "petition") -> PetitionFile:
        """Return a new file of a petition, with a random name in storage. The bytes are not stored yet."""
        return PetitionFile(
            id=ids.token(),
            type="image" if self.media_type in PICTURES else "file",
            purpose=purpose,
            name=self.name,
            state=AttachmentState.FETCHING,
            media_type=self.media_type,
            size=self.size,
            sha256=self.sha256,
            object=ids.token(),
        )


def checked_file(name: str, content: bytes) -> OfficeFile:
    """Check a file and return it with a copy to store.

    Raise Rejected, in Vietnamese, if the file is too large, broken, or of a type not accepted.
    """
    if len(content) > MOST_BYTES:
        raise Rejected(f"Tệp lớn hơn {MOST_BYTES // 2**20} MB.", reason="file_too_large")
    kind, copy = _checked(name, content)
    return OfficeFile(_named(name), kind, copy, size_of(copy), _hash(copy))


def _hash(copy: Pieces) -> str:
    digest = hashlib.sha256()
    for piece in copy:
        digest.update(piece)
    return digest.hexdigest()


def _checked(name: str, content: bytes) -> tuple[str, Pieces]:
    kind = sniff(content)
    copy: Pieces
    try:
        if kind is None and is_named_table(name):
            kind, copy = CSV, [table(content)]
        elif kind in ANSWER_FILE_TYPES:
            copy = scrubbed(kind, content)
        else:
            raise Rejected(f"{_no_content_of(name)}Chỉ nhận ảnh, PDF, Word, Excel, CSV.", reason="file_type")
    except Broken as error:
        raise Rejected(f"Tệp “{_named(name) or ''}” bị hỏng, không đọc được.", reason="file_broken") from error
    except NoTable as error:
        raise Rejected(_words_of(error), reason="table_formula" if error.line else "table_broken") from error
    if size_of(copy) > MOST_BYTES:
        raise Rejected(f"Tệp lớn hơn {MOST_BYTES // 2**20} MB.", reason="file_too_large")
    return kind, copy


def _no_content_of(name: str) -> str:
    ending = name.rpartition(".")[2].lower()
    if ending not in {EXTENSIONS[kind] for kind in ANSWER_FILE_TYPES}:
        return ""
    return f"Tệp “{_named(name)}” có đuôi .{ending} nhưng nội dung không phải {ending.upper()}, hoặc bị hỏng. "


def _words_of(fault: NoTable) -> str:
    if fault.line:
        return (
            f"Dòng {fault.line} của tệp CSV có ô bắt đầu bằng =, +, - hoặc @: bảng tính sẽ chạy như công thức. "
            "Xin chỉ để giá trị."
        )
    return "Tệp CSV không đọc được thành bảng: mỗi dòng phải có cùng số cột, ngăn bằng dấu phẩy, chấm phẩy hoặc tab."


def _named(name: str) -> str | None:
    return normal(name.replace("\\", "/").rsplit("/", 1)[-1])[:LONGEST_NAME] or None
