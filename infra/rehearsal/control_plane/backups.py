"""Backups of Firestore in the fake control plane: daily schedules create them, and a restore makes a new database.

A backup holds the data and the composite indexes of its moment. The new database has no settings of the former one, no
schedules and no time to live, and cannot be read before its operation is done.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Protocol

from infra.rehearsal.control_plane import generic, operations, rules
from infra.rehearsal.control_plane.call import Call
from infra.rehearsal.control_plane.collections import filled
from infra.rehearsal.control_plane.refusals import RefusedError
from infra.rehearsal.control_plane.state import State, Stored, stamp

DATABASES = "firestore.projects.databases"
SCHEDULES = f"{DATABASES}.backupSchedules"
BACKUPS = "firestore.projects.locations.backups"
INDEXES = (f"{DATABASES}.collectionGroups.indexes", f"{DATABASES}.collectionGroups.fields")
DAY, RESTORE_SECONDS = 24 * 3600.0, 900.0
_KEPT = ("type", "locationId", "databaseEdition", "cmekConfig")


class Documents(Protocol):
    """Reads and writes the documents of a database. The control plane itself knows only resources, not their data.

    The state's `switches["documents"]` holds the implementation. Without one, backups are empty.
    """

    def taken(self, database: str) -> bytes:
        """Return all documents of the database with this id, in any format that `put` reads."""
        ...

    def put(self, database: str, taken: bytes) -> None:
        """Write the documents that `taken` returned into another database."""
        ...


def _listed(call: Call) -> dict[str, Any]:
    _create_due(call.state)
    found = [stored.body for stored in call.state.of(BACKUPS)]
    return {"backups": found} if found else {}


def _create_due(state: State) -> None:
    now, documents = state.clock.now(), state.switches.get("documents")
    for schedule in state.of(SCHEDULES):
        database = schedule.name.partition("/backupSchedules/")[0]
        last = max((stored.made for stored in state.of(BACKUPS) if stored.body["database"] == database), default=0.0)
        if "dailyRecurrence" not in schedule.body or now - max(last, schedule.made) < DAY:
            continue
        name = f"projects/{state.project}/locations/{state.region}/backups/{state.number_next():08x}"
        body = {"name": name, "database": database, "state": "READY", "snapshotTime": stamp(now)}
        body |= {"expireTime": stamp(now + float(schedule.body["retention"].rstrip("s")))}
        state.resources[state.key("firestore", name)] = Stored(name, BACKUPS, body, now, now)
        contents: dict[str, Any] = state.switches.setdefault("backups", {})
        source = state.resources[state.key("firestore", database)]
        taken = documents.taken(database.rpartition("/")[2]) if documents else b""
        contents[name] = source.body, list(_indexes(state, database)), taken


def _indexes(state: State, database: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the indexes that a backup of the database contains, as (collection, name below the database, body)."""
    for collection in INDEXES:
        for stored in state.of(collection):
            if stored.name.startswith(f"{database}/"):
                below = stored.name.removeprefix(f"{database}/")
                yield collection, below, {name: part for name, part in stored.body.items() if name != "ttlConfig"}


def _restored(call: Call) -> dict[str, Any]:
    state, identity = call.state, call.body.get("databaseId", "")
    _create_due(state)
    if not re.fullmatch(rules.NAMES[DATABASES], identity):
        raise RefusedError(400, f"Invalid database id: '{identity}'", rule="names")
    name, kept = f"{call.target}/{identity}", state.switches.get("backups", {}).get(call.body.get("backup"))
    if kept is None:
        raise RefusedError(404, f"Backup '{call.body.get('backup')}' does not exist.", rule="references-exist")
    if state.get("firestore", name):
        raise RefusedError(409, f"Database '{name}' already exists.")
    state.met["restored-anew"] += 1
    source, indexes, taken = kept
    now = state.clock.now()
    own = {
        "concurrencyMode": "PESSIMISTIC",
        "pointInTimeRecoveryEnablement": "POINT_IN_TIME_RECOVERY_DISABLED",
        "deleteProtectionState": "DELETE_PROTECTION_DISABLED",
    }
    body = filled(call, name, own | {key: source[key] for key in _KEPT if key in source}, stamp(now))
    ready = now + RESTORE_SECONDS
    state.resources[state.key("firestore", name)] = Stored(name, DATABASES, body, now, ready)
    for collection, below, index in indexes:
        at = f"{name}/{below}"
        state.resources[state.key("firestore", at)] = Stored(at, collection, index | {"name": at}, now, ready)
    answer = {"@type": "type.googleapis.com/google.firestore.admin.v1.Database", **body}
    begun = operations.begin(call, name, answer, RESTORE_SECONDS)
    if documents := state.switches.get("documents"):
        operation = state.operations[f"firestore/{begun['name']}"]
        operation.then = lambda: documents.put(identity, taken)
    return begun


def _operations(call: Call) -> dict[str, Any]:
    """Return the operations of a database.

    A client that lists them counts as waiting for them (see `operations.awaited`).
    """
    generic.exists(call, call.target.removesuffix("/operations"))
    prefix = f"firestore/{call.target}/"
    found = [operation for key, operation in call.state.operations.items() if key.startswith(prefix)]
    return {"operations": [operations.awaited(call, operation) for operation in found]} if found else {}


HANDLERS = {
    "firestore.projects.databases.operations.list": _operations,
    "firestore.projects.databases.restore": _restored,
    "firestore.projects.locations.backups.list": _listed,
}
