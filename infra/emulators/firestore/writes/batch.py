"""The writes of a commit: sets, masked updates, deletes, transforms and preconditions, all or nothing."""

from __future__ import annotations

from infra.emulators.firestore.documents.fields import delete_value, set_value, value_at
from infra.emulators.firestore.documents.limits import MAX_INDEX_ENTRIES, check_document
from infra.emulators.firestore.indexes.index_entries import SMALLEST_ENTRY_BYTES, check_index_entries
from infra.emulators.firestore.metering.cost import Cost
from infra.emulators.firestore.storage.database import Database, Version
from infra.emulators.firestore.wire import names
from infra.emulators.firestore.wire.errors import already_exists, failed_precondition, invalid, not_found
from infra.emulators.firestore.wire.field_paths import NAME, field_path
from infra.emulators.firestore.wire.messages import Document, Message, WriteResult
from infra.emulators.firestore.writes.transforms import transform
from infra.emulators.shared.timestamps import micros_of, set_micros


def target_of(write: Message) -> str:
    match write.WhichOneof("operation"):
        case "update":
            return str(write.update.name)
        case "delete":
            return str(write.delete)
        case "transform":
            return str(write.transform.document)
        case _:
            raise invalid("A write needs an operation: update, delete or transform.")


class Batch:
    """The writes of one commit, applied in order and invisible to others before `save`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.time = database.next_time()
        self._versions: dict[str, Version] = {}
        self.results: list[Message] = []
        self.deleted = 0
        self.index_writes = 0

    def apply(self, write: Message) -> None:
        """Apply a write. After a FirestoreError the batch must be discarded."""
        owner, path = names.document_name(target_of(write))
        if owner != self._database.name:
            raise invalid("A write names a document of another database than the commit's.")
        before = self._version(path)
        self._check(write, path, before)
        result = WriteResult()
        if write.WhichOneof("operation") == "delete":
            self.deleted += 1
            if before is not None:
                self._versions[path] = Version(self.time, before.created, None)
        else:
            after = self._updated(write, path, before, result)
            set_micros(result.update_time, after.time)
        self.results.append(result)

    def save(self) -> None:
        """Commit the batch: make it durable and visible."""
        changed = {path: v for path, v in self._versions.items() if self._differs(path, v)}
        self.index_writes = sum(self._database.index_writes(path, v.data) for path, v in changed.items())
        self._database.write(self.time, changed)

    def count(self, cost: Cost) -> None:
        """Add the cost of the writes to a call's cost. Call it after `save`."""
        cost.deletes += self.deleted
        cost.writes += len(self.results) - self.deleted
        cost.index_writes += self.index_writes

    def _differs(self, path: str, version: Version) -> bool:
        return version.data is not None or self._database.current(path) is not None

    def _version(self, path: str) -> Version | None:
        version = self._versions.get(path) or self._database.current(path)
        return version if version is not None and version.data is not None else None

    def _check(self, write: Message, path: str, before: Version | None) -> None:
        match write.current_document.WhichOneof("condition_type"):
            case "exists":
                if write.current_document.exists and before is None:
                    raise not_found(f"No document to update: {self._database.name.document(path)}")
                if not write.current_document.exists and before is not None:
                    raise already_exists(f"Document already exists: {self._database.name.document(path)}")
            case "update_time":
                stamp = write.current_document.update_time
                if stamp.nanos % 1000:
                    raise invalid("The precondition's update_time is not in whole microseconds.")
                if micros_of(stamp) > self.time:
                    raise invalid("The precondition's update_time is in the future.")
                if before is None or before.time != micros_of(stamp):
                    stored = before.time if before is not None else 0
                    raise failed_precondition(
                        f"the stored version ({stored}) does not match the required base version ({micros_of(stamp)})"
                    )

    def _updated(self, write: Message, path: str, before: Version | None, result: Message) -> Version:
        document = Document()
        masked = write.HasField("update_mask") or write.WhichOneof("operation") == "transform"
        if before is not None and masked:
            document.MergeFromString(before.data)
        if write.WhichOneof("operation") == "update":
            _merge(document.fields, write)
            transforms = write.update_transforms
        else:
            transforms = write.transform.field_transforms
            if not transforms:
                raise invalid("A transform's list of field transforms must not be empty.")
        for one in transforms:
            result.transform_results.append(transform(document.fields, one, self.time))
        check_document(path, document.fields)
        data = document.SerializeToString(deterministic=True)
        if len(data) > MAX_INDEX_ENTRIES * SMALLEST_ENTRY_BYTES:
            check_index_entries(path, document.fields, self._database.indexes_of(path))
        if before is not None and before.data == data:
            return before  # a write without a change keeps the update time
        version = Version(self.time, before.created if before is not None else self.time, data)
        self._versions[path] = version
        return version


def _merge(fields: Message, write: Message) -> None:
    """Copy the fields of an update into a document: all fields, or those in the mask.

    A field that is in the mask but not in the update is deleted.
    """
    given = write.update.fields
    if not write.HasField("update_mask"):
        for name in given:
            fields[name].CopyFrom(given[name])
        return
    for path in map(field_path, write.update_mask.field_paths):
        if path == NAME:
            raise invalid("__name__ cannot be written.")
        value = value_at(given, path)
        if value is None:
            delete_value(fields, path)
        else:
            set_value(fields, path, value)
