"""Files sent to the portal: those of an answer with the answer, those of the petition with the next history line.

The bytes are read when the call is made. They are the copies for officers, without location data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from petitions import telemetry
from petitions.domain.files.attachment import AttachmentState, copy_name
from petitions.domain.files.file_types import EXTENSIONS
from petitions.domain.petition.petition import Petition
from petitions.domain.petition.petition_file import PetitionFile, file_path
from petitions.domain.portal.portal_items import PortalAnswer, PortalFile, PortalReply
from petitions.domain.shared.outcome import Outcome
from petitions.errors import NotFound
from petitions.ports.files import Files
from petitions.ports.portal import Portal
from petitions.ports.store import Store
from petitions.usecases.portal.portal_calls import PlannedCall, PlannedFile

_ON_THE_WAY = {AttachmentState.WAITING, AttachmentState.FETCHING}


@dataclass(frozen=True)
class PortalFiles:
    """Plans and makes the calls that send files to the portal."""

    store: Store
    files: Files
    portal: Portal

    def planned(self, petition: Petition, calls: list[PlannedCall]) -> tuple[list[PlannedCall], list[str]]:
        """Return the calls that send the files belonging to `calls`, and the ids of petition files settled by them.

        A file that is still being fetched is sent with a later line. A file that the portal does not accept is never
        sent.
        """
        answer = next((call for call in calls if isinstance(call.item, PortalAnswer)), None)
        own_answer = petition.reply if answer and not petition.merged_into else None
        given = own_answer.attachments if own_answer else []
        own = _own_files(petition)
        if not given and not own:
            return [], []
        paths = [file_path(petition.code, item) for item in [*given, *own]]
        found = [PetitionFile.model_validate(item) if item else None for item in self.store.get_all(paths)]
        planned = [_call(petition, f"{answer.key}:{file.id}", file) for file in found[: len(given)] if answer and file]
        fetched = [file for file in found[len(given) :] if file and file.state not in _ON_THE_WAY]
        planned += [_call(petition, f"{petition.code}:file:{file.id}", file) for file in fetched]
        return [call for call in planned if call is not None and self._takes(call)], [file.id for file in fetched]

    def send(self, key: str, planned: PlannedFile) -> PortalReply:
        """Send a file and return the portal's reply. A missing or rejected file is skipped and blocks nothing."""
        file, content = planned.file, b""
        try:
            content = b"".join(self.files.read(copy_name(file.object or "", file.sha256 or "")))
        except NotFound:
            return _passed_over(planned, "gone")
        kind = file.media_type or ""
        item = PortalFile(
            code=planned.code,
            national_code=planned.national_code,
            id=file.id,
            purpose=file.purpose,
            name=file.name or f"{file.id}.{EXTENSIONS.get(kind, 'bin')}",
            media_type=kind,
            content=content,
        )
        reply = self.portal.attach(key, item)
        if reply.outcome is Outcome.REFUSED and not reply.down:
            return _passed_over(planned, reply.reason)
        return reply

    def _takes(self, call: PlannedCall) -> bool:
        file = call.item.file if isinstance(call.item, PlannedFile) else None
        if file is None or self.portal.takes(file.media_type or "", file.size or 0):
            return file is not None
        about: dict[str, Any] = {"media_type": file.media_type, "size": file.size}
        telemetry.log("WARNING", "file not taken", metric="portal_file_not_taken", key=call.key, **about)
        return False


def _own_files(petition: Petition) -> list[str]:
    """Return the ids of the citizen's files that were not sent to the portal.

    Empty if the portal does not have the petition yet, or if it was filed there, with its files.
    """
    if petition.source == "portal" or petition.sync.handled_seq == 0:
        return []
    return [ref.id for ref in petition.files if ref.id not in petition.sync.files]


def _call(petition: Petition, key: str, file: PetitionFile) -> PlannedCall | None:
    if file.state is not AttachmentState.STORED or not (file.object and file.sha256):
        return None
    return PlannedCall(key, PlannedFile(petition.code, petition.sync.national_code or "", file))


def _passed_over(planned: PlannedFile, reason: str) -> PortalReply:
    telemetry.log("ERROR", "file not told", metric="portal_file_refused", code=planned.code, reason=reason)
    return PortalReply(Outcome.OK)
