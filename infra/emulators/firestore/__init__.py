"""Firestore on one laptop: `google.firestore.v1.Firestore` over gRPC, in OPTIMISTIC mode, durable in SQLite.

Where to find a rule of the service: names (`names.py`), order and equality of values (`values.py`), limits
(`limits.py`, `fanout.py`), versions and durability (`store.py`, `disk.py`), writes, masks and preconditions
(`writes.py`), transforms (`transforms.py`), queries (`query.py` what was asked, `filters.py` filters, `indexes.py` and
`execution.py` how it is answered), which queries need an index (`declared.py`), transactions (`transactions.py`,
`lines.py`), time to live (`expiry.py`), listening (`targets.py`), the methods (`reads.py`, `queries.py`,
`mutations.py`, `streams.py`; all of them in `methods.py`), how a call is answered (`answering.py`), cost per method
and caller (`tally.py`, `callers.py`) and its price (`bill.py`, `prices.json`), faults on demand (`faults.py`), export
and import (`export.py`), the admin port (`admin.py`).
"""
