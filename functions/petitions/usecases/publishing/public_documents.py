"""Writing to the public database. Documents that would not change are not written."""

from __future__ import annotations

from collections.abc import Mapping

from petitions.ports.store import DELETE, Fields, Store, Transaction

AT_ONCE = 100
"""The most documents that one transaction writes."""


def write_public(public: Store, wanted: Mapping[str, Fields | None]) -> None:
    """Write the documents, by path. None deletes a document. Raise Retryable."""
    paths = [*wanted]
    for start in range(0, len(paths), AT_ONCE):
        some = {path: wanted[path] for path in paths[start : start + AT_ONCE]}
        public.transact(lambda tx, some=some: _write(tx, some))  # type: ignore[misc]


def _write(tx: Transaction, wanted: Mapping[str, Fields | None]) -> None:
    known = dict(zip(wanted, tx.get_all(list(wanted)), strict=True))
    for path, fields in wanted.items():
        before = known[path]
        if fields == before:
            continue
        if fields is None:
            tx.delete(path)
        elif before is None:
            tx.create(path, fields)
        else:
            tx.update(path, {**{name: DELETE for name in before if name not in fields}, **fields})
