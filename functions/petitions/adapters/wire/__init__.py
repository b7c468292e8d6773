"""Calls of Google's services with plain protobuf messages, at half the processor time of the official clients.

`calls` makes the calls, and `database` those of a Firestore database. `values`, `writes` and `queries` build the
messages.

Stands on: nothing.
"""
