"""Read, set and delete a value at a field path in a map of fields."""

from __future__ import annotations

from infra.emulators.firestore.wire.field_paths import FieldPath
from infra.emulators.firestore.wire.messages import Message, Value


def value_at(fields: Message, path: FieldPath) -> Message | None:
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
    """Store a copy of a value at a field path. Values on the way that are not maps are replaced by maps."""
    kept = Value.FromString(value.SerializeToString())
    for name in path[:-1]:
        holder = fields[name]
        if holder.WhichOneof("value_type") != "map_value":
            holder.map_value.SetInParent()
        fields = holder.map_value.fields
    fields[path[-1]].CopyFrom(kept)


def delete_value(fields: Message, path: FieldPath) -> None:
    for name in path[:-1]:
        if name not in fields or fields[name].WhichOneof("value_type") != "map_value":
            return
        fields = fields[name].map_value.fields
    if path[-1] in fields:
        del fields[path[-1]]
