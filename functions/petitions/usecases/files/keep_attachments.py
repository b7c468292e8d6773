"""Fetching, checking and storing of citizens' files. Failures are reported to the citizen and tried again.

Claiming a file and storing the result are separate transactions, with download and upload between them. Names in Cloud
Storage contain the hash of the content. A crash before the second transaction, or a second worker, only stores the same
bytes again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from petitions import telemetry
from petitions.domain.citizen.citizen import StoredInput, input_path
from petitions.domain.files import attachment as files
from petitions.domain.files.attachment import Attachment, AttachmentState, FetchFailure, StoredBytes
from petitions.domain.files.file_types import sniff
from petitions.domain.files.pieces import Broken
from petitions.domain.files.scrubbing import scrubbed
from petitions.domain.pages.links import page_of
from petitions.domain.pages.posts import UPLOADED
from petitions.domain.petition.petition_file import PetitionFile, file_path
from petitions.domain.shared.edges import Until
from petitions.errors import NotFound, Retryable
from petitions.ports.files import Download, Downloader, Files, Thumbnails
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.files.attachment_home import AttachmentHome, home_of, input_in, stored_bytes
from petitions.usecases.files.make_thumbnail import kept_thumbnail
from petitions.usecases.files.tell_attachments import TellAttachments
from petitions.usecases.shared.outbox import commit_result
from petitions.usecases.shared.page_nudges import nudge_draft_page, nudge_petition_page
from petitions.usecases.shared.petition_changes import changed_fields, citizen_in, plan_notice

PRODUCER = "attachments"
BUDGET = timedelta(seconds=20)
"""No further file of an input is begun after this time. The sweep publishes the input again for the rest."""


@dataclass(frozen=True)
class AttachmentClaim:
    """A file that this worker has reserved, so that no other worker fetches it."""

    file: Attachment
    url: str
    room: int
    """The number of bytes for which the draft or petition still has room."""


@dataclass(frozen=True)
class KeepAttachments:
    """Fetches the files of an input, for the function `attachments`."""

    store: Store
    publisher: Publisher
    clock: Clock
    ids: Ids
    downloader: Downloader
    files: Files
    thumbnails: Thumbnails
    tell: TellAttachments

    def __call__(self, citizen: str, key: str) -> int:
        """Fetch the files of the input that are due, and return the number of attempts. Raise Retryable."""
        budget, tries = Until(self.clock.now() + BUDGET), 0
        path = input_path(citizen, key)
        while self.clock.now() in budget:
            claim = self.store.transact(lambda tx: self._claim(tx, path))
            if claim is None:
                break
            if isinstance(claim, Attachment):
                self._settle(path, claim, FetchFailure("interrupted", final=True))
                continue
            tries += 1
            outcome = self._fetched(claim)
            self._settle(path, claim.file, outcome)
            if isinstance(outcome, StoredBytes) or outcome.final:
                self._forget_upload(claim.url)
        return tries

    def _claim(self, tx: Transaction, path: str) -> AttachmentClaim | Attachment | None:
        """Reserve the next due file for this worker and return it, or None if no file is due.

        Return the file itself if it was interrupted too often and must fail. Mark files of abandoned drafts as dropped.
        """
        try:
            before, now = input_in(tx, path), self.clock.now()
        except NotFound:
            telemetry.count("attachment_erased")  # the citizen was erased while the message was on its way
            return None
        after, claim = before, None
        for file in before.files:
            if not files.may_begin(file, now):
                continue
            home = home_of(tx, before, file)
            if home is None:
                after = after.with_file(files.drop_attachment(file))
                continue
            if files.is_deadly(file):
                tx.update(path, changed_fields(before, after))
                return file
            begun = files.begin_fetch(file, now, self.ids.token(), self.ids.token())
            after = after.with_file(begun)
            room = files.MAX_PETITION - stored_bytes(tx, before, home, file)
            claim = AttachmentClaim(begun, before.part(file.id).url or "", room)
            break
        tx.update(path, changed_fields(before, after))
        return claim

    def _fetched(self, claim: AttachmentClaim) -> StoredBytes | FetchFailure:
        most = min(files.MAX_FILE, claim.room)
        uploaded = claim.url.startswith(UPLOADED)
        got = self._uploaded(claim.url, most) if uploaded else self.downloader.fetch(claim.url, most)
        if got.content is None:
            full = got.reason == "size" and most < files.MAX_FILE
            return FetchFailure("full" if full else got.reason, got.final)
        media_type = sniff(got.content)
        if media_type is None:
            return FetchFailure("type", final=True)
        digest, name = hashlib.sha256(got.content).hexdigest(), claim.file.object or ""
        try:
            copy = scrubbed(media_type, got.content)
            self.files.put(files.original_name(name, digest), got.content, media_type)
            self.files.put(files.copy_name(name, digest), copy, media_type)
            small = kept_thumbnail(self.files, self.thumbnails, files.thumbnail_name(name, digest), media_type, copy)
        except Broken:
            return FetchFailure("type", final=True)
        except Retryable as error:
            telemetry.log("ERROR", "a file could not be kept", metric="attachment_not_kept", reason=error.reason)
            return FetchFailure("storage")
        return StoredBytes(media_type, len(got.content), digest, small)

    def _uploaded(self, url: str, most: int) -> Download:
        try:
            content = b"".join(self.files.read(url.removeprefix(UPLOADED)))
        except NotFound:
            return Download(reason="upload_gone", final=True)
        except Retryable as error:
            return Download(reason=error.reason)
        return Download(reason="size", final=True) if len(content) > most else Download(content)

    def _forget_upload(self, url: str) -> None:
        if not url.startswith(UPLOADED):
            return
        try:
            self.files.erase(url.removeprefix(UPLOADED))
        except Retryable as error:
            telemetry.log("WARNING", "an upload was not erased", metric="upload_left", reason=error.reason)

    def _settle(self, path: str, mine: Attachment, outcome: StoredBytes | FetchFailure) -> None:
        """Store the result of an attempt to fetch a file, unless another worker has claimed the file since."""

        def settle(tx: Transaction) -> tuple[Attachment | None, list[Message]]:
            before, now = input_in(tx, path), self.clock.now()
            if not any(file.attempt == mine.attempt and file.state is mine.state for file in before.files):
                return None, []
            home = home_of(tx, before, mine)
            after = files.end_fetch(mine, _within(tx, before, home, mine, outcome), now)
            tx.update(path, changed_fields(before, before.with_file(after)))
            if before.petition and home:
                self._project(tx, home, after)
            notice = self.tell(tx, before, after, home, now) if home else None
            messages = [plan_notice(tx, notice)] if notice else []
            return after, [*messages, *_page_of(tx, before.citizen, home)]

        key = mine.attempt or ""
        settled = commit_result(
            self.store, self.publisher, self.clock, producer=PRODUCER, key=key, body=settle, done_before=lambda: None
        )
        if settled:
            _log(settled)

    def _project(self, tx: Transaction, home: AttachmentHome, after: Attachment) -> None:
        reference = next(file for file in home.files if file.id == after.id)
        path, known = file_path(home.code or "", after.id), PetitionFile.of(reference, after)
        found = tx.get(path)
        if found is None:
            tx.create(path, known.stored())
        else:
            tx.update(path, changed_fields(PetitionFile.model_validate(found), known))


def _page_of(tx: Transaction, who: str, home: AttachmentHome | None) -> list[Message]:
    if home and home.code:
        return [nudge_petition_page(home.code)]
    citizen = citizen_in(tx, who) if home else None
    draft = citizen.conversation.draft if citizen else None
    return [nudge_draft_page(who, page_of(draft.page))] if draft and draft.page else []


def _within(
    tx: Transaction,
    entry: StoredInput,
    home: AttachmentHome | None,
    mine: Attachment,
    outcome: StoredBytes | FetchFailure,
) -> StoredBytes | FetchFailure:
    if isinstance(outcome, FetchFailure) or home is None:
        return outcome
    if stored_bytes(tx, entry, home, mine) + outcome.size <= files.MAX_PETITION:
        return outcome
    return FetchFailure("full", final=True)


def _log(after: Attachment) -> None:
    telemetry.log(
        "WARNING" if after.state is AttachmentState.FAILED else "INFO",
        "attachment",
        metric=f"attachment_{after.state}",
        attachment=after.id,
        reason=after.reason,
        attempts=after.attempts,
        size=after.size,
        type=after.media_type,
    )
