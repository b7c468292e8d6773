"""Read, set and delete a value at a field path of a map of fields."""

from __future__ import annotations

from infra.emulators.firestore.wire.field_paths import FieldPath
from infra.emulators.firestore.wire.messages import Message, Value


def value_at(fields: Message, path: FieldPath) -> Message | None:
    """Return the value at a field path, or None if the fields have no such path."""
    last = len(path) - 1
    for depth, name in enumerate(path):
        if name not in fields:
            return None
        value = fields[name]
        if depth == last:
            return value
        if value.WhichOneof("value_type") != "map_value":
            return None
        fields = value.map_value.fields
    return None


def set_value(fields: Message, path: FieldPath, value: Message) -> None:
    """Store a copy of a value at a field path. If a value on the way is not a map, a map replaces it."""
    kept = Value.FromString(value.SerializeToString())
    for name in path[:-1]:
        holder = fields[name]
        if holder.WhichOneof("value_type") != "map_value":
            holder.map_value.SetInParent()
        fields = holder.map_value.fields
    fields[path[-1]].CopyFrom(kept)


def delete_value(fields: Message, path: FieldPath) -> None:
    """Remove the value at a field path. A missing value is no error."""
    for name in path[:-1]:
        if name not in fields or fields[name].WhichOneof("value_type") != "map_value":
            return
        fields = fields[name].map_value.fields
    if path[-1] in fields:
        del fields[path[-1]]
