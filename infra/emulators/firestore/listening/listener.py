"""One Listen stream: the targets that its client added, and the responses to send."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from infra.emulators.firestore.listening.targets import Target, resume_token
from infra.emulators.firestore.metering.cost import Cost
from infra.emulators.firestore.queries.query import Query
from infra.emulators.firestore.storage.database import Database
from infra.emulators.firestore.wire.errors import FirestoreError, invalid
from infra.emulators.firestore.wire.messages import ListenResponse, Message
from infra.emulators.shared.timestamps import set_micros

_NO_CHANGE, _ADD, _REMOVE, _CURRENT, _RESET = range(5)


class Listener:
    """One Listen stream. `check` raises FirestoreError for a query without a declared index."""

    def __init__(self, database: Database, check: Callable[[Query], None]) -> None:
        self.database = database
        self._check = check
        self._targets: dict[int, Target] = {}

    def requested(self, request: Message, cost: Cost) -> Iterator[Message]:
        """Yield the responses to a request that adds or removes a target."""
        if request.WhichOneof("target_change") == "remove_target":
            if self._targets.pop(request.remove_target, None) is not None:
                yield self._target_change(_REMOVE, request.remove_target)
            return
        wire = request.add_target
        if wire.target_id in self._targets:
            raise invalid(f"Target {wire.target_id} was added already.")
        try:
            target = Target.of(self.database, wire, self._check)
        except FirestoreError as error:
            response = self._target_change(_REMOVE, wire.target_id)
            response.target_change.cause.code = error.code.value[0]
            response.target_change.cause.message = error.message
            yield response
            return
        self._targets[target.id] = target
        yield self._target_change(_ADD, target.id)
        if not target.resume(wire):
            yield self._target_change(_RESET, target.id)
        yield from target.changes(cost)
        yield self._target_change(_CURRENT, target.id, dated=True)
        yield self._target_change(_NO_CHANGE, dated=True)
        if target.once:
            del self._targets[target.id]
            yield self._target_change(_REMOVE, target.id)

    def committed(self, paths: set[str], cost: Cost) -> list[Message]:
        changes = [
            response for target in self._targets.values() if target.concerns(paths) for response in target.changes(cost)
        ]
        return [*changes, self._target_change(_NO_CHANGE, dated=True)] if changes else []

    def _target_change(self, kind: int, target: int | None = None, *, dated: bool = False) -> Message:
        response = ListenResponse()
        response.target_change.target_change_type = kind
        if target is not None:
            response.target_change.target_ids.append(target)
        if dated:
            time = self.database.read_time()
            set_micros(response.target_change.read_time, time)
            response.target_change.resume_token = resume_token(self.database, time)
        return response
