"""The cost of calls: documents read, written and deleted, as Firestore bills them, and index entries."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields

METADATA_PREFIX = "x-emulator-"
"""The prefix of the trailing metadata of a call, such as `x-emulator-reads` and `x-emulator-index-entries`."""
ENTRIES_PER_READ = 1000
"""The number of index entries for which an aggregation query is billed one read.

A fraction counts as a whole read.
"""


@dataclass(slots=True)
class Cost:
    """The cost of one or more calls. A query without results counts as one read.

    `index_entries` is the number of index entries that queries scanned. `index_writes` is the number of entries that
    commits added to or removed from single-field indexes and declared composite indexes.
    """

    reads: int = 0
    writes: int = 0
    deletes: int = 0
    index_entries: int = 0
    index_writes: int = 0

    def metadata(self) -> tuple[tuple[str, str], ...]:
        """Return the cost as gRPC trailing metadata, which clients receive after the call."""
        return tuple((METADATA_PREFIX + name.replace("_", "-"), str(value)) for name, value in asdict(self).items())

    def include(self, other: Cost) -> None:
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))
