"""Detection of a message received both from the webhook and from the recovery. The second copy changes nothing."""

from __future__ import annotations

from petitions.domain.citizen import recovered
from petitions.domain.citizen.citizen import Citizen, StoredInput
from petitions.ports.store import Query, Reader, Transaction
from petitions.usecases.conversation.read_input import ArrivedEvent


def is_twin(tx: Transaction, citizen_path: str, citizen: Citizen, arrived: ArrivedEvent) -> bool:
    """Return whether the message was applied already when it came from the other source.

    A message from the webhook is compared with the marks in the citizen's document, which is read anyway. A recovered
    message, which is rare, is compared with the stored inputs.
    """
    if arrived.recovered:
        return is_stored(tx, citizen_path, arrived)
    if not citizen.recovered:
        return False
    marks = recovered.twin_marks(arrived.msg_id, arrived.entry.at, arrived.entry.parts)
    return any(mark in citizen.recovered for mark in marks)


def is_stored(reader: Reader, citizen_path: str, arrived: ArrivedEvent) -> bool:
    """Return whether a recovered message is among the citizen's stored inputs."""
    at, parts = arrived.entry.at, arrived.entry.parts
    condition = ("msg_id", "==", arrived.msg_id) if arrived.msg_id else ("at", "==", at)
    found = reader.find(Query(f"{citizen_path}/inputs", where=(condition,)))
    inputs = [StoredInput.model_validate(document.data) for document in found]
    return any(recovered.is_twin(stored, arrived.msg_id, at, parts) for stored in inputs)


def with_recovered(citizen: Citizen, arrived: ArrivedEvent) -> Citizen:
    """Return the citizen with a mark that this message was recovered, to detect its delivery by the webhook."""
    surest = recovered.twin_marks(arrived.msg_id, arrived.entry.at, arrived.entry.parts)[0]
    return recovered.remember_recovered(citizen, surest)
