"""The notices to a citizen about a file that has not arrived, with a description of the file and the next steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from petitions.domain.citizen.citizen import StoredInput
from petitions.domain.citizen.draft import InputPart
from petitions.domain.files.attachment import Attachment, AttachmentState
from petitions.domain.language.texts import Texts
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import Notice, notice_path
from petitions.domain.shared.instants import hanoi
from petitions.ports.store import Transaction
from petitions.usecases.files.attachment_home import AttachmentHome
from petitions.usecases.shared.petition_changes import citizen_in

GROUPED_FOR = timedelta(minutes=10)
"""Within this time there is one notice about late files, even if many are late at once (an album)."""

_REASONS = {"type": "file_wrong_type", "size": "file_too_large", "full": "file_too_much"}
_KINDS = {"image": "file_image", "gif": "file_image", "video": "file_video", "audio": "file_audio"}


@dataclass(frozen=True)
class TellAttachments:
    """Creates the notices about a late file: one after the first failed attempt, one after the last."""

    texts: Texts

    def __call__(
        self, tx: Transaction, entry: StoredInput, file: Attachment, home: AttachmentHome, now: datetime
    ) -> Notice | None:
        """Return the notice for the present state of the file, or None if it needs none or an officer sent the file."""
        if entry.event_name.startswith("oa_"):
            return None  # an officer sent it, in Zalo's chat tool
        citizen = citizen_in(tx, entry.citizen)
        texts = self.texts.to(citizen.language if citizen else None)
        which = _which(texts, entry.part(file.id), home)
        if file.state is AttachmentState.FAILED:
            lost = texts.render(_REASONS.get(file.reason or "", "file_lost"), file=which)
            advice = texts.render("file_go_on", code=home.code) if home.code else texts.render("file_again")
            return _notice(f"file-lost-{file.id}", entry, f"{lost} {advice}", now)
        if file.state is AttachmentState.WAITING and file.attempts == 1:
            notice_id = f"file-late-{entry.citizen}-{int(now.timestamp() // GROUPED_FOR.total_seconds())}"
            if tx.get(notice_path(notice_id)) is None:
                return _notice(notice_id, entry, texts.render("file_late", file=which), now)
        return None


def _which(texts: Texts, part: InputPart, home: AttachmentHome) -> str:
    time = f"{hanoi(part.at):%H:%M}"
    if part.name:
        return texts.render("file_named", name=part.name, time=time)
    key = _KINDS.get(part.type, "file_document")
    alike = [file.id for file in home.files if _KINDS.get(file.type, "file_document") == key]
    return texts.render(key, number=alike.index(part.key) + 1, time=time)


def _notice(notice_id: str, entry: StoredInput, text: str, now: datetime) -> Notice:
    return Notice(
        id=notice_id, kind=NoticeKind.ATTACHMENT, channel="zalo", citizen=entry.citizen, text=text, created_at=now
    )
