"""Copying of file descriptions from a citizen's inputs to the new petition, and of the petition's code back to them.

From then on, changes of a file are written to the petition too.
"""

from __future__ import annotations

from dataclasses import dataclass

from petitions.domain.citizen.citizen import StoredInput, input_path
from petitions.domain.files.attachment import Attachment, AttachmentState
from petitions.domain.petition.petition_file import PetitionFile, file_path
from petitions.domain.shared.records import replace
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.shared.outbox import apply_once, nudge
from petitions.usecases.shared.petition_changes import changed_fields, petition_in

CONSUMER = "attachments-carry"


@dataclass(frozen=True)
class CarryAttachments:
    """Copies file descriptions after the filing, so that filing is a short transaction even with many photos."""

    store: Store
    publisher: Publisher
    clock: Clock

    def __call__(self, code: str, event: str) -> bool:
        """Copy the descriptions of the petition's files, once per `event`. Return False if that was done before.

        Raise NotFound or Retryable.
        """
        return apply_once(
            self.store,
            self.publisher,
            self.clock,
            consumer=CONSUMER,
            key=f"{code}:{event}",
            body=lambda tx: self._carry(tx, code),
        )

    def _carry(self, tx: Transaction, code: str) -> list[Message]:
        petition = petition_in(tx, code)
        paths = {ref.id: input_path(petition.citizen, ref.id) for ref in petition.files}
        places = list(dict.fromkeys(paths.values()))
        known = tx.get_all([*places, *(file_path(code, ref.id) for ref in petition.files)])
        before = {
            place: StoredInput.model_validate(found) for place, found in zip(places, known, strict=False) if found
        }
        after = {place: replace(entry, petition=code) for place, entry in before.items()}
        messages = {}
        for ref, there in zip(petition.files, known[len(places) :], strict=True):
            entry = after.get(paths[ref.id])
            file = next((attachment for attachment in entry.files if attachment.id == ref.id), None) if entry else None
            if entry and file and file.state is AttachmentState.DROPPED:
                # The file was dropped after the draft ended, before this petition named it. It is needed after all.
                # Bytes of an earlier try may be stored under its object name: an erasure must find them.
                file = Attachment(id=file.id, object=file.object, next_at=self.clock.now())
                after[paths[ref.id]] = entry.with_file(file)
                data = {"citizen": petition.citizen, "input": ref.id.partition("-")[0]}
                messages[data["input"]] = nudge("attachments", petition.citizen, data)
            if there is None:
                tx.create(file_path(code, ref.id), PetitionFile.of(ref, file).stored())
        for place, entry in after.items():
            tx.update(place, changed_fields(before[place], entry))
        return list(messages.values())
